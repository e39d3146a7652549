#include "store/flows.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "flow/kind.h"
#include "model/retry.h"
#include "store/flow_sql.h"
#include "store/journal.h"
#include "store/sql.h"

#define FLOW_COLUMNS "SELECT id, name" NS_FLOW_SQL_COLUMNS " FROM flow "

static ns_status take_flow(void *context, const ns_db_row *row, ns_error *error) {
    ns_flow *flow = context;
    const ns_flow_field *field = NULL;
    bool failed = false;
    ns_flow_clear(flow);
    flow->id = ns_db_integer(row, 0);
    flow->name = ns_sql_text(row, 1, &failed);
    for (size_t i = 0; (field = ns_flow_field_at(i)) != NULL; i++) {
        if (field->number)
            *ns_flow_number(flow, field) = ns_db_integer(row, (int)i + 2);
        else
            *ns_flow_text(flow, field) = ns_sql_text(row, (int)i + 2, &failed);
    }
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_flow, ns_flow_list, ns_flow, items, count, take_flow)

ns_status ns_flows_load(ns_store *store, ns_flow_list *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, append_flow, out, error, FLOW_COLUMNS "ORDER BY name_key", "");
    if (status != NS_OK)
        ns_flow_list_clear(out);
    return status;
}

static ns_status take_kind(void *context, const ns_db_row *row, ns_error *error) {
    ns_text *out = context;
    return ns_text_appendf(out, "%s%s", out->size ? "|" : "", ns_db_text(row, 0)) ? NS_OK : ns_error_set_memory(error);
}

ns_status ns_flow_kinds_used(ns_store *store, ns_text *out, ns_error *error) {
    return ns_sql(store, take_kind, out, error, "SELECT DISTINCT kind FROM flow ORDER BY kind", "");
}

void ns_flow_list_clear(ns_flow_list *list) {
    for (size_t i = 0; i < list->count; i++)
        ns_flow_clear(&list->items[i]);
    free(list->items);
    memset(list, 0, sizeof *list);
}

static ns_status no_flow(const char *name, ns_error *error) {
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "FlowNotFound", "See the names with: nightshiftctl flow list", "There is no flow \"%.100s\".",
                        name);
}

ns_status ns_flow_load(ns_store *store, const char *name, ns_flow *out, ns_error *error) {
    char *key = ns_fold_case(name);
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = key ? ns_sql(store, take_flow, out, error, FLOW_COLUMNS "WHERE name_key = ?", "s", key) : ns_error_set_memory(error);
    free(key);
    return status == NS_OK && out->id == 0 ? no_flow(name, error) : status;
}

ns_status ns_flow_load_by_id(ns_store *store, int64_t id, ns_flow *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, take_flow, out, error, FLOW_COLUMNS "WHERE id = ?", "i", id);
    return status == NS_OK && out->id == 0 ? no_flow("(removed)", error) : status;
}

static ns_status check_flow(const ns_flow *flow, ns_error *error) {
    ns_status status = ns_flow_check(flow, error);
    if (status == NS_OK)
        status = ns_retry_codes_check(flow->retry_codes ? flow->retry_codes : "", error);
    return status == NS_OK ? ns_flow_kind_check(flow, error) : status;
}

#define GIVE_TEXT(member, name, option, json, otherwise, ...) flow->member ? flow->member : (otherwise),
#define GIVE_NUMBER(member, ...) flow->member,

/* Within a transaction. */
static ns_status write_flow(ns_store *store, const ns_flow *flow, const char *key, int64_t *id, ns_error *error) {
    const char *sql = *id ? NS_FLOW_SQL_UPDATE : NS_FLOW_SQL_INSERT;
    ns_status status = *id ? NS_OK : ns_thing_next_id(store, "flow", id, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, sql, NS_FLOW_SQL_TYPES, flow->name, key, NS_FLOW_FIELDS(GIVE_TEXT, GIVE_NUMBER) * id);
    return status;
}

ns_status ns_flow_save(ns_store *store, ns_flow *flow, ns_error *error) {
    ns_journal journal = {.verb = flow->id ? "edit" : "add"};
    int64_t id = flow->id;
    char *before = NULL;
    char *key = NULL;
    ns_status status = check_flow(flow, error);
    if (status != NS_OK)
        return status;
    key = ns_fold_case(flow->name);
    status = key ? ns_sql_begin(store, error) : ns_error_set_memory(error);
    if (status == NS_OK && id)
        status = ns_thing_read(store, "flow", id, &before, error);
    if (status == NS_OK)
        status = write_flow(store, flow, key, &id, error);
    if (status == NS_OK)
        status = ns_journal_note_now(store, &journal, "flow", id, before, error);
    else
        free(before);
    status = ns_sql_name_taken(ns_sql_end(store, status, error), "flow", flow->name, error);
    if (status == NS_OK)
        flow->id = id;
    free(key);
    return status;
}

ns_status ns_flows_remove(ns_store *store, const int64_t *ids, size_t count, ns_error *error) {
    return ns_things_remove(store, "flow", "SELECT count(*) FROM run WHERE flow_id = ? AND state IN ('Queued', 'Running')",
                            "DELETE FROM flow WHERE id = ?", ids, count, error);
}

ns_status ns_flow_remove(ns_store *store, int64_t id, ns_error *error) {
    return ns_flows_remove(store, &id, 1, error);
}
