#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/phrase.h"
#include "base/system.h"
#include "model/names.h"
#include "store/action.h"
#include "store/changed.h"
#include "store/fleet.h"
#include "store/machine_known.h"
#include "store/flows.h"
#include "store/identity.h"
#include "transfer/document.h"

/* An import while it goes on. At first as if nothing were wrong: without steps, which take a third of the time. When an entry has a mistake, or
 * is there already and to be kept, all begins anew with a step for each, so that all mistakes of a file are told and not only the first. */
typedef struct import {
    ns_store *store;
    const ns_import_options *options;
    ns_import_report *report;
    bool table;       /* its entries name only what they change, and never rename */
    bool careful;     /* each entry can be taken back alone */
    bool again;       /* one has to be: all of it is done again, carefully */
    const char *note; /* what goes with the entry that was applied; NULL */
} import;

typedef struct entry_kind {
    const char *array; /* in the document */
    const char *kind;
    const char *fields; /* that it may have, each between spaces */
    /* Adds the thing, or makes it what the entry says; *is_new beforehand. */
    ns_status (*apply)(import *self, const cJSON *entry, bool *is_new, ns_error *error);
} entry_kind;

/* Replaces the text with the entry's member, where it has one. */
static ns_status take_text(const cJSON *entry, const char *field, char **text, ns_error *error) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(entry, field);
    char *copy = NULL;
    if (!value && *text)
        return NS_OK;
    if (value && !cJSON_IsString(value))
        return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Write it in quotation marks.", "Its \"%.40s\" is no text.", field);
    copy = ns_string_copy(value ? value->valuestring : "");
    if (!copy)
        return ns_error_set_memory(error);
    free(*text);
    *text = copy;
    return NS_OK;
}

static ns_status take_number(const cJSON *entry, const char *field, int64_t *number, ns_error *error) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(entry, field);
    if (!value)
        return NS_OK;
    if ((double)ns_json_integer(entry, field, INT64_MIN) != value->valuedouble) /* also of what is no number */
        return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Give a number; in JSON without quotation marks.",
                            "Its \"%.40s\" is no whole number.", field);
    *number = (int64_t)value->valuedouble;
    return NS_OK;
}

/* A value as a person may have written it. */
static ns_status setting_text(const cJSON *value, char *out, size_t size, ns_error *error) {
    if (cJSON_IsBool(value))
        (void)snprintf(out, size, "%s", cJSON_IsTrue(value) ? "on" : "off");
    else if (cJSON_IsNumber(value))
        (void)snprintf(out, size, "%.15g", value->valuedouble);
    else if (cJSON_IsString(value) && strlen(value->valuestring) < size)
        (void)snprintf(out, size, "%s", value->valuestring);
    else
        return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Give a text, a number, true or false.",
                            "The setting \"%.60s\" has no such value.", value->string);
    return NS_OK;
}

/* The changes that make the settings what the entry says. A table names those that it changes; an export names all there are. */
static ns_status read_settings(const cJSON *entry, bool table, char (*texts)[4100], ns_setting_change *changes, size_t *count, ns_error *error) {
    const cJSON *settings = cJSON_GetObjectItemCaseSensitive(entry, "settings");
    const cJSON *value = NULL;
    const bool whole = settings && !table;
    ns_status status = NS_OK;
    bool given[NS_SETTING_COUNT] = {0};
    *count = 0;
    if (settings && !cJSON_IsObject(settings))
        return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Write an object.", "Its \"settings\" are none.");
    cJSON_ArrayForEach(value, settings) {
        ns_setting_id id = NS_SETTING_COUNT;
        status = ns_setting_find(value->string, &id, error);
        if (status == NS_OK)
            status = setting_text(value, texts[id], sizeof texts[id], error);
        if (status != NS_OK)
            return status;
        given[id] = true;
    }
    for (int id = 0; id < NS_SETTING_COUNT; id++)
        if (given[id] || whole)
            changes[(*count)++] = (ns_setting_change){(ns_setting_id)id, given[id] ? texts[id] : NULL};
    return NS_OK;
}

