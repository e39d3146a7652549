/* Every check against facts of every kind (tests/fixtures/checks.json), and whole machines as Microsoft documents them
 * (tests/fixtures/facts). */
#include "check.h"

#include <sqlite3.h>

#include "base/clock.h"
#include "base/system.h"
#include "model/result_code.h"
#include "preflight/board.h"
#include "preflight/fix.h"
#include "preflight/forecast.h"
#include "preflight/prepare.h"
#include "store/fleet.h"
#include "store/preflights.h"

enum { FLEET_MAXIMUM = 4 };

static const char now_text[] = "2026-11-24T12:00:00.000Z";

static cJSON *read_fixture(const char *name) {
    static char bytes[1 << 20];
    const char *given = ns_system_environment("NS_TEST_FIXTURES");
    char path[1200];
    FILE *file = NULL;
    size_t size = 0;
    cJSON *document = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", given ? given : "tests/fixtures", name);
    file = ns_system_open_file(path, "rb");
    if (!file)
        fail_msg("%s is not there", path);
    size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    document = cJSON_ParseWithLength(bytes, size);
    assert_non_null(document);
    return document;
}

/* {"name": value, …}; {"reason": …} is a fact that could not be read, {"value": …} one whose value is an object. */
static void take_facts(const cJSON *object, ns_facts *out) {
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, object) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(each, "value");
        const char *reason = ns_json_string(each, "reason", NULL);
        if (reason)
            ns_facts_add_unknown(out, each->string, reason, "fixture", 1);
        else
            ns_facts_add(out, each->string, cJSON_Duplicate(value ? value : each, true), "fixture", 1);
    }
}

static void take_settings(const cJSON *object, ns_setting_values *out) {
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, object) {
        ns_setting_id id = NS_SETTING_COUNT;
        CHECK_OK(ns_setting_find(each->string, &id, &error));
        ns_setting_values_take(out, id, copy_of(each->valuestring));
    }
}

static char *copy_member(const cJSON *object, const char *name, const char *otherwise) {
    return copy_of(ns_json_string(object, name, otherwise));
}

static ns_connection connection_of(const cJSON *object) {
    ns_connection connection = {.id = 1,
                                .name = copy_of("robot"),
                                .user = copy_member(object, "user", ""),
                                .domain = copy_member(object, "domain", ""),
                                .has_secret = ns_json_bool(object, "secret", true),
                                .refused_code = copy_member(object, "refused", "")};
    connection.refused_at = connection.refused_code[0] ? 1 : 0;
    CHECK_OK(ns_connection_kind_parse(ns_json_string(object, "kind", "password"), &connection.kind, &error));
    return connection;
}

typedef struct scene {
    ns_facts facts;
    ns_facts others[FLEET_MAXIMUM];
    const ns_facts *fleet_facts[FLEET_MAXIMUM + 1];
    const char *fleet_groups[FLEET_MAXIMUM + 1];
    ns_check_fleet fleet;
    ns_machine machine;
    ns_connection connection;
    ns_check_input in;
} scene;

static void set_scene(const cJSON *object, scene *out) {
    const cJSON *machine = cJSON_GetObjectItemCaseSensitive(object, "machine");
    const cJSON *connection = cJSON_GetObjectItemCaseSensitive(object, "connection");
    const cJSON *each = NULL;
    memset(out, 0, sizeof *out);
    ns_facts_init(&out->facts, "pc17");
    take_facts(cJSON_GetObjectItemCaseSensitive(object, "facts"), &out->facts);
    out->machine = (ns_machine){.id = 1,
                                .port = 3389,
                                .name = copy_of("pc17"),
                                .host = copy_of("pc17.example.org"),
                                .description = copy_of(""),
                                .group_name = copy_member(machine, "group", ""),
                                .pin = copy_member(machine, "pin", ""),
                                .nla_before = ns_json_bool(machine, "nlaBefore", false)};
    take_settings(cJSON_GetObjectItemCaseSensitive(object, "settings"), &out->machine.values);
    if (connection)
        out->connection = connection_of(connection);
    out->fleet_facts[0] = &out->facts;
    out->fleet_groups[0] = out->machine.group_name;
    out->fleet.count = 1;
    cJSON_ArrayForEach(each, cJSON_GetObjectItemCaseSensitive(object, "fleet")) {
        const size_t at = out->fleet.count;
        assert_true(at <= FLEET_MAXIMUM);
        ns_facts_init(&out->others[at - 1], "pc18");
        take_facts(cJSON_GetObjectItemCaseSensitive(each, "facts"), &out->others[at - 1]);
        out->fleet_facts[at] = &out->others[at - 1];
        out->fleet_groups[at] = ns_json_string(each, "group", "");
        out->fleet.count++;
    }
    out->fleet.facts = out->fleet_facts;
    out->fleet.groups = out->fleet_groups;
    out->in = (ns_check_input){.facts = &out->facts,
                               .machine = &out->machine,
                               .connection = connection ? &out->connection : NULL,
                               .fleet = &out->fleet,
                               .now = ns_clock_parse(now_text)};
}

