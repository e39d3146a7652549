#include "runner/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/phrase.h"
#include "base/pipe.h"
#include "base/program.h"
#include "base/system.h"

/* Room for a screen that the machine makes larger than was asked for: what is not drawn on takes no memory. An event may be a mebibyte. */
enum { FRAME_WIDTH = 3840, FRAME_HEIGHT = 2160, EVENTS_MAXIMUM = 64 };

struct ns_runner {
    ns_child *child;
    ns_frame *frame;
    HANDLE thread;
    HANDLE arrived; /* manual: set while the queue has something */
    HANDLE room;    /* manual: set while it is not full */
    bool closing;
    CRITICAL_SECTION lock;
    cJSON **events;
    size_t count;
    bool ended; /* "ended" was queued: nothing may follow */
};

/* Waits while the queue is full: nothing that a runner said may be lost, and a flow that prints faster than it is
 * written down is held up, as by any pipe. */
static void push(ns_runner *runner, cJSON *event) {
    bool last = strcmp(ns_json_string(event, "type", ""), "ended") == 0;
    EnterCriticalSection(&runner->lock);
    while (!runner->closing && !last && runner->count >= EVENTS_MAXIMUM - 1) {
        (void)ResetEvent(runner->room);
        LeaveCriticalSection(&runner->lock);
        (void)WaitForSingleObject(runner->room, INFINITE);
        EnterCriticalSection(&runner->lock);
    }
    if (!runner->ended && !runner->closing) {
        runner->events[runner->count++] = event;
        runner->ended = last;
        event = NULL;
        (void)SetEvent(runner->arrived);
    }
    LeaveCriticalSection(&runner->lock);
    cJSON_Delete(event);
}

static void push_death(ns_runner *runner) {
    cJSON *event = cJSON_CreateObject();
    int exit_code = 0;
    char detail[64];
    if (!event)
        return;
    if (ns_child_wait(runner->child, 2000, &exit_code))
        ns_phrase_write(detail, sizeof detail, "the runner ended with exit code %d", exit_code);
    else
        ns_phrase_write(detail, sizeof detail, "the runner closed its pipe");
    (void)ns_json_add_string(event, "type", "ended");
    (void)ns_json_add_string(event, "code", "RunnerFailed");
    (void)ns_json_add_string(event, "detail", detail);
    push(runner, event);
}

static DWORD WINAPI read_events(LPVOID context) {
    ns_runner *runner = context;
    ns_message_reader reader;
    char bytes[16384];
    size_t got = 0;
    ns_error error;
    ns_message_reader_init(&reader);
    while (ns_child_read(runner->child, bytes, sizeof bytes, &got, &error) == NS_OK && got > 0) {
        cJSON *event = NULL;
        if (ns_message_reader_add(&reader, bytes, got, &error) != NS_OK)
            break;
        while (ns_message_reader_next(&reader, &event, &error) == NS_OK && event)
            push(runner, event);
        if (reader.broken)
            break;
    }
    ns_message_reader_clear(&reader);
    push_death(runner);
    return 0;
}

static ns_status launch(ns_runner *runner, ns_error *error) {
    char *program = ns_program_path("nightshift-runner");
    const char *arguments[] = {program, NULL};
    const ns_child_options options = {.arguments = arguments, .inherited = ns_frame_handle(runner->frame), .confined = true};
    ns_status status = program ? ns_child_start(&options, &runner->child, error) : ns_error_set_memory(error);
    if (program && status != NS_OK)
        (void)ns_error_set(error, status, "RunnerFailed", "Install Nightshift again: its programs belong in one folder.",
                           "The program %s could not be started.", program);
    free(program);
    return status;
}

static ns_status send_request(ns_runner *runner, const ns_runner_request *request, ns_error *error) {
    cJSON *message = ns_runner_request_write(request);
    ns_text bytes;
    ns_status status = NS_OK;
    ns_text_init(&bytes, (size_t)NS_MESSAGE_MAXIMUM + NS_MESSAGE_HEADER);
    status = message ? ns_message_write(&bytes, message, error) : ns_error_set_memory(error);
    if (status == NS_OK)
        status = ns_child_write(runner->child, bytes.bytes, bytes.size, error);
    ns_text_clear(&bytes);
    cJSON_Delete(message);
    return status;
}

