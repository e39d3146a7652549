/* Flows of other makers' robots, started as their makers say.
 * Power Automate: https://learn.microsoft.com/power-automate/desktop-flows/run-desktop-flows-url-shortcuts
 * UiPath: https://docs.uipath.com/robot (the robot's command line)
 * rcc: its own help, and the exit codes of its operations. */
#include <stdlib.h>
#include <string.h>

#include "base/phrase.h"
#include "base/words.h"
#include "flow/pad.h"
#include "flow/robots.h"
#include "model/flow.h"

static bool is_id(const char *text) {
    static const char digits[] = "0123456789abcdefABCDEF";
    for (size_t i = 0; i < 36; i++)
        if (!text[i] || (i == 8 || i == 13 || i == 18 || i == 23 ? text[i] != '-' : !strchr(digits, text[i])))
            return false;
    return text[36] == 0;
}

/* RFC 3986 section 2.1: all but the unreserved characters. */
static void add_escaped(ns_text *out, const char *text) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (const char *p = text; *p; p++) {
        if (strchr(plain, *p))
            (void)ns_text_append(out, p, 1);
        else
            (void)ns_text_appendf(out, "%%%02X", (unsigned)(unsigned char)*p);
    }
}

/* `escaped`: for the shell, which opens the address; else for the console's own command line, where JSON stands as it is. */
static char *run_address(const ns_flow_start *start, bool escaped) {
    ns_text address;
    char id[NS_PAD_ID_SIZE];
    char *inputs = start->inputs->count ? ns_flow_inputs_json(start->inputs) : NULL;
    ns_text_init(&address, 32000);
    (void)ns_text_append_string(&address, "ms-powerautomate:/console/flow/run?");
    if (start->scope[0]) {
        (void)ns_text_append_string(&address, "environmentId=");
        add_escaped(&address, start->scope);
        (void)ns_text_append_string(&address, "&");
    }
    (void)ns_text_append_string(&address, is_id(start->program) ? "workflowId=" : "workflowName=");
    add_escaped(&address, start->program);
    (void)ns_text_append_string(&address, "&runId=");
    ns_pad_run_id(start->run, id);
    (void)ns_text_append_string(&address, id);
    (void)ns_text_append_string(&address, "&autologin=true");
    if (inputs) {
        (void)ns_text_append_string(&address, "&inputArguments=");
        if (escaped)
            add_escaped(&address, inputs);
        else
            (void)ns_text_append_string(&address, inputs);
    }
    cJSON_free(inputs);
    return ns_text_take_whole(&address);
}

static char *find_any(const ns_flow_place *place, const char *const *paths, size_t count) {
    char *found = NULL;
    for (size_t i = 0; i < count && !found; i++) {
        char *path = ns_flow_expand(place, paths[i]);
        found = path ? place->find(place->context, path) : NULL;
        free(path);
    }
    return found;
}

ns_status ns_launch_desktop_flow(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    static const char *const paths[] = {"%ProgramFiles(x86)%\\Power Automate Desktop\\PAD.Console.Host.exe",
                                        "%ProgramFiles(x86)%\\Power Automate Desktop\\dotnet\\PAD.Console.Host.exe",
                                        "%ProgramFiles%\\Power Automate Desktop\\PAD.Console.Host.exe",
                                        "%ProgramFiles%\\Power Automate Desktop\\dotnet\\PAD.Console.Host.exe"};
    ns_word_list words = {0};
    char *address = NULL;
    out->application = find_any(place, paths, NS_COUNT_OF(paths));
    address = run_address(start, !out->application);
    if (!address)
        return ns_error_set_memory(error);
    if (!out->application) { /* from the Store: no path of its own leads there */
        out->document = address;
        return NS_OK;
    }
    ns_word_add(&words, out->application);
    ns_word_add(&words, address);
    free(address);
    return ns_word_end(&words, out, error);
}

static char *find_uipath(const ns_flow_place *place) {
    static const char *const folders[] = {"%ProgramFiles%\\UiPathPlatform\\Robot", "%LOCALAPPDATA%\\Programs\\UiPathPlatform\\Robot"};
    static const char *const paths[] = {"%ProgramFiles%\\UiPath\\Studio\\UiRobot.exe", "%ProgramFiles%\\UiPath\\Robot\\UiRobot.exe",
                                        "%ProgramFiles(x86)%\\UiPath\\Studio\\UiRobot.exe", "%LOCALAPPDATA%\\Programs\\UiPath\\Studio\\UiRobot.exe",
                                        "UiRobot.exe"};
    char *found = NULL;
    for (size_t i = 0; i < NS_COUNT_OF(folders) && !found; i++) {
        char *folder = ns_flow_expand(place, folders[i]);
        found = folder ? place->newest(place->context, folder, "UiRobot.exe") : NULL;
        free(folder);
    }
    return found ? found : find_any(place, paths, NS_COUNT_OF(paths));
}

