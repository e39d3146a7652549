/* Flows that are really started, by the agent's own code, on the system that the tests run on: what is given arrives, what is put out is read, what
 * is left is ended. The session around them is not there. */
#include "agent/flow.h"
#include "agent/others.h"
#include "base/base64.h"
#include "base/file.h"
#include "base/pipe.h"
#include "base/program.h"
#include "base/system.h"
#include "check.h"
#include "flow/output.h"

enum { WAIT_MS = 60000 };

/* With blanks, quotes, percent signs, backslashes, what cmd.exe and sh obey, and letters of other scripts. */
static const char *const values[] = {"plain",
                                     "two  words",
                                     "say \"hi\" it's",
                                     "100% %PATH% %d",
                                     "C:\\a b\\",
                                     "{plain}",
                                     "a&b|c>d",
                                     "^caret!",
                                     ("Gr\xC3\xBC\xC3\x9F"
                                      "e"),
                                     "\xD0\xA9 \xE6\x97\xA5\xE6\x9C\xAC",
                                     "-x=1"};

static bool on_windows(void) {
    return strcmp(ns_system_program_suffix(), ".exe") == 0;
}

typedef struct heard {
    CRITICAL_SECTION lock;
    HANDLE ended;
    ns_flow_output output;
    cJSON *exited;
    char line[2000];
} heard;

static void hear(void *context, cJSON *message) {
    heard *self = context;
    const char *type = ns_json_string(message, "type", "");
    uint8_t *bytes = NULL;
    size_t size = 0;
    EnterCriticalSection(&self->lock);
    if (strcmp(type, "output") == 0 && ns_base64_decode(ns_json_string(message, "bytes", ""), &bytes, &size))
        (void)ns_flow_output_add(&self->output, bytes, size, false);
    if (strcmp(type, "started") == 0)
        (void)snprintf(self->line, sizeof self->line, "%s", ns_json_string(message, "line", ""));
    if (strcmp(type, "exited") == 0) {
        (void)ns_flow_output_add(&self->output, "", 0, true);
        self->exited = cJSON_Duplicate(message, 1);
        (void)SetEvent(self->ended);
    }
    LeaveCriticalSection(&self->lock);
    free(bytes);
    cJSON_Delete(message);
}

static cJSON *order(const char *kind, const char *program, const char *arguments) {
    cJSON *message = ns_agent_message("run", "00112233445566778899aabbccddeeff");
    (void)ns_json_add_string(message, "kind", kind);
    (void)ns_json_add_string(message, "program", program);
    (void)ns_json_add_string(message, "arguments", arguments);
    (void)cJSON_AddArrayToObject(message, "inputs");
    return message;
}

static void give(cJSON *message, const char *name, const char *value) {
    cJSON *object = cJSON_CreateObject();
    (void)ns_json_add_string(object, "name", name);
    (void)ns_json_add_string(object, "value", value);
    (void)cJSON_AddItemToArray(cJSON_GetObjectItem(message, "inputs"), object);
}

/* Takes the order. */
static void run_flow(heard *self, cJSON *message) {
    run_order given;
    flow *started = NULL;
    memset(self, 0, sizeof *self);
    InitializeCriticalSection(&self->lock);
    self->ended = CreateEventW(NULL, TRUE, FALSE, NULL);
    ns_flow_output_init(&self->output, 100000, "auto", 0, 0);
    CHECK_OK(order_read(message, &given, &error));
    CHECK_OK(flow_start(&given, hear, self, &started, &error));
    assert_int_equal(WaitForSingleObject(self->ended, WAIT_MS), WAIT_OBJECT_0);
    flow_destroy(started);
    order_clear(&given);
    cJSON_Delete(message);
}

static void forget(heard *self) {
    ns_flow_output_clear(&self->output);
    cJSON_Delete(self->exited);
    CloseHandle(self->ended);
    DeleteCriticalSection(&self->lock);
}

static int64_t code_of(const heard *self) {
    return ns_json_integer(self->exited, "code", -1);
}

/* A script in a folder whose name has blanks and letters of its own. */
static const char *script(const char *name, const char *text) {
    static char path[1600];
    char folder[1400];
    char *programs = ns_system_program_folder();
    (void)snprintf(folder, sizeof folder, "%s/flow \xC3\xA4 b", programs);
    free(programs);
    CHECK_OK(ns_system_make_folder(folder, &error));
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *p = path; on_windows() && *p; p++)
        if (*p == '/')
            *p = '\\';
    CHECK_OK(ns_file_write(path, text, strlen(text), &error));
    return path;
}

static const char *own_program(void) {
    static char path[1400];
    char *program = ns_program_path("unit-tests");
    (void)snprintf(path, sizeof path, "%s", program);
    free(program);
    for (char *p = path; on_windows() && *p; p++)
        if (*p == '/')
            *p = '\\';
    return path;
}

