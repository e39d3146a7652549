#include "flow/launch.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"

void ns_word_add(ns_word_list *list, const char *word) {
    char **grown = list->failed ? NULL : realloc(list->items, (list->count + 2) * sizeof *grown);
    list->items = grown ? grown : list->items;
    list->failed = list->failed || !grown || !word;
    if (list->failed)
        return;
    list->items[list->count] = ns_string_copy(word);
    list->failed = !list->items[list->count];
    list->count += !list->failed;
    list->items[list->count] = NULL;
}

/* The values go in last: what looks like a name between percent signs in one of them is none. */
void ns_word_add_line(ns_word_list *list, const ns_flow_start *start, const ns_flow_place *place, const char *line) {
    char **words = NULL;
    list->failed = list->failed || ns_words_split("", line, &words, NULL) != NS_OK;
    for (size_t i = 1; !list->failed && words[i]; i++) {
        char *expanded = ns_flow_expand(place, words[i]);
        char *filled = expanded ? ns_flow_inputs_fill(start->inputs, expanded) : NULL;
        ns_word_add(list, filled);
        free(filled);
        free(expanded);
    }
    ns_words_free(words);
}

ns_status ns_word_end(ns_word_list *list, ns_launch *out, ns_error *error) {
    const bool failed = list->failed || !list->count;
    if (failed)
        ns_words_free(list->items);
    else
        out->words = list->items;
    *list = (ns_word_list){0};
    return failed ? ns_error_set_memory(error) : NS_OK;
}

ns_status ns_launch_missing(const char *what, const char *names, ns_error *error) {
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "FlowNotStarted", "Install it on the machine for this user, or give its full path.",
                        "%s was not found for this user. It was looked for as: %.300s.", what, names);
}

void ns_launch_clear(ns_launch *launch) {
    free(launch->application);
    ns_words_free(launch->words);
    free(launch->line);
    free(launch->document);
    free(launch->directory);
    ns_flow_environment_free(launch->environment);
    memset(launch, 0, sizeof *launch);
}
