/* What a verb of nightshiftctl gets and gives. Each verb is one function in a file named for its noun; the tables of
 * verbs are collected in main.c. */
#ifndef NS_CTL_COMMAND_H
#define NS_CTL_COMMAND_H

#include "base/json.h"
#include "secret/secret.h"
#include "store/runs.h"

enum { EXIT_DONE = 0, EXIT_BAD_ANSWER = 1, EXIT_USAGE = 2, EXIT_NOT_FOUND = 3, EXIT_STORE = 4, EXIT_REFUSED = 5 };
enum { OPTIONS_MAXIMUM = 64, WORDS_MAXIMUM = 4096 };

typedef struct option {
    const char *name;
    const char *value; /* "" for one that takes none */
} option;

/* The words after the verb. Borrowed from argv. */
typedef struct arguments {
    const char *words[WORDS_MAXIMUM];
    size_t count;
    option options[OPTIONS_MAXIMUM];
    size_t option_count;
} arguments;

typedef struct command {
    ns_store *store;
    const char *store_locator; /* as given; NULL for the default one */
    const char *noun;
    bool json;
    arguments arguments;
} command;

typedef struct verb {
    const char *noun;
    const char *name;
    const char *usage; /* what follows the verb */
    const char *help;
    const char *example; /* what follows "nightshiftctl" */
    const char *options; /* "host= port= wait": a = takes a value */
    size_t least;        /* words */
    size_t most;
    /* NS_OK and *exit_code, or an error that main.c prints and turns into an exit code. */
    ns_status (*run)(command *self, int *exit_code, ns_error *error);
} verb;

extern const verb machine_verbs[];
extern const verb group_verbs[];
extern const verb connection_verbs[];
extern const verb flow_verbs[];
extern const verb settings_verbs[];
extern const verb run_verbs[];
extern const verb session_verbs[];
extern const verb code_verbs[];
extern const verb selftest_verbs[];
extern const verb preflight_verbs[];
extern const verb screen_verbs[];
extern const verb facts_verbs[];
extern const verb check_verbs[];
extern const verb activity_verbs[];
extern const verb transfer_verbs[];
extern const verb store_verbs[];
extern const verb queue_verbs[];
extern const verb worker_verbs[];
extern const verb path_verbs[];
extern const verb proof_verbs[];
extern const verb agent_verbs[];

/* The option's value, or `otherwise` when it was not given. */
const char *option_value(const command *self, const char *name, const char *otherwise);
bool option_given(const command *self, const char *name);
NS_MUST_USE ns_status option_integer(const command *self, const char *name, long long minimum, long long maximum, long long otherwise, long long *out,
                                     ns_error *error);
/* Puts the viewer's language into the members of the document that core says. */
void say_in_language(cJSON *document);
/* Prints the document, in the viewer's language, and deletes it. */
void print_json(cJSON *document);
/* Prints a line in columns: the widths are characters, the last column is free. */
void print_row(const int *widths, const char *const *cells, size_t count);
/* Asked for at a terminal, else the next line of standard input. */
NS_MUST_USE ns_status read_secret(const char *prompt, ns_secret *secret, ns_error *error);
NS_MUST_USE ns_status read_password(const command *self, const char *prompt, ns_secret *secret, ns_error *error);
/* named.c: the thing that the first word names gets the name of the second, or is removed; the noun says of which kind it is. */
NS_MUST_USE ns_status rename_named(command *self, int *exit_code, ns_error *error);
NS_MUST_USE ns_status remove_named(command *self, int *exit_code, ns_error *error);
/* store.c: a verb for which the store is not opened first: it cannot be. */
NS_MUST_USE ns_status store_restore(command *self, int *exit_code, ns_error *error);
/* trust.c: the verb. */
NS_MUST_USE ns_status machine_trust(command *self, int *exit_code, ns_error *error);
/* run_start.c: the verb; "high" or "normal"; and a queued run carried out here, with its record printed. */
NS_MUST_USE ns_status run_start(command *self, int *exit_code, ns_error *error);
NS_MUST_USE ns_status run_read_priority(const char *word, bool *high, ns_error *error);
NS_MUST_USE ns_status run_carry_out(command *self, ns_hold *hold, int *exit_code, ns_error *error);
/* named.c: a run's number, which the first word is. */
NS_MUST_USE ns_status run_take_id(const command *self, int64_t *id, ns_error *error);
/* run_files.c: the verbs. */
NS_MUST_USE ns_status run_artifacts(command *self, int *exit_code, ns_error *error);
NS_MUST_USE ns_status run_pictures(command *self, int *exit_code, ns_error *error);
/* run_show.c: a run as JSON, which the caller deletes; with `whole`, all of its record. Prints one, and several as lines. */
cJSON *run_describe(const ns_run *run, bool whole);
NS_MUST_USE ns_status run_print(command *self, int64_t id, int *exit_code, ns_error *error);
NS_MUST_USE ns_status run_print_list(command *self, const ns_hold *holds, size_t count, int *exit_code, ns_error *error);

#endif
