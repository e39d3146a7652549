/* What a program asks its runner for, and how it crosses the pipe: one message of type "start" (docs/architecture.md
 * lists the others). Both sides use these. The password comes later, and only when it may go out: in the message "go", which whoever holds it wipes.
 */
#ifndef NS_RUNNER_REQUEST_H
#define NS_RUNNER_REQUEST_H

#include "base/json.h"
#include "model/trust.h"
#include "secret/secret.h"

enum { NS_RUNNER_ADDRESSES = 16 };

typedef struct ns_runner_request {
    char host[256];
    char addresses[NS_RUNNER_ADDRESSES][64]; /* of that host, numeric: the only ones that are connected to */
    size_t address_count;                    /* at least one */
    uint16_t port;
    char user[1024];
    char domain[1024];
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

/* The caller deletes. NULL when memory ran out. */
cJSON *ns_runner_request_write(const ns_runner_request *request);
NS_MUST_USE ns_status ns_runner_request_read(const cJSON *message, ns_runner_request *out, ns_error *error);
/* The password may go out until then (ms, monotonic; the same on both sides). NULL when memory ran out. */
cJSON *ns_runner_go_write(const ns_secret *password, uint64_t by);
NS_MUST_USE ns_status ns_runner_go_read(const cJSON *message, ns_secret *password, uint64_t *by, ns_error *error);

#endif
