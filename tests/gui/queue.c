/* A group as a target: started from the window, waited for, moved and cancelled in the queue; in both languages, light and dark. */
#include "driver.h"

static void ctl(const WCHAR *words) {
    ctl_on(L"NS_TEST_STORE", words);
}

static void a_group_with_two_machines_is_there(void **state) {
    const WCHAR *connection[] = {L"robot", L"robot1", NULL};
    WCHAR words[256];
    HWND form = NULL;
    (void)state;
    ctl(L"group add Finance");
    ctl(L"settings set group:Finance signin.security=tls certificate.policy=first-use"); /* xrdp has no NLA */
    (void)swprintf(words, 256, L"machine add FIN-01 --host %ls --group Finance", environment(L"NS_LAB_HOST"));
    ctl(words);
    ctl(L"machine add FIN-02 --host 127.0.0.1 --port 1 --group Finance");
    ctl(L"settings set FIN-02 maintenance=on");
    ctl(L"flow add invoices --program flow-sleep");
    ctl(L"flow add payroll --program flow-echo --retries 2 --retry-after 60 --retry-codes ConnectionTimeout,FlowFailed");
    open_console_on(L"NS_TEST_STORE");
    EVENTUALLY(10, remote_list_count(list) == 2);
    choose('F', 'C');
    form = dialog(L"Connection");
    remote_picture("connection");
    connection[2] = environment(L"NS_LAB_PASSWORD");
    fill(connection, 3);
    EVENTUALLY(10, !IsWindow(form));
}

/* On the group that is selected in the list of groups. */
static HWND start_on_group(void) {
    HWND form = NULL;
    HWND shown = NULL;
    show_view(SHOW_GROUPS, 1);
    remote_list_select(list, 0);
    remote_key(VK_F9, false, false, false);
    form = dialog(L"Test run");
    assert_true(text_has(GetDlgItem(form, IDC_MACHINE), L"a machine of group Finance"));
    remote_picture("test-run-on-a-group");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(form));
    shown = remote_window(L"#32770", L"Run ", 10);
    assert_non_null(shown);
    return shown;
}

static void close_window(HWND shown) {
    remote_focus(shown);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
}

static void a_test_run_on_the_group_is_given_to_the_machine_that_can(void **state) {
    HWND shown = start_on_group();
    HWND phases = GetDlgItem(shown, IDC_PHASES);
    (void)state;
    EVENTUALLY(30, text_has(GetDlgItem(shown, IDC_OUTPUT), L"sleeping"));
    EVENTUALLY(5, remote_list_find(phases, 0, L"flow") >= 0);
    close_window(shown);
    show_view(SHOW_RUNS, 1);
    EVENTUALLY(10, cell_is(0, 2, L"FIN-01"));
}

static void the_next_one_waits_and_the_queue_says_why(void **state) {
    HWND shown = start_on_group();
    HWND phases = GetDlgItem(shown, IDC_PHASES);
    (void)state;
    EVENTUALLY(10, remote_list_find(phases, 0, L"queued") >= 0);
    close_window(shown);
    ctl(L"run start FIN-02 --flow invoices --connection robot");
    ctl(L"run start group:Finance --flow invoices --connection robot --priority high");
    show_view(SHOW_QUEUE, 1);
    EVENTUALLY(10, remote_list_count(list) == 3);
    EVENTUALLY(10, cell_is(1, 2, L"FIN-01 runs 1; FIN-02 is in maintenance"));
    assert_true(cell_is(0, 2, L"no worker is there to carry it out"));
    assert_true(cell_is(0, 5, L"high") && cell_is(1, 5, L"normal") && cell_is(1, 0, L"2"));
    assert_true(cell_is(0, 1, L"Finance") && cell_is(2, 1, L"FIN-02"));
    remote_list_select(list, 1);
    remote_picture("queue");
}

