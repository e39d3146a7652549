/* Files that somebody else wrote. */
#include <cjson/cJSON.h>
#include <stdlib.h>

#include "fuzz.h"
#include "preflight/board.h"
#include "transfer/document.h"
#include "transfer/report.h"

/* A file of facts, judged by every check; and the row that they make, kept as a store keeps it. */
static void judge(const ns_facts *facts) {
    const ns_machine machine = {.name = (char[]){"pc17"}, .host = (char[]){"pc17"}, .port = 3389, .group_name = (char[]){""}, .pin = (char[]){""}};
    const ns_connection connection = {
        .name = (char[]){"r"}, .user = (char[]){"robot"}, .domain = (char[]){""}, .has_secret = true, .refused_code = (char[]){""}};
    const ns_check_input in = {.facts = facts, .machine = &machine, .connection = &connection, .now = 1};
    ns_check_set all;
    ns_row row;
    ns_text page;
    cJSON *brief = NULL;
    cJSON *whole = NULL;
    ns_check_set_all(&all);
    ns_row_judge(&in, &all, &row);
    brief = ns_row_write_brief(&in, &row);
    whole = ns_row_fill(brief, facts);
    ns_text_init(&page, 1 << 24);
    ns_report_csv(whole, &page);
    ns_report_html(whole, &page);
    fuzz_must_be_text(ns_text_string(&page));
    ns_text_clear(&page);
    cJSON_Delete(whole);
    cJSON_Delete(brief);
}

static void read_facts(const uint8_t *data, size_t size) {
    cJSON *document = cJSON_ParseWithLength((const char *)data, size);
    ns_facts facts;
    ns_error error;
    if (document && ns_facts_read(document, &facts, &error) == NS_OK) {
        judge(&facts);
        ns_facts_clear(&facts);
    }
    cJSON_Delete(document);
}

/* What a list or table says becomes text that is stored and shown. */
static void read_document(const uint8_t *data, size_t size) {
    cJSON *document = NULL;
    char *unused = NULL;
    size_t others = 0;
    char *text = NULL;
    ns_error error;
    if (ns_document_read(data, size, &document, &unused, &others, &error) == NS_OK) {
        text = ns_json_print(document);
        fuzz_must_be_text(text);
    }
    free(text);
    free(unused);
    cJSON_Delete(document);
}

const fuzz_input file_inputs[] = {
    {"facts", "core/model/fact.c:ns_facts_read core/model/fact.c:take_fact core/preflight/board.c:ns_row_fill", read_facts},
    {"table", "core/transfer/document.c core/transfer/table.c", read_document},
    {NULL, NULL, NULL}};
