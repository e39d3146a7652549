/* Connections: who signs in. Names are found ignoring case. */
#ifndef NS_STORE_IDENTITY_H
#define NS_STORE_IDENTITY_H

#include "base/text.h"
#include "model/things.h"
#include "secret/secret.h"
#include "store/store.h"

typedef struct ns_connection_list {
    ns_connection *items; /* by name */
    size_t count;
} ns_connection_list;

NS_MUST_USE ns_status ns_connections_load(ns_store *store, ns_connection_list *out, ns_error *error);
void ns_connection_list_clear(ns_connection_list *list);
NS_MUST_USE ns_status ns_connection_load(ns_store *store, const char *name, ns_connection *out, ns_error *error);
NS_MUST_USE ns_status ns_connection_load_by_id(ns_store *store, int64_t id, ns_connection *out, ns_error *error);
/* Adds when the id is 0 and sets it; else writes name, user and domain. `secret` NULL keeps the stored one, unless the user
 * changes: then it is taken away, for good. A new secret lifts the pause after a refusal. */
NS_MUST_USE ns_status ns_connection_save(ns_store *store, ns_connection *connection, const ns_secret *secret, ns_error *error);
/* A new secret for the user as it was after the activity `since`, when who gives the secret looked: NS_STATUS_REFUSED (ChangedMeanwhile), with who
 * changed it and when, if that is another user by now. */
NS_MUST_USE ns_status ns_connection_set_secret(ns_store *store, int64_t id, int64_t since, const ns_secret *secret, ns_error *error);
/* Who signed in with it, as the agent told it: connections of one SID are one account. Nothing is written when it is known. */
NS_MUST_USE ns_status ns_connection_note_sid(ns_store *store, int64_t id, const char *sid, ns_error *error);
/* The names of other connections that may sign in as the same account though they are taken for another (model/account.h), with ", " between them. */
NS_MUST_USE ns_status ns_connection_alike(ns_store *store, const ns_connection *connection, ns_text *out, ns_error *error);
/* Refused while a run with it is queued or running. */
NS_MUST_USE ns_status ns_connection_remove(ns_store *store, int64_t id, ns_error *error);
NS_MUST_USE ns_status ns_connections_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error); /* all or none */
/* The password, opened; the caller clears it. NS_STATUS_REFUSED (CredentialNotFound). */
NS_MUST_USE ns_status ns_connection_secret(ns_store *store, int64_t id, ns_secret *out, ns_error *error);

#endif
