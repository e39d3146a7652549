#include "flow/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/words.h"

enum { NAME_MAXIMUM = 64 };

static bool is_name(const char *name, size_t size) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    if (size == 0 || size > NAME_MAXIMUM || !strchr(letters, name[0]))
        return false;
    for (size_t i = 0; i < size; i++)
        if (!strchr(letters, name[i]) && !strchr("0123456789-", name[i]))
            return false;
    return true;
}

static ns_status bad_name(const char *name, ns_error *error) {
    return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Begin with a letter, and use letters, digits, - and _; such as month=11 *pin.",
                        "\"%.60s\" is not the name of an input.", name);
}

static ns_flow_input *find(ns_flow_inputs *inputs, const char *name, size_t size) {
    for (size_t i = 0; i < inputs->count; i++)
        if (strlen(inputs->items[i].name) == size && strncmp(inputs->items[i].name, name, size) == 0)
            return &inputs->items[i];
    return NULL;
}

const ns_flow_input *ns_flow_inputs_find(const ns_flow_inputs *inputs, const char *name) {
    for (size_t i = 0; i < inputs->count; i++)
        if (strcmp(inputs->items[i].name, name) == 0)
            return &inputs->items[i];
    return NULL;
}

static ns_status add(ns_flow_inputs *inputs, const char *name, size_t size, bool secret, ns_flow_input **out, ns_error *error) {
    ns_text text;
    if (inputs->count == NS_INPUTS_MAXIMUM)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Give fewer, or a file with all of them.", "There are more than %d inputs.",
                            NS_INPUTS_MAXIMUM);
    ns_text_init(&text, NAME_MAXIMUM);
    (void)ns_text_append(&text, name, size);
    *out = &inputs->items[inputs->count];
    **out = (ns_flow_input){.name = ns_text_take_whole(&text), .secret = secret};
    if (!(*out)->name)
        return ns_error_set_memory(error);
    inputs->count++;
    return NS_OK;
}

static const char *const types[NS_INPUT_TYPES] = {"text", "number", "boolean"};

static ns_input_type type_of(const char *name, size_t size) {
    for (int i = 0; i < NS_INPUT_TYPES; i++)
        if (strlen(types[i]) == size && strncmp(types[i], name, size) == 0)
            return (ns_input_type)i;
    return NS_INPUT_TYPES;
}

static const char *past_digits(const char *p) {
    return p + strspn(p, "0123456789");
}

/* As JSON writes one, RFC 8259 section 6: strtod takes more. */
static bool is_number(const char *p) {
    const char *digits = p += *p == '-';
    p = past_digits(p);
    if (p == digits || (*digits == '0' && p > digits + 1))
        return false;
    if (*p == '.' && past_digits(p + 1) == p + 1)
        return false;
    p = *p == '.' ? past_digits(p + 1) : p;
    if (*p != 'e' && *p != 'E')
        return *p == 0;
    p += 1 + (p[1] == '+' || p[1] == '-');
    return *p && *past_digits(p) == 0;
}

static bool is_of_type(const char *value, ns_input_type type) {
    return type == NS_INPUT_TEXT || (type == NS_INPUT_BOOLEAN ? ns_is_one_of(value, "true|false") : is_number(value));
}

static ns_status set_value(ns_flow_input *input, const char *value, ns_error *error) {
    if (!is_of_type(value, input->type))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs",
                            input->type == NS_INPUT_NUMBER ? "Give a number such as 12.5." : "Give true or false.", "The value of %s is no %s.",
                            input->name, types[input->type]);
    if (strlen(value) > NS_INPUT_VALUE_MAXIMUM || ns_utf8_count(value) < 0)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Give at most 8,000 bytes of UTF-8 text; more in a file.",
                            "The value of %s is too long, or no text.", input->name);
    if (input->value)
        ns_wipe(input->value, strlen(input->value));
    free(input->value);
    input->value = ns_string_copy(value);
    return input->value ? NS_OK : ns_error_set_memory(error);
}

