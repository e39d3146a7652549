#include "model/assignment.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/phrase.h"

enum { NAMED_MAXIMUM = 6 };

ns_passed_over ns_candidate_judge(const ns_candidate *candidate) {
    if (candidate->in_maintenance)
        return NS_PASSED_MAINTENANCE;
    if (candidate->running >= candidate->places)
        return NS_PASSED_BUSY;
    if (candidate->same_user_id)
        return NS_PASSED_SAME_USER;
    return candidate->session_left ? NS_PASSED_SESSION_LEFT : NS_SUITABLE;
}

ns_machine_choice ns_machine_choice_parse(const char *name) {
    return strcmp(name, "random") == 0 ? NS_CHOICE_RANDOM : NS_CHOICE_LEAST_RECENT;
}

size_t ns_candidate_choose(const ns_candidate *candidates, size_t count, ns_machine_choice choice, uint32_t random) {
    size_t suitable = 0;
    size_t chosen = count;
    for (size_t i = 0; i < count; i++) {
        if (ns_candidate_judge(&candidates[i]) != NS_SUITABLE)
            continue;
        if (chosen < count && candidates[i].doubtful != candidates[chosen].doubtful) {
            if (candidates[i].doubtful)
                continue;
            suitable = 0;
            chosen = count;
        }
        suitable++;
        /* At random: each one takes the place of the one before it with the right chance, and none is looked at twice. */
        if (chosen == count ||
            (choice == NS_CHOICE_RANDOM ? (random = random * 1664525U + 1013904223U) % suitable == 0 : candidates[i].used < candidates[chosen].used))
            chosen = i;
    }
    return chosen;
}

static void explain_one(const ns_candidate *candidate, ns_text *out) {
    const char *name = candidate->name;
    switch (ns_candidate_judge(candidate)) {
    case NS_PASSED_MAINTENANCE:
        (void)ns_phrase_append(out, "%s is in maintenance", name);
        break;
    case NS_PASSED_BUSY:
        (void)ns_phrase_append(out, "%s runs %lld", name, (long long)candidate->running_id);
        break;
    case NS_PASSED_SAME_USER:
        (void)ns_phrase_append(out, "%s runs %lld for the same user", name, (long long)candidate->same_user_id);
        break;
    case NS_PASSED_SESSION_LEFT:
        (void)ns_phrase_append(out, "%s has a session of this user already", name);
        break;
    case NS_SUITABLE:
        (void)ns_phrase_append(out, "%s is free as well", name);
        break;
    }
}

void ns_candidates_explain(const ns_candidate *candidates, size_t count, size_t chosen, ns_text *out) {
    const size_t all = count - (chosen < count ? 1 : 0);
    size_t named = 0;
    for (size_t i = 0; i < count && named < NAMED_MAXIMUM; i++) {
        if (i == chosen)
            continue;
        if (named++)
            (void)ns_text_append_string(out, "; ");
        explain_one(&candidates[i], out);
    }
    if (all > named)
        (void)ns_phrase_append(out, "; and %zu more", all - named);
}

int ns_queue_compare(const ns_queue_order *a, const ns_queue_order *b) {
    if (a->priority != b->priority)
        return a->priority > b->priority ? -1 : 1;
    if (a->moved != b->moved)
        return a->moved > b->moved ? -1 : 1;
    return a->run_id < b->run_id ? -1 : a->run_id > b->run_id;
}

const char *ns_queue_timed_out(bool of_group, const char *waits, char why[NS_QUEUE_WHY_SIZE]) {
    why[0] = 0;
    if (waits[0])
        ns_phrase_write(why, NS_QUEUE_WHY_SIZE, "When its time was up: %s.", waits);
    return of_group ? "NoCandidateMachine" : "QueueTimeout";
}

void ns_machine_place(const char *host, int64_t port, char out[NS_MACHINE_PLACE_SIZE]) {
    size_t size = strlen(host);
    if (size && host[size - 1] == '.')
        size--;
    (void)snprintf(out, NS_MACHINE_PLACE_SIZE, "%.*s:%lld", (int)size, host, (long long)port);
    for (char *p = out; *p; p++)
        *p = (char)tolower((unsigned char)*p);
}