static ns_status apply_settings(const import *self, const cJSON *entry, bool group, int64_t id, ns_error *error) {
    ns_setting_change changes[NS_SETTING_COUNT];
    char(*texts)[4100] = NULL;
    size_t count = 0;
    ns_status status = NS_OK;
    if (!cJSON_HasObjectItem(entry, "settings"))
        return NS_OK;
    texts = malloc(NS_SETTING_COUNT * sizeof *texts);
    status = texts ? read_settings(entry, self->table, texts, changes, &count, error) : ns_error_set_memory(error);
    if (status == NS_OK && count)
        status = group ? ns_group_set(self->store, id, changes, count, error) : ns_machine_set(self->store, id, changes, count, error);
    free(texts);
    return status;
}

static ns_status apply_group(import *self, const cJSON *entry, bool *is_new, ns_error *error) {
    ns_group group = {0};
    ns_status status = ns_group_load(self->store, ns_json_string(entry, "name", ""), &group, error);
    *is_new = status == NS_STATUS_NOT_FOUND;
    if (self->table && status == NS_OK) { /* a row only says that its machine is in it */
        ns_group_clear(&group);
        return NS_OK;
    }
    if (status == NS_OK || *is_new)
        status = take_text(entry, "name", &group.name, error);
    if (status == NS_OK)
        status = take_text(entry, "description", &group.description, error);
    if (status == NS_OK)
        status = ns_group_save(self->store, &group, error);
    if (status == NS_OK)
        status = apply_settings(self, entry, true, group.id, error);
    ns_group_clear(&group);
    return status;
}

/* "" is no group; a name must be known by now. */
static ns_status take_group(const import *self, const cJSON *entry, int64_t *id, ns_error *error) {
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(entry, "group");
    if (!value)
        return NS_OK;
    *id = 0;
    if (cJSON_IsNull(value) || (cJSON_IsString(value) && !value->valuestring[0]))
        return NS_OK;
    if (!cJSON_IsString(value))
        return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Write it in quotation marks.", "Its \"%.40s\" is no text.", "group");
    return ns_group_find(self->store, value->valuestring, id, error);
}

static ns_status check_certificate(const char *text, ns_error *error) {
    const size_t size = strlen(text);
    if (size != 0 && (size != 64 || strspn(text, "0123456789abcdef") != size))
        return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Leave it out: it is learned again with the next run.",
                            "Its certificate is no SHA-256 in 64 digits.");
    return NS_OK;
}

static ns_status take_place(const cJSON *entry, ns_machine *machine, int64_t *port, ns_error *error) {
    const cJSON *only_new = cJSON_GetObjectItemCaseSensitive(entry, "place-if-new");
    ns_status status = take_text(machine->id || !only_new ? entry : only_new, "host", &machine->host, error);
    if (status == NS_OK && only_new && !machine->id)
        status = take_number(only_new, "port", port, error);
    if (status == NS_OK)
        status = take_number(entry, "port", port, error);
    return status == NS_OK ? ns_port_check(*port, error) : status;
}

/* A certificate comes with a machine that is new: of one that is known, this store knows better. */
static ns_status save_machine(const import *self, const cJSON *entry, ns_machine *machine, ns_error *error) {
    const char *certificate = ns_json_string(entry, "certificate", "");
    const bool is_new = machine->id == 0;
    int64_t port = is_new ? 3389 : machine->port;
    ns_status status = self->table && !is_new ? NS_OK : take_text(entry, "name", &machine->name, error);
    if (status == NS_OK)
        status = take_place(entry, machine, &port, error);
    if (status == NS_OK)
        status = take_text(entry, "description", &machine->description, error);
    if (status == NS_OK)
        status = take_group(self, entry, &machine->group_id, error);
    if (status == NS_OK)
        status = check_certificate(certificate, error);
    machine->port = (uint16_t)port;
    if (status == NS_OK)
        status = ns_machine_save(self->store, machine, error);
    if (status == NS_OK && certificate[0] && is_new)
        status = ns_machine_note_shown(self->store, machine->id, certificate, false, error);
    return status;
}

static ns_status apply_machine(import *self, const cJSON *entry, bool *is_new, ns_error *error) {
    ns_machine machine = {0};
    int64_t id = 0;
    ns_status status = ns_machine_seek(self->store, ns_json_string(entry, "name", ""), &id, error);
    *is_new = id == 0;
    if (status == NS_OK && id)
        status = ns_machine_load_by_id(self->store, id, &machine, error);
    if (status == NS_OK)
        status = save_machine(self, entry, &machine, error);
    if (status == NS_OK)
        status = apply_settings(self, entry, false, machine.id, error);
    ns_machine_clear(&machine);
    return status;
}

