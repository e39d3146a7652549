/* The first hour: a store in which nothing is, the steps to the first run, and the script that makes a machine ready. */
#include "driver.h"

static HWND page(void) {
    return FindWindowExW(window, NULL, L"#32770", NULL);
}

static bool is_ticked(int mark) {
    return text_has(GetDlgItem(page(), mark), L"\u2713");
}

static void press(int button) {
    RECT area;
    HWND control = GetDlgItem(page(), button);
    EVENTUALLY(5, IsWindowEnabled(control));
    remote_focus(window);
    assert_true(GetClientRect(control, &area));
    remote_click(control, area.right / 2, area.bottom / 2, false);
}

static void a_store_with_nothing_in_it_shows_four_steps(void **state) {
    (void)state;
    open_console_on(L"NS_TEST_STORE");
    EVENTUALLY(10, page() && IsWindowVisible(page()));
    assert_true(text_has(GetDlgItem(page(), IDC_START_MARK_1), L"1.") && text_has(GetDlgItem(page(), IDC_START_MARK_4), L"4."));
    assert_false(IsWindowEnabled(GetDlgItem(page(), IDC_START_RUN)));
    assert_false(IsWindowEnabled(GetDlgItem(page(), IDC_START_PREPARE)));
    check_names(page());
    remote_picture("first-steps-empty");
}

static void closed_before_any_step_it_does_not_come_back_by_itself(void **state) {
    (void)state;
    press(IDCANCEL);
    EVENTUALLY(5, !page());
    close_console();
    open_console_on(L"NS_TEST_STORE");
    EVENTUALLY(10, text_has(GetDlgItem(window, IDC_STATUS), L"No machine yet"));
    assert_null(page());
    choose('H', 'F'); /* first steps */
    EVENTUALLY(5, page() && IsWindowVisible(page()));
}

static void each_step_opens_its_form_and_ticks_itself(void **state) {
    const WCHAR *const machine[] = {L"lab1", environment(L"NS_LAB_HOST")};
    const WCHAR *const connection[] = {L"robot", L"robot1", environment(L"NS_LAB_PASSWORD")};
    const WCHAR *const flow[] = {L"hello", NULL, L"flow-hello"};
    (void)state;
    focus_on(GetDlgItem(page(), IDC_START_MACHINE)); /* by F6, and the button by the keyboard */
    remote_key(VK_SPACE, false, false, false);
    (void)dialog(L"Machine");
    fill(machine, 2);
    EVENTUALLY(10, is_ticked(IDC_START_MARK_1));
    press(IDC_START_CONNECTION);
    (void)dialog(L"Connection");
    fill(connection, 3);
    EVENTUALLY(10, is_ticked(IDC_START_MARK_2));
    press(IDC_START_FLOW);
    (void)dialog(L"Flow");
    fill(flow, 3);
    EVENTUALLY(10, is_ticked(IDC_START_MARK_3));
    assert_false(is_ticked(IDC_START_MARK_4));
    remote_picture("first-steps");
}

static void the_script_for_a_machine_names_who_signs_in(void **state) {
    HWND shown = NULL;
    (void)state;
    press(IDC_START_PREPARE);
    shown = dialog(L"Prepare lab1");
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_EXPLANATION), L".SYNOPSIS"));
    assert_true(IsWindowEnabled(GetDlgItem(shown, IDC_SAVE_AS)));
    check_names(shown);
    remote_picture("dialog-prepare");
    remote_key('C', false, false, true);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
    assert_int_equal(ctl_ends(L"NS_TEST_STORE", L"machine prepare lab1 --connection nobody"), 3);
}

static void the_first_run_ticks_the_last_step(void **state) {
    HWND form = NULL;
    HWND shown = NULL;
    (void)state;
    ctl_on(L"NS_TEST_STORE", L"settings set lab1 signin.security=tls certificate.policy=first-use"); /* xrdp has no NLA */
    press(IDC_START_RUN);
    form = dialog(L"Test run");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(form));
    shown = remote_window(L"#32770", L"Run ", 10);
    assert_non_null(shown);
    EVENTUALLY(40, text_has(GetDlgItem(shown, IDC_RESULT), L"success"));
    remote_focus(shown);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(10, is_ticked(IDC_START_MARK_4));
}

static void once_closed_it_stays_closed_until_it_is_asked_for(void **state) {
    (void)state;
    press(IDCANCEL);
    EVENTUALLY(5, !page());
    close_console();
    open_console_on(L"NS_TEST_STORE");
    EVENTUALLY(10, remote_list_count(list) == 1);
    assert_null(page());
    choose('H', 'F'); /* first steps */
    EVENTUALLY(5, page() && is_ticked(IDC_START_MARK_1));
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !page());
    close_console();
}

int first_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_with_nothing_in_it_shows_four_steps), cmocka_unit_test(closed_before_any_step_it_does_not_come_back_by_itself),
        cmocka_unit_test(each_step_opens_its_form_and_ticks_itself),   cmocka_unit_test(the_script_for_a_machine_names_who_signs_in),
        cmocka_unit_test(the_first_run_ticks_the_last_step),           cmocka_unit_test(once_closed_it_stays_closed_until_it_is_asked_for),
    };
    return cmocka_run_group_tests_name("first", tests, NULL, NULL);
}
