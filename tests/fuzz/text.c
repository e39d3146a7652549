/* Texts that people type, that a store or a machine has, and that are made of others. */
#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "base/base64.h"
#include "base/phrase.h"
#include "base/words.h"
#include "flow/artifacts.h"
#include "flow/inputs.h"
#include "flow/output.h"
#include "flow/pad.h"
#include "fuzz.h"
#include "model/account.h"
#include "model/names.h"
#include "model/native_code.h"
#include "model/retry.h"
#include "model/things.h"
#include "preflight/board.h"
#include "preflight/fix.h"

static void read_names(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    char *domain = NULL;
    char *user = NULL;
    ns_error error;
    (void)!ns_host_check(text, &error);
    (void)!ns_name_check("name", text, &error);
    (void)!ns_description_check(text, &error);
    (void)!ns_port_check((long long)size - 1, &error);
    if (ns_user_split(text, &domain, &user, &error) == NS_OK) {
        fuzz_must_be_text(domain);
        free(domain);
        free(user);
    }
    free(text);
}

/* The first byte says which setting. */
static void read_setting(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data + (size ? 1 : 0), size ? size - 1 : 0);
    char *value = NULL;
    char *again = NULL;
    ns_error error;
    const ns_setting_id id = size ? (ns_setting_id)(data[0] % NS_SETTING_COUNT) : 0;
    if (ns_setting_parse(id, text, &value, &error) == NS_OK) {
        if (ns_setting_parse(id, value, &again, &error) != NS_OK || strcmp(value, again) != 0)
            abort(); /* what is stored means what was typed */
        free(again);
        free(value);
    } else {
        fuzz_must_be_text(error.message);
    }
    free(text);
}

static void read_codes(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    unsigned char kinds[NS_CHECKS_MAXIMUM];
    ns_check_set set;
    ns_fix fix;
    ns_error error;
    if (ns_success_codes_check(text, &error) == NS_OK)
        (void)ns_success_codes_have(text, 3010);
    (void)!ns_check_set_parse(&set, text, &error);
    ns_row_read_summary(text, kinds);
    (void)ns_fix_read(text, &fix);
    (void)ns_entra_error_code(text);
    free(text);
}

static void read_words(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    char **words = NULL;
    uint8_t *bytes = NULL;
    size_t length = 0;
    ns_error error;
    if (ns_words_split("p", text, &words, &error) == NS_OK)
        ns_words_free(words);
    if (ns_base64_decode(text, &bytes, &length))
        free(bytes);
    free(text);
}

/* What a flow puts out, in any encoding and in pieces; the first byte says how. */
static void read_output(const uint8_t *data, size_t size) {
    static const char *const encodings[] = {"auto", "utf-8", "utf-16", "oem"};
    const size_t piece = size ? 1 + data[0] / NS_COUNT_OF(encodings) : 1;
    ns_flow_output output;
    ns_flow_output_init(&output, 1 << 20, encodings[size ? data[0] % NS_COUNT_OF(encodings) : 0], 850, 1252);
    for (size_t at = 1; at < size; at += piece)
        fuzz_must_be_text(ns_flow_output_add(&output, data + at, size - at < piece ? size - at : piece, false));
    fuzz_must_be_text(ns_flow_output_add(&output, "", 0, true));
    ns_flow_output_clear(&output);
}

/* A flow's inputs, and the records that Power Automate leaves. */
static void read_flow(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    char detail[200];
    ns_flow_inputs inputs;
    ns_error error;
    if (ns_flow_inputs_declare(text, &inputs, &error) == NS_OK) {
        char *filled = ns_flow_inputs_fill(&inputs, text);
        free(filled);
        ns_flow_inputs_clear(&inputs);
    }
    (void)ns_pad_judge(text, text, detail, sizeof detail);
    free(text);
}

static void read_lossy(const uint8_t *data, size_t size) {
    ns_text text;
    ns_text_init(&text, 1 << 20);
    (void)ns_utf8_append_lossy(&text, data, size);
    fuzz_must_be_text(ns_text_string(&text));
    ns_text_clear(&text);
}

static const char *backwards(const char *id) {
    return strchr(id, '%') ? "{2} {1} {=1} {-1}" : NULL;
}

/* The same as our own words, as JSON that a store or an agent gave, and as a text of somebody else's. */
static void read_phrase(const uint8_t *data, size_t size) {
    char *text = fuzz_text(data, size);
    char *phrase = ns_phrase_unpack(text, "otherwise");
    char *packed = ns_phrase_pack(phrase);
    char *english = ns_phrase_text(phrase, NULL);
    char *other = ns_phrase_text(text, backwards);
    cJSON *object = cJSON_Parse(text);
    char *member = ns_phrase_of_member(object, "message");
    char small[40];
    ns_phrase_write(small, sizeof small, "%.20s: %03d %c", phrase, 7, 'x');
    ns_phrase_strip(text);
    ns_phrase_strip_json(object);
    if (cJSON_IsObject(object))
        (void)ns_phrase_add_member(object, "again", member);
    cJSON_Delete(object);
    free(member);
    free(other);
    free(english);
    free(packed);
    free(phrase);
    free(text);
}

static void read_artifacts(const uint8_t *data, size_t size) {
    ns_artifact_list list;
    ns_error error;
    if (ns_artifacts_read((const char *)data, size, &list, &error) != NS_OK)
        return;
    for (size_t i = 0; i < list.count; i++) {
        const char *name = list.items[i].name;
        char *again = ns_artifact_name(name);
        fuzz_must_be_text(name);
        if (!again || !name[0] || strlen(name) >= NS_ARTIFACT_NAME_SIZE + 8 || name[0] == '/' || strchr(name, '\\') || strstr(name, "../"))
            abort(); /* it lies below the folder that it is saved in */
        free(again);
    }
    ns_artifact_list_clear(&list);
}

const fuzz_input text_inputs[] = {
    {"names", "core/model/names.c", read_names},
    {"setting", "core/model/setting.c:refuse core/model/setting.c:parse_integer core/base/text.c:ns_is_one_of core/model/setting.c:ns_setting_parse",
     read_setting},
    {"codes", "core/preflight/fix.c core/model/flow.c:ns_success_codes_check core/model/flow.c:ns_success_codes_have core/model/flow.c:each_code",
     read_codes},
    {"words", "core/base/words.c core/base/base64.c:ns_base64_decode", read_words},
    {"output", "core/flow/output.c core/flow/decode.c core/flow/clean.c", read_output},
    {"artifacts",
     "core/flow/artifacts.c:ns_artifacts_read core/flow/artifacts.c:read_files core/flow/artifacts.c:ns_artifact_name "
     "core/flow/artifacts.c:append_part "
     "core/flow/artifacts.c:is_device core/flow/artifacts.c:another_name core/flow/artifacts.c:short_enough",
     read_artifacts},
    {"flow", "core/flow/inputs.c:declare core/flow/inputs.c:ns_flow_inputs_fill core/flow/pad.c", read_flow},
    {"lossy", "core/base/text.c:ns_utf8_append_lossy core/base/text.c:ns_utf8_count", read_lossy},
    {"phrase", "core/base/phrase.c -core/base/phrase.c:ns_phrase_append -core/base/phrase.c:ns_phrase_append_id", read_phrase},
    {NULL, NULL, NULL}};
