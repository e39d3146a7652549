#include "model/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "model/names.h"

/* Borrowed from the connection. */
typedef struct spelling {
    const char *user;
    size_t user_size;
    const char *domain; /* its first label */
    size_t domain_size;
} spelling;

static const char *given(const char *text) {
    return text ? text : "";
}

/* "bob@corp.example" or "CORP\bob", or the user alone where the domain is told apart from it. */
static spelling parse(const char *text, const char *domain) {
    const char *backslash = strchr(text, '\\');
    const char *at = strrchr(text, '@');
    spelling self = {.user = text, .user_size = strlen(text), .domain = domain, .domain_size = strcspn(domain, ".")};
    if (backslash) {
        self = (spelling){.user = backslash + 1, .user_size = strlen(backslash + 1), .domain = text};
        self.domain_size = strcspn(text, ".\\");
    } else if (at) {
        self.user_size = (size_t)(at - text);
        self.domain = at + 1;
        self.domain_size = strcspn(self.domain, ".");
    }
    return self;
}

ns_status ns_account_check(const char *account, ns_error *error) {
    const spelling found = parse(account, "");
    const ns_status status = ns_field_check("account", account, 512, 1, error);
    if (status == NS_OK && (!found.user_size || !found.domain_size || memchr(found.user, '\\', found.user_size)))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidUser", "Write DOMAIN\\user or user@domain.", "\"%.100s\" names no account of a domain.",
                            account);
    return status;
}

bool ns_account_is_local(const ns_connection *connection, const char *computer) {
    const char *domain = given(connection->domain);
    if (given(connection->account)[0] || strchr(connection->user, '@'))
        return false;
    return !domain[0] || strcmp(domain, ".") == 0 || (computer[0] && ns_name_is_same(domain, computer));
}

static spelling spelled(const ns_connection *connection) {
    return given(connection->account)[0] ? parse(connection->account, "") : parse(connection->user, given(connection->domain));
}

char *ns_account_key(const ns_connection *connection, const char *computer) {
    const spelling found = spelled(connection);
    ns_text text;
    char *key = NULL;
    ns_text_init(&text, 2048);
    if (!ns_account_is_local(connection, computer))
        (void)ns_text_append(&text, found.domain, found.domain_size);
    (void)ns_text_append(&text, "\\", 1);
    (void)ns_text_append(&text, found.user, found.user_size);
    key = text.failed ? NULL : ns_fold_case(ns_text_string(&text));
    ns_text_clear(&text);
    return key;
}

bool ns_account_is_same(const ns_connection *a, const ns_connection *b, const char *computer) {
    char *key_a = NULL;
    char *key_b = NULL;
    bool same = false;
    if (given(a->sid)[0] && strcmp(given(a->sid), given(b->sid)) == 0)
        return true;
    key_a = ns_account_key(a, computer);
    key_b = ns_account_key(b, computer);
    same = !key_a || !key_b || strcmp(key_a, key_b) == 0;
    free(key_a);
    free(key_b);
    return same;
}

bool ns_account_is_named(const ns_connection *connection, const char *user) {
    const spelling found = spelled(connection);
    ns_text name;
    bool same = false;
    ns_text_init(&name, 2048);
    (void)ns_text_append(&name, found.user, found.user_size);
    same = !name.failed && ns_name_is_same(ns_text_string(&name), user);
    ns_text_clear(&name);
    return same;
}

static bool is_known_as_other(const ns_connection *a, const ns_connection *b) {
    return given(a->sid)[0] && given(b->sid)[0]; /* the same one, or another: known either way */
}

bool ns_account_may_be_same(const ns_connection *a, const ns_connection *b) {
    const spelling left = spelled(a);
    const spelling right = spelled(b);
    char *key_a = NULL;
    char *key_b = NULL;
    bool same = false;
    if (left.user_size != right.user_size || is_known_as_other(a, b) || given(a->account)[0] || given(b->account)[0] || ns_account_is_local(a, "") ||
        ns_account_is_local(b, ""))
        return false;
    key_a = ns_account_key(a, "");
    key_b = ns_account_key(b, "");
    same = key_a && key_b && strcmp(key_a, key_b) != 0 && ns_string_equal(strchr(key_a, '\\'), strchr(key_b, '\\'));
    free(key_a);
    free(key_b);
    return same;
}