ns_status ns_runner_start(ns_runner_request *request, ns_runner **out, ns_error *error) {
    ns_runner *runner = calloc(1, sizeof *runner);
    ns_status status = NS_OK;
    uint32_t width = request->width > FRAME_WIDTH ? request->width : FRAME_WIDTH;
    uint32_t height = request->height > FRAME_HEIGHT ? request->height : FRAME_HEIGHT;
    *out = NULL;
    if (!runner)
        return ns_error_set_memory(error);
    InitializeCriticalSection(&runner->lock);
    runner->events = calloc(EVENTS_MAXIMUM, sizeof *runner->events);
    runner->arrived = CreateEventW(NULL, TRUE, FALSE, NULL);
    runner->room = CreateEventW(NULL, TRUE, TRUE, NULL);
    if (!runner->events || !runner->arrived || !runner->room)
        status = ns_error_set_memory(error);
    if (status == NS_OK)
        status = ns_frame_create(width, height, &runner->frame, error);
    if (status == NS_OK)
        status = launch(runner, error);
    if (status == NS_OK) {
        request->frame = ns_frame_handle_in_child(runner->frame);
        status = send_request(runner, request, error);
    }
    if (status == NS_OK) {
        runner->thread = CreateThread(NULL, 0, read_events, runner, 0, NULL);
        if (!runner->thread)
            status = ns_error_set_memory(error);
    }
    if (status != NS_OK) {
        ns_runner_close(runner);
        return status;
    }
    *out = runner;
    return NS_OK;
}

cJSON *ns_runner_next(ns_runner *runner, HANDLE also, uint32_t timeout_ms) {
    HANDLE handles[2] = {runner->arrived, also};
    cJSON *event = NULL;
    (void)WaitForMultipleObjects(also ? 2 : 1, handles, FALSE, timeout_ms);
    EnterCriticalSection(&runner->lock);
    if (runner->count) {
        event = runner->events[0];
        memmove(runner->events, runner->events + 1, --runner->count * sizeof *runner->events);
    }
    if (runner->count == 0)
        (void)ResetEvent(runner->arrived);
    (void)SetEvent(runner->room);
    LeaveCriticalSection(&runner->lock);
    return event;
}

static bool send_message(ns_runner *runner, const cJSON *message) {
    ns_text bytes;
    ns_error error;
    bool sent = false;
    ns_text_init(&bytes, (size_t)NS_MESSAGE_MAXIMUM + NS_MESSAGE_HEADER);
    sent = message && ns_message_write(&bytes, message, &error) == NS_OK && ns_child_write(runner->child, bytes.bytes, bytes.size, &error) == NS_OK;
    ns_text_wipe(&bytes);
    return sent;
}

bool ns_runner_send(ns_runner *runner, cJSON *message, uint32_t channel) {
    cJSON *command = cJSON_CreateObject();
    bool sent = false;
    if (command && message && ns_json_add_string(command, "type", "agent") && ns_json_add_integer(command, "channel", channel) &&
        cJSON_AddItemToObject(command, "message", message)) {
        message = NULL;
        sent = send_message(runner, command);
    }
    ns_json_wipe(message); /* a secret input may be in it */
    ns_json_wipe(command);
    return sent;
}

bool ns_runner_let_sign_in(ns_runner *runner, const ns_secret *password, uint64_t by) {
    cJSON *command = ns_runner_go_write(password, by);
    const bool sent = command && send_message(runner, command);
    ns_json_wipe(command);
    return sent;
}

static void send_word(ns_runner *runner, const char *type) {
    cJSON *command = cJSON_CreateObject();
    if (command && ns_json_add_string(command, "type", type))
        (void)send_message(runner, command);
    cJSON_Delete(command);
}

void ns_runner_keep_awake(ns_runner *runner) {
    send_word(runner, "awake");
}

void ns_runner_stop(ns_runner *runner) {
    send_word(runner, "stop");
}

void ns_runner_kill(ns_runner *runner) {
    ns_child_kill_tree(runner->child);
}

ns_frame *ns_runner_frame(ns_runner *runner) {
    return runner->frame;
}

void ns_runner_close(ns_runner *runner) {
    if (!runner)
        return;
    if (runner->child)
        ns_child_kill_tree(runner->child);
    EnterCriticalSection(&runner->lock);
    runner->closing = true;
    if (runner->room)
        (void)SetEvent(runner->room);
    LeaveCriticalSection(&runner->lock);
    if (runner->thread) {
        (void)WaitForSingleObject(runner->thread, INFINITE);
        CloseHandle(runner->thread);
    }
    ns_child_close(runner->child);
    for (size_t i = 0; i < runner->count; i++)
        cJSON_Delete(runner->events[i]);
    free(runner->events);
    ns_frame_close(runner->frame);
    if (runner->arrived)
        CloseHandle(runner->arrived);
    if (runner->room)
        CloseHandle(runner->room);
    DeleteCriticalSection(&runner->lock);
    free(runner);
}
