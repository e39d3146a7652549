/* What a proof of tests/windows/prove.ps1 showed, into the page that says what was not seen on Windows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "command.h"

enum { PAGE_MAXIMUM = 1 << 20, WORDS_SIZE = 160 };

/* A word of somebody else's computer, for one cell of a table. */
static void append_cell(ns_text *out, const char *word) {
    for (const char *p = word; *p && p - word < WORDS_SIZE; p++)
        (void)ns_text_append(out, (unsigned char)*p < ' ' || *p == '|' || *p == '`' || *p == '<' ? " " : p, 1);
}

static const cJSON *row_of(const cJSON *rows, const char *id, size_t size) {
    const cJSON *row = NULL;
    cJSON_ArrayForEach(row, rows) {
        const char *found = ns_json_string(row, "id", "");
        if (strlen(found) == size && strncmp(found, id, size) == 0)
            return row;
    }
    return NULL;
}

/* "| `id` | … | not yet |": the last cell is another where the proof tried the row. Returns whether it was. */
static bool merge_line(const cJSON *proof, const char *line, size_t size, ns_text *out) {
    static const char begin[] = "| `";
    const char *id = line + sizeof begin - 1;
    const size_t id_size = size > sizeof begin && strncmp(line, begin, sizeof begin - 1) == 0 ? strcspn(id, "`\n") : 0;
    const cJSON *row = id_size ? row_of(cJSON_GetObjectItemCaseSensitive(proof, "rows"), id, id_size) : NULL;
    const char *outcome = row ? ns_json_string(row, "outcome", "") : "";
    const bool seen = strcmp(outcome, "seen") == 0;
    size_t last = size >= 2 ? size - 2 : 0; /* before the bar at the end */
    if (!seen && strcmp(outcome, "failed") != 0) {
        (void)ns_text_append(out, line, size);
        return false;
    }
    while (last > 0 && line[last] != '|')
        last--;
    (void)ns_text_append(out, line, last + 1);
    (void)ns_text_append_string(out, seen ? " seen on " : " **failed** on ");
    append_cell(out, ns_json_string(proof, "windows", "?"));
    (void)ns_text_append_string(out, ", ");
    append_cell(out, ns_json_string(proof, "nightshift", "?"));
    (void)ns_text_append_string(out, ", ");
    append_cell(out, ns_json_string(proof, "at", "?"));
    (void)ns_text_append_string(out, " |");
    return true;
}

static size_t merge_page(const cJSON *proof, const char *page, ns_text *out) {
    size_t merged = 0;
    for (const char *line = page; *line;) {
        const size_t size = strcspn(line, "\r\n");
        merged += merge_line(proof, line, size, out);
        line += size;
        for (; *line == '\r' || *line == '\n'; line++)
            (void)ns_text_append(out, line, 1);
    }
    return merged;
}

/* Windows PowerShell writes a byte order mark. */
static ns_status read_proof(const char *path, cJSON **out, ns_error *error) {
    char *bytes = NULL;
    size_t size = 0;
    ns_status status = ns_file_read(path, PAGE_MAXIMUM, &bytes, &size, error);
    const size_t mark = status == NS_OK && size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    if (status == NS_OK)
        *out = cJSON_ParseWithLength(bytes + mark, size - mark);
    if (status == NS_OK && (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(*out, "rows")) || ns_json_integer(*out, "proof", 0) != 1))
        status = ns_error_set(error, NS_STATUS_INVALID, "ProofNotUnderstood", "Give the proof.json that tests/windows/prove.ps1 has written.",
                              "\"%.200s\" is no proof.", path);
    free(bytes);
    return status;
}

static ns_status merge(command *self, int *exit_code, ns_error *error) {
    const char *path = option_value(self, "page", "docs/verification.md");
    cJSON *proof = NULL;
    char *page = NULL;
    size_t size = 0;
    size_t merged = 0;
    ns_text after;
    ns_status status = read_proof(self->arguments.words[0], &proof, error);
    (void)exit_code;
    ns_text_init(&after, PAGE_MAXIMUM);
    if (status == NS_OK)
        status = ns_file_read(path, PAGE_MAXIMUM / 2, &page, &size, error);
    if (status == NS_OK)
        merged = merge_page(proof, page, &after);
    if (status == NS_OK && after.failed)
        status = ns_error_set_memory(error);
    if (status == NS_OK && merged)
        status = ns_file_write(path, after.bytes, after.size, error);
    if (status == NS_OK && !self->json)
        (void)printf("%zu rows of %s say what the proof showed.\n", merged, path);
    ns_text_clear(&after);
    free(page);
    cJSON_Delete(proof);
    return status;
}

const verb proof_verbs[] = {
    {"proof", "merge", "PROOF.json [--page FILE]",
     "Writes what tests/windows/prove.ps1 has shown on a Windows into the page that says what was not seen there yet (docs/verification.md): each "
     "row "
     "that it tried says on which Windows it was seen, or failed.",
     "proof merge proof.json", "page=", 1, 1, merge},
    {0},
};
