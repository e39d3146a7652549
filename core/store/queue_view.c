#include "store/queue_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/identity.h"
#include "store/lease_clock.h"
#include "store/sql.h"

#define HEAD_COLUMNS                                                                                                                                 \
    "SELECT id, epoch, queue, lane, priority, moved, purpose, owner, "                                                                               \
    "coalesce((SELECT detail FROM run_phase WHERE run_id = run.id AND duration_ms < 0), '')"

static ns_status take_head(void *context, const ns_db_row *row, ns_error *error) {
    ns_head *head = context;
    bool failed = false;
    head->order = (ns_queue_order){.run_id = ns_db_integer(row, 0), .priority = ns_db_integer(row, 4), .moved = ns_db_integer(row, 5)};
    head->epoch = ns_db_integer(row, 1);
    head->queue = ns_db_integer(row, 2);
    head->lane = ns_db_integer(row, 3);
    head->purpose = ns_purpose_parse(ns_db_text(row, 6));
    head->owner = ns_sql_text(row, 7, &failed);
    head->waits = ns_sql_text(row, 8, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_head, ns_queue_view, ns_head, heads, head_count, take_head)

static int by_order(const void *a, const void *b) {
    return ns_queue_compare(&((const ns_head *)a)->order, &((const ns_head *)b)->order);
}

#define FIRST_OF_LANE " ORDER BY queue, lane, priority DESC, moved DESC, id LIMIT 1"

/* From lane to lane by the index, however many wait in each: a row value as the bound would go through all of them. */
static ns_status load_heads(ns_queue_view *view, ns_error *error) {
    int64_t queue = INT64_MIN;
    int64_t lane = 0;
    ns_status status = NS_OK;
    for (size_t before = SIZE_MAX; status == NS_OK && before != view->head_count;) {
        before = view->head_count;
        status = ns_sql(view->store, append_head, view, error,
                        HEAD_COLUMNS " FROM run WHERE state = 'Queued' AND queue <> 0 AND queue = ? AND lane > ?" FIRST_OF_LANE, "ii", queue, lane);
        if (status == NS_OK && view->head_count == before)
            status = ns_sql(view->store, append_head, view, error,
                            HEAD_COLUMNS " FROM run WHERE state = 'Queued' AND queue <> 0 AND queue > ?" FIRST_OF_LANE, "i", queue);
        if (status == NS_OK && view->head_count != before) {
            const ns_head *head = &view->heads[view->head_count - 1];
            if (head->queue < queue || (head->queue == queue && head->lane <= lane && before))
                status = ns_db_damaged(view->store->db, error); /* no number, and greater than any: it would be found for ever */
            queue = head->queue;
            lane = head->lane;
        }
    }
    if (status == NS_OK && view->head_count)
        qsort(view->heads, view->head_count, sizeof *view->heads, by_order);
    return status;
}

static ns_status take_worker(void *context, const ns_db_row *row, ns_error *error) {
    (void)error;
    *(ns_live_worker *)context = (ns_live_worker){ns_db_integer(row, 0), ns_db_integer(row, 1), ns_db_integer(row, 2) != 0, ns_db_integer(row, 3)};
    return NS_OK;
}

NS_SQL_APPEND(append_worker, ns_queue_view, ns_live_worker, workers, worker_count, take_worker)

ns_status ns_queue_view_load(ns_queue_view *view, ns_store *store, ns_error *error) {
    ns_status status = NS_OK;
    memset(view, 0, sizeof *view);
    view->store = store;
    status = ns_store_time(store, &view->now, error);
    if (status == NS_OK)
        status = load_heads(view, error);
    if (status == NS_OK)
        status = ns_busy_load(&view->busy, store, error);
    if (status == NS_OK)
        status = ns_sql(store, append_worker, view, error,
                        "SELECT id, capacity, serves_all, (SELECT count(*) FROM run WHERE state = 'Running' AND worker_id = worker.id) FROM worker "
                        "WHERE lease_until > ? AND stopping = 0",
                        "i", view->now);
    return status;
}

static void clear_target(ns_queue_target *target) {
    for (size_t i = 0; i < target->member_count; i++) {
        free(target->members[i].name);
        free(target->members[i].computer);
        ns_setting_values_clear(&target->members[i].values);
    }
    ns_setting_values_clear(&target->values);
    free(target->members);
    free(target->candidates);
}

void ns_queue_view_clear(ns_queue_view *view) {
    for (size_t i = 0; i < view->head_count; i++) {
        free(view->heads[i].owner);
        free(view->heads[i].waits);
    }
    for (size_t i = 0; i < view->target_count; i++)
        clear_target(&view->targets[i]);
    for (size_t i = 0; i < view->connection_count; i++)
        ns_connection_clear(&view->connections[i]);
    ns_busy_clear(&view->busy);
    free(view->heads);
    free(view->workers);
    free(view->targets);
    free(view->connections);
    memset(view, 0, sizeof *view);
}

ns_status ns_queue_view_add_check(ns_queue_view *view, int64_t run_id, ns_error *error) {
    const size_t before = view->head_count;
    ns_head added = {0};
    ns_status status = ns_sql(
        view->store, append_head, view, error,
        "SELECT id, epoch, machine_id, lane, 2, 0, purpose, owner, '' FROM run WHERE id = ? AND state = 'Queued' AND queue = 0 AND not_before < 0",
        "i", run_id);
    if (status != NS_OK || view->head_count == before)
        return status;
    added = view->heads[before];
    memmove(view->heads + 1, view->heads, before * sizeof *view->heads);
    view->heads[0] = added;
    return NS_OK;
}

static ns_status take_value(void *context, const ns_db_row *row, ns_error *error) {
    ns_setting_values *values = context;
    ns_setting_id id;
    bool failed = false;
    if (ns_setting_find(ns_db_text(row, 0), &id, &(ns_error){0}) == NS_OK)
        ns_setting_values_take(values, id, ns_sql_text(row, 1, &failed));
    return failed ? ns_error_set_memory(error) : NS_OK;
}

static ns_status take_member(void *context, const ns_db_row *row, ns_error *error) {
    ns_queue_target *target = context;
    void *members = target->members;
    void *candidates = target->candidates;
    bool failed = false;
    ns_member *member = ns_sql_grow(&members, &target->member_count, sizeof *member);
    ns_candidate *candidate = NULL;
    target->members = members;
    if (member)
        candidate = ns_sql_grow(&candidates, &target->count, sizeof *candidate);
    target->candidates = candidates;
    if (!candidate)
        return ns_error_set_memory(error);
    member->name = ns_sql_text(row, 1, &failed);
    ns_machine_place(ns_db_text(row, 2), ns_db_integer(row, 3), member->place);
    candidate->machine_id = ns_db_integer(row, 0);
    candidate->name = member->name;
    candidate->used = ns_db_integer(row, 4);
    target->group_id = ns_db_integer(row, 5);
    member->computer = ns_sql_text(row, 6, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

/* Rows are by machine, and so are the members. */
static ns_status take_members_value(void *context, const ns_db_row *row, ns_error *error) {
    ns_queue_target *target = context;
    const int64_t id = ns_db_integer(row, 2);
    for (size_t i = 0; i < target->count; i++)
        if (target->candidates[i].machine_id == id)
            return take_value(&target->members[i].values, row, error);
    return NS_OK;
}

#define SETTINGS "name IN ('maintenance', 'session.max', 'session.reuse', 'signin.interval', 'group.choice', 'queue.extended')"

static ns_status load_target(ns_store *store, ns_queue_target *target, ns_error *error) {
    const bool is_group = target->queue < 0;
    const int64_t id = is_group ? -target->queue : target->queue;
    ns_status status = ns_sql(store, take_member, target, error,
                              is_group ? "SELECT id, name, host, port, used, group_id, computer FROM machine WHERE group_id = ? ORDER BY name_key"
                                       : "SELECT id, name, host, port, used, coalesce(group_id, 0), computer FROM machine WHERE id = ?",
                              "i", id);
    if (is_group)
        target->group_id = id;
    if (status == NS_OK)
        status = ns_sql(store, take_members_value, target, error,
                        is_group ? "SELECT name, value, machine_id FROM machine_setting WHERE machine_id IN (SELECT id FROM machine WHERE "
                                   "group_id = ?) AND " SETTINGS
                                 : "SELECT name, value, machine_id FROM machine_setting WHERE machine_id = ? AND " SETTINGS,
                        "i", id);
    if (status == NS_OK && target->group_id)
        status = ns_sql(store, take_value, &target->values, error, "SELECT name, value FROM group_setting WHERE group_id = ? AND " SETTINGS, "i",
                        target->group_id);
    for (size_t i = 0; i < target->count; i++) {
        ns_candidate *candidate = &target->candidates[i];
        const ns_setting_values *own = &target->members[i].values;
        candidate->in_maintenance = ns_setting_resolve_switch(NS_SETTING_MAINTENANCE, own, &target->values);
        candidate->places = ns_setting_resolve_integer(NS_SETTING_SESSION_MAX, own, &target->values);
    }
    return status;
}

ns_status ns_queue_view_target(ns_queue_view *view, int64_t queue, ns_queue_target **out, ns_error *error) {
    void *targets = view->targets;
    for (size_t i = 0; i < view->target_count; i++) {
        *out = &view->targets[i];
        if (view->targets[i].queue == queue)
            return NS_OK;
    }
    *out = ns_sql_grow(&targets, &view->target_count, sizeof **out);
    view->targets = targets;
    if (!*out)
        return ns_error_set_memory(error);
    (*out)->queue = queue;
    return load_target(view->store, *out, error);
}

ns_status ns_queue_view_connection(ns_queue_view *view, int64_t id, ns_connection **out, ns_error *error) {
    void *connections = view->connections;
    for (size_t i = 0; i < view->connection_count; i++) {
        *out = &view->connections[i];
        if (view->connections[i].id == id)
            return NS_OK;
    }
    *out = ns_sql_grow(&connections, &view->connection_count, sizeof **out);
    view->connections = connections;
    return *out ? ns_connection_load_by_id(view->store, id, *out, error) : ns_error_set_memory(error);
}

ns_status ns_queue_view_occupy(ns_queue_view *view, const ns_head *head, const ns_queue_target *target, size_t chosen,
                               const ns_connection *connection, ns_error *error) {
    return ns_busy_add(&view->busy, head->order.run_id, target->candidates[chosen].machine_id, target->members[chosen].place, connection->id,
                       view->store, error);
}

ns_status ns_queue_view_serves(ns_queue_view *view, int64_t worker_id, const ns_queue_target *target, bool *serves, ns_error *error) {
    int64_t found = 0;
    *serves = false;
    for (size_t i = 0; i < view->worker_count; i++) {
        if (view->workers[i].id != worker_id)
            continue;
        *serves = view->workers[i].serves_all;
        if (!*serves && target->group_id) {
            const ns_status status = ns_sql_integer(view->store, &found, 0, error, "SELECT 1 FROM worker_group WHERE worker_id = ? AND group_id = ?",
                                                    "ii", worker_id, target->group_id);
            *serves = found != 0;
            return status;
        }
    }
    return NS_OK;
}
