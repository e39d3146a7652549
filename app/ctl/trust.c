/* machine trust: what machines show, beside what was known, and keeping exactly that. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/phrase.h"
#include "common/entry.h"
#include "run/shown.h"
#include "store/machine_known.h"
#include "targets.h"
#include "viewer/catalogue.h"

/* As people copy it: in either case, with colons or spaces between. */
static ns_status read_sha256(const char *text, char out[NS_SHA256_TEXT_SIZE], ns_error *error) {
    size_t size = 0;
    for (const char *p = text; *p; p++) {
        if (*p == ':' || *p == ' ')
            continue;
        if (!isxdigit((unsigned char)*p) || size == NS_SHA256_TEXT_SIZE - 1) {
            size = 0;
            break;
        }
        out[size++] = (char)tolower((unsigned char)*p);
    }
    out[size] = 0;
    return size == NS_SHA256_TEXT_SIZE - 1
               ? NS_OK
               : ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Copy all 64 digits from the machine's certificate.",
                              "\"%.100s\" is no SHA-256 of a certificate.", text);
}

static const char *outcome_of(const ns_shown *item) {
    return !item->sha256[0] ? "not-shown" : strcmp(item->was, item->sha256) == 0 ? "known" : "trusted";
}

static void print_shown(const ns_shown *item) {
    if (!item->sha256[0])
        (void)printf("%s\n  shows no certificate: %s\n", item->name, catalogue_say(item->why));
    else if (strcmp(item->was, item->sha256) == 0)
        (void)printf("%s\n  known     %s\n", item->name, item->was);
    else
        (void)printf("%s\n  known     %s\n  shows     %s\n            %s, valid until %.10s\n", item->name, item->was[0] ? item->was : "(none)",
                     item->sha256, item->subject, item->not_after);
    if (item->sha256[0] && !item->nla)
        (void)printf("            It offers no Network Level Authentication.\n");
}

static cJSON *describe(const ns_shown *item, bool kept) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "machine", item->name);
    (void)ns_json_add_string(object, "before", item->was[0] ? item->was : NULL);
    (void)ns_json_add_string(object, "certificate", item->sha256[0] ? item->sha256 : NULL);
    (void)ns_json_add_string(object, "subject", item->subject);
    (void)ns_json_add_string(object, "notAfter", item->not_after);
    (void)cJSON_AddBoolToObject(object, "nla", item->nla);
    (void)ns_json_add_string(object, "result", kept || !item->sha256[0] ? outcome_of(item) : "declined");
    (void)ns_phrase_add_member(object, "message", item->why);
    return object;
}

/* A person compares first; a script has decided already. */
static bool is_agreed(const command *self, size_t count) {
    char answer[16] = "";
    if (count == 0 || self->json || option_given(self, "yes") || !ns_entry_is_terminal())
        return true;
    (void)printf("Compare with the machine's own fingerprint. Trust %s? [y/N] ", count == 1 ? "it" : "them");
    (void)fflush(stdout);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static void tell_result(const command *self, const ns_shown *items, size_t count, bool kept) {
    cJSON *document = NULL;
    cJSON *array = NULL;
    if (!self->json) {
        (void)printf(kept ? "Kept. \"activity undo\" takes it back.\n" : "Nothing was changed.\n");
        return;
    }
    document = cJSON_CreateObject();
    array = cJSON_AddArrayToObject(document, "machines");
    for (size_t i = 0; i < count; i++)
        (void)cJSON_AddItemToArray(array, describe(&items[i], kept));
    print_json(document);
}

static ns_status trust_shown(command *self, const targets *machines, int *exit_code, ns_error *error) {
    ns_shown *items = NULL;
    size_t new_ones = 0;
    bool agreed = false;
    ns_status status = ns_shown_look(self->store, machines->ids, machines->count, ns_entry_cancel_event(), &items, error);
    if (status != NS_OK)
        return status;
    for (size_t i = 0; i < machines->count; i++) {
        new_ones += strcmp(outcome_of(&items[i]), "trusted") == 0;
        if (!items[i].sha256[0])
            *exit_code = EXIT_BAD_ANSWER;
        if (!self->json)
            print_shown(&items[i]);
    }
    agreed = is_agreed(self, new_ones);
    if (agreed)
        status = ns_shown_trust(self->store, items, machines->count, error);
    else
        *exit_code = EXIT_REFUSED;
    if (status == NS_OK && (new_ones || self->json))
        tell_result(self, items, machines->count, agreed);
    ns_shown_free(items, machines->count);
    return status;
}

ns_status machine_trust(command *self, int *exit_code, ns_error *error) {
    const char *given = option_value(self, "sha256", NULL);
    char sha256[NS_SHA256_TEXT_SIZE] = "";
    targets machines;
    ns_status status = targets_find(self, &machines, error);
    if (status == NS_OK && given && machines.count != 1)
        status = ns_error_set(error, NS_STATUS_INVALID, "WrongArguments", "Name one machine.", "A fingerprint is that of one machine.");
    if (status == NS_OK && given)
        status = read_sha256(given, sha256, error);
    if (status == NS_OK && given)
        status = ns_machines_trust(self->store, &(ns_trusted){.machine_id = machines.ids[0], .sha256 = sha256}, 1, error);
    else if (status == NS_OK)
        status = trust_shown(self, &machines, exit_code, error);
    targets_clear(&machines);
    return status;
}
