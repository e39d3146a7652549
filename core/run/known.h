/* What Nightshift itself knows of a machine, as facts: the sessions that runs left, runs at work, the last run, and whether
 * the account is held back. Private to core/run. */
#ifndef NS_RUN_KNOWN_H
#define NS_RUN_KNOWN_H

#include "model/fact.h"
#include "run/request.h"

/* `connection` may be NULL. Adds to `out`. */
NS_MUST_USE ns_status ns_known_facts(ns_store *store, const ns_target *target, const ns_connection *connection, ns_facts *out, ns_error *error);

#endif