static ns_status declare(ns_flow_inputs *out, const char *word, ns_error *error) {
    const bool secret = word[0] == '*';
    const char *name = word + secret;
    const size_t size = strcspn(name, ":=");
    const char *type = name + size + (name[size] == ':');
    const char *value = type + (name[size] == ':' ? strcspn(type, "=") : 0);
    const ns_input_type of = name[size] == ':' ? type_of(type, (size_t)(value - type)) : NS_INPUT_TEXT;
    ns_flow_input *input = NULL;
    ns_status status = NS_OK;
    if (!is_name(name, size))
        return bad_name(word, error);
    if (find(out, name, size))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Leave out one of them.", "The input %.60s is there twice.", name);
    if (of == NS_INPUT_TYPES)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Write text, number or boolean behind the colon.",
                            "The input %.60s is of no type that there is.", name);
    if (secret && *value)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Leave the value out; it is given with each run.",
                            "A secret input has a value that anybody could read.");
    status = add(out, name, size, secret, &input, error);
    if (status != NS_OK || !input)
        return status;
    input->type = of;
    return *value ? set_value(input, value + 1, error) : NS_OK;
}

void ns_flow_inputs_take_types(ns_flow_inputs *inputs, const char *declared) {
    ns_flow_inputs list;
    if (ns_flow_inputs_declare(declared, &list, &(ns_error){0}) != NS_OK)
        return;
    for (size_t i = 0; i < list.count; i++) {
        ns_flow_input *input = find(inputs, list.items[i].name, strlen(list.items[i].name));
        if (input && input->value && is_of_type(input->value, list.items[i].type))
            input->type = list.items[i].type;
    }
    ns_flow_inputs_clear(&list);
}

ns_status ns_flow_inputs_declare(const char *declared, ns_flow_inputs *out, ns_error *error) {
    char **words = NULL;
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    status = ns_words_split("", declared, &words, error);
    for (size_t i = 1; status == NS_OK && words[i]; i++)
        status = declare(out, words[i], error);
    out->declared = out->count > 0;
    ns_words_free(words);
    if (status != NS_OK)
        ns_flow_inputs_clear(out);
    return status;
}

ns_status ns_flow_inputs_give(ns_flow_inputs *inputs, const char *name, const char *value, bool secret, ns_error *error) {
    ns_flow_input *input = find(inputs, name, strlen(name));
    ns_status status = NS_OK;
    if (!is_name(name, strlen(name)))
        return bad_name(name, error);
    if (!input && inputs->declared)
        return ns_error_set(error, NS_STATUS_INVALID, "InputUnknown", "See the flow's inputs with: nightshiftctl flow list --json",
                            "The flow declares no input %.60s.", name);
    if (input && input->secret && !secret)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidInputs", "Give it with --secret-input, on standard input.",
                            "The input %.60s is a secret, which does not belong on a command line.", name);
    if (!input)
        status = add(inputs, name, strlen(name), secret, &input, error);
    if (status != NS_OK || !input)
        return status;
    input->secret = input->secret || secret;
    return set_value(input, value, error);
}

ns_status ns_flow_inputs_check(const ns_flow_inputs *inputs, ns_error *error) {
    for (size_t i = 0; i < inputs->count; i++)
        if (!inputs->items[i].value)
            return ns_error_set(error, NS_STATUS_INVALID, "InputMissing",
                                inputs->items[i].secret ? "Give it with --secret-input." : "Give it with --input NAME=VALUE.",
                                "The flow's input %s has no value.", inputs->items[i].name);
    return NS_OK;
}

void ns_flow_inputs_clear(ns_flow_inputs *inputs) {
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->items[i].name);
        if (inputs->items[i].value)
            ns_wipe(inputs->items[i].value, strlen(inputs->items[i].value));
        free(inputs->items[i].value);
    }
    memset(inputs, 0, sizeof *inputs);
}

/* The input whose place begins at `p`, "{name}"; *size is how long that is. */
static const ns_flow_input *place_at(const ns_flow_inputs *inputs, const char *p, size_t *size) {
    for (size_t i = 0; *p == '{' && i < inputs->count; i++) {
        const size_t length = strlen(inputs->items[i].name);
        if (strncmp(p + 1, inputs->items[i].name, length) == 0 && p[1 + length] == '}') {
            *size = length + 2;
            return &inputs->items[i];
        }
    }
    return NULL;
}

bool ns_flow_inputs_show_secret(const ns_flow_inputs *inputs, const char *text) {
    size_t size = 0;
    for (const char *p = text; *p; p++) {
        const ns_flow_input *input = place_at(inputs, p, &size);
        if (input && input->secret)
            return true;
    }
    return false;
}

