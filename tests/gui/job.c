/* Does the main job in the console's window, with the keyboard: adds a machine, a connection and flows, sets a screen,
 * starts a test run against a lab machine, watches it, cancels another, closes and finds everything as it was. */
#include "driver.h"

static void open_console(void) {
    open_console_on(L"NS_TEST_STORE");
}

static void ctl(const WCHAR *words) {
    ctl_on(L"NS_TEST_STORE", words);
}

static void an_empty_store_says_what_to_do(void **state) {
    (void)state;
    open_console();
    EVENTUALLY(10, text_has(GetDlgItem(window, IDC_STATUS), L"No machine yet"));
    assert_int_equal(remote_list_count(list), 0);
}

static void a_machine_is_added_by_keyboard(void **state) {
    const WCHAR *const texts[] = {L"lab1", environment(L"NS_LAB_HOST")};
    (void)state;
    remote_focus(window);
    remote_key('N', true, false, false);
    (void)dialog(L"Machine");
    fill(texts, 2);
    EVENTUALLY(10, remote_list_count(list) == 1);
    assert_true(cell_is(0, 0, L"lab1"));
    assert_true(cell_is(0, 3, L"Not run yet"));
    ctl(L"settings set lab1 signin.security=tls"); /* xrdp has no NLA */
}

static void a_second_machine_of_that_name_is_refused_in_the_dialog(void **state) {
    const WCHAR *const texts[] = {L"LAB1", L"elsewhere"};
    HWND form = NULL;
    (void)state;
    remote_focus(window);
    remote_key('N', true, false, false);
    form = dialog(L"Machine");
    fill(texts, 2);
    EVENTUALLY(10, text_has(GetDlgItem(form, IDC_ERROR), L"NameTaken"));
    assert_true(IsWindow(form));
    remote_picture("dialog-machine");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(form));
    assert_int_equal(remote_list_count(list), 1);
}

static void a_certificate_is_compared_and_trusted(void **state) {
    HWND form = NULL;
    HWND shown = NULL;
    WCHAR fingerprint[REMOTE_TEXT];
    (void)state;
    remote_list_select(list, 0);
    choose('R', 'U');
    form = dialog(L"Trust certificates");
    shown = GetDlgItem(form, IDC_TRUST_LIST);
    EVENTUALLY(20, remote_list_count(shown) == 1 && IsWindowEnabled(GetDlgItem(form, IDOK)));
    assert_true(text_has(GetDlgItem(form, IDC_TRUST_SUMMARY), L"1 of 1"));
    remote_list_text(shown, 0, 1, fingerprint);
    assert_int_equal(wcslen(fingerprint), 64);
    remote_picture("dialog-trust");
    remote_key('T', false, false, true);
    EVENTUALLY(10, !IsWindow(form));
}

static void a_connection_and_flows_are_added(void **state) {
    const WCHAR *const connection[] = {L"robot", L"robot1", environment(L"NS_LAB_PASSWORD")};
    const WCHAR *const desktop[] = {L"desktop", NULL, L"flow-desktop", L"2"};
    const WCHAR *const wait[] = {L"wait", NULL, L"flow-sleep"};
    HWND form = NULL;
    (void)state;
    choose('F', 'C');
    form = dialog(L"Connection");
    fill(connection, 3);
    EVENTUALLY(10, !IsWindow(form));
    choose('F', 'F');
    form = dialog(L"Flow");
    fill(desktop, 4);
    EVENTUALLY(10, !IsWindow(form));
    choose('F', 'F');
    form = dialog(L"Flow");
    fill(wait, 3);
    EVENTUALLY(10, !IsWindow(form));
}

