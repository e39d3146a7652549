#include "check.h"

#include "store/activity.h"
#include "store/fleet.h"
#include "store/by_name.h"
#include "store/machine_known.h"
#include "store/flows.h"
#include "store/identity.h"
#include "transfer/transfer.h"

static ns_status take(ns_store *store, const char *text, bool update, bool preview, ns_import_report *report, ns_error *error) {
    const ns_import_options options = {.update = update, .preview = preview};
    return ns_transfer_import(store, text, strlen(text), &options, report, error);
}

static char *exported(ns_store *store) {
    char *text = NULL;
    CHECK_OK(ns_transfer_export(store, &text, &error));
    return text;
}

/* A machine as "host:port group|description|own width". */
static const char *told(ns_store *store, const char *name) {
    static char text[200];
    ns_machine machine = {0};
    if (ns_machine_load(store, name, &machine, NULL) != NS_OK)
        return "not there";
    (void)snprintf(text, sizeof text, "%s:%u %s|%s|%s", machine.host, machine.port, machine.group_name, machine.description,
                   machine.values.value[NS_SETTING_SCREEN_WIDTH] ? machine.values.value[NS_SETTING_SCREEN_WIDTH] : "-");
    ns_machine_clear(&machine);
    return text;
}

static void fill(ns_store *store) {
    const int64_t office = make_group(store, "Büro „Süd“");
    const ns_setting_change width = {NS_SETTING_SCREEN_WIDTH, "1280"};
    const ns_setting_change own[] = {{NS_SETTING_SCREEN_WIDTH, "1600"}, {NS_SETTING_SESSION_REUSE, "on"}};
    const int64_t one = make_machine(store, "one", office);
    ns_connection connection = {.name = (char *)(uintptr_t) "robot", .user = (char *)(uintptr_t) "r\\1", .domain = (char *)(uintptr_t) "D"};
    ns_flow flow = {.name = (char *)(uintptr_t) "invoices", .program = (char *)(uintptr_t) "C:\\i.exe", .timeout_s = 90};
    ns_secret secret = {0};
    (void)make_machine(store, "zwei", 0);
    (void)make_group(store, "Empty");
    CHECK_OK(ns_group_set(store, office, &width, 1, &error));
    CHECK_OK(ns_machine_set(store, one, own, 2, &error)); /* over the group's */
    CHECK_OK(ns_machine_note_shown(store, one, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false, &error));
    CHECK_OK(ns_secret_set(&secret, "hunter2-in-no-file", 18, &error));
    CHECK_OK(ns_connection_save(store, &connection, &secret, &error));
    ns_secret_clear(&secret);
    CHECK_OK(ns_flow_save(store, &flow, &error));
}

static void what_is_exported_and_imported_is_exported_the_same(void **state) {
    ns_store *store = scratch_store("export.db");
    ns_store *other = scratch_store("import.db");
    ns_import_report report;
    char *first = NULL;
    char *second = NULL;
    (void)state;
    fill(store);
    first = exported(store);
    assert_null(strstr(first, "hunter2"));
    CHECK_OK(take(other, first, false, false, &report, &error));
    assert_int_equal(report.outcomes[NS_IMPORT_ADDED], 6);
    ns_import_report_clear(&report);
    second = exported(other);
    assert_string_equal(first, second);
    CHECK_OK(take(other, first, true, false, &report, &error)); /* again: nothing to do */
    assert_int_equal(report.outcomes[NS_IMPORT_SAME], 6);
    ns_import_report_clear(&report);
    free(first);
    free(second);
    ns_store_close(store);
    ns_store_close(other);
}

