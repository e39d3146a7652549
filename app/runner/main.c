/* nightshift-runner: holds one RDP session for the program that started it. Reads the order from standard input and
 * reports on standard output, framed JSON both ways. When the starter goes away, it signs the run's session out as far as
 * it can and ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "base/clock.h"
#include "base/message.h"
#include "base/phrase.h"
#include "base/pipe.h"
#include "base/system.h"
#include "cage.h"
#include "common/entry.h"
#include "common/start.h"
#include "common/version.h"
#include "rdp/session.h"
#include "runner/runner_request.h"

enum { ORPHAN_SIGN_OUT_MS = 5000, ORPHAN_EXIT_MS = 5000 };

typedef struct state {
    ns_message_reader reader; /* of standard input: the first message is read before the second thread takes over */
    ns_runner_request request;
    ns_frame *frame;
    ns_dialer *dialer;
    ns_rdp_session *session;
    CRITICAL_SECTION output;
    char nonce[NS_AGENT_NONCE_SIZE]; /* of the order to run: the starter has found that the session is its run's; "" before */
    uint32_t channel;                /* of that order */
    HANDLE ended;
    HANDLE go;          /* manual: the password may go out, */
    uint64_t go_by;     /* until then: ms, monotonic */
    ns_secret password; /* set before the event, taken after it */
    HANDLE gone;        /* manual: the starter is gone, or has told to stop */
} state;

static void report(state *self, cJSON *event) {
    ns_text bytes;
    ns_error error;
    if (!event)
        return;
    ns_text_init(&bytes, (size_t)NS_MESSAGE_MAXIMUM + NS_MESSAGE_HEADER);
    EnterCriticalSection(&self->output);
    if (ns_message_write(&bytes, event, &error) == NS_OK)
        (void)!ns_stdout_write(bytes.bytes, bytes.size, &error);
    LeaveCriticalSection(&self->output);
    ns_text_clear(&bytes);
    cJSON_Delete(event);
}

static cJSON *event_of(const char *type) {
    cJSON *event = cJSON_CreateObject();
    if (event && !ns_json_add_string(event, "type", type)) {
        cJSON_Delete(event);
        return NULL;
    }
    return event;
}

static void on_phase(void *context, const char *name, const char *detail) {
    cJSON *event = event_of("phase");
    (void)ns_json_add_string(event, "name", name);
    (void)ns_json_add_string(event, "detail", detail);
    report(context, event);
}

static void on_certificate(void *context, const char *sha256, const char *subject, bool known, const char *pem) {
    cJSON *event = event_of("certificate");
    (void)ns_json_add_string(event, "sha256", sha256);
    (void)ns_json_add_string(event, "subject", subject);
    (void)cJSON_AddBoolToObject(event, "known", known);
    (void)ns_json_add_string(event, "pem", pem);
    report(context, event);
}

static void on_picture(void *context, uint32_t width, uint32_t height) {
    cJSON *event = event_of("picture");
    (void)ns_json_add_integer(event, "width", width);
    (void)ns_json_add_integer(event, "height", height);
    report(context, event);
}

static void on_logon(void *context, const char *user, uint32_t session_id) {
    cJSON *event = event_of("logon");
    (void)ns_json_add_string(event, "user", user);
    (void)ns_json_add_integer(event, "sessionId", session_id);
    report(context, event);
}

static void on_question(void *context, uint32_t type, uint32_t data, const char *code) {
    cJSON *event = event_of("question");
    (void)ns_json_add_integer(event, "logonError", type);
    (void)ns_json_add_integer(event, "data", data);
    (void)ns_json_add_string(event, "code", code);
    report(context, event);
}

/* The starter writes down that the password goes out before it says so: what nobody knows of is not done. */
static bool on_sign_in(void *context, ns_secret *password) {
    state *self = context;
    const HANDLE events[] = {self->go, self->gone};
    if (WaitForMultipleObjects(2, events, FALSE, INFINITE) != WAIT_OBJECT_0)
        return false;
    *password = self->password;
    self->password = (ns_secret){0};
    (void)ResetEvent(self->go); /* a connection that is made again asks again */
    return ns_clock_monotonic_ms() <= self->go_by;
}

static void on_accepted(void *context) {
    report(context, event_of("accepted"));
}

static void on_reconnect(void *context, uint32_t attempt, bool done) {
    cJSON *event = event_of("reconnect");
    (void)ns_json_add_integer(event, "attempt", attempt);
    (void)cJSON_AddBoolToObject(event, "done", done);
    report(context, event);
}

