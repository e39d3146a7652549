/* A check's fix as data: the registry value that its command sets or removes. The command that people copy and what Nightshift
 * does are one text. Pure; any thread. */
#ifndef NS_PREFLIGHT_FIX_H
#define NS_PREFLIGHT_FIX_H

#include <stdbool.h>
#include <stdint.h>

enum { NS_FIX_KEY_SIZE = 200, NS_FIX_NAME_SIZE = 80 };

typedef struct ns_fix {
    char key[NS_FIX_KEY_SIZE]; /* below HKEY_LOCAL_MACHINE, in the 64-bit view */
    char name[NS_FIX_NAME_SIZE];
    bool there; /* else the value is removed */
    uint32_t value;
} ns_fix;

/* From "reg add "HKLM\…" /v NAME /t REG_DWORD /d VALUE /f" or "reg delete "HKLM\…" /v NAME /f"; false for anything else. */
bool ns_fix_read(const char *command, ns_fix *out);

#endif
