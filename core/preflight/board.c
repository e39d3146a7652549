#include "preflight/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/phrase.h"
#include "preflight/forecast.h"

/* What must be known before a machine is called good. */
static const char *const decisive[] = {"dns", "tcp", "rdp.protocol", "tls.pin", "credentials", "rights.signin", "sessions.conflict"};

void ns_check_set_all(ns_check_set *set) {
    memset(set, 0, sizeof *set);
    for (size_t i = 0; ns_check_at(i); i++)
        set->on[i] = true;
}

static bool turn_on(ns_check_set *set, const char *id, size_t size) {
    for (size_t i = 0; ns_check_at(i); i++) {
        if (strlen(ns_check_at(i)->id) == size && strncmp(ns_check_at(i)->id, id, size) == 0) {
            set->on[i] = true;
            return true;
        }
    }
    return false;
}

ns_status ns_check_set_parse(ns_check_set *set, const char *ids, ns_error *error) {
    memset(set, 0, sizeof *set);
    for (const char *p = ids; *p; p += strcspn(p, ",") + (p[strcspn(p, ",")] == ',')) {
        const size_t size = strcspn(p, ",");
        if (!turn_on(set, p, size))
            return ns_error_set(error, NS_STATUS_INVALID, "InvalidCheck", "See them with: nightshiftctl check list", "There is no check \"%.*s\".",
                                (int)(size > 60 ? 60 : size), p);
    }
    return NS_OK;
}

static bool is_decisive(const char *id) {
    for (size_t i = 0; i < NS_COUNT_OF(decisive); i++)
        if (strcmp(decisive[i], id) == 0)
            return true;
    return false;
}

void ns_row_judge(const ns_check_input *in, const ns_check_set *set, ns_row *out) {
    memset(out, 0, sizeof *out);
    out->verdict = NS_VERDICT_PASS;
    for (size_t i = 0; ns_check_at(i); i++) {
        ns_verdict *verdict = &out->verdicts[i];
        verdict->code = "";
        verdict->remedy = "";
        ns_check_judge(ns_check_at(i), in, verdict);
        if (set->on[i] && verdict->kind > out->verdict && (verdict->kind != NS_VERDICT_UNKNOWN || is_decisive(ns_check_at(i)->id)))
            out->verdict = verdict->kind;
    }
    ns_forecast_make(in, out->verdicts, out->forecast, sizeof out->forecast); /* from all that is known, asked for or not */
    for (size_t i = 0; ns_check_at(i); i++)
        if (!set->on[i])
            out->verdicts[i].message[0] = 0;
}

void ns_check_fill(const char *text, const ns_check_input *in, char *out, size_t size) {
    const ns_connection *connection = in->connection;
    char port[8];
    char user[600] = "USER";
    const struct {
        const char *word;
        const char *value;
    } words[] = {{"%NAME%", in->machine->name},
                 {"%HOST%", in->machine->host},
                 {"%PORT%", port},
                 {"%USER%", user},
                 {"%CONNECTION%", connection ? connection->name : "CONNECTION"},
                 {"%DOMAIN%", ns_facts_string(in->facts, "os.domain", "DOMAIN")}};
    size_t used = 0;
    (void)snprintf(port, sizeof port, "%u", in->machine->port);
    if (connection && connection->domain[0] && strcmp(connection->domain, ".") != 0)
        (void)snprintf(user, sizeof user, "\"%.250s\\%.250s\"", connection->domain, connection->user);
    else if (connection)
        (void)snprintf(user, sizeof user, "\"%.500s\"", connection->user);
    out[0] = 0;
    while (*text && used + 1 < size) {
        const char *value = NULL;
        for (size_t i = 0; i < NS_COUNT_OF(words) && !value; i++) {
            if (strncmp(text, words[i].word, strlen(words[i].word)) != 0)
                continue;
            value = words[i].value;
            text += strlen(words[i].word);
        }
        if (value) {
            (void)snprintf(out + used, size - used, "%s", value);
            used += strlen(out + used);
        } else {
            out[used++] = *text++;
            out[used] = 0;
        }
    }
    ns_utf8_trim(out);
}

char *ns_row_summarise(const ns_row *row) {
    ns_text text;
    ns_text_init(&text, 16384);
    for (size_t i = 0; ns_check_at(i); i++)
        if (row->verdicts[i].message[0])
            (void)ns_text_appendf(&text, "%s%s:%s", text.size ? " " : "", ns_check_at(i)->id, ns_verdict_name(row->verdicts[i].kind));
    if (text.failed) {
        ns_text_clear(&text);
        return NULL;
    }
    return text.size ? ns_text_take(&text) : ns_string_copy("");
}

static ns_verdict_kind kind_of(const char *name) {
    for (int kind = NS_VERDICT_PASS; kind <= NS_VERDICT_FAIL; kind++)
        if (strncmp(name, ns_verdict_name((ns_verdict_kind)kind), strlen(ns_verdict_name((ns_verdict_kind)kind))) == 0)
            return (ns_verdict_kind)kind;
    return NS_VERDICT_UNKNOWN;
}