static void strike_scene(scene *self) {
    ns_facts_clear(&self->facts);
    for (size_t i = 0; i + 1 < self->fleet.count; i++)
        ns_facts_clear(&self->others[i]);
    ns_machine_clear(&self->machine);
    ns_connection_clear(&self->connection);
}

static void each_check_gives_each_of_its_verdicts(void **state) {
    cJSON *cases = read_fixture("checks.json");
    static bool seen[NS_CHECKS_MAXIMUM][4];
    const cJSON *each = NULL;
    (void)state;
    cJSON_ArrayForEach(each, cases) {
        const ns_check *check = ns_check_find(ns_json_string(each, "check", ""));
        scene of;
        ns_verdict verdict;
        char *text = ns_json_print(each);
        assert_non_null(check);
        set_scene(each, &of);
        ns_check_judge(check, &of.in, &verdict);
        if (strcmp(ns_verdict_name(verdict.kind), ns_json_string(each, "verdict", "")) != 0 ||
            strcmp(verdict.code, ns_json_string(each, "code", "")) != 0)
            fail_msg("%s %s (%s) for %s", ns_verdict_name(verdict.kind), verdict.code, verdict.message, text);
        assert_true(verdict.message[0]);
        if (!strstr(in_english(verdict.message), ns_json_string(each, "says", "")))
            fail_msg("%s for %s", in_english(verdict.message), text);
        assert_true((verdict.kind == NS_VERDICT_FAIL) == (verdict.code[0] != 0));
        /* A code that a run can end with. */
        assert_true(!verdict.code[0] || strcmp(ns_result_code_find(verdict.code)->code, verdict.code) == 0);
        for (size_t i = 0; ns_check_at(i); i++)
            if (ns_check_at(i) == check)
                seen[i][verdict.kind] = true;
        cJSON_free(text);
        strike_scene(&of);
    }
    for (size_t i = 0; ns_check_at(i); i++) {
        if (!seen[i][NS_VERDICT_PASS])
            fail_msg("no case in which %s passes", ns_check_at(i)->id);
        if (!seen[i][NS_VERDICT_WARN] && !seen[i][NS_VERDICT_FAIL] && !seen[i][NS_VERDICT_UNKNOWN])
            fail_msg("no case in which %s does not pass", ns_check_at(i)->id);
    }
    cJSON_Delete(cases);
}

static void the_catalogue_is_whole(void **state) {
    (void)state;
    for (size_t i = 0; ns_check_at(i); i++) {
        const ns_check *check = ns_check_at(i);
        assert_true(i < NS_CHECKS_MAXIMUM);
        assert_ptr_equal(ns_check_find(check->id), check); /* so no id stands twice */
        assert_true(check->title[0] && check->why[0] && check->source[0]);
        assert_true(!check->undo[0] || check->fix[0]);
    }
    assert_non_null(ns_check_find("tls.clone"));
    assert_null(ns_check_find("nothing"));
}

static void what_nobody_looked_at_is_never_good(void **state) {
    cJSON *nothing = cJSON_CreateObject();
    static const char *const never[] = {"dns",         "tcp",           "rdp.protocol",     "rdp.nla", "tls.certificate",
                                        "credentials", "rights.signin", "sessions.conflict"};
    scene of;
    ns_row row;
    ns_check_set all;
    (void)state;
    ns_check_set_all(&all);
    set_scene(nothing, &of);
    ns_row_judge(&of.in, &all, &row);
    for (size_t k = 0; k < NS_COUNT_OF(never); k++)
        for (size_t i = 0; ns_check_at(i); i++)
            if (strcmp(ns_check_at(i)->id, never[k]) == 0)
                assert_int_equal(row.verdicts[i].kind, NS_VERDICT_UNKNOWN);
    assert_int_equal(row.verdict, NS_VERDICT_UNKNOWN);
    strike_scene(&of);
    cJSON_Delete(nothing);
}

