/* Flows of every kind: how they are started, what they are given, what they put out, and what their end means. */
#include "base/code_page.h"
#include "base/quote.h"
#include "check.h"
#include "flow/kind.h"
#include "flow/output.h"
#include "flow/pad.h"
#include "flow/ready.h"
#include "flow/start_error.h"
#include "flow/try.h"

static char *decoded(const char *encoding, const void *bytes, size_t size, size_t piece) {
    ns_decoder decoder;
    ns_text out;
    ns_text_init(&out, 100000);
    ns_decoder_init(&decoder, encoding, 850, 1252);
    for (size_t at = 0; at < size; at += piece)
        assert_true(ns_decoder_add(&decoder, (const char *)bytes + at, size - at < piece ? size - at : piece, false, &out));
    assert_true(ns_decoder_add(&decoder, "", 0, true, &out));
    ns_decoder_clear(&decoder);
    return ns_text_take(&out);
}

#define READS(encoding, bytes, expected)                                                                                                             \
    do {                                                                                                                                             \
        for (size_t piece = 1; piece <= sizeof(bytes); piece++) {                                                                                    \
            char *text = decoded(encoding, bytes, sizeof(bytes) - 1, piece);                                                                         \
            assert_string_equal(text, expected);                                                                                                     \
            free(text);                                                                                                                              \
        }                                                                                                                                            \
    } while (0)

static void output_is_read_in_the_encoding_that_each_line_has(void **state) {
    (void)state;
    READS("auto", "plain\n", "plain\n");
    READS("auto", "f\xC3\xBCr 14\xE2\x82\xAC\nno end", "f\xC3\xBCr 14\xE2\x82\xAC\nno end");
    READS("auto", "f\x81r 14\x84 (CP850)\n", "f\xC3\xBCr 14\xC3\xA4 (CP850)\n");
    READS("auto", "\xEF\xBB\xBFmark\n", "mark\n");
    READS("auto", "\xFF\xFEH\0i\0\n\0o\0n\0", "Hi\non");
    READS("auto", "\xFE\xFF\0H\0i\0\n\0o\0n", "Hi\non");
    READS("auto", "H\0i\0\r\0\n\0\x35\x04\n\0", "Hi\r\n\xD0\xB5\n");
    READS("auto", "\xFF\xFE\x3D\xD8\x00\xDE\n\0", "\xF0\x9F\x98\x80\n");
    /* One after the other, as several programs in one script do. */
    READS("auto", "\xC3\xA4\n\x84\n\xFF\xFEH\0i\0\n\0then\n\x84\n", "\xC3\xA4\n\xC3\xA4\nHi\nthen\n\xC3\xA4\n");
    READS("utf-8",
          "a\x81"
          "b\xC3\xA4",
          "a\xEF\xBF\xBD"
          "b\xC3\xA4");
    READS("ansi", "14 \x80\n", "14 \xE2\x82\xAC\n");
    READS("cp437", "\x9D\n", "\xC2\xA5\n");
    READS("utf-16", "\x35\x04\x20\0\x35\x04", "\xD0\xB5 \xD0\xB5");
}

static void what_was_read_is_told(void **state) {
    ns_decoder decoder;
    ns_text out;
    char told[100];
    (void)state;
    ns_text_init(&out, 1000);
    ns_decoder_init(&decoder, "auto", 850, 1252);
    assert_true(ns_decoder_add(&decoder, "a\n", 2, true, &out));
    ns_decoder_tell(&decoder, told, sizeof told);
    assert_string_equal(told, "");
    assert_true(ns_decoder_add(&decoder, "\xC3\xA4\n\x84\n", 5, true, &out));
    ns_decoder_tell(&decoder, told, sizeof told);
    assert_string_equal(told, "UTF-8, code page 850");
    ns_decoder_clear(&decoder);
    ns_text_clear(&out);
    assert_true(ns_encoding_is_known("cp850") && !ns_encoding_is_known("cp0") && !ns_encoding_is_known("latin"));
}

static void an_encoding_never_reads_past_its_bytes(void **state) {
    static const char *const encodings[] = {"auto", "utf-8", "utf-16", "oem"};
    uint32_t random = 1;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        unsigned char bytes[40];
        const size_t size = random % sizeof bytes;
        for (size_t i = 0; i < size; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = (unsigned char[]){0, '\n', 0xFF, 0xFE, 'a', 0xC3, 0xD8, 0xEF}[random >> 29];
        }
        for (size_t e = 0; e < NS_COUNT_OF(encodings); e++) {
            char *text = decoded(encodings[e], bytes, size, 1 + random % 7);
            assert_true(ns_utf8_count(text) >= 0);
            free(text);
        }
        random = random * 1664525 + 1013904223;
    }
}

