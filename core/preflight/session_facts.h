/* The sessions on a machine, as the rules of sessions want them (model/session_rules.h). Pure; any thread. */
#ifndef NS_PREFLIGHT_SESSION_FACTS_H
#define NS_PREFLIGHT_SESSION_FACTS_H

#include "preflight/check.h"

enum { NS_SESSION_FACTS = 256 };

/* Those that the facts list; `list` is what out->sessions points to. False when they are not known. */
bool ns_check_sessions(const ns_check_input *in, ns_session_facts *out, ns_session_fact list[NS_SESSION_FACTS]);
/* Those that our own runs kept or left there, where the machine lists none to us; there may be others besides. False when there is none. */
bool ns_check_left_sessions(const ns_check_input *in, ns_session_facts *out, ns_session_fact list[NS_SESSION_FACTS]);

#endif
