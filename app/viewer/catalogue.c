#include "viewer/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/phrase.h"
#include "german_catalogue_generated.h"

enum { SAID = 16 };

typedef struct entry {
    const char *id;
    const char *sentence;
} entry;

static cJSON *document; /* whose strings the entries are */
static entry *entries;  /* by id */
static size_t entry_count;
static catalogue_language current;
static char *said[SAID]; /* what was made last, in turn */
static size_t said_next;

static int by_id(const void *a, const void *b) {
    return strcmp(((const entry *)a)->id, ((const entry *)b)->id);
}

bool catalogue_load(void) {
    const cJSON *each = NULL;
    if (document)
        return true;
    document = cJSON_ParseWithLength((const char *)german_catalogue, sizeof german_catalogue);
    entries = document ? calloc((size_t)cJSON_GetArraySize(document) + 1, sizeof *entries) : NULL;
    if (!entries)
        return false;
    cJSON_ArrayForEach(each, document) {
        if (cJSON_IsString(each))
            entries[entry_count++] = (entry){each->string, each->valuestring};
    }
    qsort(entries, entry_count, sizeof *entries, by_id);
    return true;
}

void catalogue_use(catalogue_language language) {
    current = language;
}

catalogue_language catalogue_current(void) {
    return current;
}

const char *catalogue_find(const char *id) {
    const entry wanted = {.id = id};
    const entry *found = current == CATALOGUE_GERMAN && entry_count ? bsearch(&wanted, entries, entry_count, sizeof wanted, by_id) : NULL;
    return found ? found->sentence : NULL;
}

const char *catalogue_say(const char *phrase) {
    char **slot = &said[said_next];
    if (!phrase || !phrase[0])
        return "";
    said_next = (said_next + 1) % SAID;
    free(*slot);
    *slot = ns_phrase_text(phrase, catalogue_find);
    return *slot ? *slot : "";
}
