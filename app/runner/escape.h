/* What is tried from inside the cage, on each system. Private to app/runner. */
#ifndef NS_APP_RUNNER_ESCAPE_H
#define NS_APP_RUNNER_ESCAPE_H

#include <stdbool.h>

typedef struct cage_escape {
    const char *name;
    bool (*comes_through)(void);
} cage_escape;

/* escape_posix.c, escape_win32.c; the last has no name. */
extern const cage_escape cage_escapes[];

#endif