char *ns_flow_inputs_fill(const ns_flow_inputs *inputs, const char *text) {
    ns_text out;
    size_t size = 0;
    ns_text_init(&out, (size_t)1024 * 1024);
    (void)ns_text_append_string(&out, "");
    for (const char *p = text; *p; p += size) {
        const ns_flow_input *input = place_at(inputs, p, &size);
        size = input ? size : 1;
        if (input && !input->secret)
            (void)ns_text_append_string(&out, input->value ? input->value : "");
        else
            (void)ns_text_append(&out, p, size);
    }
    return ns_text_take_whole(&out);
}

/* A number keeps its digits. */
static bool add_member(cJSON *object, const ns_flow_input *input) {
    const char *value = input->value ? input->value : "";
    return input->type == NS_INPUT_TEXT ? ns_json_add_string(object, input->name, value) : cJSON_AddRawToObject(object, input->name, value) != NULL;
}

char *ns_flow_inputs_json(const ns_flow_inputs *inputs) {
    cJSON *object = cJSON_CreateObject();
    char *text = NULL;
    bool whole = object != NULL;
    for (size_t i = 0; whole && i < inputs->count; i++)
        if (!inputs->items[i].secret)
            whole = add_member(object, &inputs->items[i]);
    text = whole ? ns_json_print(object) : NULL;
    cJSON_Delete(object);
    return text;
}

static char *environment_pair(const ns_flow_input *input) {
    ns_text pair;
    ns_text_init(&pair, NS_INPUT_VALUE_MAXIMUM + NAME_MAXIMUM + 32);
    (void)ns_text_append_string(&pair, "NIGHTSHIFT_INPUT_");
    for (const char *p = input->name; *p; p++) {
        const char letter = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        (void)ns_text_append(&pair, &letter, 1);
    }
    (void)ns_text_append_string(&pair, "=");
    (void)ns_text_append_string(&pair, input->value ? input->value : "");
    return ns_text_take_whole(&pair);
}

char **ns_flow_inputs_environment(const ns_flow_inputs *inputs) {
    char **list = calloc(inputs->count + 1, sizeof *list);
    for (size_t i = 0; list && i < inputs->count; i++) {
        list[i] = environment_pair(&inputs->items[i]);
        if (!list[i]) {
            ns_flow_environment_free(list);
            return NULL;
        }
    }
    return list;
}

void ns_flow_environment_free(char **list) {
    for (size_t i = 0; list && list[i]; i++) {
        ns_wipe(list[i], strlen(list[i]));
        free(list[i]);
    }
    free(list);
}

bool ns_flow_inputs_write(const ns_flow_inputs *inputs, cJSON *order) {
    cJSON *array = cJSON_AddArrayToObject(order, "inputs");
    for (size_t i = 0; array && i < inputs->count; i++) {
        cJSON *object = cJSON_CreateObject();
        if (!object || !ns_json_add_string(object, "name", inputs->items[i].name) ||
            !ns_json_add_string(object, "value", inputs->items[i].value ? inputs->items[i].value : "") ||
            !ns_json_add_string(object, "type", types[inputs->items[i].type]) || !cJSON_AddBoolToObject(object, "secret", inputs->items[i].secret) ||
            !cJSON_AddItemToArray(array, object)) {
            cJSON_Delete(object);
            return false;
        }
    }
    return array != NULL;
}

static ns_status read_input(const cJSON *given, ns_flow_inputs *out, ns_error *error) {
    const char *type = ns_json_string(given, "type", types[NS_INPUT_TEXT]);
    const char *name = ns_json_string(given, "name", "");
    const char *value = ns_json_string(given, "value", "");
    const ns_input_type of = type_of(type, strlen(type));
    const ns_status status = ns_flow_inputs_give(out, name, value, ns_json_bool(given, "secret", false), error);
    if (status == NS_OK && of != NS_INPUT_TYPES && is_of_type(value, of))
        find(out, name, strlen(name))->type = of;
    return status;
}

ns_status ns_flow_inputs_read(const cJSON *order, ns_flow_inputs *out, ns_error *error) {
    const cJSON *each = NULL;
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(order, "inputs")) {
        if (status == NS_OK)
            status = read_input(each, out, error);
    }
    if (status != NS_OK)
        ns_flow_inputs_clear(out);
    return status;
}
