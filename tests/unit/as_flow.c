/* This program in the place of a flow: what test_flow_here.c starts. */
#include "base/file.h"
#include "base/pipe.h"
#include "base/platform.h"
#include "check.h"
#include "base/system.h"

/* In UTF-8, whatever the system has them in. */
#ifdef _WIN32
#include "base/wide.h"

static void put(const char *before, const WCHAR *wide, const char *after) {
    char *utf8 = ns_wide_to_utf8(wide);
    (void)printf("%s%s%s\n", before, utf8, after);
    free(utf8);
}

/* As the C run-time of today reads its command line: "" between quotes is one, and the quotes go on
 * (https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments). mingw-w64's is older. */
static const WCHAR *next_word(const WCHAR *p, WCHAR *out) {
    bool quoted = false;
    while (*p && (quoted || (*p != L' ' && *p != L'\t'))) {
        size_t slashes = wcsspn(p, L"\\");
        const bool quote = p[slashes] == L'"';
        for (size_t i = 0; i < (quote ? slashes / 2 : slashes); i++)
            *out++ = L'\\';
        p += slashes;
        if (quote && slashes % 2 == 1) {
            *out++ = *p++;
        } else if (quote && quoted && p[1] == L'"') {
            *out++ = L'"';
            p += 2;
        } else if (quote) {
            quoted = !quoted;
            p++;
        } else if (!slashes) {
            *out++ = *p++;
        }
    }
    *out = 0;
    return p + wcsspn(p, L" \t");
}

static void echo_words(int argc, char **argv) {
    static WCHAR word[32768];
    const WCHAR *p = GetCommandLineW();
    (void)argc;
    (void)argv;
    for (int i = 0; *p; i++) {
        p = next_word(p, word);
        if (i > 1)
            put("[", word, "]");
    }
}

static void echo_variable(const char *name) {
    char whole[100];
    WCHAR wide[100];
    static WCHAR value[32768];
    (void)snprintf(whole, sizeof whole, "NIGHTSHIFT_INPUT_%s", name);
    for (size_t i = 0; i <= strlen(whole); i++)
        wide[i] = (WCHAR)whole[i];
    (void)GetEnvironmentVariableW(wide, value, NS_COUNT_OF(value));
    (void)printf("%s=", name);
    put("", value, "");
}
bool on_wine(void) {
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}
#else
bool on_wine(void) {
    return false;
}

static void echo_words(int argc, char **argv) {
    for (int i = 2; i < argc; i++)
        (void)printf("[%s]\n", argv[i]);
}

static void echo_variable(const char *name) {
    char whole[100];
    (void)snprintf(whole, sizeof whole, "NIGHTSHIFT_INPUT_%s", name);
    (void)printf("%s=%s\n", name, getenv(whole));
}
#endif

/* In Power Automate's place: a worker is started for the run, which begins its folder and writes into it how it ended. */
static int write_records(const char *run) {
    char runs[1400];
    char path[1600];
    static const char log[] = "{\"name\":\"Click\",\"status\":\"Failed\",\"error\":{\"message\":\"No window\"}}\n";
    ns_error error;
    (void)snprintf(runs, sizeof runs, "%s/Microsoft/Power Automate Desktop/Console/Scripts/a-flow/Runs/%s", getenv("LOCALAPPDATA"), run);
    if (ns_system_make_folder(runs, &error) != NS_OK)
        return 1;
    Sleep(1500);
    (void)snprintf(path, sizeof path, "%s/Actions.log", runs);
    return ns_file_write(path, log, sizeof log - 1, &error) == NS_OK ? 0 : 1;
}

static int be_power_automate(const char *program, const char *address) {
    char worker[1600];
    char run[40] = {0};
    const char *id = strstr(address, "runId=");
    const char *words[] = {worker, "--record", run, NULL};
    const ns_child_options options = {.arguments = words, .inherited = -1, .detached = true};
    ns_child *none = NULL;
    ns_error error;
    if (!id)
        return 1;
    (void)snprintf(run, sizeof run, "%.36s", id + 6);
    (void)snprintf(worker, sizeof worker, "%.*sPAD.Robot.exe", (int)(strstr(program, "PAD.") - program), program);
    return ns_child_start(&options, &none, &error) == NS_OK ? 0 : 1;
}

/* What a flow that a test starts does: it puts out what it was given, or waits. */
int be_a_flow(int argc, char **argv) {
    if (strncmp(argv[1], "ms-powerautomate:", 17) == 0)
        return be_power_automate(argv[0], argv[1]);
    if (strcmp(argv[1], "--record") == 0)
        return write_records(argv[2]);
    if (strcmp(argv[1], "--wait") == 0)
        Sleep(30000);
    if (strcmp(argv[1], "--echo-inputs") == 0) {
        echo_variable("LINES");
        echo_variable("LETTERS");
    }
    if (strcmp(argv[1], "--echo") == 0)
        echo_words(argc, argv);
    return 0;
}