static bool is_same_user(const cJSON *entry, const ns_connection *connection) {
    return strcmp(ns_json_string(entry, "user", connection->user), connection->user) == 0 &&
           strcmp(ns_json_string(entry, "domain", connection->domain), connection->domain) == 0 &&
           strcmp(ns_json_string(entry, "kind", ns_connection_kind_name(connection->kind)), ns_connection_kind_name(connection->kind)) == 0;
}

static ns_status apply_connection(import *self, const cJSON *entry, bool *is_new, ns_error *error) {
    ns_connection connection = {0};
    ns_status status = ns_connection_load(self->store, ns_json_string(entry, "name", ""), &connection, error);
    *is_new = status == NS_STATUS_NOT_FOUND;
    if (status == NS_OK && connection.has_secret && !is_same_user(entry, &connection))
        self->note = "Its password is taken away: it is another user's."; /* by saving it */
    if (status == NS_OK || *is_new)
        status = take_text(entry, "name", &connection.name, error);
    if (status == NS_OK)
        status = take_text(entry, "user", &connection.user, error);
    if (status == NS_OK)
        status = take_text(entry, "domain", &connection.domain, error);
    if (status == NS_OK)
        status = take_text(entry, "account", &connection.account, error);
    if (status == NS_OK)
        status = ns_connection_kind_parse(ns_json_string(entry, "kind", ns_connection_kind_name(connection.kind)), &connection.kind, error);
    if (status == NS_OK)
        status = ns_connection_save(self->store, &connection, NULL, error);
    ns_connection_clear(&connection);
    return status;
}

static ns_status apply_flow(import *self, const cJSON *entry, bool *is_new, ns_error *error) {
    ns_flow flow = {0};
    const ns_flow_field *field = NULL;
    ns_status status = ns_flow_load(self->store, ns_json_string(entry, "name", ""), &flow, error);
    *is_new = status == NS_STATUS_NOT_FOUND;
    if (*is_new)
        status = ns_flow_begin(&flow, error);
    if (status == NS_OK)
        status = take_text(entry, "name", &flow.name, error);
    for (size_t i = 0; status == NS_OK && (field = ns_flow_field_at(i)) != NULL; i++)
        status = field->number ? take_number(entry, field->name, ns_flow_number(&flow, field), error)
                               : take_text(entry, field->name, ns_flow_text(&flow, field), error);
    if (status == NS_OK)
        status = ns_flow_save(self->store, &flow, error);
    ns_flow_clear(&flow);
    return status;
}

#define FIELD(member, field, ...) field " "

static const entry_kind kinds[] = {{"groups", "group", " name description settings ", apply_group},
                                   {"machines", "machine", " name host port description group certificate settings ", apply_machine},
                                   {"connections", "connection", " name kind user domain account ", apply_connection},
                                   {"flows", "flow", " name " NS_FLOW_FIELDS(FIELD, FIELD), apply_flow}};

/* A misspelled field would be left out in silence. */
static ns_status check_fields(const import *self, const entry_kind *kind, const cJSON *entry, ns_error *error) {
    const cJSON *each = NULL;
    if (!cJSON_IsObject(entry))
        return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Write an object for each.", "There is an entry that is no object.");
    if (self->table)
        return NS_OK; /* whose fields are ours */
    cJSON_ArrayForEach(each, entry) {
        char word[60];
        (void)snprintf(word, sizeof word, " %.50s ", each->string);
        if (strchr(each->string, ' ') || !strstr(kind->fields, word))
            return ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Correct it, or leave it out.", "There is no field \"%.50s\".",
                                each->string);
    }
    return NS_OK;
}

/* Of an entry, as against the store, which would refuse all the others as well. */
static bool is_mistake(ns_status status) {
    return status == NS_STATUS_INVALID || status == NS_STATUS_EXISTS || status == NS_STATUS_NOT_FOUND || status == NS_STATUS_REFUSED;
}

