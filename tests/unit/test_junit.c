/* What continuous integration reads of runs. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "transfer/junit.h"

static char *text_of(const char *text) {
    return (char *)(uintptr_t)text;
}

static ns_run run(int64_t id, ns_run_state state, const char *code, const char *message, const char *output) {
    return (ns_run){.id = id,
                    .machine = text_of("FIN \"<01>\""),
                    .group = text_of("Finance"),
                    .flow = text_of("invoices"),
                    .state = state,
                    .code = text_of(code),
                    .message = text_of(message),
                    .remedy = text_of("Do & see."),
                    .output = text_of(output),
                    .created_at = 1764204800000,
                    .started_at = 1764204801000,
                    .ended_at = 1764204803250};
}

static void expect(const char *text, const char *part) {
    if (!strstr(text, part))
        fail_msg("%s\nis not in\n%s", part, text);
}

static void each_run_is_a_test_and_says_how_it_ended(void **state) {
    const ns_run runs[] = {run(1, NS_RUN_SUCCEEDED, "Succeeded", "", "done\n"),
                           run(2, NS_RUN_FAILED, "FlowFailed", "It <failed>.", "a\x1b[31m\xff b\xef\xbf\xbf"),
                           run(3, NS_RUN_CANCELLED, "Cancelled", "Cancelled.", ""), run(4, NS_RUN_INTERRUPTED, "Interrupted", "Cut off.", NULL)};
    char *text = NULL;
    (void)state;
    CHECK_OK(ns_junit_write("group:Finance", runs, 4, in_english, &text, &error));
    expect(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    expect(text, "<testsuites name=\"nightshift\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"9.000\">");
    expect(text, "timestamp=\"2025-11-27T");
    expect(text, "<testcase name=\"invoices (run 1)\" classname=\"FIN &quot;&lt;01&gt;&quot;\" time=\"2.250\">");
    expect(text, "message=\"It &lt;failed&gt;.\" type=\"FlowFailed\">Do &amp; see.</failure>");
    expect(text, "<skipped message=\"Cancelled.\"/>");
    expect(text, "<error message=\"Cut off.\" type=\"Interrupted\">");
    expect(text, "a\xEF\xBF\xBD[31m\xEF\xBF\xBD b\xEF\xBF\xBD</system-out>");
    free(text);
}

int test_junit(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_run_is_a_test_and_says_how_it_ended),
    };
    return cmocka_run_group_tests_name("junit", tests, NULL, NULL);
}
