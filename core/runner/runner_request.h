/* What a program asks its runner for, and how it crosses the pipe: one message of type "start" (docs/architecture.md
 * lists the others). Both sides use these. The password is in it; whoever holds the message wipes it. */
#ifndef NS_RUNNER_REQUEST_H
#define NS_RUNNER_REQUEST_H

#include "base/json.h"
#include "model/trust.h"
#include "secret/secret.h"

typedef struct ns_runner_request {
    char host[256];
    uint16_t port;
    char user[1024];
    char domain[1024];
    ns_secret password;
    uint32_t width;  /* px */
    uint32_t height; /* px */
    uint32_t scale;  /* percent */
    uint32_t depth;  /* bits a pixel */
    ns_trust_rules trust;
    bool sign_in_only; /* stops as soon as the machine judged the credential */
    char agent_command[1024];
    char client_name[20];
    uint32_t connect_timeout_ms;
    intptr_t frame; /* the number by which the runner finds the shared frame */
} ns_runner_request;

/* The caller deletes with ns_runner_request_message_delete. NULL when memory ran out. */
cJSON *ns_runner_request_write(const ns_runner_request *request);
NS_MUST_USE ns_status ns_runner_request_read(const cJSON *message, ns_runner_request *out, ns_error *error);
/* Wipes the password in the message first. */
void ns_runner_request_message_delete(cJSON *message);

#endif
