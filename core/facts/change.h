/* The one place that changes something on a machine: numbers in its registry that a check names, this computer's or another
 * machine's. Reads before it writes, reads again after, and says what was there. change_win32.c; elsewhere change_posix.c
 * refuses. May block as long as RPC does. Any thread.
 * https://learn.microsoft.com/windows/win32/api/winreg/nf-winreg-regconnectregistryw */
#ifndef NS_FACTS_CHANGE_H
#define NS_FACTS_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

typedef struct ns_registry_number {
    const char *key;  /* below HKEY_LOCAL_MACHINE */
    const char *name; /* a REG_DWORD */
    bool narrow;      /* the 32-bit view */
    bool there;       /* else it is not there, or is to be removed */
    uint32_t value;
} ns_registry_number;

/* `host` "" for this computer. Fills `there` and `value` of each. NS_STATUS_NOT_FOUND (FactsNotAvailable). */
NS_MUST_USE ns_status ns_registry_read_numbers(const char *host, ns_registry_number *numbers, size_t count, ns_error *error);
/* Writes each, making keys that are missing, or removes it. What was written before a failure is put back from `before`,
 * which ns_registry_read_numbers filled for the same values. NS_STATUS_SYSTEM with MachineNotChanged when that was seen to be
 * as before, and MachineHalfChanged when it was not. */
NS_MUST_USE ns_status ns_registry_write_numbers(const char *host, const ns_registry_number *numbers, const ns_registry_number *before, size_t count,
                                                ns_error *error);

#endif