static void on_still(void *context) {
    report(context, event_of("still"));
}

static void on_channel(void *context, bool open, uint32_t number) {
    cJSON *event = event_of("channel");
    (void)ns_json_add_integer(event, "number", number);
    (void)cJSON_AddBoolToObject(event, "open", open);
    report(context, event);
}

static void on_message(void *context, const cJSON *message) {
    cJSON *event = event_of("agent");
    cJSON *copy = cJSON_Duplicate(message, 1);
    if (event && copy && cJSON_AddItemToObject(event, "message", copy)) {
        report(context, event);
        return;
    }
    cJSON_Delete(copy);
    cJSON_Delete(event);
}

/* The starter is gone: let the agent sign its run's session out, then end whatever happens. A session that nobody has found to be the run's own may
 * be a person's: it stays as it was. */
static void abandon(state *self) {
    cJSON *order = self->nonce[0] ? ns_agent_message("signout", self->nonce) : NULL;
    (void)SetEvent(self->gone);
    if (order) {
        ns_rdp_session_send(self->session, order, self->channel);
        (void)WaitForSingleObject(self->ended, ORPHAN_SIGN_OUT_MS);
    }
    ns_rdp_session_stop(self->session);
    if (WaitForSingleObject(self->ended, ORPHAN_EXIT_MS) == WAIT_TIMEOUT)
        _Exit(3);
}

static void obey(state *self, const cJSON *command) {
    const char *type = ns_json_string(command, "type", "");
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(command, "message");
    if (strcmp(type, "agent") == 0 && cJSON_IsObject(message)) {
        cJSON *copy = cJSON_Duplicate(message, 1);
        const uint32_t channel = (uint32_t)ns_json_integer(command, "channel", 0);
        if (strcmp(ns_json_string(message, "type", ""), "run") == 0) {
            (void)snprintf(self->nonce, sizeof self->nonce, "%s", ns_json_string(message, "nonce", ""));
            self->channel = channel;
        }
        if (copy)
            ns_rdp_session_send(self->session, copy, channel);
    } else if (strcmp(type, "go") == 0) {
        ns_secret_clear(&self->password);
        if (ns_runner_go_read(command, &self->password, &self->go_by, &(ns_error){0}) == NS_OK)
            (void)SetEvent(self->go);
    } else if (strcmp(type, "awake") == 0) {
        ns_rdp_session_keep_awake(self->session);
    } else if (strcmp(type, "stop") == 0) {
        (void)SetEvent(self->gone);
        ns_rdp_session_stop(self->session);
    }
}

/* Waits for the next command; NULL when the starter is gone or sent something else. */
static cJSON *next_command(state *self) {
    char bytes[16384];
    size_t got = 0;
    cJSON *command = NULL;
    ns_error error;
    for (;;) {
        if (ns_message_reader_next(&self->reader, &command, &error) != NS_OK || command)
            return command;
        if (ns_stdin_read(bytes, sizeof bytes, &got, &error) != NS_OK || got == 0 ||
            ns_message_reader_add(&self->reader, bytes, got, &error) != NS_OK)
            return NULL;
        ns_wipe(bytes, got);
    }
}

static DWORD WINAPI read_commands(LPVOID context) {
    state *self = context;
    cJSON *command = NULL;
    while ((command = next_command(self)) != NULL) {
        obey(self, command);
        ns_json_wipe(command);
    }
    abandon(self);
    return 0;
}

static void report_end(state *self, const ns_rdp_end *end) {
    cJSON *event = event_of("ended");
    (void)ns_json_add_string(event, "code", end->code);
    (void)ns_json_add_integer(event, "native", end->native);
    (void)ns_json_add_string(event, "detail", end->detail);
    (void)cJSON_AddBoolToObject(event, "signedOut", end->signed_out);
    (void)cJSON_AddBoolToObject(event, "ultimatum", end->ultimatum);
    (void)cJSON_AddBoolToObject(event, "connected", end->connected);
    report(self, event);
}

