/* Who an account is, under whatever spelling: what turns to sign in and pauses after a refusal go by. Pure; any thread. */
#ifndef NS_MODEL_ACCOUNT_H
#define NS_MODEL_ACCOUNT_H

#include <stdbool.h>

#include "model/things.h"

/* DOMAIN\user or user@domain, since only such an account is one over the whole fleet. NS_STATUS_INVALID. */
NS_MUST_USE ns_status ns_account_check(const char *account, ns_error *error);
/* Whether it is an account of the machine itself there: without a domain, with "." or with what the machine calls itself ("" when that is not
 * known). */
bool ns_account_is_local(const ns_connection *connection, const char *computer);
/* One text for all spellings of an account: "corp\bob" for CORP\bob, corp.example\bob and bob@corp.example, "\bob" for one of the machine itself. Of
 * two domains that begin with the same word it makes one: that costs a wait, and the other mistake costs an account that is locked out. A connection
 * that names its account (--account) goes by that. The caller frees; NULL when memory ran out. */
char *ns_account_key(const ns_connection *connection, const char *computer);
/* Whether they sign in as the same account there. Without memory they do: that costs a wait. */
bool ns_account_is_same(const ns_connection *a, const ns_connection *b, const char *computer);
/* Whether the account goes by that user name, whatever its domain is. */
bool ns_account_is_named(const ns_connection *connection, const char *user);
/* Whether two keys may be one account all the same: the user's name is one, and what is said of the domain differs. */
bool ns_account_may_be_same(const ns_connection *a, const ns_connection *b);

#endif
