/* What a runner and an agent say, and what is said to them. */
#include <stdlib.h>
#include <string.h>

#include "agent/order.h"
#include "agent/protocol.h"
#include "base/message.h"
#include "fuzz.h"
#include "run/drive.h"
#include "runner/runner_request.h"
#include "store/flows.h"
#include "store/identity.h"

/* The first byte says where the stream behind it is cut in two pieces. */
static void read_stream(const uint8_t *input, size_t input_size) {
    const uint8_t *data = input + (input_size ? 1 : 0);
    const size_t size = input_size ? input_size - 1 : 0;
    const size_t cut = size ? input[0] % size : 0;
    ns_message_reader reader;
    cJSON *message = NULL;
    ns_text again;
    ns_error error;
    ns_message_reader_init(&reader);
    ns_text_init(&again, 1 << 22);
    for (int piece = 0; piece < 2; piece++) {
        if (ns_message_reader_add(&reader, piece ? data + cut : data, piece ? size - cut : cut, &error) != NS_OK)
            break;
        while (ns_message_reader_next(&reader, &message, &error) == NS_OK && message) {
            (void)!ns_message_write(&again, message, &error);
            cJSON_Delete(message);
        }
    }
    ns_text_clear(&again);
    ns_message_reader_clear(&reader);
}

/* What can be read is written and read again: it says the same. */
static void read_hello(const uint8_t *data, size_t size) {
    cJSON *message = cJSON_ParseWithLength((const char *)data, size);
    cJSON *again = NULL;
    ns_agent_hello hello;
    ns_agent_hello second;
    ns_error error;
    if (ns_agent_hello_read(message, &hello, &error) == NS_OK) {
        again = ns_agent_hello_write(&hello);
        if (again && ns_agent_hello_read(again, &second, &error) != NS_OK)
            abort();
        if (again && strcmp(second.user, hello.user) != 0)
            abort();
        if (again)
            ns_agent_hello_clear(&second);
        ns_agent_hello_clear(&hello);
    }
    (void)ns_agent_failed_code(message);
    cJSON_Delete(again);
    cJSON_Delete(message);
}

static void read_request(const uint8_t *data, size_t size) {
    cJSON *message = cJSON_ParseWithLength((const char *)data, size);
    ns_runner_request request;
    ns_secret password = {0};
    uint64_t by = 0;
    ns_error error;
    if (ns_runner_request_read(message, &request, &error) == NS_OK)
        cJSON_Delete(ns_runner_request_write(&request));
    if (ns_runner_go_read(message, &password, &by, &error) == NS_OK && password.bytes)
        ns_json_wipe(ns_runner_go_write(&password, by));
    ns_secret_clear(&password);
    ns_json_wipe(message);
}

/* The agent's side. */
static void read_order(const uint8_t *data, size_t size) {
    cJSON *message = cJSON_ParseWithLength((const char *)data, size);
    run_order given;
    ns_error error;
    if (order_read(message, &given, &error) == NS_OK && (given.timeout_ms <= 0 || !given.start.program[0]))
        abort();
    order_clear(&given);
    cJSON_Delete(message);
}

/* A runner that says the lines of the input, each an event, and then ends; before what stands behind an empty line it is silent for a moment. It
 * stands in the place of core/runner/runner.c. */
struct ns_runner {
    const char *at;
    ns_frame *frame;
};

static struct ns_runner runner;
static const char *nonce; /* of the run, in the place of "NONCE" */

static void put_nonce(cJSON *value) {
    cJSON *each = NULL;
    if (cJSON_IsString(value) && strcmp(value->valuestring, "NONCE") == 0)
        (void)cJSON_SetValuestring(value, nonce);
    cJSON_ArrayForEach(each, value) {
        put_nonce(each);
    }
}

ns_status ns_runner_start(ns_runner_request *request, ns_runner **out, ns_error *error) {
    cJSON_Delete(ns_runner_request_write(request));
    *out = &runner;
    return runner.frame ? NS_OK : ns_error_set_memory(error);
}