static void cleaned(const char *text, const char *expected) {
    for (size_t piece = 1; piece <= strlen(text); piece++) {
        ns_cleaner cleaner = {0};
        ns_text out;
        size_t at = 0;
        ns_text_init(&out, 10000);
        while (at < strlen(text)) { /* cut between characters */
            size_t size = strlen(text) - at < piece ? strlen(text) - at : piece;
            while (((unsigned char)text[at + size] & 0xC0) == 0x80)
                size++;
            assert_true(ns_clean(&cleaner, text + at, size, &out));
            at += size;
        }
        assert_string_equal(ns_text_string(&out), expected);
        ns_text_clear(&out);
    }
}

static void no_sequence_and_no_control_character_comes_through(void **state) {
    (void)state;
    cleaned("A\x1B[2J\x1B]0;owned\x07\x1B]52;c;cm0=\x07\x1B]8;;http://x\x07link\x1B[31mred B\n", "Alinkred B\n");
    cleaned("\x1B]0;title\x1B\\x\xC2\x9B"
            "31mC1\n",
            "xC1\n");
    cleaned("\x1B(Bok\x1B"
            "7\x1B[?25h.\n",
            "ok.\n");
    cleaned("RLO \xE2\x80\xAEgnp.exe\n", "RLO \xEF\xBF\xBDgnp.exe\n");
    cleaned("10 %\r20 %\r\nend\b\b\x01\x7F\tx\n", "10 %\n20 %\nend??\tx\n");
    /* What never ends hides one line at most. */
    cleaned("\x1B]0;never\nseen\n", "\nseen\n");
    cleaned("\xC2\x85next", "?next");
}

static void outputs_are_lines_of_their_own(void **state) {
    static const char text[] =
        "::nightshift output total=12.50 EUR::\nx ::nightshift output no=1::\n::nightshift output path=a=b::c::\n"
        "::nightshift output =x::\n::nightshift output total=13::\n::nightshift output open=1:\n::nightshift output last=\xC3\xA4::";
    ns_flow_output output;
    (void)state;
    ns_flow_output_init(&output, 10000, "auto", 850, 1252);
    for (size_t i = 0; i < sizeof text - 1; i += 7)
        (void)ns_flow_output_add(&output, text + i, sizeof text - 1 - i < 7 ? sizeof text - 1 - i : 7, false);
    (void)ns_flow_output_add(&output, "", 0, true);
    assert_int_equal(output.value_count, 3);
    assert_string_equal(output.values[0].name, "total");
    assert_string_equal(output.values[0].value, "13");
    assert_string_equal(output.values[1].value, "a=b::c");
    assert_string_equal(output.values[2].value, "\xC3\xA4");
    assert_false(ns_flow_output_differs(&output));
    (void)ns_flow_output_add(&output, "\x1B[1m", 4, true);
    assert_true(ns_flow_output_differs(&output));
    ns_flow_output_clear(&output);
}

