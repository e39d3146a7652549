#include "order.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_MS = 86400000 };

static char **environment_of(const cJSON *message) {
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(message, "environment");
    const cJSON *item = NULL;
    size_t count = 0;
    char **list = calloc((size_t)(cJSON_IsObject(object) ? cJSON_GetArraySize(object) : 0) + 1, sizeof *list);
    if (list && cJSON_IsObject(object)) {
        cJSON_ArrayForEach(item, object) {
            ns_text pair;
            if (!cJSON_IsString(item) || !item->string || strchr(item->string, '='))
                continue;
            ns_text_init(&pair, 32768);
            if (ns_text_appendf(&pair, "%s=%s", item->string, item->valuestring))
                list[count++] = ns_text_take(&pair);
            ns_text_clear(&pair);
        }
    }
    return list;
}

ns_status order_read(const cJSON *message, run_order *out, ns_error *error) {
    const char *program = ns_json_string(message, "program", "");
    const char *nonce = ns_json_string(message, "nonce", "");
    memset(out, 0, sizeof *out);
    if (strlen(nonce) != NS_AGENT_NONCE_SIZE - 1)
        return ns_error_set(error, NS_STATUS_PROTOCOL, "AgentProtocolError", NULL, "The order carries no nonce.");
    memcpy(out->nonce, nonce, sizeof out->nonce);
    if (program[0] == 0)
        return ns_error_set(error, NS_STATUS_INVALID, "FlowNotStarted", NULL, "The order names no program.");
    out->arguments = ns_json_string(message, "arguments", "");
    out->directory = ns_json_string(message, "directory", "");
    out->timeout_ms = ns_json_integer(message, "timeoutMs", 0);
    if (out->timeout_ms <= 0 || out->timeout_ms > LONGEST_MS)
        out->timeout_ms = LONGEST_MS;
    out->keep_children = ns_json_bool(message, "keepChildren", false);
    out->environment = environment_of(message);
    if (!out->environment)
        return ns_error_set_memory(error);
    return ns_words_split(program, out->arguments, &out->words, error);
}

void order_clear(run_order *self) {
    ns_words_free(self->words);
    ns_words_free(self->environment);
    memset(self, 0, sizeof *self);
}