/* A summary lists the checks in the catalogue's order, so one pass is enough; one that is gone since is passed over. */
void ns_row_read_summary(const char *summary, unsigned char kinds[NS_CHECKS_MAXIMUM]) {
    size_t at = 0;
    memset(kinds, 0, NS_CHECKS_MAXIMUM);
    for (const char *p = summary; *p; p += strcspn(p, " ") + (p[strcspn(p, " ")] == ' ')) {
        const size_t size = strcspn(p, ":");
        size_t i = at;
        while (ns_check_at(i) && !(strlen(ns_check_at(i)->id) == size && strncmp(ns_check_at(i)->id, p, size) == 0))
            i++;
        if (!ns_check_at(i) || p[size] != ':')
            continue;
        at = i + 1;
        kinds[i] = (unsigned char)(kind_of(p + size + 1) + 1);
    }
}

static cJSON *write_evidence(const ns_check *check, const ns_facts *facts) {
    cJSON *array = cJSON_CreateArray();
    for (const char *p = check->facts; *p; p += strcspn(p, " ") + (p[strcspn(p, " ")] == ' ')) {
        char name[100];
        const ns_fact *fact = NULL;
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(p, " "), p);
        fact = ns_facts_find(facts, name);
        if (fact)
            (void)cJSON_AddItemToArray(array, ns_fact_write(fact));
    }
    return array;
}

/* What is only true of this machine and this time. */
static cJSON *write_brief_check(const ns_check_input *in, const ns_check *check, const ns_verdict *verdict) {
    cJSON *object = cJSON_CreateObject();
    char text[1000];
    (void)ns_json_add_string(object, "id", check->id);
    (void)ns_json_add_string(object, "verdict", ns_verdict_name(verdict->kind));
    (void)ns_json_add_string(object, "code", verdict->code);
    (void)ns_phrase_add_member(object, "message", verdict->message);
    if (verdict->remedy[0] && strcmp(verdict->remedy, check->remedy) != 0)
        (void)ns_json_add_string(object, "remedy", verdict->remedy);
    else if (verdict->remedy[0] && check->fix[0]) {
        ns_check_fill(check->fix, in, text, sizeof text);
        (void)ns_json_add_string(object, "fix", text);
        ns_check_fill(check->undo, in, text, sizeof text);
        (void)ns_json_add_string(object, "undo", text);
    }
    return object;
}

cJSON *ns_row_write_brief(const ns_check_input *in, const ns_row *row) {
    static const ns_verdict_kind order[] = {NS_VERDICT_FAIL, NS_VERDICT_WARN, NS_VERDICT_UNKNOWN, NS_VERDICT_PASS};
    cJSON *object = cJSON_CreateObject();
    cJSON *array = NULL;
    (void)ns_json_add_string(object, "machine", in->machine->name);
    (void)ns_json_add_string(object, "verdict", ns_verdict_name(row->verdict));
    (void)ns_phrase_add_member(object, "forecast", row->forecast);
    array = cJSON_AddArrayToObject(object, "checks");
    for (size_t k = 0; k < NS_COUNT_OF(order); k++)
        for (size_t i = 0; ns_check_at(i); i++)
            if (row->verdicts[i].message[0] && row->verdicts[i].kind == order[k])
                (void)cJSON_AddItemToArray(array, write_brief_check(in, ns_check_at(i), &row->verdicts[i]));
    return object;
}

static void copy_said(cJSON *to, const cJSON *from, const char *name) {
    char *phrase = ns_phrase_of_member(from, name);
    if (phrase)
        (void)ns_phrase_add_member(to, name, phrase);
    free(phrase);
}

/* A check that is not in the catalogue any more keeps what it found. */
static cJSON *fill_check(const cJSON *brief, const ns_facts *facts) {
    const ns_check *check = ns_check_find(ns_json_string(brief, "id", ""));
    const char *verdict = ns_json_string(brief, "verdict", "");
    const bool bad = strcmp(verdict, "fail") == 0 || strcmp(verdict, "warn") == 0;
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "id", ns_json_string(brief, "id", ""));
    (void)ns_json_add_string(object, "title", check ? check->title : ns_json_string(brief, "id", ""));
    (void)ns_json_add_string(object, "verdict", verdict);
    (void)ns_json_add_string(object, "code", ns_json_string(brief, "code", ""));
    copy_said(object, brief, "message");
    (void)cJSON_AddItemToObject(object, "evidence", check ? write_evidence(check, facts) : cJSON_CreateArray());
    (void)ns_json_add_string(object, "why", check ? check->why : "");
    (void)ns_json_add_string(object, "remedy", ns_json_string(brief, "remedy", check && bad ? check->remedy : ""));
    (void)ns_json_add_string(object, "fix", ns_json_string(brief, "fix", ""));
    (void)ns_json_add_string(object, "undo", ns_json_string(brief, "undo", ""));
    (void)ns_json_add_string(object, "source", check ? check->source : "");
    return object;
}

cJSON *ns_row_fill(const cJSON *brief, const ns_facts *facts) {
    cJSON *object = cJSON_CreateObject();
    cJSON *array = NULL;
    const cJSON *each = NULL;
    (void)ns_json_add_string(object, "machine", ns_json_string(brief, "machine", ""));
    (void)ns_json_add_string(object, "verdict", ns_json_string(brief, "verdict", "unknown"));
    copy_said(object, brief, "forecast");
    array = cJSON_AddArrayToObject(object, "checks");
    cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(brief, "checks")) {
        (void)cJSON_AddItemToArray(array, fill_check(each, facts));
    }
    return object;
}

cJSON *ns_row_write(const ns_check_input *in, const ns_row *row) {
    cJSON *brief = ns_row_write_brief(in, row);
    cJSON *whole = ns_row_fill(brief, in->facts);
    cJSON_Delete(brief);
    return whole;
}