/* The forecast says what the run's own rules would do. */
static void whole_machines_are_judged_as_documented(void **state) {
    cJSON *machines = read_fixture("machines.json");
    const cJSON *each = NULL;
    size_t count = 0;
    (void)state;
    cJSON_ArrayForEach(each, machines) {
        scene of;
        ns_row row;
        ns_check_set all;
        cJSON *document = read_fixture(ns_json_string(each, "facts", "?"));
        cJSON *rest = cJSON_Duplicate(each, true);
        ns_facts facts;
        cJSON_DeleteItemFromObject(rest, "facts");
        ns_check_set_all(&all);
        set_scene(rest, &of);
        CHECK_OK(ns_facts_read(document, &facts, &error));
        ns_facts_merge(&of.facts, &facts);
        ns_row_judge(&of.in, &all, &row);
        if (strcmp(ns_verdict_name(row.verdict), ns_json_string(each, "verdict", "")) != 0 ||
            strncmp(in_english(row.forecast), ns_json_string(each, "forecast", "?"), strlen(ns_json_string(each, "forecast", "?"))) != 0)
            fail_msg("%s: %s, %s", ns_json_string(each, "facts", "?"), ns_verdict_name(row.verdict), row.forecast);
        ns_facts_clear(&facts);
        strike_scene(&of);
        cJSON_Delete(document);
        cJSON_Delete(rest);
        count++;
    }
    assert_true(count >= 7);
    cJSON_Delete(machines);
}

static void facts_survive_a_file(void **state) {
    ns_facts facts;
    ns_facts again;
    cJSON *document = NULL;
    cJSON *second = NULL;
    char *a = NULL;
    char *b = NULL;
    (void)state;
    ns_facts_init(&facts, "pc17");
    ns_facts_add_integer(&facts, "a", -5, "s", 1700000000123);
    ns_facts_add(&facts, "b", cJSON_CreateNull(), "s", 0);
    ns_facts_add_unknown(&facts, "c", "Access is denied.", "s", 1700000000123);
    ns_facts_add_bool(&facts, "a", true, "t", 1700000000124); /* takes the place of the first */
    assert_int_equal(facts.count, 3);
    document = ns_facts_write(&facts);
    CHECK_OK(ns_facts_read(document, &again, &error));
    second = ns_facts_write(&again);
    a = ns_json_print(document);
    b = ns_json_print(second);
    assert_string_equal(a, b);
    assert_int_equal(ns_facts_bool(&again, "a"), 1);
    assert_non_null(ns_facts_find(&again, "b"));
    assert_non_null(ns_facts_find(&again, "c"));
    assert_null(ns_facts_find(&again, "c")->value);
    assert_true(cJSON_IsNull(ns_facts_find(&again, "b")->value));
    cJSON_free(a);
    cJSON_free(b);
    cJSON_Delete(document);
    cJSON_Delete(second);
    ns_facts_clear(&facts);
    ns_facts_clear(&again);
}

static void what_is_no_file_of_facts_is_refused(void **state) {
    static const char *const texts[] = {"[]", "{}", "{\"facts\":3}", "{\"facts\":[{}]}", "{\"facts\":[{\"name\":\"\"}]}", "{\"facts\":[3]}"};
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(texts); i++) {
        cJSON *document = cJSON_Parse(texts[i]);
        ns_facts facts;
        CHECK_STATUS(NS_STATUS_INVALID, "InvalidFacts", ns_facts_read(document, &facts, &error));
        cJSON_Delete(document);
    }
}

static void checks_are_chosen_by_their_ids(void **state) {
    ns_check_set set;
    size_t on = 0;
    (void)state;
    CHECK_OK(ns_check_set_parse(&set, "dns,rdp.nla", &error));
    for (size_t i = 0; ns_check_at(i); i++)
        on += set.on[i];
    assert_int_equal(on, 2);
    CHECK_STATUS(NS_STATUS_INVALID, "InvalidCheck", ns_check_set_parse(&set, "dns,rdp", &error));
}

