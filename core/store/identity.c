#include "store/action.h"
#include "store/changed.h"
#include "store/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"
#include "model/account.h"
#include "model/names.h"
#include "store/journal.h"
#include "store/sql.h"

#define CONNECTION_COLUMNS "SELECT id, name, user_name, domain, secret IS NOT NULL, refused_at, refused_code, kind, account, sid FROM connection "

static ns_status take_connection(void *context, const ns_db_row *row, ns_error *error) {
    ns_connection *connection = context;
    bool failed = false;
    ns_connection_clear(connection);
    connection->id = ns_db_integer(row, 0);
    connection->name = ns_sql_text(row, 1, &failed);
    connection->user = ns_sql_text(row, 2, &failed);
    connection->domain = ns_sql_text(row, 3, &failed);
    connection->has_secret = ns_db_integer(row, 4) != 0;
    connection->refused_at = ns_db_integer(row, 5);
    connection->refused_code = ns_sql_text(row, 6, &failed);
    connection->account = ns_sql_text(row, 8, &failed);
    connection->sid = ns_sql_text(row, 9, &failed);
    (void)!ns_connection_kind_parse(ns_db_text(row, 7), &connection->kind, NULL);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_connection, ns_connection_list, ns_connection, items, count, take_connection)

ns_status ns_connections_load(ns_store *store, ns_connection_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, append_connection, out, error, CONNECTION_COLUMNS "ORDER BY name_key", "");
    if (status != NS_OK)
        ns_connection_list_clear(out);
    return status;
}

void ns_connection_list_clear(ns_connection_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ns_connection_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}

static ns_status no_connection(const char *name, ns_error *error) {
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "ConnectionNotFound", "See the names with: nightshiftctl connection list",
                        "There is no connection \"%.100s\".", name);
}

ns_status ns_connection_load(ns_store *store, const char *name, ns_connection *out, ns_error *error) {
    char *key = ns_fold_case(name);
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = key ? ns_sql(store, take_connection, out, error, CONNECTION_COLUMNS "WHERE name_key = ?", "s", key) : ns_error_set_memory(error);
    free(key);
    return status == NS_OK && out->id == 0 ? no_connection(name, error) : status;
}

ns_status ns_connection_load_by_id(ns_store *store, int64_t id, ns_connection *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, take_connection, out, error, CONNECTION_COLUMNS "WHERE id = ?", "i", id);
    return status == NS_OK && out->id == 0 ? no_connection("(removed)", error) : status;
}

static ns_status write_secret(ns_store *store, int64_t id, const ns_secret *secret, ns_error *error) {
    char bound_to[48];
    ns_secret_blob blob = {0};
    ns_status status = NS_OK;
    (void)snprintf(bound_to, sizeof bound_to, "connection:%lld", (long long)id);
    status = ns_secret_protect(secret, bound_to, &blob, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE connection SET secret = ?, refused_at = 0, refused_code = '' WHERE id = ?", "bi",
                        blob.bytes, blob.size, id);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE sign_in SET refused_at = 0, refused_code = '' WHERE connection_id = ?", "i", id);
    free(blob.bytes);
    return status;
}

static ns_status note_password(ns_store *store, ns_journal *journal, int64_t id, ns_error *error) {
    char *now = NULL;
    ns_status status = ns_thing_read(store, "connection", id, &now, error);
    if (status == NS_OK)
        status = ns_journal_note(store, journal, "connection", id, NULL, now, error);
    free(now);
    return status;
}

static ns_status check_connection(const ns_connection *connection, ns_error *error) {
    ns_status status = ns_name_check("connection name", connection->name, error);
    if (status == NS_OK)
        status = ns_field_check("user name", connection->user, 256, 1, error);
    if (status == NS_OK)
        status = ns_field_check("domain", connection->domain ? connection->domain : "", 255, 0, error);
    if (status == NS_OK && connection->account && connection->account[0])
        status = ns_account_check(connection->account, error);
    return status;
}

/* Within a transaction: the connection's row, without its secret. */
static ns_status write_connection(ns_store *store, const ns_connection *connection, const char *key, int64_t *id, ns_error *error) {
    const char *domain = connection->domain ? connection->domain : "";
    const char *account = connection->account ? connection->account : "";
    const char *kind = ns_connection_kind_name(connection->kind);
    ns_status status = NS_OK;
    if (*id) {
        /* The password that is kept is another user's: tried with this one it would count against the account. */
        status = ns_sql(
            store, NULL, NULL, error,
            "UPDATE connection SET secret = NULL, sid = '', refused_at = 0, refused_code = '' WHERE id = ? AND NOT (user_name = ? AND domain = ? AND "
            "kind = ?)",
            "isss", *id, connection->user, domain, kind);
        return status == NS_OK ? ns_sql(store, NULL, NULL, error,
                                        "UPDATE connection SET name = ?, name_key = ?, user_name = ?, domain = ?, kind = ?, account = ? WHERE id = ?",
                                        "ssssssi", connection->name, key, connection->user, domain, kind, account, *id)
                               : status;
    }
    return ns_sql_integer(store, id, 0, error,
                          "INSERT INTO connection(name, name_key, user_name, domain, kind, account) VALUES (?, ?, ?, ?, ?, ?) RETURNING id", "ssssss",
                          connection->name, key, connection->user, domain, kind, account);
}