/* The line below the kind says what program and scope are in it. */
static void a_flow_of_another_kind_is_added(void **state) {
    HWND form = NULL;
    (void)state;
    choose('F', 'F');
    form = dialog(L"Flow");
    assert_false(IsWindowEnabled(GetDlgItem(form, IDC_SCOPE)));
    remote_type(L"zz script");
    remote_key(VK_TAB, false, false, false);
    remote_type(L"s");
    EVENTUALLY(5, text_has(GetDlgItem(form, IDC_KIND_HINT), L"The script, such as"));
    EVENTUALLY(5, IsWindowEnabled(GetDlgItem(form, IDC_SCOPE)));
    remote_key(VK_TAB, false, false, false);
    remote_type(L"/no/such.py");
    remote_picture("dialog-flow");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(form));
}

static void a_screen_is_set_and_shows_where_it_comes_from(void **state) {
    HWND form = NULL;
    HWND settings = NULL;
    WCHAR cell[REMOTE_TEXT];
    (void)state;
    remote_focus(window);
    remote_list_select(list, 0);
    remote_key(VK_RETURN, false, false, true);
    form = dialog(L"lab1 Properties");
    settings = GetDlgItem(form, IDC_SETTING_LIST);
    remote_list_select(settings, 5); /* the width, after name, host, port, description and reuse */
    (void)SendMessageW(form, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(form, IDC_SETTING_VALUE), TRUE);
    Sleep(200);
    remote_key('A', true, false, false);
    remote_type(L"1213");
    EVENTUALLY(5, text_has(GetDlgItem(form, IDC_ERROR), L"InvalidSetting")); /* odd */
    remote_key('A', true, false, false);
    remote_type(L"1212");
    EVENTUALLY(5, !text_has(GetDlgItem(form, IDC_ERROR), L"InvalidSetting"));
    remote_list_text(settings, 5, 2, cell);
    assert_true(wcscmp(cell, L"This machine") == 0);
    remote_list_text(settings, 6, 2, cell);
    assert_true(wcscmp(cell, L"Default") == 0);
    remote_picture("settings");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(form));
    EVENTUALLY(10, cell_is(0, 5, L"1212 \x00D7 1080, 100 %"));
}

/* Opens the dialog by F9, takes the n-th flow, starts. */
static HWND start_run_on(int row, int flow) {
    HWND form = NULL;
    HWND shown = NULL;
    remote_focus(window);
    remote_list_select(list, row);
    remote_key(VK_F9, false, false, false);
    form = dialog(L"Test run");
    remote_key(VK_HOME, false, false, false);
    for (int i = 0; i < flow; i++)
        remote_key(VK_DOWN, false, false, false);
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(form));
    shown = remote_window(L"#32770", L"Run ", 10);
    assert_non_null(shown);
    return shown;
}

static HWND start_run(int flow) {
    return start_run_on(0, flow);
}

static void a_test_run_is_watched_to_its_success(void **state) {
    HWND shown = start_run(0);
    HWND phases = GetDlgItem(shown, IDC_PHASES);
    (void)state;
    EVENTUALLY(20, remote_list_find(phases, 0, L"flow") >= 0);
    Sleep(1200);
    remote_picture("run-live");
    /* The window answers while the run goes on. */
    assert_true(SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, 500 * PATIENCE, NULL) != 0);
    EVENTUALLY(30, text_has(GetDlgItem(shown, IDC_RESULT), L"Succeeded"));
    EVENTUALLY(5, remote_list_find(phases, 0, L"sign-out") >= 0);
    EVENTUALLY(5, cell_is(0, 7, L"Succeeded"));
    assert_true(cell_is(0, 3, L"Ready"));
    remote_focus(shown);
    remote_picture("run-succeeded");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
}

static void a_run_is_cancelled_and_says_so(void **state) {
    HWND shown = start_run(1);
    (void)state;
    EVENTUALLY(20, text_has(GetDlgItem(shown, IDC_OUTPUT), L"sleeping"));
    remote_focus(shown);
    remote_key('C', false, false, true); /* Cancel run */
    EVENTUALLY(20, text_has(GetDlgItem(shown, IDC_RESULT), L"Cancelled"));
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_REMEDY), L"What to do"));
    remote_picture("run-cancelled");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
}

