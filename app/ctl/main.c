/* nightshiftctl: everything the console does, from a command line. Exit codes: 0 done; 1 done, and the answer is bad;
 * 2 usage; 3 not found; 4 store; 5 refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "common/entry.h"
#include "common/start.h"
#include "common/version.h"
#include "store/backup.h"
#include "store/runs.h"
#include "viewer/language.h"

static const verb *const tables[] = {machine_verbs, group_verbs,    connection_verbs, flow_verbs,      settings_verbs, run_verbs,
                                     session_verbs, code_verbs,     selftest_verbs,   preflight_verbs, facts_verbs,    check_verbs,
                                     screen_verbs,  activity_verbs, transfer_verbs,   store_verbs,     queue_verbs,    worker_verbs};

typedef struct globals {
    const char *store;
    const char *language; /* "en" or "de"; NULL: the system's */
    bool json;
    bool help;
} globals;

static void print_verb(const verb *each) {
    (void)printf("  %-10s %-9s %s\n", each->noun, each->name, each->usage);
}

static void print_help(const char *noun) {
    (void)printf("nightshiftctl %s: test unattended runs on Windows machines\n\n"
                 "nightshiftctl [--store FILE] [--language en|de] [--json] NOUN VERB …\n\n",
                 NS_VERSION);
    for (size_t i = 0; i < NS_COUNT_OF(tables); i++)
        for (const verb *each = tables[i]; each->noun; each++)
            if (each->help[0] && (!noun || strcmp(noun, each->noun) == 0))
                print_verb(each);
    (void)printf("\nnightshiftctl NOUN VERB --help explains one. TARGET is a machine's name, or group:NAME.\n"
                 "Exit codes: 0 done, 1 done and the answer is bad, 2 usage, 3 not found, 4 store, 5 refused.\n");
}

static void print_verb_help(const verb *each) {
    (void)printf("nightshiftctl %s %s %s\n\n%s\n\nExample:\n  nightshiftctl %s\n", each->noun, each->name, each->usage, each->help, each->example);
}

static int exit_code_of(ns_status status) {
    switch (status) {
    case NS_OK:
        return EXIT_DONE;
    case NS_STATUS_INVALID:
        return EXIT_USAGE;
    case NS_STATUS_NOT_FOUND:
        return EXIT_NOT_FOUND;
    case NS_STATUS_STORE:
    case NS_STATUS_AGAIN:
        return EXIT_STORE;
    case NS_STATUS_REFUSED:
    case NS_STATUS_LOST:
    case NS_STATUS_EXISTS:
        return EXIT_REFUSED;
    default:
        return EXIT_BAD_ANSWER;
    }
}

static int complain(const ns_error *error) {
    (void)fflush(stdout);
    (void)fprintf(stderr, "nightshiftctl: %s%s%s [%s]\n", catalogue_say(error->message), error->remedy[0] ? " " : "", catalogue_say(error->remedy),
                  error->code);
    return exit_code_of(error->status);
}

static const verb *find_verb(const char *noun, const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(tables); i++)
        for (const verb *each = tables[i]; each->noun; each++)
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

static ns_status parse(const verb *found, arguments *out, int argc, char **argv, ns_error *error) {
    bool only_words = false;
    for (int i = 0; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
        } else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
            ns_status status = take_option(found, out, argc, argv, &i, error);
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

/* What changed something looks after the daily copy; that it could not be made is no reason to call the change failed. */
static ns_status run_with_store(command *self, const verb *found, int *exit_code, ns_error *error) {
    int64_t before = 0;
    ns_status status = ns_store_open(self->store_locator, &self->store, error);
    if (status != NS_OK)
        return status;
    (void)!ns_runs_recover(self->store, &(ns_error){0});
    before = ns_store_change_mark(self->store);
    status = found->run(self, exit_code, error);
    if (ns_store_change_mark(self->store) != before)
        (void)!ns_store_backup_if_due(self->store, NULL, NULL, &(ns_error){0});
    ns_store_close(self->store);
    return status;
}

static int run_verb(const verb *found, const globals *global, int argc, char **argv) {
    static command self; /* large; there is one */
    ns_error error = {0};
    int exit_code = EXIT_DONE;
    ns_status status = parse(found, &self.arguments, argc, argv, &error);
    self.json = global->json;
    self.store_locator = global->store;
    self.noun = found->noun;
    if (status == NS_OK)
        status = found->run == store_restore ? found->run(&self, &exit_code, &error) : run_with_store(&self, found, &exit_code, &error);
    return status == NS_OK ? exit_code : complain(&error);
}

/* Takes --store, --language, --json and --help out of the words, wherever they stand before "--". Returns how many are left. */
static int take_globals(int argc, char **argv, globals *out, ns_error *error) {
    int kept = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            while (i < argc)
                argv[kept++] = argv[i++];
        } else if (strcmp(argv[i], "--json") == 0) {
            out->json = true;
        } else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "/?") == 0) {
            out->help = true;
        } else if (strncmp(argv[i], "--language=", 11) == 0 || strcmp(argv[i], "--language") == 0) {
            out->language = argv[i][10] == '=' ? argv[i] + 11 : i + 1 < argc ? argv[++i] : "";
        } else if (strncmp(argv[i], "--store=", 8) == 0) {
            out->store = argv[i] + 8;
        } else if (strcmp(argv[i], "--store") == 0) {
            if (i + 1 == argc) {
                (void)ns_error_set(error, NS_STATUS_INVALID, "MissingValue", "Name the file.", "--store needs a value.");
                return -1;
            }
            out->store = argv[++i];
        } else {
            argv[kept++] = argv[i];
        }
    }
    return kept;
}

static bool choose_language(const char *wanted, ns_error *error) {
    if (!catalogue_load())
        return ns_error_set_memory(error) == NS_OK;
    if (wanted && strcmp(wanted, "en") != 0 && strcmp(wanted, "de") != 0)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidOption", "Give en or de.", "\"%.60s\" is not a language that is known here.", wanted) ==
               NS_OK;
    catalogue_use(!wanted ? language_of_system() : wanted[0] == 'd' ? CATALOGUE_GERMAN : CATALOGUE_ENGLISH);
    return true;
}

/* The command that the first words name; words is how many of them: a noun may be all of it. */
static const verb *find_command(int count, char **argv, int *words) {
    const verb *found = count >= 2 ? find_verb(argv[0], argv[1]) : NULL;
    *words = found ? 2 : 1;
    return found || count < 1 ? found : find_verb(argv[0], "");
}

int ns_main(int argc, char **argv) {
    globals global = {0};
    ns_error error = {0};
    const verb *found = NULL;
    int count = 0;
    int words = 0;
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        (void)printf("nightshiftctl %s\n", NS_VERSION);
        return EXIT_DONE;
    }
    count = take_globals(argc, argv, &global, &error);
    if (count >= 0 && !choose_language(global.language, &error))
        count = -1;
    if (count < 0)
        return complain(&error);
    ns_entry_quiet_log();
    found = find_command(count, argv, &words);
    if (global.help && found) {
        print_verb_help(found);
        return EXIT_DONE;
    }
    if (count == 0 || global.help) {
        print_help(count ? argv[0] : NULL);
        return count || global.help ? EXIT_DONE : EXIT_USAGE;
    }
    if (!found) {
        (void)ns_error_set(&error, NS_STATUS_INVALID, "UnknownCommand", "See all with: nightshiftctl --help", "There is no command \"%.60s %.60s\".",
                           argv[0], count > 1 ? argv[1] : "");
        return complain(&error);
    }
    return run_verb(found, &global, count - words, argv + words);
}