ns_status ns_connection_save(ns_store *store, ns_connection *connection, const ns_secret *secret, ns_error *error) {
    const bool has_secret = secret && secret->size;
    ns_journal journal = {.verb = connection->id ? "edit" : "add"};
    ns_journal password = {.verb = "password"};
    char *before = NULL;
    char *key = NULL;
    int64_t id = connection->id;
    ns_status status = check_connection(connection, error);
    if (status != NS_OK)
        return status;
    key = ns_fold_case(connection->name);
    status = key ? ns_sql_begin(store, error) : ns_error_set_memory(error);
    if (status == NS_OK && id)
        status = ns_thing_read(store, "connection", id, &before, error);
    if (status == NS_OK)
        status = write_connection(store, connection, key, &id, error);
    if (status == NS_OK && has_secret)
        status = write_secret(store, id, secret, error);
    if (status == NS_OK)
        status = ns_journal_note_now(store, &journal, "connection", id, before, error);
    else
        free(before);
    if (status == NS_OK && has_secret && connection->id) /* that it changed, and not what it is */
        status = note_password(store, &password, id, error);
    status = ns_sql_name_taken(ns_sql_end(store, status, error), "connection", connection->name, error);
    if (status == NS_OK)
        connection->id = id;
    free(key);
    return status;
}

ns_status ns_connection_set_secret(ns_store *store, int64_t id, int64_t since, const ns_secret *secret, ns_error *error) {
    const ns_seen_field fields[] = {{"user", since}, {"domain", since}, {"kind", since}};
    ns_connection now = {0};
    ns_status status = ns_action_begin(store, "password", error);
    if (status != NS_OK)
        return status;
    status = ns_changed_since(store, "connection", id, fields, NS_COUNT_OF(fields), NULL, error);
    if (status == NS_OK)
        status = ns_connection_load_by_id(store, id, &now, error);
    if (status == NS_OK)
        status = ns_connection_save(store, &now, secret, error);
    ns_connection_clear(&now);
    return ns_action_end(store, status, error);
}

ns_status ns_connection_note_sid(ns_store *store, int64_t id, const char *sid, ns_error *error) {
    int64_t known = 0;
    const ns_status status = ns_sql_integer(store, &known, 0, error, "SELECT 1 FROM connection WHERE id = ? AND sid = ?", "is", id, sid);
    return status == NS_OK && !known ? ns_sql(store, NULL, NULL, error, "UPDATE connection SET sid = ? WHERE id = ?", "si", sid, id) : status;
}

ns_status ns_connection_alike(ns_store *store, const ns_connection *connection, ns_text *out, ns_error *error) {
    ns_connection_list all = {0};
    const ns_status status = ns_connections_load(store, &all, error);
    for (size_t i = 0; status == NS_OK && i < all.count; i++)
        if (all.items[i].id != connection->id && ns_account_may_be_same(&all.items[i], connection))
            (void)ns_text_appendf(out, "%s%s", out->size ? ", " : "", all.items[i].name);
    ns_connection_list_clear(&all);
    return status;
}

ns_status ns_connections_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error) {
    return ns_things_remove(store, "connection", "SELECT count(*) FROM run WHERE connection_id = ? AND state IN ('Queued', 'Running')",
                            "DELETE FROM connection WHERE id = ?", ids, count, error);
}

ns_status ns_connection_remove(ns_store *store, int64_t id, ns_error *error) {
    return ns_connections_remove(store, &id, 1, error);
}

static ns_status open_secret(void *context, const ns_db_row *row, ns_error *error) {
    char bound_to[48];
    (void)snprintf(bound_to, sizeof bound_to, "connection:%lld", (long long)ns_db_integer(row, 1));
    return ns_sql_secret(row, 0, bound_to, context, error);
}

ns_status ns_connection_secret(ns_store *store, int64_t id, ns_secret *out, ns_error *error) {
    ns_status status = ns_sql(store, open_secret, out, error, "SELECT secret, id FROM connection WHERE id = ?", "i", id);
    if (status == NS_OK && out->size == 0)
        status = ns_error_set(error, NS_STATUS_REFUSED, "CredentialNotFound", "Set the connection's password.", "The connection has no password.");
    return status;
}
