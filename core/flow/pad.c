#include "flow/pad.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/phrase.h"

enum { LINE_MAXIMUM = 65536 };

void ns_pad_run_id(const char *run, char out[NS_PAD_ID_SIZE]) {
    (void)snprintf(out, NS_PAD_ID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", run, run + 8, run + 12, run + 16, run + 20);
}

static ns_pad_end end_of_word(const char *word) {
    static const char *const good[] = {"succeeded", "success", "completed", "finished"};
    static const char *const bad[] = {"failed", "failure", "error", "faulted", "cancelled", "canceled", "stopped"};
    for (size_t i = 0; i < NS_COUNT_OF(good); i++)
        if (ns_ascii_equal(word, good[i]))
            return NS_PAD_SUCCEEDED;
    for (size_t i = 0; i < NS_COUNT_OF(bad); i++)
        if (ns_ascii_equal(word, bad[i]))
            return NS_PAD_FAILED;
    return NS_PAD_UNKNOWN;
}

static bool names_result(const char *key) {
    static const char *const keys[] = {"status", "result", "outcome", "runStatus", "runResult", "executionStatus"};
    for (size_t i = 0; i < NS_COUNT_OF(keys); i++)
        if (ns_ascii_equal(key, keys[i]))
            return true;
    return false;
}

/* Two keys that name results are one too many to believe, unless they agree. */
static ns_pad_end read_definition(const char *text) {
    cJSON *object = cJSON_Parse(text);
    const cJSON *each = NULL;
    ns_pad_end found = NS_PAD_UNKNOWN;
    bool doubtful = false;
    cJSON_ArrayForEach(each, object) {
        const ns_pad_end one = cJSON_IsString(each) && each->string && names_result(each->string) ? end_of_word(each->valuestring) : NS_PAD_UNKNOWN;
        doubtful = doubtful || (one != NS_PAD_UNKNOWN && found != NS_PAD_UNKNOWN && one != found);
        found = one != NS_PAD_UNKNOWN ? one : found;
    }
    cJSON_Delete(object);
    return doubtful ? NS_PAD_UNKNOWN : found;
}

static void look_at_action(const cJSON *action, bool *failed, char *detail, size_t size) {
    const cJSON *error = cJSON_GetObjectItem(action, "error");
    if (!ns_ascii_equal(ns_json_string(action, "status", ""), "failed") || ns_json_bool(action, "insideErrorHandling", false))
        return;
    *failed = true;
    ns_phrase_write(detail, size, "The action \"%.80s\" failed: %.200s", ns_json_string(action, "name", "?"), ns_json_string(error, "message", "?"));
}

/* The last action that failed where nobody caught it. A line that is cut off is no action. */
static bool read_log(const char *text, char *detail, size_t size) {
    char line[LINE_MAXIMUM];
    bool failed = false;
    for (const char *p = text; *p;) {
        const size_t length = strcspn(p, "\n");
        cJSON *action = NULL;
        if (length < sizeof line) {
            memcpy(line, p, length);
            line[length] = 0;
            ns_phrase_strip(line);
            action = cJSON_Parse(line);
        }
        if (action)
            look_at_action(action, &failed, detail, size);
        cJSON_Delete(action);
        p += length + (p[length] == '\n');
    }
    return failed;
}

static const char *behind_mark(const char *text) {
    return strncmp(text, "\xEF\xBB\xBF", 3) == 0 ? text + 3 : text;
}

ns_pad_end ns_pad_judge(const char *definition, const char *log, char *detail, size_t size) {
    ns_pad_end end = definition ? read_definition(behind_mark(definition)) : NS_PAD_UNKNOWN;
    bool failed = false;
    detail[0] = 0;
    if (log)
        failed = read_log(behind_mark(log), detail, size);
    if (end == NS_PAD_UNKNOWN && failed)
        end = NS_PAD_FAILED;
    if (end == NS_PAD_SUCCEEDED)
        detail[0] = 0; /* it was caught after all */
    return end;
}
