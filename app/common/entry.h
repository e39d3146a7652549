/* What a console program of ours has from its terminal, on both systems. */
#ifndef NS_COMMON_ENTRY_H
#define NS_COMMON_ENTRY_H

#include <stdbool.h>

#include "secret/secret.h"

/* Sends the libraries' log to standard error only, errors only: standard output belongs to the protocol. */
void ns_entry_quiet_log(void);
/* Reads a password from the terminal without showing it. NS_STATUS_REFUSED when there is no terminal. */
NS_MUST_USE ns_status ns_entry_read_password(const char *prompt, ns_secret *out, ns_error *error);
bool ns_entry_is_terminal(void);
/* The same of standard input. */
bool ns_entry_input_is_terminal(void); /* standard output */
/* Ends the wait of ns_entry_cancel_event's holder when the user presses Ctrl+C. Manual event, never closed. */
HANDLE ns_entry_cancel_event(void);
/* The same for a second Ctrl+C. */
HANDLE ns_entry_end_event(void);

#endif
