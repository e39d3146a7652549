#include "store/run_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "secret/secret.h"
#include "store/run_write.h"
#include "store/sql.h"

/* Sealed to its name; the run that it is for is another one when the flow is tried again. */
static void bound_to(const char *name, char *out, size_t size) {
    (void)snprintf(out, size, "run-input:%s", name);
}

static ns_status write_secret(ns_store *store, int64_t id, const ns_flow_input *input, ns_error *error) {
    char bound[120];
    ns_secret secret = {.bytes = input->value, .size = strlen(input->value)};
    ns_secret_blob blob = {0};
    ns_status status = NS_OK;
    bound_to(input->name, bound, sizeof bound);
    status = ns_secret_protect(&secret, bound, &blob, error);
    if (status == NS_OK)
        status = ns_sql(store, NULL, NULL, error, "INSERT INTO run_input(run_id, name, value, is_secret, secret) VALUES (?, ?, '', 1, ?)", "isb", id,
                        input->name, (const void *)blob.bytes, blob.size);
    free(blob.bytes);
    return status;
}

ns_status ns_run_write_inputs(ns_store *store, int64_t id, const ns_flow_inputs *inputs, ns_error *error) {
    ns_status status = NS_OK;
    for (size_t i = 0; i < inputs->count && status == NS_OK; i++) {
        const ns_flow_input *each = &inputs->items[i];
        if (each->secret)
            status = write_secret(store, id, each, error);
        else
            status = ns_sql(store, NULL, NULL, error, "INSERT INTO run_input(run_id, name, value) VALUES (?, ?, ?)", "iss", id, each->name,
                            each->value ? each->value : "");
    }
    return status;
}

ns_status ns_run_copy_inputs(ns_store *store, int64_t from, int64_t to, ns_error *error) {
    return ns_sql(
        store, NULL, NULL, error,
        "INSERT INTO run_input(run_id, name, value, is_secret, secret) SELECT ?, name, value, is_secret, secret FROM run_input WHERE run_id = ?",
        "ii", to, from);
}

/* That it was a secret is still to be seen. */
ns_status ns_run_forget_secrets(ns_store *store, int64_t id, ns_error *error) {
    return ns_sql(store, NULL, NULL, error, "UPDATE run_input SET secret = NULL WHERE run_id = ? AND is_secret = 1", "i", id);
}

static ns_status open_input(void *context, const ns_db_row *row, ns_error *error) {
    ns_flow_inputs *inputs = context;
    const char *name = ns_db_text(row, 0);
    char bound[120];
    ns_secret secret = {0};
    ns_status status = NS_OK;
    if (!ns_db_integer(row, 3))
        return ns_flow_inputs_give(inputs, name, ns_db_text(row, 1), false, error);
    bound_to(name, bound, sizeof bound);
    status = ns_sql_secret(row, 2, bound, &secret, error);
    if (status == NS_OK)
        status = ns_flow_inputs_give(inputs, name, secret.bytes ? secret.bytes : "", true, error);
    ns_secret_clear(&secret);
    return status;
}

ns_status ns_run_load_inputs(ns_store *store, int64_t id, ns_flow_inputs *out, ns_error *error) {
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_sql(store, open_input, out, error, "SELECT name, value, secret, is_secret FROM run_input WHERE run_id = ? ORDER BY name", "i", id);
    if (status != NS_OK)
        ns_flow_inputs_clear(out);
    return status;
}

ns_status ns_run_set_output(ns_store *store, const ns_hold *hold, const ns_flow_output *output, ns_error *error) {
    ns_status status = NS_OK;
    if (!output->value_count && !ns_flow_output_differs(output))
        return NS_OK;
    status = ns_run_begin_held(store, hold, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < output->value_count && status == NS_OK; i++)
        status = ns_sql(
            store, NULL, NULL, error,
            "INSERT INTO run_output_value(run_id, name, value) VALUES (?, ?, ?) ON CONFLICT(run_id, name) DO UPDATE SET value = excluded.value",
            "iss", hold->run_id, output->values[i].name, output->values[i].value);
    if (status == NS_OK && ns_flow_output_differs(output))
        status = ns_sql(store, NULL, NULL, error,
                        "INSERT INTO run_raw_output(run_id, bytes) VALUES (?, ?) ON CONFLICT(run_id) DO UPDATE SET bytes = excluded.bytes", "ib",
                        hold->run_id, (const void *)ns_text_string(&output->bytes), output->bytes.size);
    return ns_sql_end(store, status, error);
}

ns_status ns_run_raw_output(ns_store *store, int64_t id, void **bytes, size_t *size, ns_error *error) {
    ns_sql_bytes found = {0};
    const ns_status status = ns_sql(store, ns_sql_take_bytes, &found, error, "SELECT bytes FROM run_raw_output WHERE run_id = ?", "i", id);
    *bytes = found.bytes;
    *size = found.size;
    if (status == NS_OK && !found.bytes)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "NoRawOutput", "Its text is all of it.", "Run %lld has no other output.", (long long)id);
    return status;
}

static ns_status take_value(void *context, const ns_db_row *row, ns_error *error) {
    ns_named_value *value = context;
    bool failed = false;
    value->name = ns_sql_text(row, 0, &failed);
    value->value = ns_sql_text(row, 1, &failed);
    value->secret = ns_db_integer(row, 2) != 0;
    return failed ? ns_error_set_memory(error) : NS_OK;
}

NS_SQL_APPEND(append_input, ns_run, ns_named_value, inputs, input_count, take_value)

NS_SQL_APPEND(append_output, ns_run, ns_named_value, outputs, output_count, take_value)

ns_status ns_run_read_values(ns_store *store, int64_t id, ns_run *run, ns_error *error) {
    int64_t raw = 0;
    ns_status status =
        ns_sql(store, append_input, run, error, "SELECT name, value, is_secret FROM run_input WHERE run_id = ? ORDER BY name", "i", id);
    if (status == NS_OK)
        status = ns_sql(store, append_output, run, error, "SELECT name, value, 0 FROM run_output_value WHERE run_id = ? ORDER BY name", "i", id);
    if (status == NS_OK)
        status = ns_sql_integer(store, &raw, 0, error, "SELECT 1 FROM run_raw_output WHERE run_id = ?", "i", id);
    run->has_raw_output = raw != 0;
    return status;
}
