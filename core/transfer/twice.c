/* Which entries of a file have the name of an earlier one. */
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/json.h"
#include "transfer/document.h"

typedef struct named {
    char *key; /* the name with its case folded */
    size_t at;
} named;

static int by_key(const void *a, const void *b) {
    const named *left = a;
    const named *right = b;
    const int order = strcmp(left->key, right->key);
    return order ? order : (left->at > right->at) - (left->at < right->at);
}

ns_status ns_document_find_twice(const cJSON *array, size_t count, bool *twice, ns_error *error) {
    named *names = calloc(count + 1, sizeof *names);
    const cJSON *each = NULL;
    bool failed = names == NULL;
    size_t at = 0;
    cJSON_ArrayForEach(each, array) {
        if (failed)
            break;
        names[at].at = at;
        names[at].key = ns_fold_case(ns_json_string(each, "name", ""));
        failed = names[at].key == NULL;
        at++;
    }
    if (!failed)
        qsort(names, count, sizeof *names, by_key);
    for (size_t i = 1; i < count && !failed; i++)
        twice[names[i].at] = names[i].key[0] && strcmp(names[i].key, names[i - 1].key) == 0;
    for (size_t i = 0; names && i < count; i++)
        free(names[i].key);
    free(names);
    return failed ? ns_error_set_memory(error) : NS_OK;
}
