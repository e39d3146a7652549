/* Case folding, by which names are the same in every alphabet. Any thread. In files of its own, since it brings ICU into a program. */
#ifndef NS_BASE_FOLD_H
#define NS_BASE_FOLD_H

/* Case folding for comparing names: "ÄB" and "äb" give the same key. The caller frees; NULL when memory ran out. */
char *ns_fold_case(const char *utf8);
/* The same by the system's own tables, for any text. */
char *ns_fold_case_by_system(const char *utf8);

#endif