static void an_import_is_one_activity_and_one_undo(void **state) {
    ns_store *store = scratch_store("one.db");
    ns_import_report report;
    ns_activity_list list;
    char *before = exported(store);
    char *after = NULL;
    (void)state;
    CHECK_OK(take(store, "name,host,group,screen.width\na,a.example.org,Office,1024\nb,b.example.org,Office,\n", false, false, &report, &error));
    assert_int_equal(report.outcomes[NS_IMPORT_ADDED], 3);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "A"), "a.example.org:3389 Office||1024");
    CHECK_OK(ns_activity_load(store, 10, &list, &error));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].verb, "import");
    assert_int_equal(list.items[0].thing_count, 3);
    ns_activity_list_clear(&list);
    CHECK_OK(ns_activity_undo(store, 0, &error));
    after = exported(store);
    assert_string_equal(before, after);
    free(before);
    free(after);
    ns_store_close(store);
}

static void a_plain_list_of_hosts_is_enough(void **state) {
    static const char utf16[] = "\xFF\xFEp\0c\0\xE4\0-\0"
                                "1\0\r\0\n\0\x3D\xD8\x00\xDE\n\0"; /* as Windows PowerShell writes it, and a face */
    const ns_import_options options = {0};
    ns_store *store = scratch_store("list.db");
    ns_import_report report;
    (void)state;
    CHECK_OK(
        take(store, "\xEF\xBB\xBF# our machines\r\npc17.example.org\r\n\r\n  10.0.0.5:3390 \r\nfe80::1%eth0\r\n", false, false, &report, &error));
    assert_int_equal(report.count, 3);
    assert_int_equal(report.items[1].line, 4);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "pc17.example.org"), "pc17.example.org:3389 ||-");
    assert_string_equal(told(store, "10.0.0.5:3390"), "10.0.0.5:3390 ||-");
    assert_string_equal(told(store, "fe80::1%eth0"), "fe80::1%eth0:3389 ||-");
    CHECK_STATUS(NS_STATUS_INVALID, "ImportRefused", ns_transfer_import(store, utf16, sizeof utf16 - 1, &options, &report, &error));
    assert_string_equal(report.items[0].name, "pcä-1"); /* read, and no host */
    assert_string_equal(report.items[1].name, "\xF0\x9F\x98\x80");
    ns_import_report_clear(&report);
    CHECK_OK(take(store, "\"Name\"\n\"srv1\"\n", false, false, &report, &error)); /* Export-Csv */
    assert_int_equal(report.count, 1);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "srv1"), "srv1:3389 ||-");
    ns_store_close(store);
}

static void every_mistake_is_told_and_nothing_imported(void **state) {
    ns_store *store = scratch_store("mistakes.db");
    ns_import_report report;
    (void)state;
    CHECK_STATUS(NS_STATUS_INVALID, "ImportRefused",
                 take(store, "name;host;port;screen.width\nok;ok;;\nbad;no host!;;\nport;h;99999;\nword;h;rdp;\nwide;h;;tall\nOK;h;;\n;;;\n", false,
                      false, &report, &error));
    assert_int_equal(report.count, 6);
    assert_int_equal(report.outcomes[NS_IMPORT_REFUSED], 5);
    assert_int_equal(report.items[0].outcome, NS_IMPORT_ADDED);
    assert_int_equal(report.items[1].line, 3);
    assert_non_null(strstr(report.items[1].text, "no host!"));
    assert_non_null(strstr(report.items[2].text, "99999"));
    assert_non_null(strstr(report.items[3].text, "whole number"));
    assert_non_null(strstr(report.items[4].text, "tall"));
    assert_non_null(strstr(report.items[5].text, "before already"));
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "ok"), "not there");
    ns_store_close(store);
}

