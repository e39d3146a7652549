#include "store/machine_known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "store/journal.h"
#include "store/sql.h"

ns_status ns_machine_note_shown(ns_store *store, int64_t machine_id, const char *sha256, bool nla, ns_error *error) {
    return ns_sql(store, NULL, NULL, error,
                  "UPDATE machine SET pin = CASE WHEN pin = '' THEN ? ELSE pin END, nla_before = nla_before | ? WHERE id = ?", "sii", sha256,
                  (int64_t)nla, machine_id);
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

static ns_status check_known(ns_store *store, const ns_trusted *item, ns_error *error) {
    int64_t same = 1;
    ns_status status =
        item->was ? ns_sql_integer(store, &same, 0, error, "SELECT pin = ? FROM machine WHERE id = ?", "si", item->was, item->machine_id) : NS_OK;
    return status == NS_OK && !same ? ns_error_set(error, NS_STATUS_REFUSED, "ChangedMeanwhile", "Look at the machine again.",
                                                   "Another certificate became known meanwhile; nothing was changed.")
                                    : status;
}

static ns_status trust_one(ns_store *store, ns_journal *journal, const ns_trusted *item, ns_error *error) {
    char *before = NULL;
    ns_status status = check_known(store, item, error);
    if (status == NS_OK)
        status = ns_thing_read(store, "machine", item->machine_id, &before, error);
    if (status == NS_OK && !before)
        return ns_thing_missing("machine", error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "UPDATE machine SET pin = ?, nla_before = ? WHERE id = ?", "sii", item->sha256, (int64_t)item->nla,
                        item->machine_id);
    if (status == NS_OK)
        return ns_journal_note_now(store, journal, "machine", item->machine_id, before, error);
    free(before);
    return status;
}

ns_status ns_machines_trust(ns_store *store, const ns_trusted *items, size_t count, ns_error *error) {
    ns_journal journal = {.verb = "trust"};
    ns_status status = ns_sql_begin(store, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; status == NS_OK && i < count; i++)
        status = trust_one(store, &journal, &items[i], error);
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
    const int64_t nla = seen->nla;
    ns_status status =
        ns_sql(store, NULL, NULL, error, "UPDATE machine SET nla_before = ? WHERE id = ? AND nla_before < ?", "iii", nla, seen->machine_id, nla);
    if (status == NS_OK && seen->computer[0])
        status = ns_sql(store, NULL, NULL, error, "UPDATE machine SET computer = ? WHERE id = ? AND computer <> ?", "sis", seen->computer,
                        seen->machine_id, seen->computer);
    if (status != NS_OK || !seen->computer[0] || !seen->sha256[0])
        return status;
    status = identity_of(seen, identity, sizeof identity, error);
    return status == NS_OK ? write_address(store, seen->machine_id, identity, error) : status;
}

static ns_status is_news(ns_store *store, const ns_computer_seen *seen, bool *news, ns_error *error) {
    char identity[400] = {0};
    int64_t known = 0;
    ns_status status = seen->computer[0] ? identity_of(seen, identity, sizeof identity, error) : NS_OK;
    *news = false;
    if (status != NS_OK || !(seen->computer[0] || seen->nla))
        return status;
    status = ns_sql_integer(store, &known, 0, error,
                            "SELECT 1 FROM machine WHERE id = ? AND nla_before >= ? AND (? = '' OR (computer = ? AND (? = '' OR EXISTS "
                            "(SELECT 1 FROM machine_address a WHERE a.machine_id = machine.id AND a.address = ?))))",
                            "iissss", seen->machine_id, (int64_t)seen->nla, seen->computer, seen->computer, seen->sha256, identity);
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
        if (seen[i].computer[0] || seen[i].nla)
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