static void a_run_is_moved_to_the_top_and_back(void **state) {
    (void)state;
    show_view(SHOW_QUEUE, 1);
    remote_list_select(list, 0);
    choose('R', 'N'); /* normal priority */
    EVENTUALLY(10, cell_is(2, 5, L"normal"));
    remote_list_select(list, 2);
    choose('R', 'Q'); /* to the top */
    EVENTUALLY(10, cell_is(0, 5, L"top") && cell_is(0, 7, L"4"));
    remote_list_select(list, 0);
    choose('R', 'B');
    EVENTUALLY(10, cell_is(2, 5, L"normal") && cell_is(2, 7, L"4"));
}

/* What a form says of workers and retries; it is left as it was. */
static void look_at(int command, const WCHAR *title, const char *name, const WCHAR *codes) {
    HWND form = NULL;
    (void)PostMessageW(window, WM_COMMAND, (WPARAM)command, 0);
    form = remote_window(L"#32770", title, 10);
    assert_non_null(form);
    if (codes)
        assert_true(text_has(GetDlgItem(form, IDC_RETRY_CODES), codes));
    remote_picture(name);
    (void)PostMessageW(form, WM_COMMAND, IDCANCEL, 0);
    EVENTUALLY(5, !IsWindow(form));
}

static void look_at_forms(int row, const WCHAR *codes, const char *flow_name, const WCHAR *options, const char *options_name) {
    show_view(SHOW_FLOWS, 1);
    EVENTUALLY(10, remote_list_count(list) == 2);
    remote_list_select(list, row);
    look_at(ID_PROPERTIES, L"Flow", flow_name, codes);
    look_at(ID_OPTIONS, options, options_name, NULL);
    show_view(SHOW_QUEUE, 1);
}

static void a_flow_says_when_it_is_tried_again(void **state) {
    (void)state;
    look_at_forms(1, L"ConnectionTimeout,FlowFailed", "flow-retries", L"Options", "options-worker");
}

static void set_dark(DWORD on) {
    const DWORD light = !on;
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize", L"AppsUseLightTheme", REG_DWORD,
                          &light, sizeof light);
}

static void it_reads_as_well_in_german_and_in_the_dark(void **state) {
    static const WCHAR options[] = L"Software\\Nightshift\\Console";
    (void)state;
    ctl(L"run cancel 3");
    ctl(L"run cancel 4");
    EVENTUALLY(10, remote_list_count(list) == 1);
    (void)TerminateProcess(program.hProcess, 0);
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, options, L"Language", REG_SZ, L"de", 3 * sizeof(WCHAR));
    set_dark(TRUE);
    ctl(L"run start FIN-02 --flow invoices --connection robot");
    ctl(L"run start group:Finance --flow invoices --connection robot --not-before 2099-12-24T22:00:00Z");
    open_console_on(L"NS_TEST_STORE");
    show_view(SHOW_QUEUE, 1);
    EVENTUALLY(20, remote_list_count(list) == 2);
    EVENTUALLY(10, cell_is(0, 2, L"kein Worker ist da, der ihn ausf\u00FChrt"));
    remote_list_select(list, 1);
    remote_picture("queue-german-dark");
    look_at_forms(0, NULL, "flow-retries-german-dark", L"Optionen", "options-worker-german-dark");
    (void)RegDeleteKeyValueW(HKEY_CURRENT_USER, options, L"Language");
    set_dark(FALSE);
    (void)TerminateProcess(program.hProcess, 0);
}

int queue_tests(void) {
    /* One story: each step stands on the one before. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_with_two_machines_is_there),        cmocka_unit_test(a_test_run_on_the_group_is_given_to_the_machine_that_can),
        cmocka_unit_test(the_next_one_waits_and_the_queue_says_why), cmocka_unit_test(a_run_is_moved_to_the_top_and_back),
        cmocka_unit_test(a_flow_says_when_it_is_tried_again),        cmocka_unit_test(it_reads_as_well_in_german_and_in_the_dark),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
