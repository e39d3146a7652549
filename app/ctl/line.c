#include "line.h"

#include <string.h>

const verb *const verb_tables[] = {
    machine_verbs,   group_verbs, connection_verbs, flow_verbs,   settings_verbs, run_verbs,      session_verbs, code_verbs,  selftest_verbs,
    preflight_verbs, facts_verbs, check_verbs,      screen_verbs, activity_verbs, transfer_verbs, store_verbs,   queue_verbs, worker_verbs,
    path_verbs,      proof_verbs, agent_verbs,      NULL};

static const verb *find_verb(const char *noun, const char *name) {
    for (size_t i = 0; verb_tables[i]; i++)
        for (const verb *each = verb_tables[i]; each->noun; each++)
            if (strcmp(each->noun, noun) == 0 && strcmp(each->name, name) == 0)
                return each;
    return NULL;
}

/* Whether `name` is in the list of options: 0 no, 1 yes, 2 yes and it takes a value. */
static int option_kind(const char *list, const char *name, size_t size) {
    for (const char *p = list; *p;) {
        size_t length = strcspn(p, " ");
        bool valued = length && p[length - 1] == '=';
        if (length - (valued ? 1 : 0) == size && strncmp(p, name, size) == 0)
            return valued ? 2 : 1;
        p += length + strspn(p + length, " ");
    }
    return 0;
}

static ns_status take_option(const verb *found, arguments *out, int argc, char **argv, int *at, ns_error *error) {
    const char *name = argv[*at] + 2;
    const char *equals = strchr(name, '=');
    size_t size = equals ? (size_t)(equals - name) : strlen(name);
    int kind = option_kind(found->options, name, size);
    option *taken = &out->options[out->option_count];
    if (kind == 0 || (kind == 1 && equals) || out->option_count == OPTIONS_MAXIMUM)
        return ns_error_set(error, NS_STATUS_INVALID, "UnknownOption", "See it with --help.", "%s %s takes no %.60s.", found->noun, found->name,
                            argv[*at]);
    if (kind == 2 && !equals && *at + 1 >= argc)
        return ns_error_set(error, NS_STATUS_INVALID, "MissingValue", "See it with --help.", "%.60s needs a value.", argv[*at]);
    taken->value = kind == 1 ? "" : equals ? equals + 1 : argv[++*at];
    /* Ends the name in argv, which is ours to change, where "=value" follows it. */
    if (equals)
        argv[*at][2 + size] = 0;
    taken->name = name;
    out->option_count++;
    return NS_OK;
}

static const char no_value[] = ""; /* which is not there, and another one than an empty word */

/* The value of an option that is written as one word or as two; NULL when `argv[*at]` is another option. */
static const char *value_of(const char *name, int argc, char **argv, int *at) {
    const size_t size = strlen(name);
    if (strncmp(argv[*at], name, size) != 0 || (argv[*at][size] && argv[*at][size] != '='))
        return NULL;
    if (argv[*at][size])
        return argv[*at] + size + 1;
    return *at + 1 < argc && argv[*at + 1] ? argv[++*at] : no_value;
}

/* Takes --store, --language, --json and --help out of the words, wherever they stand before "--". */
static void take_globals(int argc, char **argv, line *out) {
    int i = 0;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = NULL;
        if (strcmp(argv[i], "--json") == 0)
            out->json = true;
        else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "/?") == 0)
            out->help = true;
        else if ((value = value_of("--language", argc, argv, &i)))
            out->language = value;
        else if ((value = value_of("--store", argc, argv, &i)))
            out->store = value;
        else
            out->words[out->count++] = argv[i];
    }
    while (i < argc)
        out->words[out->count++] = argv[i++];
}

ns_status line_read(int argc, char **argv, line *out, ns_error *error) {
    *out = (line){.words = argv};
    take_globals(argc, argv, out);
    if (out->store == no_value)
        return ns_error_set(error, NS_STATUS_INVALID, "MissingValue", "Name the file.", "--store needs a value.");
    out->verb = out->count >= 2 ? find_verb(argv[0], argv[1]) : NULL;
    out->command_words = out->verb ? 2 : 1;
    if (!out->verb && out->count) /* a noun may be all of it */
        out->verb = find_verb(argv[0], "");
    return NS_OK;
}

ns_status line_read_arguments(const line *self, arguments *out, ns_error *error) {
    const verb *found = self->verb;
    char **argv = self->words;
    bool only_words = false;
    *out = (arguments){0};
    for (int i = self->command_words; i < self->count; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
            ns_status status = take_option(found, out, self->count, argv, &i, error);
            if (status != NS_OK)
                return status;
        } else if (out->count < WORDS_MAXIMUM) {
            out->words[out->count++] = argv[i];
        }
    }
    if (out->count < found->least || out->count > found->most)
        return ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "See it with --help.", "It is: nightshiftctl %s %s %s", found->noun,
                            found->name, found->usage);
    return NS_OK;
}
