#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "as_service.h"
#include "base/file.h"
#include "base/phrase.h"
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
    install_look(&startup);
    if (how[0] && strcmp(how, "--task") != 0)
        return usage();
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

int command(int argc, char **argv) {
    ns_error error;
    const char *word = argc > 1 ? argv[1] : "";
    if (argc == 4 && strcmp(word, "--as-service") == 0)
        return as_service(strcmp(argv[2], "uninstall") == 0 ? uninstall_and_answer : install_and_answer, argv[3]);
    if (argc == 3 && strcmp(word, "--open") == 0)
        return open_document(argv[2]);
    if (strcmp(word, "--install") == 0 && argc <= 3)
        return install(argc == 3 ? argv[2] : "");
    if (argc > 2)
        return usage();
    if (strcmp(word, "--version") == 0)
        return printf("nightshift-agent %s\n", NS_VERSION) < 0;
    if (strcmp(word, "--uninstall") == 0)
        return install_remove(&error) == NS_OK ? 0 : complain(&error);
    if (strcmp(word, "--status") == 0)
        return show_status();
    return word[0] && strcmp(word, "--installed") != 0 ? usage() : -1;
}
