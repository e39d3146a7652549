/* What wakes an agent that waits in a session of xrdp: a client that comes, a newer agent, the end. xorgxrdp gives the display its client's keyboard
 * whenever one comes, which changes the root window's property _XKB_RULES_NAMES (xkb(7)); another display server tells nothing, and has to be looked
 * at. Linux only. One thread, but for news_wake. */
#ifndef NS_AGENT_NEWS_H
#define NS_AGENT_NEWS_H

#include <stdbool.h>

/* Begins to listen; `display_tells`: the display's server is xorgxrdp. */
void news_begin(bool display_tells);
/* Waits for something of it, at most so many ms; -1 for as long as it takes, where the display tells, and else for two seconds. */
void news_wait(int timeout_ms);
/* Whether a client may have come since this was asked last. */
bool news_of_client(void);
/* From a signal's handler. */
void news_wake(void);

#endif
