#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "as_service.h"
#include "base/file.h"
#include "base/phrase.h"
#include "base/platform.h"
#include "common/version.h"
#include "install.h"
#include "open.h"

static int complain(const ns_error *error) {
    char *message = ns_phrase_text(error->message, NULL);
    (void)fprintf(stderr, "nightshift-agent: %s %s [%s]\n", message ? message : "", error->remedy, error->code);
    free(message);
    return error->status == NS_STATUS_REFUSED ? 5 : 1;
}

static int show_status(void) {
    char place[512];
    char command[2048];
    const bool found = install_find(place, sizeof place, command, sizeof command);
    ns_startup startup;
    const char *problem = NULL;
    install_look(&startup);
    problem = ns_startup_problem(&startup);
    (void)printf("nightshift-agent %s\n%s\n", NS_VERSION, problem ? "Does not start at sign-in." : "Starts at sign-in, for every user.");
    if (found)
        (void)printf("  entered in  %s\n  starts      %s\n", place, command);
    if (problem)
        (void)printf("%s %s\n", problem, ns_startup_remedy(&startup));
    return problem ? 1 : 0;
}

static int usage(void) {
    (void)fprintf(stderr, "nightshift-agent runs inside a session, as its shell (without an argument) or beside one:\n"
                          "  --install    starts it at sign-in, for every user of this machine; with --task as a task at logon\n"
                          "  --uninstall  takes that back\n"
                          "  --status     says whether it starts at sign-in, and from where\n"
                          "  --version\n"
                          "  --installed  how it is started at sign-in\n");
    return 2;
}

/* As a task where it is asked for, or where the other way would not be heeded. */
static int install(const char *how) {
    ns_startup startup;
    ns_error error;
    if (how[0] && strcmp(how, "--task") != 0)
        return usage();
    install_look(&startup);
    return install_add(how[0] || ns_startup_wants_task(&startup), &error) == NS_OK ? show_status() : complain(&error);
}

/* A line with what came of it, and how the agent is entered now: for whoever had this done from elsewhere. */
static int answer_with(const char *path, ns_status status, const ns_error *error) {
    char place[512];
    char command[2048];
    char *message = status == NS_OK ? NULL : ns_phrase_text(error->message, NULL);
    const bool found = install_find(place, sizeof place, command, sizeof command);
    ns_text text;
    ns_text_init(&text, 8192);
    (void)ns_text_appendf(&text, "%s\n%s\nnightshift-agent %s\n%s\n%s\n", status == NS_OK ? "done" : error->code, message ? message : "", NS_VERSION,
                          found ? place : "Does not start at sign-in.", found ? command : "");
    if (ns_file_write(path, ns_text_string(&text), text.size, &(ns_error){0}) != NS_OK)
        status = NS_STATUS_SYSTEM;
    ns_text_clear(&text);
    free(message);
    return status == NS_OK ? 0 : 1;
}

static int install_and_answer(const char *path) {
    ns_startup startup;
    ns_error error;
    install_look(&startup);
    return answer_with(path, install_add(ns_startup_wants_task(&startup), &error), &error);
}

static int uninstall_and_answer(const char *path) {
    ns_error error;
    return answer_with(path, install_remove(&error), &error);
}

static int install_as_service(char **words) {
    return as_service(strcmp(words[0], "uninstall") == 0 ? uninstall_and_answer : install_and_answer, words[1]);
}

static int open_it(char **words) {
    return open_document(words[0]);
}

static int install_so(char **words) {
    return install(words[0]);
}

static int install_it(char **words) {
    (void)words;
    return install("");
}

static int uninstall(char **words) {
    ns_error error;
    (void)words;
    return install_remove(&error) == NS_OK ? 0 : complain(&error);
}

static int show(char **words) {
    (void)words;
    return show_status();
}

static int show_version(char **words) {
    (void)words;
    return printf("nightshift-agent %s\n", NS_VERSION) < 0;
}

int command(int argc, char **argv) {
    static const struct {
        const char *word;
        int more; /* words behind it */
        int (*run)(char **words);
    } rows[] = {{"--as-service", 2, install_as_service}, {"--open", 1, open_it}, {"--install", 1, install_so},  {"--install", 0, install_it},
                {"--uninstall", 0, uninstall},           {"--status", 0, show},  {"--version", 0, show_version}};
    if (argc == 1 || (argc == 2 && strcmp(argv[1], "--installed") == 0))
        return -1;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++)
        if (argc == 2 + rows[i].more && strcmp(argv[1], rows[i].word) == 0)
            return rows[i].run(argv + 2);
    return usage();
}