cJSON *ns_runner_next(ns_runner *self, HANDLE also, uint32_t timeout_ms) {
    cJSON *event = NULL;
    (void)also;
    if (timeout_ms == 0 && *self->at == '\n') {
        self->at++;
        return NULL;
    }
    while (!event && *self->at) {
        const size_t size = strcspn(self->at, "\n");
        event = cJSON_ParseWithLength(self->at, size);
        self->at += size + (self->at[size] == '\n');
        put_nonce(event);
    }
    return event ? event : cJSON_Parse("{\"type\":\"ended\",\"code\":\"RunnerFailed\"}");
}

bool ns_runner_send(ns_runner *self, cJSON *message, uint32_t channel) {
    (void)self;
    (void)channel;
    cJSON_Delete(message);
    return true;
}

bool ns_runner_let_sign_in(ns_runner *self, const ns_secret *password, uint64_t by) {
    (void)self;
    (void)by;
    return password->size > 0;
}

void ns_runner_keep_awake(ns_runner *self) {
    (void)self;
}

void ns_runner_stop(ns_runner *self) {
    (void)self;
}

void ns_runner_kill(ns_runner *self) {
    (void)self;
}

ns_frame *ns_runner_frame(ns_runner *self) {
    return self->frame;
}

void ns_runner_close(ns_runner *self) {
    (void)self;
}

static ns_status load(ns_drive *drive, ns_error *error) {
    ns_status status = ns_store_open(fuzz_store_path(), &drive->store, error);
    drive->hold = fuzz_store_run();
    if (status == NS_OK)
        status = ns_run_load(drive->store, drive->hold.run_id, &drive->run, error);
    if (status == NS_OK)
        status = ns_target_load(drive->store, drive->run.machine_id, &drive->target, error);
    if (status == NS_OK)
        status = ns_flow_load_by_id(drive->store, drive->run.flow_id, &drive->flow, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(drive->store, drive->run.connection_id, &drive->connection, error);
    return status;
}

/* Files are to be brought back, and a film strip is kept. */
static void ask_for_more(ns_drive *drive) {
    free(drive->flow.artifacts);
    drive->flow.artifacts = ns_string_copy("*");
    drive->flow.picture_every_s = 1;
    drive->flow.keep_awake_s = 1;
    if (!drive->flow.artifacts)
        abort();
}

/* The first byte says what the run is for, whether it returns to a session, and whether it brings something back. */
static void read_run(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data + (size ? 1 : 0), size ? size - 1 : 0);
    ns_drive drive;
    ns_error error;
    if (!runner.frame && ns_frame_create(64, 64, &runner.frame, &error) == NS_OK) {
        memset(ns_frame_begin(runner.frame, 64, 64), 7, (size_t)4 * 64 * 64);
        ns_frame_changed(runner.frame);
    }
    runner.at = text;
    ns_drive_init(&drive, NULL, NULL);
    nonce = drive.nonce;
    if (load(&drive, &error) != NS_OK)
        abort();
    drive.turn_held = true;
    drive.run.purpose = size ? (ns_purpose)(data[0] % 4) : NS_PURPOSE_FLOW;
    drive.reuse = size && (data[0] & 4);
    if (size && (data[0] & 8))
        ask_for_more(&drive);
    ns_drive_run(&drive);
    if (!drive.settled || ns_drive_record(&drive, &error) != NS_OK)
        abort(); /* whatever it is told, a run ends with a code, and that is written down */
    ns_drive_clear(&drive);
    free(text);
}

const fuzz_input protocol_inputs[] = {
    {"stream", "core/base/message.c", read_stream},
    {"hello", "core/agent/protocol.c:ns_agent_hello_read core/agent/protocol.c:take core/agent/protocol.c:ns_agent_failed_code", read_hello},
    {"request",
     "core/runner/runner_request.c:ns_runner_request_read core/runner/runner_request.c:take_target core/runner/runner_request.c:take_addresses "
     "core/runner/runner_request.c:take core/runner/runner_request.c:take_number core/runner/runner_request.c:ns_runner_go_read",
     read_request},
    {"order", "app/agent/order.c", read_order},
    {"run", "core/run/drive_agent.c core/run/drive_session.c core/run/drive_artifacts.c", read_run},
    {NULL, NULL, NULL}};
