/* The rules for what people type: names, hosts, ports, users. Pure; any thread. */
#ifndef NS_MODEL_NAMES_H
#define NS_MODEL_NAMES_H

#include <stdbool.h>

#include "base/status.h"

enum { NS_NAME_MAXIMUM = 100, NS_DESCRIPTION_MAXIMUM = 2000, NS_PASSWORD_MAXIMUM = 256 };

/* 1 to 100 characters of UTF-8, no control characters, no space at either end. `what` names the thing in the message. */
NS_MUST_USE ns_status ns_name_check(const char *what, const char *name, ns_error *error);
NS_MUST_USE ns_status ns_description_check(const char *description, ns_error *error);
/* A DNS name, or an IPv4 or IPv6 address; nothing that FreeRDP would read as a local socket or a descriptor. */
NS_MUST_USE ns_status ns_host_check(const char *host, ns_error *error);
NS_MUST_USE ns_status ns_port_check(long long port, ns_error *error);
/* `text` of at most `maximum` characters without control characters, and not empty when `required`. */
NS_MUST_USE ns_status ns_field_check(const char *what, const char *text, int maximum, int required, ns_error *error);

/* Splits "DOMAIN\user" into its parts; a UPN or a bare name stays whole with an empty domain, since Windows splits a UPN
 * itself. ".\user" and "local\user" mean the machine's own account: the domain is then ".", which Windows takes for the
 * machine (https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-logonuserw, lpszDomain).
 * `domain` and `user` are given back as copies that the caller frees. */
NS_MUST_USE ns_status ns_user_split(const char *text, char **domain, char **user, ns_error *error);
/* Whether two names of users are the same to Windows, which does not tell case apart. False when memory ran out. */
bool ns_name_is_same(const char *a, const char *b);

#endif