static const char *value_of(size_t i, bool by_cmd) {
    return by_cmd && on_wine() && strchr(values[i], '%') ? "no percent sign" : values[i];
}

static void what_arrives_is_what_was_given(heard *self, bool by_cmd) {
    ns_text expected;
    ns_text_init(&expected, 10000);
    for (size_t i = 0; i < NS_COUNT_OF(values); i++)
        (void)ns_text_appendf(&expected, "[%s]\n", value_of(i, by_cmd));
    assert_string_equal(ns_text_string(&self->output.text), ns_text_string(&expected));
    assert_int_equal(code_of(self), 0);
    ns_text_clear(&expected);
}

static cJSON *give_all(const char *kind, const char *program, const char *before, bool by_cmd) {
    ns_text places;
    cJSON *message = NULL;
    ns_text_init(&places, 1000);
    (void)ns_text_append_string(&places, before);
    for (size_t i = 0; i < NS_COUNT_OF(values); i++)
        (void)ns_text_appendf(&places, " {v%zu}", i);
    message = order(kind, program, ns_text_string(&places));
    for (size_t i = 0; i < NS_COUNT_OF(values); i++) {
        char name[10];
        (void)snprintf(name, sizeof name, "v%zu", i);
        give(message, name, value_of(i, by_cmd));
    }
    ns_text_clear(&places);
    return message;
}

static void values_reach_a_program(void **state) {
    heard run;
    (void)state;
    run_flow(&run, give_all("program", own_program(), "--echo", false));
    what_arrives_is_what_was_given(&run, false);
    forget(&run);
}

static void values_reach_a_script(void **state) {
    heard run;
    char text[1600];
    (void)state;
    if (on_windows())
        (void)snprintf(text, sizeof text, "@\"%s\" --echo %%*\r\n", own_program());
    else
        (void)snprintf(text, sizeof text, "exec '%s' --echo \"$@\"\n", own_program());
    run_flow(&run, give_all("script", script(on_windows() ? "echo it.cmd" : "echo it.sh", text), "", true));
    what_arrives_is_what_was_given(&run, true);
    forget(&run);
}

static void inputs_are_in_the_environment(void **state) {
    heard run;
    cJSON *message = order("program", own_program(), "--echo-inputs");
    (void)state;
    give(message, "lines", "one\ntwo");
    give(message, "letters",
         "Gr\xC3\xBC\xC3\x9F"
         "e");
    run_flow(&run, message);
    assert_string_equal(ns_text_string(&run.output.text), "LINES=one\ntwo\nLETTERS=Gr\xC3\xBC\xC3\x9F"
                                                          "e\n");
    forget(&run);
}

static void a_script_ends_with_its_own_code(void **state) {
    heard run;
    (void)state;
    run_flow(&run,
             order("script", on_windows() ? script("seven.cmd", "@echo %~n0 %1\r\n@exit /b 7\r\n") : script("seven.sh", "echo seven $1\nexit 7\n"),
                   "\"a b\""));
    assert_int_equal(code_of(&run), 7);
    assert_string_equal(ns_text_string(&run.output.text), on_windows() ? "seven \"a b\"\n" : "seven a b\n");
    assert_non_null(strstr(run.line, "seven"));
    forget(&run);
}

/* Windows Script Host. */
static void scripts_of_windows_own_are_carried_out(void **state) {
    heard run;
    (void)state;
    if (!on_windows())
        return;
    run_flow(&run, order("script", script("a b.vbs", "WScript.Echo \"vbs \" & WScript.Arguments(0)\r\nWScript.Quit 3\r\n"), "\"two words\""));
    assert_string_equal(ns_text_string(&run.output.text), "vbs two words\n");
    assert_int_equal(code_of(&run), 3);
    forget(&run);
    run_flow(&run, order("script", script("a b.js", "WScript.Echo('js ' + WScript.Arguments(0));\r\nWScript.Quit(4);\r\n"), "x"));
    assert_string_equal(ns_text_string(&run.output.text), "js x\n");
    assert_int_equal(code_of(&run), 4);
    forget(&run);
}

static void variables_are_put_in_on_windows(void **state) {
    heard run;
    (void)state;
    if (!on_windows())
        return;
    run_flow(&run, order("program", "%SystemRoot%\\system32\\cmd.exe", "/c echo [%SystemRoot%] %NoSuchName%"));
    assert_non_null(strstr(ns_text_string(&run.output.text), "[C:\\windows] %NoSuchName%"));
    forget(&run);
}

static void output_in_the_oem_page_is_read(void **state) {
    heard run;
    (void)state;
    if (on_windows())
        run_flow(&run, order("script", script("oem.cmd", "@echo f\x81r\r\n"), ""));
    else
        run_flow(&run, order("script", script("oem.sh", "printf 'f\\201r\\n'\n"), ""));
    assert_string_equal(ns_text_string(&run.output.text), "f\xC3\xBCr\n");
    forget(&run);
}