static void inputs_are_declared_and_given(void **state) {
    ns_flow_inputs inputs;
    char **environment = NULL;
    char *filled = NULL;
    (void)state;
    CHECK_OK(ns_flow_inputs_declare("month=11 \"title=two words\" who *pin", &inputs, &error));
    assert_int_equal(inputs.count, 4);
    CHECK_STATUS(NS_STATUS_INVALID, "InputMissing", ns_flow_inputs_check(&inputs, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InputUnknown", ns_flow_inputs_give(&inputs, "mouth", "1", false, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidInputs", ns_flow_inputs_give(&inputs, "pin", "on the command line", false, &error));
    CHECK_OK(ns_flow_inputs_give(&inputs, "who", "{month} \"x\"", false, &error));
    CHECK_OK(ns_flow_inputs_give(&inputs, "pin", "1234", true, &error));
    CHECK_OK(ns_flow_inputs_check(&inputs, &error));
    filled = ns_flow_inputs_fill(&inputs, "{month}/{title}/{who}/{other}/{pin}{");
    assert_string_equal(filled, "11/two words/{month} \"x\"/{other}/{pin}{");
    free(filled);
    assert_true(ns_flow_inputs_show_secret(&inputs, "--pin {pin}") && !ns_flow_inputs_show_secret(&inputs, "{month} pin"));
    environment = ns_flow_inputs_environment(&inputs);
    assert_string_equal(environment[0], "NIGHTSHIFT_INPUT_MONTH=11");
    assert_string_equal(environment[3], "NIGHTSHIFT_INPUT_PIN=1234");
    assert_null(environment[4]);
    ns_flow_environment_free(environment);
    filled = ns_flow_inputs_json(&inputs);
    assert_string_equal(filled, "{\"month\":\"11\",\"title\":\"two words\",\"who\":\"{month} \\\"x\\\"\"}");
    cJSON_free(filled);
    ns_flow_inputs_clear(&inputs);
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidInputs", ns_flow_inputs_declare("*pin=1234", &inputs, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidInputs", ns_flow_inputs_declare("a a", &inputs, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidInputs", ns_flow_inputs_declare("1a", &inputs, &error));
    CHECK_OK(ns_flow_inputs_declare("", &inputs, &error));
    CHECK_OK(ns_flow_inputs_give(&inputs, "any", "x", false, &error));
    ns_flow_inputs_clear(&inputs);
}

static void quoted(const char *argument, const char *program, const char *cmd) {
    ns_text line;
    ns_text_init(&line, 1000);
    ns_quote_argument(&line, argument);
    assert_string_equal(ns_text_string(&line), program);
    ns_text_clear(&line);
    if (cmd) {
        assert_true(ns_quote_for_cmd(&line, argument));
        assert_string_equal(ns_text_string(&line), cmd);
    } else {
        assert_false(ns_quote_for_cmd(&line, argument));
    }
    ns_text_clear(&line);
}

static void an_argument_is_quoted_for_who_reads_it(void **state) {
    (void)state;
    quoted("plain", "plain", "plain");
    quoted("", "\"\"", "\"\"");
    quoted("two words", "\"two words\"", "\"two words\"");
    quoted("a\"b", "\"a\\\"b\"", "\"a\"\"b\"");
    quoted("a\\\"b\\", "\"a\\\\\\\"b\\\\\"", "\"a\\\\\"\"b\\\\\"");
    quoted("C:\\Temp\\", "C:\\Temp\\", "\"C:\\Temp\\\\\"");
    quoted("%PATH%", "%PATH%", "\"%%cd:~,%PATH%%cd:~,%\"");
    quoted("a&b|c^d", "a&b|c^d", "\"a&b|c^d\"");
    quoted("two\nlines", "\"two\nlines\"", NULL);
}

/* A machine made of facts: what is installed where. */
typedef struct facts {
    const char *files;     /* "path;path;" as they are found */
    const char *variables; /* "name=value;" */
} facts;

/* The next of a list with ";" behind each; NULL at its end. */
static const char *next_of(const char **list, size_t *size) {
    const char *item = *list;
    *size = strcspn(item, ";");
    *list = item + *size + (item[*size] == ';');
    return *item ? item : NULL;
}

static char *copy_part(const char *from, size_t size) {
    char *copy = calloc(size + 1, 1);
    memcpy(copy, from, size);
    return copy;
}

static bool ends_with(const char *item, size_t size, const char *end) {
    return size >= strlen(end) && strncmp(item + size - strlen(end), end, strlen(end)) == 0;
}

static char *fact_find(void *context, const char *name) {
    const char *list = ((const facts *)context)->files;
    const char *item = NULL;
    size_t size = 0;
    while ((item = next_of(&list, &size)) != NULL) {
        const size_t before = size - strlen(name);
        if (ends_with(item, size, name) && (before == 0 || (strchr("\\/", item[before - 1]) && !strpbrk(name, "\\/"))))
            return copy_part(item, size);
    }
    return NULL;
}

static char *fact_variable(void *context, const char *name) {
    const char *list = ((const facts *)context)->variables;
    const char *item = NULL;
    size_t size = 0;
    while ((item = next_of(&list, &size)) != NULL)
        if (strncmp(item, name, strlen(name)) == 0 && item[strlen(name)] == '=')
            return copy_part(item + strlen(name) + 1, size - strlen(name) - 1);
    return NULL;
}

static char *fact_newest(void *context, const char *folder, const char *file) {
    const char *list = ((const facts *)context)->files;
    const char *item = NULL;
    const char *best = NULL;
    size_t size = 0;
    size_t best_size = 0;
    while ((item = next_of(&list, &size)) != NULL) {
        if (strncmp(item, folder, strlen(folder)) != 0 || item[strlen(folder)] != '\\' || !ends_with(item, size, file))
            continue;
        if (!best || ns_version_is_greater(item + strlen(folder) + 1, best + strlen(folder) + 1)) {
            best = item;
            best_size = size;
        }
    }
    return best ? copy_part(best, best_size) : NULL;
}

static const facts installed = {
    .files = "C:\\Windows\\System32\\cmd.exe;C:\\Windows\\System32\\cscript.exe;C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe;"
             "C:\\Windows\\py.exe;C:\\Flows\\a b.exe;C:\\Flows\\x.cmd;C:\\Flows\\x.ps1;C:\\Program Files\\UiPathPlatform\\Robot\\23.4.1\\UiRobot.exe;"
             "C:\\Program Files\\UiPathPlatform\\Robot\\25.10.0\\UiRobot.exe;C:\\Program Files\\UiPathPlatform\\Robot\\25.9.9\\UiRobot.exe;"
             "C:\\Program Files (x86)\\Power Automate Desktop\\PAD.Console.Host.exe;C:\\tools\\rcc",
    .variables = "SystemRoot=C:\\Windows;ProgramFiles=C:\\Program Files;ProgramFiles(x86)=C:\\Program Files (x86);Flows=C:\\Flows;"};

static const ns_flow_place windows = {true, fact_find, fact_variable, fact_newest, (void *)(uintptr_t)&installed};

static void starts(const char *kind, const char *program, const char *arguments, const char *scope, const char *inputs, const char *expected) {
    ns_flow_inputs given;
    ns_launch launch;
    ns_text shown;
    const ns_flow_start start = {kind, program, arguments, "", scope, "00112233445566778899aabbccddeeff", &given};
    CHECK_OK(ns_flow_inputs_declare(inputs, &given, &error));
    CHECK_OK(ns_flow_launch(&start, &windows, &launch, &error));
    ns_text_init(&shown, 10000);
    if (launch.document)
        (void)ns_text_appendf(&shown, "open %s", launch.document);
    else if (launch.line)
        (void)ns_text_appendf(&shown, "%s <%s>", launch.application, launch.line);
    else
        for (size_t i = 0; launch.words[i]; i++)
            ns_quote_argument(&shown, launch.words[i]);
    assert_string_equal(ns_text_string(&shown), expected);
    ns_text_clear(&shown);
    ns_launch_clear(&launch);
    ns_flow_inputs_clear(&given);
}

static void each_kind_is_started_as_its_maker_says(void **state) {
    (void)state;
    starts("program", "%Flows%\\a b.exe", "/x \"as typed\" %Nothing% %Flows%", "", "", "C:\\Flows\\a b.exe </x \"as typed\" %Nothing% C:\\Flows>");
    starts("program", "C:\\Flows\\a b.exe", "--who \"{who}\" x", "", "\"who=a \\\"b\\\" %Flows%\"",
           "\"C:\\Flows\\a b.exe\" --who \"a \\\"b\\\" %Flows%\" x");
    starts("program", "C:\\Flows\\x.cmd", "one \"two words\"", "", "",
           "C:\\Windows\\System32\\cmd.exe </e:ON /v:OFF /d /s /c \"\"C:\\Flows\\x.cmd\" one \"two words\"\">");
    starts("script", "%Flows%\\x.ps1", "-Name {n}", "", "n=%PATH%",
           "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "
           "C:\\Flows\\x.ps1 -Name %PATH%");
    starts("script", "C:\\Flows\\x.cmd", "{n}", "", "n=a&%PATH%",
           "C:\\Windows\\System32\\cmd.exe </e:ON /v:OFF /d /s /c \"\"C:\\Flows\\x.cmd\" "
           "\"a&%%cd:~,%PATH%%cd:~,%\"\">");
    starts("script", "C:\\Flows\\x.BAT. .", "", "", "", "C:\\Windows\\System32\\cmd.exe </e:ON /v:OFF /d /s /c \"\"C:\\Flows\\x.BAT. .\"\">");
    starts("script", "C:\\Flows\\x.vbs", "a", "", "", "C:\\Windows\\System32\\cscript.exe //NoLogo C:\\Flows\\x.vbs a");
    starts("script", "C:\\Flows\\x.js", "a", "", "", "C:\\Windows\\System32\\cscript.exe //NoLogo C:\\Flows\\x.js a");
    starts("script", "C:\\Flows\\x.py", "a", "", "", "C:\\Windows\\py.exe -3 -u C:\\Flows\\x.py a");
    starts("script", "C:\\Flows\\x.unknown", "a", "C:\\tools\\rcc", "", "C:\\tools\\rcc C:\\Flows\\x.unknown a");
    starts(
        "desktop-flow", "Month end", "", "env-1", "\"Name=x y\"",
        "\"C:\\Program Files (x86)\\Power Automate Desktop\\PAD.Console.Host.exe\" "
        "\"ms-powerautomate:/console/flow/run?environmentId=env-1&workflowName=Month%20end&runId=00112233-4455-6677-8899-aabbccddeeff&autologin=true"
        "&inputArguments={\\\"Name\\\":\\\"x y\\\"}\"");
    starts("uipath", "Invoices", "", "7", "out=5",
           "\"C:\\Program Files\\UiPathPlatform\\Robot\\25.10.0\\UiRobot.exe\" execute --process Invoices --folder 7 --input "
           "\"{\\\"out\\\":\\\"5\\\"}\"");
    starts("uipath", "C:\\p\\project.json", "", "", "",
           "\"C:\\Program Files\\UiPathPlatform\\Robot\\25.10.0\\UiRobot.exe\" execute --file C:\\p\\project.json");
    starts("rcc", "C:\\r\\robot.yaml", "a b", "Main", "", "C:\\tools\\rcc run --robot C:\\r\\robot.yaml --task Main -- a b");
    starts("document", "%Flows%\\a.xlsx", "", "", "", "open C:\\Flows\\a.xlsx");
}

static void flows_are_tried_without_being_started(void **state) {
    ns_flow flows[] = {{.name = copy_of("a"), .kind = copy_of("script"), .program = copy_of("C:\\x.py"), .scope = copy_of("")},
                       {.name = copy_of("b"), .kind = copy_of("uipath"), .program = copy_of("Month"), .scope = copy_of("")},
                       {.name = copy_of("c"), .kind = copy_of("script"), .program = copy_of("C:\\x.jar"), .scope = copy_of("")},
                       {.name = copy_of("d"), .kind = copy_of("program"), .program = copy_of("C:\\gone.exe"), .scope = copy_of("")},
                       {.name = copy_of("e"), .kind = copy_of("newer"), .program = copy_of("x"), .scope = copy_of("")}};
    static const char *const paths[] = {"C:\\Windows\\py.exe", "C:\\Program Files\\UiPathPlatform\\Robot\\25.10.0\\UiRobot.exe", NULL, NULL, NULL};
    cJSON *message = cJSON_CreateObject();
    cJSON *answer = NULL;
    (void)state;
    assert_true(ns_flow_ask(message, flows, NS_COUNT_OF(flows)));
    answer = ns_flow_try(message, &windows);
    assert_int_equal(cJSON_GetArraySize(answer), NS_COUNT_OF(flows));
    for (int i = 0; i < cJSON_GetArraySize(answer); i++) {
        const cJSON *each = cJSON_GetArrayItem(answer, i);
        assert_string_equal(ns_json_string(each, "name", ""), flows[i].name);
        assert_string_equal(ns_json_string(each, "path", ""), paths[i] ? paths[i] : "");
        assert_int_equal(ns_json_string(each, "problem", NULL) != NULL, paths[i] == NULL);
    }
    assert_non_null(strstr(ns_json_string(cJSON_GetArrayItem(answer, 2), "problem", ""), "java.exe"));
    cJSON_Delete(answer);
    cJSON_Delete(message);
    for (size_t i = 0; i < NS_COUNT_OF(flows); i++)
        ns_flow_clear(&flows[i]);
}

/* Power Automate takes text, numbers and booleans:
 * https://learn.microsoft.com/power-automate/desktop-flows/run-desktop-flows-url-shortcuts */
static void an_input_has_a_type_where_a_flow_wants_one(void **state) {
    static const char declared[] = "count:number=3 dry:boolean note:text=7 free";
    static const char *const wrong[] = {"a:number=x",  "a:number=1x", "a:number=0x10", "a:number=07", "a:number=1.",   "a:number=.5", "a:number=-",
                                        "a:number=1e", "a:number=+1", "a:number=1e+",  "a:number= 1", "a:boolean=yes", "a:boolean=1", "a:date",
                                        "a:",          "*a:number=3"};
    ns_flow_inputs inputs;
    ns_flow_inputs loaded;
    cJSON *order = cJSON_CreateObject();
    char *json = NULL;
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(wrong); i++)
        CHECK_STATUS(NS_STATUS_INVALID, "InvalidInputs", ns_flow_inputs_declare(wrong[i], &inputs, &error));
    CHECK_OK(ns_flow_inputs_declare("a:number=0 b:number=-0.50 c:number=1e3 d:number=12E-2 e:number=-10", &inputs, &error));
    ns_flow_inputs_clear(&inputs);
    CHECK_OK(ns_flow_inputs_declare(declared, &inputs, &error));
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidInputs", ns_flow_inputs_give(&inputs, "count", "three", false, &error));
    CHECK_OK(ns_flow_inputs_give(&inputs, "count", "12.50", false, &error));
    CHECK_OK(ns_flow_inputs_give(&inputs, "dry", "true", false, &error));
    CHECK_OK(ns_flow_inputs_give(&inputs, "free", "a\"b", false, &error));
    json = ns_flow_inputs_json(&inputs);
    assert_string_equal(json, "{\"count\":12.50,\"dry\":true,\"note\":\"7\",\"free\":\"a\\\"b\"}");
    cJSON_free(json);
    /* A run keeps values alone: the types are the flow's, and an agent is told them. */
    memset(&loaded, 0, sizeof loaded);
    for (size_t i = 0; i < inputs.count; i++)
        CHECK_OK(ns_flow_inputs_give(&loaded, inputs.items[i].name, inputs.items[i].value, false, &error));
    ns_flow_inputs_take_types(&loaded, declared);
    assert_true(ns_flow_inputs_write(&loaded, order));
    ns_flow_inputs_clear(&loaded);
    CHECK_OK(ns_flow_inputs_read(order, &loaded, &error));
    json = ns_flow_inputs_json(&loaded);
    assert_string_equal(json, "{\"count\":12.50,\"dry\":true,\"note\":\"7\",\"free\":\"a\\\"b\"}");
    cJSON_free(json);
    cJSON_Delete(order);
    ns_flow_inputs_clear(&loaded);
    ns_flow_inputs_clear(&inputs);
}

static void a_desktop_flow_from_the_store_is_opened_by_its_address(void **state) {
    static const facts none = {"", ""};
    const ns_flow_place place = {true, fact_find, fact_variable, fact_newest, (void *)(uintptr_t)&none};
    ns_flow_inputs given;
    ns_launch launch;
    const ns_flow_start start = {"desktop-flow", "8a6f1f0e-0000-4000-8000-000000000001", "", "", "", "00112233445566778899aabbccddeeff", &given};
    (void)state;
    CHECK_OK(ns_flow_inputs_declare("a=1", &given, &error));
    CHECK_OK(ns_flow_launch(&start, &place, &launch, &error));
    assert_string_equal(launch.document,
                        "ms-powerautomate:/console/flow/run?workflowId=8a6f1f0e-0000-4000-8000-000000000001&runId=00112233-4455-6677-"
                        "8899-aabbccddeeff&autologin=true&inputArguments=%7B%22a%22%3A%221%22%7D");
    ns_launch_clear(&launch);
    ns_flow_inputs_clear(&given);
}

static void refused(const char *kind, const char *program, const char *arguments, const char *inputs, const char *words) {
    ns_flow_inputs given;
    ns_launch launch;
    ns_error why = {0};
    const ns_flow_start start = {kind, program, arguments, "", "", "00112233445566778899aabbccddeeff", &given};
    CHECK_OK(ns_flow_inputs_declare(inputs, &given, &error));
    assert_true(ns_flow_launch(&start, &windows, &launch, &why) != NS_OK);
    assert_string_equal(why.code, "FlowNotStarted");
    if (!strstr(in_english(why.message), words) && !strstr(why.remedy, words))
        fail_msg("%s %s", in_english(why.message), why.remedy);
    ns_flow_inputs_clear(&given);
}

static void what_cannot_be_started_is_told_with_the_way_out(void **state) {
    (void)state;
    refused("program", "C:\\Flows\\x.ps1", "", "", "Choose the kind \"script\"");
    refused("program", "C:\\Flows\\gone.exe", "", "", "gone.exe");
    refused("script", "C:\\Flows\\x.ahk", "", "", "AutoHotkey64.exe");
    refused("script", "C:\\Flows\\x.zzz", "", "", "Name its interpreter");
    refused("script", "C:\\Flows\\x.cmd", "{n}", "\"n=a\nb\"", "NIGHTSHIFT_INPUT_NAME");
    refused("sap", "x", "", "", "knows no flows");
    assert_non_null(strstr(ns_start_remedy(740), "administrator's rights"));
    assert_null(ns_start_remedy(0));
    assert_non_null(strstr(ns_exit_meaning(-1073741819), "crashed"));
    assert_null(ns_exit_meaning(1));
}

static void ended(const char *kind, int64_t code, const char *output, const char *expected) {
    char detail[300];
    assert_string_equal(ns_flow_judge(kind, code, output, "0,7", detail, sizeof detail), expected);
}

/* Sources: the robot's own pages and rcc's operations (core/flow/robots.c). */
static void an_end_means_what_its_kind_says(void **state) {
    (void)state;
    ended("program", 0, "", "Succeeded");
    ended("program", 7, "", "Succeeded");
    ended("script", 1, "", "FlowFailed");
    ended("uipath", 0, "{\"out_Count\":3}\n", "Succeeded");
    ended("uipath", 0, "Info execution ended with state: successful\n", "Succeeded");
    ended("uipath", 0, "{\"a\":1}\nexecution has faulted\n", "FlowFailed");
    ended("uipath", 0, "\n", "OutcomeUnknown");
    ended("uipath", 1, "401 Unauthorized", "FlowFailed");
    ended("rcc", 0, "", "Succeeded");
    ended("rcc", 4, "", "FlowNotStarted");
    ended("rcc", 10, "", "FlowFailed");
    ended("document", 0, "", "OutcomeUnknown");
    ended("desktop-flow", 0, "", "OutcomeUnknown");
}

static void pad_ended(const char *definition, const char *log, ns_pad_end expected, const char *words) {
    char detail[300];
    assert_int_equal(ns_pad_judge(definition, log, detail, sizeof detail), expected);
    if (words[0] ? !strstr(in_english(detail), words) : detail[0] != 0)
        fail_msg("%s", in_english(detail));
}

/* Built from the documented layout: RunDefinition.json is an object with the workflow and a result, Actions.log a line of JSON for each action. */
static void the_outcome_of_a_desktop_flow_is_in_its_own_records(void **state) {
    static const char set[] = "{\"name\":\"Set variable\",\"systemModuleName\":\"Variables\",\"index\":1,\"status\":\"Succeeded\"}\n";
    static const char click[] = "{\"name\":\"Click\",\"systemModuleName\":\"UIAutomation\",\"index\":2,\"insideErrorHandling\":false,"
                                "\"status\":\"Failed\",\"error\":{\"code\":\"E1\",\"message\":\"No window\"}}\n";
    static const char caught[] =
        "{\"name\":\"Click\",\"index\":2,\"insideErrorHandling\":true,\"status\":\"Failed\",\"error\":{\"message\":\"x\"}}\n";
    char both[1000];
    (void)state;
    (void)snprintf(both, sizeof both, "\xEF\xBB\xBF%s%s{\"name\":\"Cl", set, click);
    pad_ended("{\"workflow\":{\"id\":\"a\",\"name\":\"b\"},\"status\":\"Succeeded\"}", set, NS_PAD_SUCCEEDED, "");
    pad_ended("\xEF\xBB\xBF{\"runResult\":\"Failed\"}", NULL, NS_PAD_FAILED, "");
    pad_ended("{\"status\":\"Succeeded\",\"outcome\":\"Failed\"}", NULL, NS_PAD_UNKNOWN, "");
    pad_ended("{\"status\":\"Purple\"}", set, NS_PAD_UNKNOWN, "");
    pad_ended("{\"workflow\":{\"status\":\"Succeeded\"}}", NULL, NS_PAD_UNKNOWN, "");
    pad_ended(NULL, both, NS_PAD_FAILED, "The action \"Click\" failed: No window");
    pad_ended("{\"status\":\"Failed\"}", both, NS_PAD_FAILED, "No window");
    pad_ended("{\"status\":\"Succeeded\"}", both, NS_PAD_SUCCEEDED, "");
    pad_ended(NULL, caught, NS_PAD_UNKNOWN, "");
    pad_ended("{\"status\":\"Succe", caught, NS_PAD_UNKNOWN, "");
    pad_ended(NULL, NULL, NS_PAD_UNKNOWN, "");
}

/* Recorded facts of sessions, as Windows' pages say what they mean (core/flow/ready.h). */
static void a_desktop_is_ready_or_it_is_told_what_holds_it(void **state) {
    static const struct {
        ns_desktop_facts facts;
        ns_readiness expected;
    } rows[] = {
        {{true, NS_NO, NS_YES, "Default", false, false, false, true, true}, NS_DESKTOP_READY},
        {{true, NS_UNKNOWN, NS_UNKNOWN, "", false, false, false, true, true}, NS_DESKTOP_READY},
        {{true, NS_NO, NS_YES, "Default", false, false, true, false, false}, NS_DESKTOP_READY},
        {{false, NS_NO, NS_YES, "Default", false, false, false, true, true}, NS_DESKTOP_DISCONNECTED},
        {{true, NS_YES, NS_NO, "", true, false, false, true, true}, NS_DESKTOP_LOCKED},
        {{true, NS_UNKNOWN, NS_NO, "", true, false, true, true, false}, NS_DESKTOP_NOTICE},
        {{true, NS_NO, NS_NO, "", true, false, false, true, true}, NS_DESKTOP_CREDENTIAL},
        {{true, NS_UNKNOWN, NS_UNKNOWN, "", true, false, false, true, true}, NS_DESKTOP_LOCKED},
        {{true, NS_NO, NS_NO, "", false, true, false, true, true}, NS_DESKTOP_CONSENT},
        {{true, NS_NO, NS_YES, "Screen-saver", false, false, false, true, true}, NS_DESKTOP_OTHER},
        {{true, NS_NO, NS_NO, "", false, false, false, true, true}, NS_DESKTOP_OTHER},
        {{true, NS_NO, NS_YES, "Default", false, false, false, true, false}, NS_DESKTOP_SHELL},
        /* One LogonUI of another user's session is none of ours: the agent counts those of its own. */
        {{true, NS_NO, NS_YES, "Default", true, false, false, true, true}, NS_DESKTOP_READY},
    };
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++)
        assert_int_equal(ns_desktop_judge(&rows[i].facts), rows[i].expected);
    for (int i = 0; i < NS_DESKTOP_STATES; i++)
        assert_int_equal(ns_readiness_parse(ns_readiness_name((ns_readiness)i)), i);
    assert_int_equal(ns_readiness_parse("purple"), NS_DESKTOP_LOCKED);
    assert_string_equal(ns_readiness_code(NS_DESKTOP_NOTICE), "SessionLocked");
    assert_string_equal(ns_readiness_code(NS_DESKTOP_SHELL), "DesktopNotReady");
}

