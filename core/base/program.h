/* Our own programs, which lie in one folder. Any thread. */
#ifndef NS_BASE_PROGRAM_H
#define NS_BASE_PROGRAM_H

/* The path of one of them, such as "nightshift-runner". The caller frees; NULL when memory ran out. */
char *ns_program_path(const char *name);

#endif
