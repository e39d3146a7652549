/* The registry values that are facts: one table, read by collect_win32.c and written down in docs/facts.md. Pure. */
#ifndef NS_FACTS_REGISTRY_H
#define NS_FACTS_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ns_registry_value {
    const char *fact;
    const char *key; /* below HKEY_LOCAL_MACHINE */
    const char *name;
    bool narrow; /* the 32-bit view (KEY_WOW64_32KEY), else the 64-bit one */
} ns_registry_value;

const ns_registry_value *ns_registry_value_at(size_t index); /* NULL past the end */
/* The same below HKEY_CURRENT_USER, of the user that the collecting process runs as. */
const ns_registry_value *ns_registry_user_value_at(size_t index);

#endif