static void a_flow_is_checked_as_a_whole(void **state) {
    ns_flow flow;
    (void)state;
    CHECK_OK(ns_flow_begin(&flow, &error));
    flow.name = copy_of("f");
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidName", ns_flow_check(&flow, &error));
    free(flow.program);
    flow.program = copy_of("p");
    CHECK_OK(ns_flow_check(&flow, &error));
    CHECK_OK(ns_flow_kind_check(&flow, &error));
    free(flow.scope);
    flow.scope = copy_of("x");
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidFlow", ns_flow_kind_check(&flow, &error));
    free(flow.kind);
    flow.kind = copy_of("uipath");
    CHECK_OK(ns_flow_kind_check(&flow, &error));
    free(flow.inputs);
    flow.inputs = copy_of("*pin");
    CHECK_STATUS(NS_STATUS_INVALID, "SecretInArguments", ns_flow_kind_check(&flow, &error));
    free(flow.kind);
    flow.kind = copy_of("script");
    CHECK_OK(ns_flow_kind_check(&flow, &error));
    free(flow.arguments);
    flow.arguments = copy_of("--pin {pin}");
    CHECK_STATUS(NS_STATUS_INVALID, "SecretInArguments", ns_flow_kind_check(&flow, &error));
    free(flow.kind);
    flow.kind = copy_of("macro");
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidFlow", ns_flow_kind_check(&flow, &error));
    free(flow.console);
    flow.console = copy_of("both");
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidFlow", ns_flow_check(&flow, &error));
    ns_flow_clear(&flow);
}

int test_flow(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_is_read_in_the_encoding_that_each_line_has),
        cmocka_unit_test(what_was_read_is_told),
        cmocka_unit_test(an_encoding_never_reads_past_its_bytes),
        cmocka_unit_test(no_sequence_and_no_control_character_comes_through),
        cmocka_unit_test(outputs_are_lines_of_their_own),
        cmocka_unit_test(inputs_are_declared_and_given),
        cmocka_unit_test(an_argument_is_quoted_for_who_reads_it),
        cmocka_unit_test(each_kind_is_started_as_its_maker_says),
        cmocka_unit_test(a_desktop_flow_from_the_store_is_opened_by_its_address),
        cmocka_unit_test(what_cannot_be_started_is_told_with_the_way_out),
        cmocka_unit_test(an_end_means_what_its_kind_says),
        cmocka_unit_test(the_outcome_of_a_desktop_flow_is_in_its_own_records),
        cmocka_unit_test(a_desktop_is_ready_or_it_is_told_what_holds_it),
        cmocka_unit_test(a_flow_is_checked_as_a_whole),
        cmocka_unit_test(flows_are_tried_without_being_started),
        cmocka_unit_test(an_input_has_a_type_where_a_flow_wants_one),
    };
    return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
