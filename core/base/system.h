/* What the operating system alone can say or do, in narrow calls: two files implement them, system_win32.c and
 * system_posix.c. Any thread. */
#ifndef NS_BASE_SYSTEM_H
#define NS_BASE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

/* Whether the file, or the folder that it would be in, is on another computer's disk, as far as this one tells. SQLite's journal of several programs
 * does not work there (https://www.sqlite.org/wal.html). */
bool ns_system_is_on_share(const char *path);

enum { NS_BOOT_ID_SIZE = 80 };

/* Fills `out` from the system's cryptographic random source (getrandom, BCryptGenRandom). */
NS_MUST_USE ns_status ns_system_random(void *out, size_t size, ns_error *error);
/* The folder of the running program, without a final separator; the caller frees. NULL when memory ran out. */
char *ns_system_program_folder(void);
/* What a program's file name ends with here: ".exe" or "". */
const char *ns_system_program_suffix(void);
/* Where this user's Nightshift keeps its data (%LOCALAPPDATA%\Nightshift, or `store` beside the program where a nightshift-portable.txt lies there;
 * $XDG_DATA_HOME/nightshift) or its keys; the
 * caller frees. NULL when the system does not say or memory ran out. */
char *ns_system_data_folder(void);
char *ns_system_key_folder(void);
/* On Windows: a process of low integrity, as the runner is, may not even read what is in the folder or comes into it (a mandatory label with
 * no-read-up, https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control). A file system without labels stays as it is. Elsewhere
 * nothing: the runner's own cage opens no files. */
void ns_system_keep_from_low(const char *folder);
/* Makes the folder and those above it, for this user only where they are new. */
NS_MUST_USE ns_status ns_system_make_folder(const char *path, ns_error *error);
/* fopen with a UTF-8 path; NULL and errno on failure. A new file is readable by this user only. */
FILE *ns_system_open_file(const char *path, const char *mode);
/* Renames `from` to `to`, replacing it in one step. */
NS_MUST_USE ns_status ns_system_replace_file(const char *from, const char *to, ns_error *error);
/* Removes the file, if it is there and may be. */
void ns_system_remove_file(const char *path);
/* Its bytes; -1 when it is not there. */
int64_t ns_system_file_size(const char *path);
/* When it was last written, ms UTC; 0 when it is not there. */
int64_t ns_system_file_time(const char *path);
/* Whether it is a file, and no folder, device or link. */
bool ns_system_file_is_plain(const char *path);
bool ns_system_file_exists(const char *path);
/* Who uses this program: "user@computer". The caller frees; NULL when memory ran out. */
char *ns_system_user(void);
/* A text that names this process on this machine now and never another: "linux/host/pid/start". The caller frees. */
char *ns_system_process_identity(void);
/* Another one after each start of the computer, and on each computer; "" where none is known. Within one, ns_clock_monotonic_ms is the same clock for
 * all programs. */
void ns_system_boot_id(char out[NS_BOOT_ID_SIZE]);
/* Whether the process so named is alive: 1 yes, 0 no, -1 when it cannot be told from here (another machine or system). */
int ns_system_process_is_alive(const char *identity);
/* No core dump and no debugger of another user: for a process that holds a password. */
void ns_system_protect_process(void);
/* Takes from the environment what this process does not need to pass on; the value is borrowed. NULL when unset. */
const char *ns_system_environment(const char *name);

#endif
