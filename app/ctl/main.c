/* nightshiftctl: everything the console does, from a command line. Exit codes: 0 done; 1 done, and the answer is bad;
 * 2 usage; 3 not found; 4 store; 5 refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/entry.h"
#include "common/start.h"
#include "common/version.h"
#include "line.h"
#include "store/backup.h"
#include "store/runs.h"
#include "viewer/language.h"

static void print_verb(const verb *each) {
    (void)printf("  %-10s %-9s %s\n", each->noun, each->name, each->usage);
}

static void print_help(const char *noun) {
    (void)printf("nightshiftctl %s: test unattended runs on Windows machines\n\n"
                 "nightshiftctl [--store FILE] [--language en|de] [--json] NOUN VERB …\n\n",
                 NS_VERSION);
    for (size_t i = 0; verb_tables[i]; i++)
        for (const verb *each = verb_tables[i]; each->noun; each++)
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

static bool needs_store(const verb *found) {
    return found->run != store_restore && strcmp(found->noun, path_verbs[0].noun) != 0 && strcmp(found->noun, proof_verbs[0].noun) != 0;
}

static int run_verb(const line *given) {
    static command self; /* large; there is one */
    ns_error error = {0};
    int exit_code = EXIT_DONE;
    ns_status status = line_read_arguments(given, &self.arguments, &error);
    self.json = given->json;
    self.store_locator = given->store;
    self.noun = given->verb->noun;
    if (status == NS_OK)
        status = needs_store(given->verb) ? run_with_store(&self, given->verb, &exit_code, &error) : given->verb->run(&self, &exit_code, &error);
    return status == NS_OK ? exit_code : complain(&error);
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

int ns_main(int argc, char **argv) {
    ns_error error = {0};
    line given;
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        (void)printf("nightshiftctl %s\n", NS_VERSION);
        return EXIT_DONE;
    }
    if (line_read(argc - 1, argv + 1, &given, &error) != NS_OK || !choose_language(given.language, &error))
        return complain(&error);
    ns_entry_quiet_log();
    if (given.help && given.verb) {
        print_verb_help(given.verb);
        return EXIT_DONE;
    }
    if (given.count == 0 || given.help) {
        print_help(given.count ? given.words[0] : NULL);
        return given.count || given.help ? EXIT_DONE : EXIT_USAGE;
    }
    if (!given.verb) {
        (void)ns_error_set(&error, NS_STATUS_INVALID, "UnknownCommand", "See all with: nightshiftctl --help", "There is no command \"%.60s %.60s\".",
                           given.words[0], given.count > 1 ? given.words[1] : "");
        return complain(&error);
    }
    return run_verb(&given);
}
