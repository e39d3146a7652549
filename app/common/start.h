/* Where a console program of ours starts, on both systems: start_win32.c and start_posix.c have the system's own entry. */
#ifndef NS_COMMON_START_H
#define NS_COMMON_START_H

/* Each program's own; its arguments are UTF-8. */
int ns_main(int argc, char **argv);

#endif