/* The row of a check in the window of checks, or -1. */
static bool check_says(HWND checks, const WCHAR *title, const WCHAR *verdict) {
    WCHAR cell[REMOTE_TEXT];
    const int row = remote_list_find(checks, 1, title);
    if (row < 0)
        return false;
    remote_list_text(checks, row, 0, cell);
    return wcscmp(cell, verdict) == 0;
}

static void a_preflight_fills_the_board_and_opens_to_what_was_found(void **state) {
    HWND form = NULL;
    HWND checks = NULL;
    (void)state;
    show_view(SHOW_MACHINES, 0);
    remote_list_select(list, 0);
    remote_key(VK_F7, false, false, false);
    form = dialog(L"Preflight");
    assert_true(text_has(GetDlgItem(form, IDC_TARGETS), L"1"));
    assert_false(IsWindowEnabled(GetDlgItem(form, IDC_SIGN_IN))); /* nobody to sign in */
    remote_key(VK_DOWN, false, false, false);                     /* the connection */
    Sleep(200);
    assert_true(IsWindowEnabled(GetDlgItem(form, IDC_SIGN_IN)));
    remote_picture("ask-preflight");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(5, !IsWindow(form));
    EVENTUALLY(30, remote_list_count(list) == 1 && cell_is(0, 0, L"lab1"));
    EVENTUALLY(30, text_has(GetDlgItem(window, IDC_STATUS), L"Entries: 1") && !text_has(GetDlgItem(window, IDC_STATUS), L"Preflight:"));
    EVENTUALLY(10, !cell_is(0, 3, L"looking\x2026"));
    remote_picture("board");
    remote_focus(window);
    remote_list_select(list, 0);
    remote_key(VK_RETURN, false, false, false);
    form = dialog(L"Preflight of lab1");
    checks = GetDlgItem(form, IDC_CHECK_LIST);
    EVENTUALLY(10, check_says(checks, L"Connection", L"Pass"));
    assert_true(check_says(checks, L"NLA", L"Warning"));
    assert_true(check_says(checks, L"Password", L"Unknown")); /* nobody tried it */
    assert_true(text_has(GetDlgItem(form, IDC_CHECK_TEXT), L"Why it matters"));
    remote_picture("checks");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(form));
    choose('E', 'S'); /* Power Automate's screen: another machine's registry is out of reach under Wine, and that is said */
    form = dialog(L"Power Automate's screen on lab1");
    EVENTUALLY(20, text_has(GetDlgItem(form, IDC_ERROR), L"FactsNotAvailable"));
    assert_false(IsWindowEnabled(GetDlgItem(form, IDC_SCREEN_WRITE)));
    remote_picture("screen-out-of-reach");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(form));
    show_view(SHOW_MACHINES, 0);
}

static void past_runs_are_listed_with_their_records(void **state) {
    HWND shown = NULL;
    (void)state;
    show_view(SHOW_RUNS, 0);
    EVENTUALLY(5, remote_list_count(list) == 2 && cell_is(0, 1, L"Cancelled") && cell_is(1, 1, L"Succeeded"));
    remote_list_select(list, 1);
    remote_picture("runs");
    remote_key(VK_RETURN, false, false, false);
    shown = remote_window(L"#32770", L"Run 1", 10);
    assert_non_null(shown);
    EVENTUALLY(10, text_has(GetDlgItem(shown, IDC_RESULT), L"Succeeded"));
    remote_focus(shown);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
}

static bool row_has(HWND rows, const WCHAR *what, const WCHAR *text) {
    WCHAR cell[REMOTE_TEXT];
    const int row = remote_list_find(rows, 0, what);
    if (row < 0)
        return false;
    remote_list_text(rows, row, 3, cell);
    return wcsstr(cell, text) != NULL;
}