static void a_window_of_its_own_takes_the_output(void **state) {
    heard run;
    cJSON *message = order("script", on_windows() ? script("own.cmd", "@echo seen\r\n@exit /b 5\r\n") : script("own.sh", "exit 5\n"), "");
    (void)state;
    (void)cJSON_AddBoolToObject(message, "ownConsole", true);
    run_flow(&run, message);
    assert_int_equal(code_of(&run), 5);
    assert_string_equal(ns_text_string(&run.output.text), "");
    forget(&run);
}

static void what_it_started_and_left_ends_with_it(void **state) {
    heard run;
    char text[1600];
    (void)state;
    ns_child_adopt_strays();
    if (on_windows())
        (void)snprintf(text, sizeof text, "@start /b \"\" \"%s\" --wait\r\n@exit /b 0\r\n", own_program());
    else
        (void)snprintf(text, sizeof text, "'%s' --wait &\n", own_program());
    run_flow(&run, order("script", script(on_windows() ? "leave.cmd" : "leave.sh", text), ""));
    assert_int_equal(code_of(&run), 0);
    assert_true(ns_json_integer(run.exited, "left", 0) >= 1);
    if (!strstr(ns_json_string(run.exited, "leftNames", ""), on_windows() ? ".exe" : "unit-tests"))
        fail_msg("%s", ns_json_string(run.exited, "leftNames", ""));
    forget(&run);
}

static bool is_own(void *context, uint32_t id) {
    return context && ns_child_holds(context, id);
}

/* As Excel by COM: nobody that the flow started. */
static void programs_that_began_meanwhile_are_named(void **state) {
    const char *const words[] = {own_program(), "--wait", NULL};
    const ns_child_options options = {.arguments = words, .inherited = -1};
    ns_child *child = NULL;
    char names[300];
    (void)state;
    if (!on_windows())
        return;
    others_note();
    assert_int_equal(others_since(is_own, NULL, names, sizeof names), 0);
    CHECK_OK(ns_child_start(&options, &child, &error));
    assert_int_equal(others_since(is_own, NULL, names, sizeof names), 1);
    assert_non_null(strstr(names, "unit-tests.exe ("));
    assert_int_equal(others_since(is_own, child, names, sizeof names), 0); /* what a flow left and may keep is none of them */
    (void)others_since(is_own, NULL, names, sizeof names);
    assert_int_equal(others_end(), 1);
    ns_child_close(child);
    assert_int_equal(others_since(is_own, NULL, names, sizeof names), 0);
}

static void copy_program(const char *folder, const char *name) {
    char path[1600];
    char *bytes = NULL;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "%s\\%s", folder, name);
    CHECK_OK(ns_file_read(own_program(), 256 * 1024 * 1024, &bytes, &size, &error));
    CHECK_OK(ns_file_write(path, bytes, size, &error));
    free(bytes);
}

/* Power Automate's place is taken by this program (main.c): it hands the run over and ends with 0, and the worker writes the records. */
static void a_desktop_flow_ends_as_its_records_say(void **state) {
    char *programs = ns_system_program_folder();
    char folder[1400];
    heard run;
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s\\pad\\Power Automate Desktop", programs);
    if (on_windows()) {
        CHECK_OK(ns_system_make_folder(folder, &error));
        copy_program(folder, "PAD.Console.Host.exe");
        copy_program(folder, "PAD.Robot.exe");
        (void)snprintf(folder, sizeof folder, "%s\\pad", programs);
        assert_true(SetEnvironmentVariableA("ProgramFiles(x86)", folder) && SetEnvironmentVariableA("LOCALAPPDATA", folder));
        run_flow(&run, order("desktop-flow", "Month end", ""));
        assert_int_equal(code_of(&run), 0);
        assert_string_equal(ns_json_string(cJSON_GetObjectItem(run.exited, "record"), "state", ""), "failed");
        assert_non_null(strstr(ns_json_string(cJSON_GetObjectItem(run.exited, "record"), "message", ""), "No window"));
        forget(&run);
    }
    free(programs);
}

int test_flow_here(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_reach_a_program),
        cmocka_unit_test(values_reach_a_script),
        cmocka_unit_test(inputs_are_in_the_environment),
        cmocka_unit_test(a_script_ends_with_its_own_code),
        cmocka_unit_test(scripts_of_windows_own_are_carried_out),
        cmocka_unit_test(variables_are_put_in_on_windows),
        cmocka_unit_test(output_in_the_oem_page_is_read),
        cmocka_unit_test(a_window_of_its_own_takes_the_output),
        cmocka_unit_test(what_it_started_and_left_ends_with_it),
        cmocka_unit_test(programs_that_began_meanwhile_are_named),
        cmocka_unit_test(a_desktop_flow_ends_as_its_records_say),
    };
    return cmocka_run_group_tests_name("flow here", tests, NULL, NULL);
}
