/* What the agent can say of the session that it runs in, and what it does to it. session_win32.c and session_posix.c. */
#ifndef NS_AGENT_SESSION_H
#define NS_AGENT_SESSION_H

#include "agent/protocol.h"
#include "flow/ready.h"

typedef struct session_screen {
    int64_t width;  /* px */
    int64_t height; /* px */
    int64_t scale;  /* percent */
    int64_t depth;  /* bits a pixel */
} session_screen;

typedef enum session_ending { SESSION_STAYS, SESSION_SIGNS_OUT, SESSION_RESTARTS } session_ending;

/* Once, before the rest: begins to listen for what happens to the session. `told` is called when its end begins or is taken back, on a thread of its
 * own and before the system is answered. */
void session_begin(void (*told)(void *context), void *context);
/* Waits for something to happen to the session (a client, a lock), or for so many ms; 0 for as long as it takes, where the system tells of such
 * things. */
void session_wait(uint32_t timeout_ms);
/* Whether something happened since this was asked last. */
bool session_has_news(void);
/* What a flow on this desktop would find now. `installed`: the session has a shell of its own beside us. */
void session_look_at_desktop(bool installed, ns_desktop_facts *out);
/* Fills everything but version and nonce. What cannot be found out is "", 0 or unknown. `kept`: we locked it before. */
void session_describe(ns_agent_hello *hello, bool kept);
/* The domain that the session's user is of, or the machine's name; "" when it is not known. Gives `out` back. */
const char *session_domain(char *out, size_t size);
void session_look_at_screen(session_screen *out);
/* To be called now and then: remembers whether somebody is connected, so that the next hello can say what was before. */
void session_watch(void);
/* Whether a client is connected to the session now. */
bool session_is_connected(void);
/* Whether the system has told that the session ends, and how. */
session_ending session_is_ending(void);
/* Whether that can no longer be taken back, and this process is to end by itself. */
bool session_has_ended(void);
/* The name of a user other than ours who is signed in to this machine now and was not when this was called before, or "".
 * The first call takes the measure. */
void session_new_user(char *out, size_t size);
/* Locks the session for its next use and looks that it is locked. False with what to say. */
bool session_lock(char *message, size_t size);
/* The desktop as PNG; the caller frees. */
NS_MUST_USE ns_status session_picture(uint8_t **png, size_t *size, ns_error *error);
/* Signs the session out, and sees to it that it goes: asked, then by ending what holds it up, then without asking. `is_shell`: this process is what
 * the session was started with, so ending it is enough. `held_up` is called with the names of the programs that hold it up, when some do. Returns
 * when the session is as good as gone, or cannot be ended from here. */
void session_sign_out(bool is_shell, void (*held_up)(void *context, const char *names), void *context);

#endif