static void what_is_there_stays_unless_it_is_to_be_changed(void **state) {
    static const char table[] = "name\tport\tdescription\none\t3390\t\nnew\t\tfresh\n";
    ns_store *store = scratch_store("update.db");
    ns_import_report report;
    ns_activity_list list;
    (void)state;
    (void)make_machine(store, "One", 0);
    CHECK_OK(take(store, table, false, true, &report, &error)); /* a look */
    assert_int_equal(report.outcomes[NS_IMPORT_KEPT], 1);
    assert_int_equal(report.outcomes[NS_IMPORT_ADDED], 1);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "new"), "not there");
    CHECK_OK(take(store, table, false, false, &report, &error));
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "one"), "host:3389 ||-");
    CHECK_OK(ns_activity_load(store, 10, &list, &error));
    assert_int_equal(list.items[0].thing_count, 1); /* what was kept is not in it */
    ns_activity_list_clear(&list);
    CHECK_OK(take(store, table, true, false, &report, &error));
    assert_int_equal(report.outcomes[NS_IMPORT_CHANGED], 1);
    assert_int_equal(report.outcomes[NS_IMPORT_SAME], 1);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "one"), "host:3390 ||-");     /* a table without hosts says nothing of where a known one is */
    CHECK_OK(take(store, "ONE\n", true, false, &report, &error)); /* nor does a list, and it does not rename */
    assert_int_equal(report.outcomes[NS_IMPORT_SAME], 1);
    ns_import_report_clear(&report);
    ns_store_close(store);
}

static void places_are_split_into_host_and_port(void **state) {
    ns_store *store = scratch_store("places.db");
    ns_import_report report;
    (void)state;
    CHECK_OK(
        take(store, "name,host,port\na,h:3390,\nb,[fe80::1]:3391,\nc,h:3390,3390\nd,fe80::2,3392\n#1 lobby,h,\n", false, false, &report, &error));
    assert_int_equal(report.count, 5);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "a"), "h:3390 ||-");
    assert_string_equal(told(store, "b"), "fe80::1:3391 ||-");
    assert_string_equal(told(store, "c"), "h:3390 ||-");
    assert_string_equal(told(store, "d"), "fe80::2:3392 ||-");
    assert_string_equal(told(store, "#1 lobby"), "h:3389 ||-");
    CHECK_STATUS(NS_STATUS_INVALID, "ImportRefused", take(store, "h:99999\nh:\nh:rdp\n", false, false, &report, &error));
    assert_int_equal(report.outcomes[NS_IMPORT_REFUSED], 3);
    ns_import_report_clear(&report);
    CHECK_STATUS(NS_STATUS_INVALID, "ImportRefused", take(store, "name,host,port\nx,h:3390,3391\n", false, false, &report, &error));
    ns_import_report_clear(&report);
    ns_store_close(store);
}

static void a_quotation_mark_that_is_not_closed_swallows_nothing_in_silence(void **state) {
    ns_store *store = scratch_store("quote.db");
    ns_import_report report;
    ns_error error = {0};
    (void)state;
    assert_int_equal(take(store, "name,host,note\na,h,\nb,h,\"oops\nc,h,\n", false, false, &report, &error), NS_STATUS_INVALID);
    assert_string_equal(error.code, "ImportNotRead");
    assert_non_null(strstr(in_english(error.message), "line 3"));
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "a"), "not there");
    ns_store_close(store);
}

static void groups_of_a_table_are_the_same_in_every_alphabet_and_keep_their_names(void **state) {
    ns_store *store = scratch_store("alphabet.db");
    ns_import_report report;
    (void)state;
    (void)make_group(store, "Büro");
    CHECK_OK(take(store, "name,host,group\na,h,Küche\nb,h,KÜCHE\nc,h,BÜRO\n", true, false, &report, &error));
    assert_int_equal(report.count, 5);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "b"), "h:3389 Küche||-");
    assert_string_equal(told(store, "c"), "h:3389 Büro||-");
    ns_store_close(store);
}

