#include "runner/runner_request.h"

#include <string.h>

static bool write_target(cJSON *message, const ns_runner_request *request) {
    return ns_json_add_string(message, "host", request->host) && ns_json_add_integer(message, "port", request->port) &&
           ns_json_add_string(message, "user", request->user) && ns_json_add_string(message, "domain", request->domain) &&
           cJSON_AddBoolToObject(message, "signInOnly", request->sign_in_only);
}

static bool write_addresses(cJSON *message, const ns_runner_request *request) {
    cJSON *array = cJSON_AddArrayToObject(message, "addresses");
    for (size_t i = 0; array && i < request->address_count; i++)
        if (!cJSON_AddItemToArray(array, cJSON_CreateString(request->addresses[i])))
            return false;
    return array != NULL;
}

static bool write_trust(cJSON *message, const ns_trust_rules *trust) {
    return cJSON_AddBoolToObject(message, "nla", trust->nla) && cJSON_AddBoolToObject(message, "nlaBefore", trust->nla_before) &&
           ns_json_add_string(message, "certificate", ns_certificate_policy_name(trust->certificate)) &&
           ns_json_add_string(message, "pin", trust->pin);
}

static bool write_session(cJSON *message, const ns_runner_request *request) {
    return ns_json_add_integer(message, "width", request->width) && ns_json_add_integer(message, "height", request->height) &&
           ns_json_add_integer(message, "scale", request->scale) && ns_json_add_integer(message, "depth", request->depth) &&
           ns_json_add_string(message, "agentCommand", request->agent_command) && ns_json_add_string(message, "clientName", request->client_name) &&
           ns_json_add_integer(message, "connectTimeoutMs", request->connect_timeout_ms) &&
           ns_json_add_integer(message, "frame", (int64_t)request->frame);
}

cJSON *ns_runner_request_write(const ns_runner_request *request) {
    cJSON *message = cJSON_CreateObject();
    if (!message || !ns_json_add_string(message, "type", "start") || !write_target(message, request) || !write_addresses(message, request) ||
        !write_trust(message, &request->trust) || !write_session(message, request)) {
        cJSON_Delete(message);
        return NULL;
    }
    return message;
}

static bool take(const cJSON *message, const char *name, char *out, size_t size) {
    const char *value = ns_json_string(message, name, NULL);
    if (!value || strlen(value) >= size)
        return false;
    memcpy(out, value, strlen(value) + 1);
    return true;
}

static bool take_number(const cJSON *message, const char *name, int64_t minimum, int64_t maximum, uint32_t *out) {
    int64_t value = ns_json_integer(message, name, -1);
    *out = (uint32_t)value;
    return value >= minimum && value <= maximum;
}

static bool take_addresses(const cJSON *message, ns_runner_request *out) {
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(message, "addresses")) {
        const char *text = cJSON_IsString(each) ? each->valuestring : "";
        if (out->address_count == NS_RUNNER_ADDRESSES || !text[0] || strlen(text) >= sizeof out->addresses[0])
            return false;
        memcpy(out->addresses[out->address_count++], text, strlen(text) + 1);
    }
    return out->address_count > 0;
}

/* Where to, and as whom. */
static bool take_target(const cJSON *message, ns_runner_request *out) {
    uint32_t port = 0;
    const bool whole = take(message, "host", out->host, sizeof out->host) && take_addresses(message, out) &&
                       take_number(message, "port", 1, 65535, &port) && take(message, "user", out->user, sizeof out->user) &&
                       take(message, "domain", out->domain, sizeof out->domain);
    out->port = (uint16_t)port;
    return whole;
}

ns_status ns_runner_request_read(const cJSON *message, ns_runner_request *out, ns_error *error) {
    bool whole = false;
    memset(out, 0, sizeof *out);
    whole = strcmp(ns_json_string(message, "type", ""), "start") == 0 && take_target(message, out) &&
            take_number(message, "width", 200, 8192, &out->width) && take_number(message, "height", 200, 8192, &out->height) &&
            take_number(message, "scale", 100, 500, &out->scale) && take_number(message, "depth", 8, 32, &out->depth) &&
            take(message, "pin", out->trust.pin, sizeof out->trust.pin) &&
            take(message, "agentCommand", out->agent_command, sizeof out->agent_command) &&
            take(message, "clientName", out->client_name, sizeof out->client_name) &&
            take_number(message, "connectTimeoutMs", 100, 600000, &out->connect_timeout_ms);
    out->trust.nla = ns_json_bool(message, "nla", true);
    out->trust.nla_before = ns_json_bool(message, "nlaBefore", true);
    out->trust.certificate = ns_certificate_policy_read(ns_json_string(message, "certificate", ""));
    out->sign_in_only = ns_json_bool(message, "signInOnly", false);
    out->frame = (intptr_t)ns_json_integer(message, "frame", -1);
    if (!whole || out->frame < 0)
        return ns_error_set(error, NS_STATUS_PROTOCOL, "RunnerFailed", "Start the runner only through Nightshift.",
                            "The runner got no proper order.");
    return NS_OK;
}

cJSON *ns_runner_go_write(const ns_secret *password, uint64_t by) {
    cJSON *message = cJSON_CreateObject();
    if (message && ns_json_add_string(message, "type", "go") && ns_json_add_string(message, "password", password->bytes) &&
        ns_json_add_integer(message, "by", (int64_t)by))
        return message;
    ns_json_wipe(message);
    return NULL;
}

ns_status ns_runner_go_read(const cJSON *message, ns_secret *password, uint64_t *by, ns_error *error) {
    const char *text = ns_json_string(message, "password", "");
    *by = (uint64_t)ns_json_integer(message, "by", 0);
    return ns_secret_set(password, text, strlen(text), error);
}
