/* Opening a document or an address as the user's own shell does: `nightshift-agent --open WHAT`, a process of its own, so that what is started for it
 * belongs to the flow. open_win32.c and open_posix.c. */
#ifndef NS_AGENT_OPEN_H
#define NS_AGENT_OPEN_H

/* Opens it and waits for the program that shows it, where the system says which that is. The exit code: 0 when it was opened, else 1 after words on
 * standard output. */
int open_document(const char *what);

#endif
