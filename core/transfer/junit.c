#include "transfer/junit.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/xml.h"

typedef struct totals {
    size_t failures;
    size_t errors;
    size_t skipped;
    int64_t ms;
    int64_t began_at;
} totals;

/* The element that says how it ended; NULL for a success. */
static const char *outcome_of(const ns_run *run) {
    switch (run->state) {
    case NS_RUN_SUCCEEDED:
        return NULL;
    case NS_RUN_CANCELLED:
        return "skipped";
    case NS_RUN_FAILED:
    case NS_RUN_TIMED_OUT:
        return "failure";
    default:
        return "error"; /* cut off, or not begun */
    }
}

static int64_t duration_ms(const ns_run *run) {
    return run->started_at && run->ended_at > run->started_at ? run->ended_at - run->started_at : 0;
}

static totals add_up(const ns_run *runs, size_t count) {
    totals all = {0};
    for (size_t i = 0; i < count; i++) {
        const char *outcome = outcome_of(&runs[i]);
        all.failures += outcome && strcmp(outcome, "failure") == 0;
        all.errors += outcome && strcmp(outcome, "error") == 0;
        all.skipped += outcome && strcmp(outcome, "skipped") == 0;
        all.ms += duration_ms(&runs[i]);
        if (!all.began_at || runs[i].created_at < all.began_at)
            all.began_at = runs[i].created_at;
    }
    return all;
}

static void write_number(ns_xml *to, const char *name, size_t number) {
    char text[24];
    (void)snprintf(text, sizeof text, "%zu", number);
    ns_xml_attribute(to, name, text);
}

/* In seconds. */
static void write_time(ns_xml *to, int64_t ms) {
    char text[32];
    (void)snprintf(text, sizeof text, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
    ns_xml_attribute(to, "time", text);
}

static void write_totals(ns_xml *to, const char *name, size_t count, const totals *all) {
    ns_xml_attribute(to, "name", name);
    write_number(to, "tests", count);
    write_number(to, "failures", all->failures);
    write_number(to, "errors", all->errors);
    write_number(to, "skipped", all->skipped);
    write_time(to, all->ms);
}

static void write_run(ns_xml *to, const ns_run *run, const char *(*say)(const char *phrase)) {
    const char *outcome = outcome_of(run);
    char name[300];
    (void)snprintf(name, sizeof name, "%.200s (run %lld)", run->flow, (long long)run->id);
    ns_xml_element(to, "testcase");
    ns_xml_attribute(to, "name", name);
    ns_xml_attribute(to, "classname", run->machine[0] ? run->machine : run->group);
    write_time(to, duration_ms(run));
    if (outcome) {
        ns_xml_element(to, outcome);
        ns_xml_attribute(to, "message", say(run->message));
        if (strcmp(outcome, "skipped") != 0) {
            ns_xml_attribute(to, "type", run->code);
            ns_xml_text(to, say(run->remedy));
        }
        ns_xml_end(to);
    }
    if (run->output && run->output[0]) {
        ns_xml_element(to, "system-out");
        ns_xml_text(to, run->output);
        ns_xml_end(to);
    }
    ns_xml_end(to);
}

ns_status ns_junit_write(const char *suite, const ns_run *runs, size_t count, const char *(*say)(const char *phrase), char **out, ns_error *error) {
    const totals all = add_up(runs, count);
    char at[NS_CLOCK_TEXT_SIZE];
    ns_xml *to = NULL;
    ns_status status = ns_xml_begin(&to, error);
    *out = NULL;
    if (status != NS_OK)
        return status;
    ns_clock_format(all.began_at, at);
    ns_xml_element(to, "testsuites");
    write_totals(to, "nightshift", count, &all);
    ns_xml_element(to, "testsuite");
    write_totals(to, suite, count, &all);
    ns_xml_attribute(to, "timestamp", at);
    for (size_t i = 0; i < count; i++)
        write_run(to, &runs[i], say);
    ns_xml_end(to);
    ns_xml_end(to);
    return ns_xml_finish(to, out, error);
}