static void every_registry_fix_of_the_catalogue_is_understood(void **state) {
    size_t understood = 0;
    ns_fix fix;
    (void)state;
    for (size_t i = 0; ns_check_at(i); i++) {
        const ns_check *check = ns_check_at(i);
        const bool is_number = strncmp(check->fix, "reg ", 4) == 0 && !strstr(check->fix, "REG_SZ");
        assert_true(ns_fix_read(check->fix, &fix) == is_number);
        understood += is_number;
    }
    assert_true(understood >= 12);
    assert_true(ns_fix_read(ns_check_find("rdp.enabled")->fix, &fix));
    assert_string_equal(fix.key, "SYSTEM\\CurrentControlSet\\Control\\Terminal Server");
    assert_string_equal(fix.name, "fDenyTSConnections");
    assert_true(fix.there && fix.value == 0);
    assert_true(ns_fix_read(ns_check_find("limits.inactivity")->fix, &fix) && !fix.there);
    assert_false(ns_fix_read("reg add \"HKLM\\x\" /v y /t REG_DWORD /d 99999999999 /f", &fix));
    assert_false(ns_fix_read("reg add \"HKLM\\x\" /v y /t REG_DWORD /d 1 /f & calc", &fix));
    assert_false(ns_fix_read("", &fix));
}

static int count_rows(const char *path) {
    sqlite3 *handle = NULL;
    sqlite3_stmt *row = NULL;
    int count = -1;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, "SELECT count(*) FROM preflight", -1, &row, NULL), SQLITE_OK);
    if (sqlite3_step(row) == SQLITE_ROW)
        count = sqlite3_column_int(row, 0);
    (void)sqlite3_finalize(row);
    (void)sqlite3_close(handle);
    return count;
}

static ns_preflight_record found(int64_t machine_id, int64_t at, const char *verdict) {
    return (ns_preflight_record){.machine_id = machine_id,
                                 .at = at,
                                 .connection = (char *)(uintptr_t) "",
                                 .verdict = (char *)(uintptr_t)verdict,
                                 .forecast = (char *)(uintptr_t) "",
                                 .summary = (char *)(uintptr_t) "",
                                 .row = (char *)(uintptr_t) "{}",
                                 .facts = (char *)(uintptr_t) "{}"};
}

/* Finding 1.19: one machine that was removed meanwhile took the results of all others along. */
static void a_machine_that_was_removed_meanwhile_takes_no_other_result_along(void **state) {
    ns_store *store = scratch_store("removed-meanwhile.db");
    const int64_t one = make_machine(store, "one", 0);
    const int64_t two = make_machine(store, "two", 0);
    const ns_preflight_record records[] = {found(one, 1000, "pass"), found(two, 1000, "pass")};
    ns_preflight_record kept;
    (void)state;
    CHECK_OK(ns_machine_remove(store, one, &error));
    CHECK_OK(ns_preflight_save(store, records, 2, &error));
    CHECK_OK(ns_preflight_load(store, two, &kept, &error));
    assert_true(kept.at == 1000);
    ns_preflight_record_clear(&kept);
    ns_store_close(store);
}

static void save(ns_store *store, int64_t machine_id, int64_t at, const char *verdict) {
    const ns_preflight_record record = found(machine_id, at, verdict);
    CHECK_OK(ns_preflight_save(store, &record, 1, &error));
}

static void old_results_go_and_the_last_good_one_stays(void **state) {
    ns_store *store = scratch_store("preflights.db");
    ns_machine machine = {.name = copy_of("pc17"), .host = copy_of("pc17"), .description = copy_of(""), .port = 3389};
    ns_preflight_record green;
    (void)state;
    CHECK_OK(ns_machine_save(store, &machine, &error));
    for (int i = 0; i < 3 * NS_PREFLIGHT_KEPT; i++)
        save(store, machine.id, 1000 + i, "fail");
    assert_int_equal(count_rows(ns_store_locator(store)), NS_PREFLIGHT_KEPT); /* a machine that never was well */
    save(store, machine.id, 2000, "warn");
    for (int i = 0; i < 3 * NS_PREFLIGHT_KEPT; i++)
        save(store, machine.id, 3000 + i, "fail");
    assert_int_equal(count_rows(ns_store_locator(store)), NS_PREFLIGHT_KEPT + 1);
    CHECK_OK(ns_preflight_load_green(store, machine.id, 9000, &green, &error));
    assert_true(green.at == 2000);
    ns_preflight_record_clear(&green);
    ns_machine_clear(&machine);
    ns_store_close(store);
}

