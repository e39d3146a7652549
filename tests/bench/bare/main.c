/* `rdp-bare HOST PORT PROGRAM`: FreeRDP's client and nothing of ours. Connects as the user of standard input's first line with the password of its
 * second, to a session of PROGRAM, opens no channel, draws nothing, and stays until it is ended. Prints when it began, in seconds since 1970. How
 * long the server takes until PROGRAM runs is the server's own time, and what a run takes more is ours. */
#include <freerdp/freerdp.h>
#include <freerdp/settings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winpr/memory.h>
#include <winpr/ssl.h>
#include <winpr/synch.h>
#include <winpr/wlog.h>

enum { LINE_SIZE = 512, HANDLES = 64, WIDTH = 1920, HEIGHT = 1080 };

static bool read_line(char *line) {
    if (!fgets(line, LINE_SIZE, stdin))
        return false;
    line[strcspn(line, "\n")] = 0;
    return true;
}

static bool configure(rdpSettings *settings, char **words) {
    char user[LINE_SIZE];
    char password[LINE_SIZE];
    const bool done =
        read_line(user) && read_line(password) && freerdp_settings_set_string(settings, FreeRDP_ServerHostname, words[1]) &&
        freerdp_settings_set_uint32(settings, FreeRDP_ServerPort, (uint32_t)strtoul(words[2], NULL, 10)) &&
        freerdp_settings_set_string(settings, FreeRDP_AlternateShell, words[3]) && freerdp_settings_set_string(settings, FreeRDP_Username, user) &&
        freerdp_settings_set_string(settings, FreeRDP_Password, password) && freerdp_settings_set_uint32(settings, FreeRDP_DesktopWidth, WIDTH) &&
        freerdp_settings_set_uint32(settings, FreeRDP_DesktopHeight, HEIGHT) &&
        freerdp_settings_set_bool(settings, FreeRDP_IgnoreCertificate, TRUE) &&
        freerdp_settings_set_bool(settings, FreeRDP_DeactivateClientDecoding, TRUE);
    SecureZeroMemory(password, sizeof password);
    return done;
}

/* Answers what the server asks, for as long as it is there. */
static void stay(rdpContext *context) {
    HANDLE handles[HANDLES];
    DWORD count = 0;
    do {
        count = freerdp_get_event_handles(context, handles, HANDLES);
    } while (count && WaitForMultipleObjects(count, handles, FALSE, INFINITE) != WAIT_FAILED && freerdp_check_event_handles(context));
}

int main(int argc, char **argv) {
    freerdp *instance = NULL;
    struct timespec began;
    bool connected = false;
    (void)WLog_SetLogLevel(WLog_GetRoot(), WLOG_OFF);
    (void)winpr_InitializeSSL(WINPR_SSL_INIT_DEFAULT);
    instance = freerdp_new();
    if (argc != 4 || !instance || !freerdp_context_new(instance) || !configure(instance->context->settings, argv))
        return 2;
    (void)clock_gettime(CLOCK_REALTIME, &began);
    (void)printf("began %lld.%09ld\n", (long long)began.tv_sec, began.tv_nsec);
    (void)fflush(stdout);
    connected = freerdp_connect(instance);
    if (connected)
        stay(instance->context);
    freerdp_context_free(instance);
    freerdp_free(instance);
    return connected ? 0 : 1;
}