/* Applies an entry that is well formed; *kept: it is there already, differs, and is to stay as it was. */
static ns_status apply_whole(import *self, const entry_kind *kind, const cJSON *entry, ns_import_outcome *outcome, bool *kept, ns_error *error) {
    const size_t before = ns_action_size(self->store);
    bool is_new = false;
    const ns_status status = kind->apply(self, entry, &is_new, error);
    const bool changed = ns_action_size(self->store) > before;
    *outcome = is_new ? NS_IMPORT_ADDED : !changed ? NS_IMPORT_SAME : self->options->update ? NS_IMPORT_CHANGED : NS_IMPORT_KEPT;
    *kept = *outcome == NS_IMPORT_KEPT;
    return status;
}

static ns_status apply_in_step(import *self, const entry_kind *kind, const cJSON *entry, ns_import_outcome *outcome, ns_error *error) {
    bool kept = false;
    ns_status status = ns_action_step(self->store, error);
    if (status != NS_OK)
        return status;
    status = apply_whole(self, kind, entry, outcome, &kept, error);
    if (status != NS_OK || !kept)
        return ns_action_step_end(self->store, status, error);
    self->note = NULL;
    return ns_action_step_end(self->store, NS_STATUS_REFUSED, error) == NS_STATUS_REFUSED ? NS_OK : NS_STATUS_STORE;
}

static ns_status apply_entry(import *self, const entry_kind *kind, const cJSON *entry, bool twice, ns_import_outcome *outcome, ns_error *error) {
    bool kept = false;
    ns_status status = twice ? ns_error_set(error, NS_STATUS_INVALID, "ImportEntry", "Leave one of them out.", "The file has it before already.")
                             : check_fields(self, kind, entry, error);
    self->note = NULL;
    if (status != NS_OK)
        return status;
    if (self->careful)
        return apply_in_step(self, kind, entry, outcome, error);
    status = apply_whole(self, kind, entry, outcome, &kept, error);
    self->again = is_mistake(status) || (status == NS_OK && kept);
    return status;
}

static ns_status report_entry(const import *self, const entry_kind *kind, const cJSON *entry, ns_import_outcome outcome, const ns_error *mistake,
                              ns_error *error) {
    ns_import_item *item = &self->report->items[self->report->count];
    ns_text text;
    ns_text_init(&text, 4000);
    if (mistake)
        (void)(ns_phrase_append_id(&text, mistake->message) && ns_text_append_string(&text, " ") && ns_phrase_append_id(&text, mistake->remedy));
    else if (self->note)
        (void)ns_phrase_append_id(&text, self->note);
    *item = (ns_import_item){.kind = kind->kind,
                             .name = ns_string_copy(ns_json_string(entry, "name", "")),
                             .line = ns_json_integer(entry, "line", 0),
                             .outcome = outcome,
                             .text = ns_text_take(&text)};
    self->report->count++;
    self->report->outcomes[outcome]++;
    return item->name && item->text ? NS_OK : ns_error_set_memory(error);
}

static ns_status apply_array(import *self, const entry_kind *kind, const cJSON *array, ns_error *error) {
    const size_t count = (size_t)cJSON_GetArraySize(array);
    const cJSON *entry = NULL;
    bool *twice = calloc(count + 1, sizeof *twice);
    size_t at = 0;
    ns_status status = NS_OK;
    if (!twice)
        return ns_error_set_memory(error);
    status = ns_document_find_twice(array, count, twice, error);
    cJSON_ArrayForEach(entry, array) {
        ns_import_outcome outcome = NS_IMPORT_SAME;
        ns_error mistake = {0};
        if (status != NS_OK || self->again || self->report->outcomes[NS_IMPORT_REFUSED] == NS_TRANSFER_MISTAKES)
            break;
        status = apply_entry(self, kind, entry, twice[at++], &outcome, &mistake);
        if (status == NS_OK)
            status = report_entry(self, kind, entry, outcome, NULL, error);
        else if (is_mistake(status))
            status = report_entry(self, kind, entry, NS_IMPORT_REFUSED, &mistake, error);
        else if (error)
            *error = mistake;
    }
    free(twice);
    return status;
}