static ns_status hold_session(state *self, ns_error *error) {
    const ns_runner_request *request = &self->request;
    const ns_rdp_options options = {.host = request->host,
                                    .dialer = self->dialer,
                                    .user = request->user,
                                    .domain = request->domain,
                                    .width = request->width,
                                    .height = request->height,
                                    .scale = request->scale,
                                    .depth = request->depth,
                                    .trust = request->trust,
                                    .sign_in_only = request->sign_in_only,
                                    .agent_command = request->agent_command,
                                    .client_name = request->client_name,
                                    .connect_timeout_ms = request->connect_timeout_ms,
                                    .frame = self->frame};
    const ns_rdp_observer observer = {.context = self,
                                      .phase = on_phase,
                                      .sign_in = on_sign_in,
                                      .certificate = on_certificate,
                                      .picture = on_picture,
                                      .logon = on_logon,
                                      .question = on_question,
                                      .accepted = on_accepted,
                                      .reconnect = on_reconnect,
                                      .still = on_still,
                                      .channel = on_channel,
                                      .message = on_message};
    ns_rdp_end end;
    HANDLE commands = NULL;
    ns_status status = ns_rdp_session_create(&options, &observer, &self->session, error);
    if (status == NS_OK)
        status = cage_close_files(error);
    if (status != NS_OK)
        return status;
    commands = CreateThread(NULL, 0, read_commands, self, 0, NULL);
    if (!commands)
        return ns_error_set_memory(error);
    status = cage_close(error);
    if (status != NS_OK)
        return status;
    ns_rdp_session_run(self->session, &end);
    report_end(self, &end);
    (void)SetEvent(self->ended);
    /* The command thread waits on standard input and cannot be woken; the process ends around it. */
    return NS_OK;
}

static ns_status open_dialer(state *self, ns_error *error) {
    const ns_runner_request *request = &self->request;
    ns_dial_target target = {.addresses.count = request->address_count, .port = request->port};
    _Static_assert(sizeof target.addresses.text == sizeof request->addresses, "one list, in two parts of the program");
    memcpy(target.addresses.text, request->addresses, sizeof request->addresses);
    return ns_dialer_open(&target, cage_close_dialer, &self->dialer, error);
}

/* What the cage refuses on this computer, tried from inside. */
static int show_cage(void) {
    ns_error error = {0};
    char *message = NULL;
    (void)setvbuf(stdout, NULL, _IONBF, 0);
    if (cage_close_files(&error) == NS_OK && cage_close(&error) == NS_OK)
        return cage_try_escapes() == 0 ? 0 : 1;
    message = ns_phrase_text(error.message, NULL);
    (void)fprintf(stderr, "nightshift-runner: %s\n", message ? message : "");
    free(message);
    return 1;
}

int ns_main(int argc, char **argv) {
    state self = {0};
    cJSON *order = NULL;
    ns_error error = {0};
    ns_status status = NS_OK;
    if (argc > 1 && strcmp(argv[1], "--cage") == 0)
        return show_cage();
    if (argc > 1) {
        if (strcmp(argv[1], "--version") == 0)
            (void)printf("nightshift-runner %s\n", NS_VERSION);
        else
            (void)fprintf(stderr, "nightshift-runner is started by Nightshift's other programs, not by hand.\n");
        return strcmp(argv[1], "--version") == 0 ? 0 : 2;
    }
    ns_system_protect_process();
    ns_entry_quiet_log();
    InitializeCriticalSection(&self.output);
    self.ended = CreateEventW(NULL, TRUE, FALSE, NULL);
    self.go = CreateEventW(NULL, TRUE, FALSE, NULL);
    self.gone = CreateEventW(NULL, TRUE, FALSE, NULL);
    ns_message_reader_init(&self.reader);
    order = next_command(&self);
    status = order ? ns_runner_request_read(order, &self.request, &error)
                   : ns_error_set(&error, NS_STATUS_PROTOCOL, "RunnerFailed", NULL, "The runner got no order.");
    cJSON_Delete(order);
    if (status == NS_OK)
        status = open_dialer(&self, &error);
    if (status == NS_OK)
        status = ns_frame_open(self.request.frame, &self.frame, &error);
    if (status == NS_OK)
        status = hold_session(&self, &error);
    if (status != NS_OK) {
        ns_rdp_end end = {0};
        char *message = ns_phrase_text(error.message, NULL);
        (void)fprintf(stderr, "nightshift-runner: %s\n", message ? message : "");
        free(message);
        (void)snprintf(end.code, sizeof end.code, "%s", error.code[0] ? error.code : "RunnerFailed");
        report_end(&self, &end);
    }
    (void)fflush(NULL);
    _Exit(status == NS_OK ? 0 : 1);
}
