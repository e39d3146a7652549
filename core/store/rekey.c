#include "store/rekey.h"

#include <stdlib.h>

#include "base/fold.h"
#include "base/platform.h"
#include "store/sql.h"

typedef struct named_row {
    int64_t id;
    char *name;
} named_row;

typedef struct named_rows {
    named_row *items;
    size_t count;
} named_rows;

static ns_status take_named(void *context, const ns_db_row *row, ns_error *error) {
    named_row *item = context;
    bool failed = false;
    item->id = ns_db_integer(row, 0);
    item->name = ns_sql_text(row, 1, &failed);
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_named, named_rows, named_row, items, count, take_named)

/* ASCII was and is the same by every rule. */
#define BEYOND_ASCII(name) "length(" name ") <> length(CAST(" name " AS BLOB))"

ns_status ns_store_rekey(ns_store *store, ns_error *error) {
    static const struct {
        const char *select;
        const char *update;
    } tables[] = {
        {"SELECT id, name FROM machine WHERE " BEYOND_ASCII("name"), "UPDATE machine SET name_key = ? WHERE id = ?"},
        {"SELECT id, name FROM machine_group WHERE " BEYOND_ASCII("name"), "UPDATE machine_group SET name_key = ? WHERE id = ?"},
        {"SELECT id, name FROM connection WHERE " BEYOND_ASCII("name"), "UPDATE connection SET name_key = ? WHERE id = ?"},
        {"SELECT id, name FROM flow WHERE " BEYOND_ASCII("name"), "UPDATE flow SET name_key = ? WHERE id = ?"},
        {"SELECT id, user_name FROM session WHERE " BEYOND_ASCII("user_name"), "UPDATE session SET user_key = ? WHERE id = ?"},
    };
    ns_status status = NS_OK;
    for (size_t i = 0; status == NS_OK && i < NS_COUNT_OF(tables); i++) {
        named_rows rows = {0};
        status = ns_sql(store, append_named, &rows, error, tables[i].select, "");
        for (size_t k = 0; k < rows.count; k++) {
            char *key = rows.items[k].name ? ns_fold_case(rows.items[k].name) : NULL;
            if (status == NS_OK)
                status = key ? ns_sql(store, NULL, NULL, error, tables[i].update, "si", key, rows.items[k].id) : ns_error_set_memory(error);
            free(key);
            free(rows.items[k].name);
        }
        free(rows.items);
    }
    return status;
}
