/* What a call answers: a status, and an error that says to a person what happened and what to do.
 * An ns_error is a plain value: it may be copied between threads and stored. It keeps what happened as an id and its values. It never carries a
 * secret. */
#ifndef NS_BASE_STATUS_H
#define NS_BASE_STATUS_H

#include <stdint.h>

#include "base/platform.h"

typedef enum ns_status {
    NS_OK = 0,
    NS_STATUS_INVALID,   /* the input breaks a rule; nothing was changed */
    NS_STATUS_NOT_FOUND, /* no such machine, group, connection, flow, run or file */
    NS_STATUS_EXISTS,    /* the name is taken */
    NS_STATUS_REFUSED,   /* understood, and not done: a rule of safety forbids it now */
    NS_STATUS_STORE,     /* the store could not be read or written */
    NS_STATUS_AGAIN,     /* another program kept the store locked; nothing was changed, and the same may be tried again */
    NS_STATUS_MEMORY,
    NS_STATUS_LOST,     /* what was held is another's by now */
    NS_STATUS_SYSTEM,   /* the operating system refused; `native` holds its number */
    NS_STATUS_PROTOCOL, /* the other side sent what it must not send */
    NS_STATUS_TIMEOUT,
    NS_STATUS_CLOSED /* the other side is gone */
} ns_status;

typedef struct ns_error {
    ns_status status;
    uint32_t native;   /* errno, GetLastError, SQLite or FreeRDP number; 0 where there is none */
    char code[48];     /* stable name, see docs/result-codes.md */
    char message[640]; /* a phrase (base/phrase.h), and so is the next */
    char remedy[512];
} ns_error;

/* Fills `error` (may be NULL) and returns `status`, so that a failing call can end with it. `remedy` may be NULL. */
ns_status ns_error_set(ns_error *error, ns_status status, const char *code, const char *remedy, const char *format, ...) NS_PRINTF(5, 6);

/* The same for a failed system call: adds the system's own words and number. */
ns_status ns_error_set_system(ns_error *error, uint32_t native, const char *code, const char *remedy, const char *format, ...) NS_PRINTF(5, 6);

ns_status ns_error_set_memory(ns_error *error);
void ns_error_clear(ns_error *error);

#endif