static void what_a_run_was_given_and_brought_back_is_in_its_window(void **state) {
    HWND shown = NULL;
    HWND rows = NULL;
    (void)state;
    ctl(L"flow add \"zzz brings\" --kind script --program /usr/local/bin/artifacts.py --arguments \"10 20\" --directory /tmp/nightshift-window "
        L"--make-directory on --artifacts out/**/*.bin --inputs month=11");
    show_view(SHOW_MACHINES, 0);
    shown = start_run(3);
    rows = GetDlgItem(shown, IDC_PHASES);
    EVENTUALLY(40, text_has(GetDlgItem(shown, IDC_RESULT), L"Succeeded"));
    EVENTUALLY(10, row_has(rows, L"file", L"bytes") && row_has(rows, L"input", L"month = 11"));
    assert_true(IsWindowVisible(GetDlgItem(shown, IDC_SAVE_FILES)));
    remote_focus(shown);
    remote_picture("run-files");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
}

static void sign_out_the_listed_session(void) {
    HWND shown = NULL;
    remote_list_select(list, 0);
    remote_picture("sessions");
    remote_key(VK_RETURN, false, false, false);
    (void)dialog(L"Nightshift"); /* the question */
    remote_picture("ask-sign-out");
    remote_key(VK_TAB, false, true, false); /* what may lose work is not the default */
    remote_key(VK_RETURN, false, false, false);
    shown = remote_window(L"#32770", L"Run ", 10);
    assert_non_null(shown);
    EVENTUALLY(60, text_has(GetDlgItem(shown, IDC_RESULT), L"SessionSignedOut")); /* a cut-off agent may take its minute */
    remote_focus(shown);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(10, remote_list_count(list) == 0);
}

static void a_kept_session_is_listed_and_signed_out_with_one_command(void **state) {
    HWND form = NULL;
    HWND shown = NULL;
    (void)state;
    show_view(SHOW_MACHINES, 0);
    remote_list_select(list, 0);
    remote_key(VK_RETURN, false, false, true);
    form = dialog(L"lab1 Properties");
    remote_list_select(GetDlgItem(form, IDC_SETTING_LIST), 4); /* reuse */
    (void)SendMessageW(form, WM_NEXTDLGCTL, (WPARAM)GetDlgItem(form, IDC_SETTING_CHOICE), TRUE);
    Sleep(200);
    remote_key(VK_DOWN, false, false, false);
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(form));
    EVENTUALLY(10, cell_is(0, 4, L"On"));
    shown = start_run(0);
    EVENTUALLY(30, text_has(GetDlgItem(shown, IDC_RESULT), L"Succeeded"));
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_RUN_SESSION), L"locked and kept"));
    remote_focus(shown);
    remote_picture("run-kept");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
    show_view(SHOW_SESSIONS, 0);
    EVENTUALLY(10, remote_list_count(list) == 1 && cell_is(0, 0, L"lab1") && cell_is(0, 3, L"Kept for the next run"));
    sign_out_the_listed_session();
}

/* Ends the program at once, opens it again, and finds that the newest run was closed. */
static void kill_console(void) {
    end_console();
    open_console();
    show_view(SHOW_RUNS, 0);
    EVENTUALLY(20, cell_is(0, 1, L"Interrupted"));
}

static void show_machines(void) {
    show_view(SHOW_MACHINES, 0);
}

