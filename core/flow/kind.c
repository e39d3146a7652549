#include "flow/kind.h"

#include <stdlib.h>
#include <string.h>

#include "base/phrase.h"
#include "flow/decode.h"
#include "flow/robots.h"
#include "flow/scripts.h"

static ns_status launch_program(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
static ns_status launch_document(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error);
static const char *judge_code(int64_t code, const char *output, const char *success_codes, char *detail, size_t size);
static const char *judge_nothing(int64_t code, const char *output, const char *success_codes, char *detail, size_t size);
static const char *judge_document(int64_t code, const char *output, const char *success_codes, char *detail, size_t size);

static const ns_flow_kind kinds[] = {
    {"program", "The program: its path, or its name where the system finds it.", NULL, false, false, launch_program, judge_code},
    {"script", "The script, such as a .ps1, .cmd, .vbs or .py.", "The interpreter, where it is not the usual one.", false, false, ns_launch_script,
     judge_code},
    {"desktop-flow", "The Power Automate desktop flow: its name or its id.", "The environment's id.", true, true, ns_launch_desktop_flow,
     judge_nothing},
    {"uipath", "The UiPath process: its name, or the path of a package or project.", "The folder's number.", true, true, ns_launch_uipath,
     ns_judge_uipath},
    {"rcc", "The path of robot.yaml.", "The task, where there are several.", false, false, ns_launch_rcc, ns_judge_rcc},
    {"document", "The document's path, or an address.", NULL, false, false, launch_document, judge_document},
};

const ns_flow_kind *ns_flow_kind_at(size_t index) {
    return index < NS_COUNT_OF(kinds) ? &kinds[index] : NULL;
}

const ns_flow_kind *ns_flow_kind_find(const char *name) {
    for (size_t i = 0; i < NS_COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static const char *given(const char *text) {
    return text ? text : "";
}

static ns_status check_secrets(const ns_flow *flow, const ns_flow_kind *kind, const ns_flow_inputs *inputs, ns_error *error) {
    for (size_t i = 0; i < inputs->count && kind->shows_inputs; i++)
        if (inputs->items[i].secret)
            return ns_error_set(error, NS_STATUS_INVALID, "SecretInArguments", "Let the flow read it from a credential store of its own.",
                                "A flow of the kind %s is given its inputs on a command line, which everybody can read: none may be a secret.",
                                kind->name);
    if (ns_flow_inputs_show_secret(inputs, given(flow->arguments)) || ns_flow_inputs_show_secret(inputs, given(flow->program)))
        return ns_error_set(error, NS_STATUS_INVALID, "SecretInArguments", "Let the flow read it from its environment: NIGHTSHIFT_INPUT_NAME.",
                            "A secret input stands in the arguments, which everybody can read.");
    return NS_OK;
}

static ns_status no_kind(const char *name, ns_error *error) {
    ns_text names;
    ns_status status = NS_OK;
    ns_text_init(&names, 500);
    for (size_t i = 0; i < NS_COUNT_OF(kinds); i++)
        (void)ns_text_appendf(&names, "%s%s", i ? ", " : "", kinds[i].name);
    status = ns_error_set(error, NS_STATUS_INVALID, "InvalidFlow", "Choose one of them.", "\"%.40s\" is no kind of flow. There are: %s.", name,
                          ns_text_string(&names));
    ns_text_clear(&names);
    return status;
}

ns_status ns_flow_start_check(const ns_flow *flow, const ns_flow_inputs *inputs, ns_error *error) {
    const ns_flow_kind *kind = ns_flow_kind_find(flow->kind ? flow->kind : kinds[0].name);
    return kind ? check_secrets(flow, kind, inputs, error) : no_kind(flow->kind, error);
}

ns_status ns_flow_kind_check(const ns_flow *flow, ns_error *error) {
    const ns_flow_kind *kind = ns_flow_kind_find(flow->kind ? flow->kind : kinds[0].name);
    ns_flow_inputs inputs;
    ns_status status = NS_OK;
    if (!kind)
        return no_kind(flow->kind, error);
    if (!kind->scope && given(flow->scope)[0])
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidFlow", "Leave it out.", "A flow of the kind %s has no scope.", kind->name);
    if (!ns_encoding_is_known(flow->encoding ? flow->encoding : "auto"))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidFlow", "Give auto, utf-8, utf-16, oem, ansi, or a code page such as cp850.",
                            "\"%.40s\" is no encoding that is known here.", flow->encoding);
    status = ns_flow_inputs_declare(given(flow->inputs), &inputs, error);
    if (status == NS_OK)
        status = check_secrets(flow, kind, &inputs, error);
    ns_flow_inputs_clear(&inputs);
    return status;
}

static bool has_place(const ns_flow_start *start, const char *text) {
    char *filled = ns_flow_inputs_fill(start->inputs, text);
    const bool has = !filled || strcmp(filled, text) != 0;
    free(filled);
    return has;
}

static ns_status find_program(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    char *named = ns_flow_expand(place, start->program);
    ns_status status = named ? NS_OK : ns_error_set_memory(error);
    if (status == NS_OK)
        out->application = place->find(place->context, named);
    if (status == NS_OK && !out->application)
        status = ns_launch_missing("The flow's program", named, error);
    free(named);
    return status;
}

/* Where no input goes into them, the arguments stay as they were typed: some programs take the line apart in ways of their own. */
static ns_status launch_program(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    ns_word_list words = {0};
    bool batch = false;
    ns_status status = find_program(start, place, out, error);
    if (status != NS_OK)
        return status;
    batch = place->windows && ns_is_batch(out->application);
    if (place->windows && !batch && ns_is_script(out->application, true))
        return ns_error_set(error, NS_STATUS_INVALID, "FlowNotStarted", "Choose the kind \"script\" for it (flow edit NAME --kind script).",
                            "%.200s is a script, which another program carries out.", out->application);
    ns_word_add(&words, out->application);
    ns_word_add_line(&words, start, place, start->arguments);
    if (place->windows && !batch && !has_place(start, start->arguments))
        out->line = ns_flow_expand(place, start->arguments);
    status = ns_word_end(&words, out, error);
    return status == NS_OK && batch ? ns_launch_batch(out->words, place, out, error) : status;
}

static ns_status launch_document(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    char *expanded = ns_flow_expand(place, start->program);
    out->document = expanded ? ns_flow_inputs_fill(start->inputs, expanded) : NULL;
    free(expanded);
    return out->document ? NS_OK : ns_error_set_memory(error);
}

/* The folder of the program or script, where none is given: not ours. */
static char *folder_of(const ns_flow_start *start, const ns_flow_place *place, const char *path) {
    const char *end = NULL;
    ns_text folder;
    if (start->directory[0])
        return ns_flow_expand(place, start->directory);
    for (const char *p = path; p && *p; p++)
        if (*p == '/' || (place->windows && *p == '\\'))
            end = p;
    if (!place->windows || !end || strcmp(start->kind, "script") != 0)
        return ns_string_copy("");
    ns_text_init(&folder, 32768);
    (void)ns_text_append(&folder, path, (size_t)(end - path) + (end > path && end[-1] == ':'));
    return ns_text_take_whole(&folder);
}

ns_status ns_flow_launch(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    const ns_flow_kind *kind = ns_flow_kind_find(start->kind);
    char *program = NULL;
    ns_status status = NS_OK;
    memset(out, 0, sizeof *out);
    if (!kind)
        return ns_error_set(error, NS_STATUS_INVALID, "FlowNotStarted", "Install the agent that belongs to this version of Nightshift.",
                            "The agent knows no flows of the kind \"%.40s\".", start->kind);
    if (kind->windows_only && !place->windows)
        return ns_error_set(error, NS_STATUS_INVALID, "FlowNotStarted", "Run it on a machine with Windows.", "Flows of the kind %s are Windows' own.",
                            kind->name);
    status = kind->launch(start, place, out, error);
    program = status == NS_OK ? ns_flow_expand(place, start->program) : NULL;
    if (status == NS_OK) {
        out->directory = folder_of(start, place, program);
        if (!out->environment)
            out->environment = ns_flow_inputs_environment(start->inputs);
        if (!out->directory || !out->environment)
            status = ns_error_set_memory(error);
    }
    free(program);
    if (status != NS_OK)
        ns_launch_clear(out);
    return status;
}

static const char *judge_code(int64_t code, const char *output, const char *success_codes, char *detail, size_t size) {
    (void)output;
    (void)detail;
    (void)size;
    return ns_success_codes_have(success_codes, code) ? "Succeeded" : "FlowFailed";
}

static const char *judge_nothing(int64_t code, const char *output, const char *success_codes, char *detail, size_t size) {
    (void)output;
    (void)success_codes;
    ns_phrase_write(detail, size, "What was started ended with %lld, which says nothing of the outcome.", (long long)code);
    return "OutcomeUnknown";
}

static const char *judge_document(int64_t code, const char *output, const char *success_codes, char *detail, size_t size) {
    (void)success_codes;
    if (code != 0) {
        ns_phrase_write(detail, size, "%.200s", output);
        return "FlowNotStarted";
    }
    ns_phrase_write(detail, size, "It was opened; what came of it is not known.");
    return "OutcomeUnknown";
}

const char *ns_flow_judge(const char *kind, int64_t code, const char *output, const char *success_codes, char *detail, size_t size) {
    const ns_flow_kind *row = ns_flow_kind_find(kind);
    detail[0] = 0;
    return row ? row->judge(code, output, success_codes, detail, size) : judge_nothing(code, output, success_codes, detail, size);
}
