/* What the agent can say of the session that it runs in, and how it ends it. session_win32.c and session_posix.c. */
#ifndef NS_AGENT_SESSION_H
#define NS_AGENT_SESSION_H

#include "agent/protocol.h"

/* Fills everything but version and nonce. What cannot be found out is "" or 0. */
void session_describe(ns_agent_hello *hello);
/* Signs the session out. `is_shell`: this process is what the session was started with, so ending it is enough. */
void session_sign_out(bool is_shell);

#endif
