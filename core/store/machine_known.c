#include "store/machine_known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "store/journal.h"
#include "store/sql.h"

ns_status ns_machine_pin(ns_store *store, int64_t machine_id, const char *sha256, ns_error *error) {
    return ns_sql(store, NULL, NULL, error, "UPDATE machine SET pin = ? WHERE id = ? AND pin = ''", "si", sha256, machine_id);
}

/* Within a transaction: the newest address is kept, and the newest identity, which alone has a space in it. An address that the machine has no more
 * may be another's by now. */
static ns_status write_address(ns_store *store, int64_t machine_id, const char *address, ns_error *error) {
    const char *alike = strchr(address, ' ') ? "% %" : "";
    const ns_status status = ns_sql(store, NULL, NULL, error,
                                    "DELETE FROM machine_address WHERE machine_id = ? AND CASE WHEN address LIKE '% %' THEN '% %' ELSE '' END = ?",
                                    "is", machine_id, alike);
    return status == NS_OK ? ns_sql(store, NULL, NULL, error,
                                    "INSERT INTO machine_address(machine_id, address) SELECT id, ? FROM machine WHERE id = ? ON CONFLICT DO NOTHING",
                                    "si", address, machine_id)
                           : status;
}

ns_status ns_machine_note_address(ns_store *store, int64_t machine_id, const char *address, ns_error *error) {
    int64_t known = 0;
    ns_status status =
        ns_sql_integer(store, &known, 0, error, "SELECT 1 FROM machine_address WHERE machine_id = ? AND address = ?", "is", machine_id, address);
    if (status == NS_OK && !known)
        status = ns_sql_begin(store, error);
    if (status != NS_OK || known)
        return status;
    return ns_sql_end(store, write_address(store, machine_id, address, error), error);
}

ns_status ns_machine_unpin(ns_store *store, int64_t machine_id, ns_error *error) {
    ns_journal journal = {.verb = "trust"};
    char *before = NULL;
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    status = ns_thing_read(store, "machine", machine_id, &before, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE machine SET pin = '' WHERE id = ?", "i", machine_id);
    if (status == NS_OK)
        status = ns_journal_note_now(store, &journal, "machine", machine_id, before, error);
    else
        free(before);
    return ns_sql_end(store, status, error);
}

static ns_status identity_of(const ns_computer_seen *seen, char *out, size_t size, ns_error *error) {
    char *key = ns_fold_case(seen->computer);
    if (!key)
        return ns_error_set_memory(error);
    (void)snprintf(out, size, "%.64s %.255s", seen->sha256, key);
    free(key);
    return NS_OK;
}

static ns_status note_computer(ns_store *store, const ns_computer_seen *seen, ns_error *error) {
    char identity[400] = {0};
    ns_status status = ns_sql(store, NULL, NULL, error, "UPDATE machine SET computer = ? WHERE id = ? AND computer <> ?", "sis", seen->computer,
                              seen->machine_id, seen->computer);
    if (status != NS_OK || !seen->sha256[0])
        return status;
    status = identity_of(seen, identity, sizeof identity, error);
    return status == NS_OK ? write_address(store, seen->machine_id, identity, error) : status;
}

static ns_status is_news(ns_store *store, const ns_computer_seen *seen, bool *news, ns_error *error) {
    char identity[400] = {0};
    int64_t known = 0;
    ns_status status = seen->computer[0] ? identity_of(seen, identity, sizeof identity, error) : NS_OK;
    *news = false;
    if (status != NS_OK || !seen->computer[0])
        return status;
    status = ns_sql_integer(store, &known, 0, error,
                            "SELECT 1 FROM machine WHERE id = ? AND computer = ? AND (? = '' OR EXISTS (SELECT 1 FROM machine_address a WHERE "
                            "a.machine_id = machine.id AND a.address = ?))",
                            "isss", seen->machine_id, seen->computer, seen->sha256, identity);
    *news = !known;
    return status;
}

ns_status ns_machines_note_computers(ns_store *store, const ns_computer_seen *seen, size_t count, ns_error *error) {
    bool news = false;
    ns_status status = NS_OK;
    for (size_t i = 0; status == NS_OK && !news && i < count; i++)
        status = is_news(store, &seen[i], &news, error);
    if (status != NS_OK || !news)
        return status;
    status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; status == NS_OK && i < count; i++)
        if (seen[i].computer[0])
            status = note_computer(store, &seen[i], error);
    return ns_sql_end(store, status, error);
}

static ns_status take_name(void *context, const ns_db_row *row, ns_error *error) {
    ns_text *out = context;
    (void)ns_text_appendf(out, "%s%s", out->size ? ", " : "", ns_db_text(row, 0));
    return out->failed ? ns_error_set_memory(error) : NS_OK;
}

ns_status ns_machine_other_entries(ns_store *store, int64_t machine_id, ns_text *out, ns_error *error) {
    return ns_sql(
        store, take_name, out, error,
        "SELECT name FROM machine WHERE id <> ? AND id IN (SELECT o.id FROM machine m JOIN machine o ON o.host = m.host AND o.port = m.port "
        "WHERE m.id = ? UNION SELECT b.machine_id FROM machine_address a JOIN machine_address b ON b.address = a.address WHERE "
        "a.machine_id = ?) ORDER BY name LIMIT 20",
        "iii", machine_id, machine_id, machine_id);
}