static void a_console_killed_before_any_sign_in_leaves_a_closed_run_and_nothing_else(void **state) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    int size = sizeof address;
    WCHAR words[128];
    WSADATA data;
    SOCKET silent = INVALID_SOCKET;
    HWND shown = NULL;
    (void)state;
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    silent = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(silent, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(silent, 8), 0); /* takes connections and never says a word */
    assert_int_equal(getsockname(silent, (struct sockaddr *)&address, &size), 0);
    (void)swprintf(words, 128, L"machine add silent --host 127.0.0.1 --port %u", ntohs(address.sin_port));
    ctl(words);
    show_machines();
    EVENTUALLY(10, remote_list_count(list) == 2 && cell_is(1, 0, L"silent"));
    shown = start_run_on(1, 1);
    EVENTUALLY(20, remote_list_find(GetDlgItem(shown, IDC_PHASES), 0, L"negotiate") >= 0);
    kill_console();
    show_view(SHOW_SESSIONS, 0);
    EVENTUALLY(10, remote_list_count(list) == 0);
    ctl(L"machine remove silent");
    (void)closesocket(silent);
}

static void a_console_killed_while_the_agent_is_awaited_lists_a_possible_session(void **state) {
    HWND shown = NULL;
    (void)state;
    open_console();
    ctl(L"settings set lab1 \"agent.command=sleep 1000\"");
    show_machines();
    EVENTUALLY(10, remote_list_count(list) == 1);
    shown = start_run(1);
    EVENTUALLY(20, remote_list_find(GetDlgItem(shown, IDC_PHASES), 0, L"agent") >= 0);
    kill_console();
    show_view(SHOW_SESSIONS, 0);
    EVENTUALLY(10, remote_list_count(list) == 1 && cell_is(0, 3, L"Possible"));
    ctl(L"settings reset lab1 agent.command");
}

static void a_killed_console_leaves_a_run_that_is_closed_and_a_session_that_is_offered(void **state) {
    HWND shown = NULL;
    (void)state;
    show_machines();
    shown = start_run(1);
    EVENTUALLY(20, text_has(GetDlgItem(shown, IDC_OUTPUT), L"sleeping"));
    kill_console();
    show_view(SHOW_SESSIONS, 0);
    EVENTUALLY(10, remote_list_count(list) == 1 && cell_is(0, 3, L"Left over"));
    sign_out_the_listed_session();
}

static void closing_and_opening_again_finds_everything(void **state) {
    (void)state;
    show_view(SHOW_MACHINES, 0);
    close_console();
    open_console();
    EVENTUALLY(10, remote_list_count(list) == 1);
    assert_true(cell_is(0, 0, L"lab1"));
    assert_true(cell_is(0, 5, L"1212 \x00D7 1080, 100 %"));
    remote_list_select(list, 0);
    remote_picture("machines");
    close_console();
}

int job_tests(void) {
    /* One story: each step stands on the one before. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_store_says_what_to_do),
        cmocka_unit_test(a_machine_is_added_by_keyboard),
        cmocka_unit_test(a_second_machine_of_that_name_is_refused_in_the_dialog),
        cmocka_unit_test(a_certificate_is_compared_and_trusted),
        cmocka_unit_test(a_connection_and_flows_are_added),
        cmocka_unit_test(a_flow_of_another_kind_is_added),
        cmocka_unit_test(a_screen_is_set_and_shows_where_it_comes_from),
        cmocka_unit_test(a_test_run_is_watched_to_its_success),
        cmocka_unit_test(a_run_is_cancelled_and_says_so),
        cmocka_unit_test(a_preflight_fills_the_board_and_opens_to_what_was_found),
        cmocka_unit_test(past_runs_are_listed_with_their_records),
        cmocka_unit_test(what_a_run_was_given_and_brought_back_is_in_its_window),
        cmocka_unit_test(a_kept_session_is_listed_and_signed_out_with_one_command),
        cmocka_unit_test(a_killed_console_leaves_a_run_that_is_closed_and_a_session_that_is_offered),
        cmocka_unit_test(a_console_killed_before_any_sign_in_leaves_a_closed_run_and_nothing_else),
        cmocka_unit_test(closing_and_opening_again_finds_everything),
        cmocka_unit_test(a_console_killed_while_the_agent_is_awaited_lists_a_possible_session),
    };
    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