static void what_was_trusted_is_not_changed_by_a_file(void **state) {
    static const char text[] = "{\"format\":\"nightshift-fleet\",\"version\":1,\"machines\":[{\"name\":\"zwei\",\"certificate\":"
                               "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"}],"
                               "\"connections\":[{\"name\":\"robot\",\"user\":\"administrator\"}]}";
    ns_store *store = scratch_store("trust.db");
    ns_import_report report;
    ns_connection connection = {0};
    ns_machine machine = {0};
    (void)state;
    fill(store);
    CHECK_OK(take(store, text, true, false, &report, &error));
    assert_int_equal(report.items[0].outcome, NS_IMPORT_SAME);
    assert_int_equal(report.items[1].outcome, NS_IMPORT_CHANGED);
    assert_non_null(strstr(report.items[1].text, "password"));
    ns_import_report_clear(&report);
    CHECK_OK(ns_machine_load(store, "zwei", &machine, &error));
    assert_string_equal(machine.pin, "");
    ns_machine_clear(&machine);
    CHECK_OK(ns_connection_load(store, "robot", &connection, &error));
    assert_string_equal(connection.user, "administrator");
    assert_false(connection.has_secret); /* it was another user's */
    ns_connection_clear(&connection);
    ns_store_close(store);
}

static void many_groups_and_rows_take_no_longer_than_their_number(void **state) {
    ns_store *store = scratch_store("many-groups.db");
    ns_import_report report;
    ns_text text;
    (void)state;
    ns_text_init(&text, 1 << 20);
    (void)ns_text_append_string(&text, "Name;Id;Parent;NodeType;Hostname;Protocol\n");
    for (int i = 0; i < 2000; i++)
        (void)ns_text_appendf(&text, "G%d;f%d;;Container;;\nm%d;c%d;f%d;Connection;h;RDP\n", i, i, i, i, i);
    CHECK_OK(take(store, ns_text_string(&text), false, true, &report, &error));
    assert_int_equal(report.outcomes[NS_IMPORT_ADDED], 4000);
    ns_import_report_clear(&report);
    ns_text_clear(&text);
    ns_store_close(store);
}

static void a_table_of_mremoteng_brings_its_folders_as_groups(void **state) {
    ns_store *store = scratch_store("mremoteng.db");
    ns_import_report report;
    (void)state;
    CHECK_OK(take(store,
                  "Name;Id;Parent;NodeType;Description;Icon;Panel;Username;Password;Domain;Hostname;Protocol;PuttySession;Port;\r\n"
                  "web;c1;f1;Connection;\"two\nlines; and \"\"quotes\"\"\";mRemoteNG;General;u;hunter2;d;web.example.org;RDP;Default;3390;\r\n"
                  "Office;f1;root;Container;;mRemoteNG;General;;;;;RDP;;3389;\r\n"
                  "shell;c2;f1;Connection;;mRemoteNG;General;;;;s.example.org;SSH2;;22;\r\n",
                  false, false, &report, &error));
    assert_int_equal(report.count, 2);
    assert_non_null(strstr(report.unused, "Icon, Panel"));
    assert_int_equal(report.others, 1);
    ns_import_report_clear(&report);
    assert_string_equal(told(store, "web"), "web.example.org:3390 Office|two\nlines; and \"quotes\"|-");
    ns_store_close(store);
}

