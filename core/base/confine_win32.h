/* What the starter of a confined process closes before that begins, on Windows: the token, what may be loaded and run, child processes. Each answer
 * of the system's is checked: without one of them there is no such process. Private to core/base, but for ns_confine_is_wine. */
#ifndef NS_BASE_CONFINE_H
#define NS_BASE_CONFINE_H

#include <winsock2.h>
#include <windows.h>

#include <stdbool.h>

/* Two attributes of PROC_THREAD_ATTRIBUTE_LIST; what they point to. */
enum { NS_CONFINE_ATTRIBUTES = 2 };
typedef struct ns_confine {
    DWORD64 mitigations;
    DWORD child_processes;
} ns_confine;

/* Our own token with no privileges, as a user who is no administrator, at low integrity: it writes to nothing of the user's. It
 * still reads what no label forbids. NULL when it could not be made; GetLastError says why. */
HANDLE ns_confine_token(void);
/* *self must live as long as the list. */
bool ns_confine_add_attributes(ns_confine *self, LPPROC_THREAD_ATTRIBUTE_LIST list);
/* Wine has none of the policies and no integrity levels: there the tests run, and nobody's password. */
bool ns_confine_is_wine(void);

#endif
