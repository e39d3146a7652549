/* The session in which a flow starts, as far as finding its program goes: a narrow interface, so that what is made of it is tested from facts. */
#ifndef NS_FLOW_PLACE_H
#define NS_FLOW_PLACE_H

#include <stdbool.h>

typedef struct ns_flow_place {
    bool windows;
    /* Each gives a copy that the caller frees, or NULL. */
    /* The full path of a program: of a name by the system's own search for this user (PATH, on Windows App Paths too), of a path if it is there. */
    char *(*find)(void *context, const char *name);
    /* The value of a variable of the environment. */
    char *(*variable)(void *context, const char *name);
    /* `folder`/X/`file` with the X that is the greatest version, compared as numbers. */
    char *(*newest)(void *context, const char *folder, const char *file);
    void *context;
} ns_flow_place;

/* flow_place_win32.c, flow_place_posix.c: of this process. Any thread. */
const ns_flow_place *ns_flow_place_here(void);

/* `newest` of this computer, for both of them. */
char *ns_flow_newest(void *context, const char *folder, const char *file);

/* Whether the first of two versions such as "25.10.1" is the greater one, compared as numbers. */
bool ns_version_is_greater(const char *a, const char *b);
/* A copy of `text` with the value of each known variable in place of %NAME%, on Windows; a name that is not known stays. The caller frees; NULL when
 * memory ran out. */
char *ns_flow_expand(const ns_flow_place *place, const char *text);

#endif