static bool ends_with(const char *text, const char *end) {
    const size_t size = strlen(text);
    return size > strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

ns_status ns_launch_uipath(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    const char *named = start->program;
    const bool is_file = ends_with(named, ".nupkg") || ends_with(named, ".xaml") || ends_with(named, ".json");
    char *path = ns_flow_expand(place, named);
    char *inputs = start->inputs->count ? ns_flow_inputs_json(start->inputs) : NULL;
    ns_word_list words = {0};
    ns_status status = NS_OK;
    out->application = find_uipath(place);
    if (!out->application)
        status = ns_launch_missing("UiPath's robot", "UiRobot.exe below Program Files and the user's own programs", error);
    if (status == NS_OK) {
        ns_word_add(&words, out->application);
        ns_word_add(&words, "execute");
        ns_word_add(&words, is_file ? "--file" : "--process");
        ns_word_add(&words, path);
        if (start->scope[0]) {
            ns_word_add(&words, "--folder");
            ns_word_add(&words, start->scope);
        }
        if (inputs) {
            ns_word_add(&words, "--input");
            ns_word_add(&words, inputs);
        }
        ns_word_add_line(&words, start, place, start->arguments);
        status = ns_word_end(&words, out, error);
    }
    cJSON_free(inputs);
    free(path);
    return status;
}

ns_status ns_launch_rcc(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    static const char *const paths[] = {"rcc", "%LOCALAPPDATA%\\robocorp\\bin\\rcc.exe", "%LOCALAPPDATA%\\sema4ai\\bin\\rcc.exe"};
    char *robot = ns_flow_expand(place, start->program);
    ns_word_list words = {0};
    ns_status status = NS_OK;
    out->application = find_any(place, paths, NS_COUNT_OF(paths));
    if (!out->application)
        status = ns_launch_missing("rcc", "rcc on PATH", error);
    if (status == NS_OK) {
        ns_word_add(&words, out->application);
        ns_word_add(&words, "run");
        ns_word_add(&words, "--robot");
        ns_word_add(&words, robot);
        if (start->scope[0]) {
            ns_word_add(&words, "--task");
            ns_word_add(&words, start->scope);
        }
        if (start->arguments[0])
            ns_word_add(&words, "--");
        ns_word_add_line(&words, start, place, start->arguments);
        status = ns_word_end(&words, out, error);
    }
    free(robot);
    return status;
}

/* The last of some marks in the output; NULL for none. */
static const char *last_of(const char *output, const char *const *marks, size_t count) {
    const char *last = NULL;
    for (size_t i = 0; i < count; i++)
        for (const char *p = strstr(output, marks[i]); p; p = strstr(p + 1, marks[i]))
            last = !last || p > last ? p : last;
    return last;
}

/* The robot prints what the process gave back: an object. */
static bool has_result(const char *output) {
    const char *begin = strchr(output, '{');
    cJSON *result = begin ? cJSON_Parse(begin) : NULL;
    const bool has = cJSON_IsObject(result);
    cJSON_Delete(result);
    return has;
}

/* There is no table of its exit codes, and some versions end with 0 after a fault. */
const char *ns_judge_uipath(int64_t code, const char *output, const char *success_codes, char *detail, size_t size) {
    static const char *const faults[] = {"execution ended with state: faulted", "execution has faulted", "job faulted", "ended with state: Faulted"};
    static const char *const successes[] = {"state: successful", "state: Successful", "job completed"};
    const char *fault = last_of(output, faults, NS_COUNT_OF(faults));
    const char *success = last_of(output, successes, NS_COUNT_OF(successes));
    if (code != 0 && !ns_success_codes_have(success_codes, code))
        return "FlowFailed";
    if (fault && (!success || fault > success)) {
        ns_phrase_write(detail, size, "The robot says that the process faulted.");
        return "FlowFailed";
    }
    if (success || has_result(output))
        return "Succeeded";
    ns_phrase_write(detail, size, "The robot ended with 0 and gave back nothing; some versions do that after a fault.");
    return "OutcomeUnknown";
}

const char *ns_judge_rcc(int64_t code, const char *output, const char *success_codes, char *detail, size_t size) {
    static const char *const reasons[] = {NULL,
                                          "robot.yaml could not be read.",
                                          "rcc is not configured, or could not install what it needs.",
                                          "The task is not named, or not the only one.",
                                          "The task's environment could not be built.",
                                          "The file of environment variables could not be read.",
                                          "The task has no command.",
                                          "A path could not be used.",
                                          "The cloud could not be reached.",
                                          "The folder for artifacts could not be used.",
                                          NULL,
                                          "A script before the task failed.",
                                          "A script before the task failed."};
    (void)output;
    if (ns_success_codes_have(success_codes, code))
        return "Succeeded";
    if (code <= 0 || code >= (int64_t)NS_COUNT_OF(reasons) || !reasons[code])
        return "FlowFailed"; /* 10: the task itself */
    ns_phrase_write(detail, size, "rcc ended with %lld: %s", (long long)code, reasons[code]);
    return "FlowNotStarted";
}