static void a_summary_tells_each_verdict_again(void **state) {
    cJSON *nothing = cJSON_CreateObject();
    unsigned char kinds[NS_CHECKS_MAXIMUM];
    scene of;
    ns_row row;
    ns_check_set some;
    char *summary = NULL;
    (void)state;
    CHECK_OK(ns_check_set_parse(&some, "maintenance,dns,rdp.nla", &error));
    set_scene(nothing, &of);
    ns_row_judge(&of.in, &some, &row);
    summary = ns_row_summarise(&row);
    assert_string_equal(summary, "maintenance:pass dns:unknown rdp.nla:unknown");
    ns_row_read_summary("gone:fail maintenance:pass dns:warn rdp.nla:unknown", kinds);
    assert_int_equal(kinds[0], NS_VERDICT_PASS + 1);
    assert_int_equal(kinds[1], NS_VERDICT_WARN + 1);
    assert_int_equal(kinds[2], 0);
    free(summary);
    strike_scene(&of);
    cJSON_Delete(nothing);
}

static void a_fix_names_the_machine_and_the_user(void **state) {
    cJSON *object = cJSON_Parse("{\"connection\":{\"user\":\"robot\",\"domain\":\"EXAMPLE\"}}");
    scene of;
    char text[200];
    (void)state;
    set_scene(object, &of);
    ns_check_fill("net localgroup x %USER% /add %HOST%:%PORT% %NAME% %", &of.in, text, sizeof text);
    assert_string_equal(text, "net localgroup x \"EXAMPLE\\robot\" /add pc17.example.org:3389 pc17 %");
    strike_scene(&of);
    cJSON_Delete(object);
}

static void moments_survive_their_text(void **state) {
    static const int64_t moments[] = {1, 951782400000, 1709164800000, 1732449600123, 4102444799999};
    char text[NS_CLOCK_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < NS_COUNT_OF(moments); i++) {
        ns_clock_format(moments[i], text);
        assert_true(ns_clock_parse(text) == moments[i]);
    }
    assert_true(ns_clock_parse("2026-11-24") == 0);
    assert_true(ns_clock_parse("2026-13-24T00:00:00.000Z") == 0);
    assert_true(ns_clock_parse("") == 0);
}

/* Whatever a user is called, PowerShell reads a name and nothing else. */
static void a_name_in_the_script_is_a_name(void **state) {
    char *script = ns_prepare_script("pc17.example.org", "EXAMPLE\\O'Brien\xE2\x80\x99; Remove-Item C:\\ #");
    (void)state;
    assert_non_null(script);
    assert_non_null(strstr(script, "$machine = 'pc17.example.org'\n"));
    assert_non_null(strstr(script, "$user = 'EXAMPLE\\O''Brien\xE2\x80\x99\xE2\x80\x99; Remove-Item C:\\ #'\n"));
    assert_null(strstr(script, "{{"));
    free(script);
}

int test_preflight(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_in_the_script_is_a_name),
        cmocka_unit_test(each_check_gives_each_of_its_verdicts),
        cmocka_unit_test(the_catalogue_is_whole),
        cmocka_unit_test(what_nobody_looked_at_is_never_good),
        cmocka_unit_test(whole_machines_are_judged_as_documented),
        cmocka_unit_test(facts_survive_a_file),
        cmocka_unit_test(what_is_no_file_of_facts_is_refused),
        cmocka_unit_test(checks_are_chosen_by_their_ids),
        cmocka_unit_test(a_fix_names_the_machine_and_the_user),
        cmocka_unit_test(moments_survive_their_text),
        cmocka_unit_test(a_summary_tells_each_verdict_again),
        cmocka_unit_test(a_machine_that_was_removed_meanwhile_takes_no_other_result_along),
        cmocka_unit_test(old_results_go_and_the_last_good_one_stays),
        cmocka_unit_test(every_registry_fix_of_the_catalogue_is_understood),
    };
    return cmocka_run_group_tests_name("preflight", tests, NULL, NULL);
}
