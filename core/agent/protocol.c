#include "agent/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"

ns_status ns_agent_make_nonce(char nonce[NS_AGENT_NONCE_SIZE], ns_error *error) {
    unsigned char bytes[(NS_AGENT_NONCE_SIZE - 1) / 2];
    ns_status status = ns_system_random(bytes, sizeof bytes, error);
    ns_hex_write(bytes, sizeof bytes, nonce);
    return status;
}

cJSON *ns_agent_message(const char *type, const char *nonce) {
    cJSON *message = cJSON_CreateObject();
    if (message && (!ns_json_add_string(message, "type", type) || (nonce && !ns_json_add_string(message, "nonce", nonce)))) {
        cJSON_Delete(message);
        return NULL;
    }
    return message;
}

static bool write_screen(cJSON *message, const ns_agent_hello *hello) {
    cJSON *screen = cJSON_AddObjectToObject(message, "screen");
    return screen && ns_json_add_integer(screen, "width", hello->width) && ns_json_add_integer(screen, "height", hello->height) &&
           ns_json_add_integer(screen, "scale", hello->scale) && ns_json_add_integer(screen, "depth", hello->depth);
}

static bool write_identity(cJSON *message, const ns_agent_hello *hello) {
    return ns_json_add_integer(message, "protocol", NS_AGENT_PROTOCOL_VERSION) && ns_json_add_string(message, "version", hello->version) &&
           ns_json_add_string(message, "user", hello->user) && ns_json_add_string(message, "principal", hello->principal) &&
           ns_json_add_string(message, "sid", hello->sid) && ns_json_add_string(message, "computer", hello->computer) &&
           ns_json_add_string(message, "os", hello->os) && cJSON_AddBoolToObject(message, "elevated", hello->elevated);
}

static bool write_session(cJSON *message, const ns_agent_hello *hello) {
    bool whole = ns_json_add_string(message, "sessionId", hello->session_id) &&
                 ns_json_add_integer(message, "sessionStartedAtMs", hello->session_started_at) &&
                 ns_json_add_integer(message, "sessionAgeMs", hello->session_age) &&
                 ns_json_add_string(message, "joined", ns_joined_name(hello->joined)) && ns_json_add_integer(message, "others", hello->others) &&
                 ns_json_add_integer(message, "oemPage", hello->oem) && ns_json_add_integer(message, "ansiPage", hello->ansi);
    if (whole && hello->single_session != NS_UNKNOWN)
        whole = cJSON_AddBoolToObject(message, "singleSession", hello->single_session == NS_YES) != NULL;
    if (whole && hello->environment)
        whole = cJSON_AddRawToObject(message, "environment", hello->environment) != NULL;
    return whole;
}

cJSON *ns_agent_hello_write(const ns_agent_hello *hello) {
    cJSON *message = ns_agent_message("hello", hello->nonce);
    if (!message || !write_identity(message, hello) || !write_session(message, hello) || !write_screen(message, hello)) {
        cJSON_Delete(message);
        return NULL;
    }
    return message;
}

static bool take(const cJSON *message, const char *name, char *out, size_t size) {
    const char *value = ns_json_string(message, name, NULL);
    if (!value || strlen(value) >= size || ns_utf8_count(value) < 0)
        return false;
    memcpy(out, value, strlen(value) + 1);
    return true;
}

ns_status ns_agent_hello_read(const cJSON *message, ns_agent_hello *out, ns_error *error) {
    const cJSON *screen = cJSON_GetObjectItemCaseSensitive(message, "screen");
    int64_t protocol = ns_json_integer(message, "protocol", 0);
    memset(out, 0, sizeof *out);
    if (protocol != NS_AGENT_PROTOCOL_VERSION)
        return ns_error_set(error, NS_STATUS_PROTOCOL, "AgentProtocolError", "Install the agent that belongs to this version of Nightshift.",
                            "The agent speaks version %lld of the protocol; this is version %d.", (long long)protocol, NS_AGENT_PROTOCOL_VERSION);
    if (!take(message, "version", out->version, sizeof out->version) || !take(message, "user", out->user, sizeof out->user) ||
        !take(message, "sessionId", out->session_id, sizeof out->session_id) || !take(message, "os", out->os, sizeof out->os) ||
        !take(message, "nonce", out->nonce, sizeof out->nonce) || !cJSON_IsObject(screen))
        return ns_error_set(error, NS_STATUS_PROTOCOL, "AgentProtocolError", "Install the agent that belongs to this version of Nightshift.",
                            "The agent's greeting lacks a part or has one that is too long.");
    (void)take(message, "principal", out->principal, sizeof out->principal);
    (void)take(message, "sid", out->sid, sizeof out->sid);
    (void)take(message, "computer", out->computer, sizeof out->computer);
    out->session_started_at = ns_json_integer(message, "sessionStartedAtMs", 0);
    out->elevated = ns_json_bool(message, "elevated", false);
    out->width = ns_json_integer(screen, "width", 0);
    out->height = ns_json_integer(screen, "height", 0);
    out->scale = ns_json_integer(screen, "scale", 0);
    out->depth = ns_json_integer(screen, "depth", 0);
    out->session_age = ns_json_integer(message, "sessionAgeMs", -1);
    out->joined = ns_joined_parse(ns_json_string(message, "joined", "unknown"));
    out->others = ns_json_integer(message, "others", 0);
    out->oem = ns_json_integer(message, "oemPage", 0);
    out->ansi = ns_json_integer(message, "ansiPage", 0);
    if (cJSON_IsBool(cJSON_GetObjectItemCaseSensitive(message, "singleSession")))
        out->single_session = ns_json_bool(message, "singleSession", false) ? NS_YES : NS_NO;
    if (cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(message, "environment")))
        out->environment = ns_json_print(cJSON_GetObjectItemCaseSensitive(message, "environment"));
    return NS_OK;
}

const char *ns_agent_failed_code(const cJSON *message) {
    static const char *const codes[] = {"FlowNotStarted", "AgentProtocolError", "SessionLocked", "DesktopNotReady"};
    const char *given = ns_json_string(message, "code", "");
    for (size_t i = 0; i < NS_COUNT_OF(codes); i++)
        if (strcmp(given, codes[i]) == 0)
            return codes[i];
    return codes[0];
}

void ns_agent_hello_clear(ns_agent_hello *hello) {
    free(hello->environment);
    memset(hello, 0, sizeof *hello);
}
