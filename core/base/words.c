#include "base/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Reads one word from *line into `word`; false at the end of the line. */
static bool next_word(const char **line, ns_text *word) {
    const char *p = *line + strspn(*line, " \t\r\n");
    bool quoted = false;
    if (!*p)
        return false;
    for (; *p && (quoted || !strchr(" \t\r\n", *p)); p++) {
        if (*p == '\\' && p[1] == '"')
            (void)ns_text_append(word, ++p, 1);
        else if (*p == '"')
            quoted = !quoted;
        else
            (void)ns_text_append(word, p, 1);
    }
    *line = p;
    return true;
}

ns_status ns_words_split(const char *first, const char *line, char ***words, ns_error *error) {
    size_t count = 0;
    /* No more words than half the characters, the first, and the NULL at the end. */
    char **list = calloc(strlen(line) / 2 + 4, sizeof *list);
    ns_text word;
    ns_text_init(&word, 32768);
    *words = NULL;
    if (!list)
        return ns_error_set_memory(error);
    list[count++] = ns_string_copy(first);
    while (list[count - 1] && next_word(&line, &word))
        list[count++] = word.failed ? NULL : ns_text_take(&word);
    ns_text_clear(&word);
    if (!list[count - 1]) {
        ns_words_free(list);
        return ns_error_set_memory(error);
    }
    *words = list;
    return NS_OK;
}

void ns_words_free(char **words) {
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}
