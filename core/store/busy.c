#include "store/busy.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/identity.h"
#include "store/sql.h"

static ns_status take_run(void *context, const ns_db_row *row, ns_error *error) {
    ns_busy *busy = context;
    bool failed = false;
    busy->run_id = ns_db_integer(row, 0);
    busy->machine_id = ns_db_integer(row, 1);
    busy->worker_id = ns_db_integer(row, 2);
    busy->connection.id = ns_db_integer(row, 3);
    busy->place = ns_sql_text(row, 4, &failed);
    busy->connection.user = ns_sql_text(row, 5, &failed);
    busy->connection.domain = ns_sql_text(row, 6, &failed);
    busy->connection.account = ns_sql_text(row, 7, &failed);
    busy->connection.sid = ns_sql_text(row, 8, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_run, ns_busy_list, ns_busy, runs, count, take_run)

static int by_key(const void *a, const void *b) {
    const ns_busy_key *one = a;
    const ns_busy_key *other = b;
    if (one->machine_id != other->machine_id)
        return one->machine_id < other->machine_id ? -1 : 1;
    if (strcmp(one->place, other->place) != 0)
        return strcmp(one->place, other->place);
    return (one->index > other->index) - (one->index < other->index);
}

/* In order, and each once: two machines may share several addresses. */
static void sort_keys(ns_busy_list *list) {
    size_t kept = 0;
    if (list->key_count)
        qsort(list->keys, list->key_count, sizeof *list->keys, by_key);
    for (size_t i = 0; i < list->key_count; i++)
        if (i == 0 || by_key(&list->keys[i], &list->keys[kept - 1]) != 0)
            list->keys[kept++] = list->keys[i];
    list->key_count = kept;
}

static ns_status add_key(ns_busy_list *list, int64_t machine_id, size_t index, ns_error *error) {
    void *keys = list->keys;
    ns_busy_key *key = ns_sql_grow(&keys, &list->key_count, sizeof *key);
    list->keys = keys;
    if (!key)
        return ns_error_set_memory(error);
    *key = (ns_busy_key){machine_id, machine_id ? "" : list->runs[index].place, index};
    return NS_OK;
}

static ns_status add_keys(ns_busy_list *list, size_t index, ns_error *error) {
    const ns_status status = add_key(list, 0, index, error);
    return status == NS_OK && list->runs[index].machine_id ? add_key(list, list->runs[index].machine_id, index, error) : status;
}

static int by_run(const void *a, const void *b) {
    const int64_t one = ((const ns_busy *)a)->run_id;
    const int64_t other = ((const ns_busy *)b)->run_id;
    return (one > other) - (one < other);
}

static ns_status take_reached(void *context, const ns_db_row *row, ns_error *error) {
    ns_busy_list *list = context;
    const ns_busy wanted = {.run_id = ns_db_integer(row, 0)};
    const ns_busy *run = list->count ? bsearch(&wanted, list->runs, list->count, sizeof wanted, by_run) : NULL;
    return run ? add_key(list, ns_db_integer(row, 1), (size_t)(run - list->runs), error) : NS_OK;
}

ns_status ns_busy_load(ns_busy_list *list, ns_store *store, ns_error *error) {
    ns_status status = NS_OK;
    memset(list, 0, sizeof *list);
    status = ns_sql(store, append_run, list, error,
                    "SELECT r.id, coalesce(r.machine_id, 0), r.worker_id, coalesce(r.connection_id, 0), r.place, coalesce(c.user_name, ''), "
                    "coalesce(c.domain, ''), coalesce(c.account, ''), coalesce(c.sid, '') FROM run r LEFT JOIN connection c ON c.id = "
                    "r.connection_id WHERE r.state = 'Running'",
                    "");
    if (list->count)
        qsort(list->runs, list->count, sizeof *list->runs, by_run);
    for (size_t i = 0; status == NS_OK && i < list->count; i++)
        status = add_keys(list, i, error);
    if (status == NS_OK)
        status = ns_sql(store, take_reached, list, error,
                        "SELECT r.id, b.machine_id FROM run r JOIN machine_address a ON a.machine_id = r.machine_id "
                        "JOIN machine_address b ON b.address = a.address WHERE r.state = 'Running' AND b.machine_id <> r.machine_id",
                        "");
    sort_keys(list);
    return status;
}

void ns_busy_clear(ns_busy_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->runs[i].place);
        ns_connection_clear(&list->runs[i].connection);
    }
    free(list->runs);
    free(list->keys);
    memset(list, 0, sizeof *list);
}

ns_status ns_busy_add(ns_busy_list *list, int64_t run_id, int64_t machine_id, const char *place, int64_t connection_id, ns_store *store,
                      ns_error *error) {
    void *runs = list->runs;
    ns_busy *added = ns_sql_grow(&runs, &list->count, sizeof *added);
    ns_status status = NS_OK;
    list->runs = runs;
    if (!added)
        return ns_error_set_memory(error);
    added->is_next = true;
    added->run_id = run_id;
    added->machine_id = machine_id;
    added->place = ns_string_copy(place);
    if (!added->place)
        return ns_error_set_memory(error);
    status = ns_connection_load_by_id(store, connection_id, &added->connection, error);
    if (status == NS_OK)
        status = add_keys(list, list->count - 1, error);
    sort_keys(list);
    return status;
}

/* Index of the first key that is not before it. */
static size_t find(const ns_busy_list *list, int64_t machine_id, const char *place) {
    const ns_busy_key wanted = {.machine_id = machine_id, .place = place};
    size_t low = 0;
    for (size_t high = list->key_count; low < high;) {
        const size_t middle = low + (high - low) / 2;
        if (by_key(&list->keys[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Those at the place first, then those by the machine's id that were not at the place. */
const ns_busy *ns_busy_next(const ns_busy_list *list, int64_t machine_id, const char *place, size_t *at) {
    const ns_busy_key *keys = list->keys;
    size_t i = *at ? *at : find(list, 0, place);
    const bool placed = i < list->key_count && keys[i].machine_id == 0 && strcmp(keys[i].place, place) == 0;
    if (!placed && (i == 0 || keys[i - 1].machine_id != machine_id))
        i = find(list, machine_id, "");
    while (!placed && i < list->key_count && keys[i].machine_id == machine_id && strcmp(list->runs[keys[i].index].place, place) == 0)
        i++;
    *at = i + 1;
    return placed || (i < list->key_count && keys[i].machine_id == machine_id) ? &list->runs[keys[i].index] : NULL;
}