/* Arrays that are none, and members that this version does not know. */
static ns_status check_document(const cJSON *document, ns_error *error) {
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, document) {
        bool known = strcmp(each->string, "format") == 0 || strcmp(each->string, "version") == 0;
        for (size_t i = 0; i < NS_COUNT_OF(kinds); i++)
            known = known || (strcmp(each->string, kinds[i].array) == 0 && cJSON_IsArray(each) &&
                              cJSON_GetObjectItemCaseSensitive(document, each->string) == each);
        if (!known)
            return ns_error_set(error, NS_STATUS_INVALID, "ImportNotRead", "There may be lists of groups, machines, connections and flows.",
                                "The file's \"%.50s\" is not what an export has.", each->string);
    }
    return NS_OK;
}

static void forget_items(ns_import_report *report) {
    for (size_t i = 0; i < report->count; i++) {
        free(report->items[i].name);
        free(report->items[i].text);
    }
    report->count = 0;
    memset(report->outcomes, 0, sizeof report->outcomes);
}

/* Leaves the action open. */
static ns_status apply_all(import *self, const cJSON *document, ns_error *error) {
    ns_status status = ns_action_begin(self->store, "import", error);
    if (status == NS_OK && !self->careful)
        ns_action_is_whole(self->store);
    for (size_t i = 0; i < NS_COUNT_OF(kinds) && status == NS_OK && !self->again; i++)
        status = apply_array(self, &kinds[i], cJSON_GetObjectItemCaseSensitive(document, kinds[i].array), error);
    return status;
}

/* A preview takes it all back; an import after a look stands back where others were quicker. */
static ns_status finish(const import *self, ns_status status, ns_error *error) {
    if (status == NS_OK && self->options->preview)
        return (void)!ns_action_end(self->store, NS_STATUS_REFUSED, NULL), NS_OK;
    if (status == NS_OK && self->options->seen)
        status = ns_action_changed_since(self->store, self->options->seen, error);
    return ns_action_end(self->store, status, error);
}

static ns_status run(import *self, const cJSON *document, ns_error *error) {
    size_t total = 0;
    ns_status status = check_document(document, error);
    for (size_t i = 0; i < NS_COUNT_OF(kinds); i++)
        total += (size_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(document, kinds[i].array));
    if (status == NS_OK && total == 0)
        status = ns_error_set(error, NS_STATUS_INVALID, "ImportNotRead", "Give a list with one host in each line.", "There is nothing in the file.");
    if (status == NS_OK && total > NS_TRANSFER_ENTRIES)
        status = ns_error_set(error, NS_STATUS_INVALID, "ImportNotRead", "Import it in parts.",
                              "The file has %zu entries; at most %d are read at once.", total, NS_TRANSFER_ENTRIES);
    if (status != NS_OK)
        return status;
    self->report->items = calloc(total, sizeof *self->report->items);
    if (!self->report->items)
        return ns_error_set_memory(error);
    status = apply_all(self, document, error);
    if (status == NS_OK && self->again) {
        (void)!ns_action_end(self->store, NS_STATUS_REFUSED, NULL);
        forget_items(self->report);
        self->careful = true;
        self->again = false;
        status = apply_all(self, document, error);
    }
    if (status == NS_OK && self->report->outcomes[NS_IMPORT_REFUSED])
        status = ns_error_set(error, NS_STATUS_INVALID, "ImportRefused", "Correct what is said of each, and import again.",
                              "%zu of %zu entries have a mistake; nothing was imported.", self->report->outcomes[NS_IMPORT_REFUSED], total);
    return finish(self, status, error);
}

ns_status ns_transfer_import(ns_store *store, const void *bytes, size_t size, const ns_import_options *options, ns_import_report *out,
                             ns_error *error) {
import self = {.store = store, .options = options, .report = out };
    cJSON *document = NULL;
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_activity_newest(store, &out->seen, error);
    if (status == NS_OK)
        status = ns_document_read(bytes, size, &document, &out->unused, &out->others, error);
    self.table = document && !cJSON_HasObjectItem(document, "format");
    if (status == NS_OK)
        status = run(&self, document, error);
    cJSON_Delete(document);
    return status;
}

void ns_import_report_clear(ns_import_report *report) {
    forget_items(report);
    free(report->items);
    free(report->unused);
    memset(report, 0, sizeof *report);
}

const char *ns_import_outcome_name(ns_import_outcome outcome) {
    static const char *const names[] = {"added", "changed", "same", "kept", "refused"};
    return outcome < NS_IMPORT_OUTCOMES ? names[outcome] : "";
}