static void a_file_that_is_none_of_these_is_said_to_be_so(void **state) {
    static const char *const files[] = {
        "",
        " \r\n",
        "{\"format\":\"nightshift-fleet\",\"version\":2}",
        "{\"format\":\"other\"}",
        "{broken",
        "{\"format\":\"nightshift-fleet\",\"version\":1,\"machines\":{}}",
        "{\"format\":\"nightshift-fleet\",\"version\":1,\"robots\":[]}",
        "{\"format\":\"nightshift-fleet\",\"version\":1}",
        "{\"format\":\"nightshift-fleet\"}",
        "{\"format\":\"nightshift-fleet\",\"version\":1,\"machines\":[{\"name\":\"a\",\"host\":\"h\"}]} and more",
        "{\"format\":\"nightshift-fleet\",\"version\":1,\"machines\":[{\"name\":\"a\",\"host\":\"h\"}],\"machines\":[]}",
        "pc1,pc2,pc3\npc4,pc5,pc6\n",
        "\xC3\x28\n"};
    static const char *const entries[] = {"3",
                                          "{}",
                                          "{\"name\":\"a\",\"host\":\"h\",\"hots\":1}",
                                          "{\"name\":7,\"host\":\"h\"}",
                                          "{\"name\":\"a\",\"host\":\"h\",\"port\":1.5}",
                                          "{\"name\":\"a\",\"host\":\"h\",\"group\":\"none such\"}",
                                          "{\"name\":\"a\",\"host\":\"h\",\"settings\":[1]}",
                                          "{\"name\":\"a\",\"host\":\"h\",\"settings\":{\"screen.depht\":1}}",
                                          "{\"name\":\"a\",\"host\":\"h\",\"settings\":{\"screen.width\":[]}}",
                                          "{\"name\":\"a\",\"host\":\"h\",\"certificate\":\"ab\"}"};
    ns_store *store = scratch_store("none.db");
    ns_import_report report;
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(files); i++) {
        CHECK_STATUS(NS_STATUS_INVALID, "ImportNotRead", take(store, files[i], true, false, &report, &error));
        ns_import_report_clear(&report);
    }
    for (size_t i = 0; i < NS_COUNT_OF(entries); i++) {
        char text[400];
        (void)snprintf(text, sizeof text, "{\"format\":\"nightshift-fleet\",\"version\":1,\"machines\":[%s]}", entries[i]);
        CHECK_STATUS(NS_STATUS_INVALID, "ImportRefused", take(store, text, true, false, &report, &error));
        ns_import_report_clear(&report);
    }
    assert_string_equal(told(store, "a"), "not there");
    ns_store_close(store);
}

static void what_was_changed_after_the_look_is_not_imported_over(void **state) {
    static const char file[] = "name;host;port\none;new;3389\ntwo;other;3389\n";
    ns_store *store = scratch_store("looked.db");
    const int64_t one = make_machine(store, "one", 0);
    ns_import_options options = {.update = true, .preview = true};
    ns_import_report report;
    ns_error refusal = {0};
    (void)state;
    CHECK_OK(ns_transfer_import(store, file, strlen(file), &options, &report, &error));
    options = (ns_import_options){.update = true, .seen = report.seen};
    ns_import_report_clear(&report);
    CHECK_OK(ns_machine_edit(store, one, NULL, "mine", 0, NULL, &error));
    assert_int_equal(ns_transfer_import(store, file, strlen(file), &options, &report, &refusal), NS_STATUS_REFUSED);
    assert_string_equal(refusal.code, "ChangedMeanwhile");
    assert_non_null(strstr(in_english(refusal.message), "\"one\" was changed by "));
    assert_string_equal(told(store, "one"), "mine:3389 ||-");
    assert_string_equal(told(store, "two"), "not there");
    options.seen = report.seen; /* who was told, and says it again, means it */
    ns_import_report_clear(&report);
    CHECK_OK(ns_transfer_import(store, file, strlen(file), &options, &report, &error));
    assert_string_equal(told(store, "one"), "new:3389 ||-");
    ns_import_report_clear(&report);
    ns_store_close(store);
}

int test_transfer(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_exported_and_imported_is_exported_the_same),
        cmocka_unit_test(an_import_is_one_activity_and_one_undo),
        cmocka_unit_test(what_was_changed_after_the_look_is_not_imported_over),
        cmocka_unit_test(a_plain_list_of_hosts_is_enough),
        cmocka_unit_test(every_mistake_is_told_and_nothing_imported),
        cmocka_unit_test(what_is_there_stays_unless_it_is_to_be_changed),
        cmocka_unit_test(places_are_split_into_host_and_port),
        cmocka_unit_test(a_quotation_mark_that_is_not_closed_swallows_nothing_in_silence),
        cmocka_unit_test(groups_of_a_table_are_the_same_in_every_alphabet_and_keep_their_names),
        cmocka_unit_test(what_was_trusted_is_not_changed_by_a_file),
        cmocka_unit_test(many_groups_and_rows_take_no_longer_than_their_number),
        cmocka_unit_test(a_table_of_mremoteng_brings_its_folders_as_groups),
        cmocka_unit_test(a_file_that_is_none_of_these_is_said_to_be_so),
    };
    return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
