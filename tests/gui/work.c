/* A day's editing in the console, with keyboard and mouse: machines and a group, moving, two at once, reset, rename, filter, sort,
 * columns, undo; killed in the middle and found as it was. */
#include "driver.h"

#include <objbase.h>

static void open_console(void) {
    open_console_on(L"NS_TEST_STORE");
}

static bool row_is(HWND in, const WCHAR *const *cells, int count) {
    for (int row = 0; row < remote_list_count(in); row++) {
        int same = 0;
        for (int i = 0; i < count; i++) {
            WCHAR cell[REMOTE_TEXT];
            remote_list_text(in, row, i, cell);
            same += wcscmp(cell, cells[i]) == 0;
        }
        if (same == count)
            return true;
    }
    return false;
}

static HWND properties(const WCHAR *title) {
    remote_key(VK_RETURN, false, false, true);
    return dialog(title);
}

/* In a sheet: goes to the field by keys, and types. */
static void set_field(HWND sheet, const WCHAR *label, const WCHAR *text) {
    HWND fields = GetDlgItem(sheet, IDC_SETTING_LIST);
    const int row = remote_list_find(fields, 0, label);
    assert_true(row >= 0);
    remote_key(VK_HOME, false, false, false);
    for (int i = 0; i < row; i++)
        remote_key(VK_DOWN, false, false, false);
    remote_key(VK_TAB, false, false, false);
    remote_key('A', true, false, false);
    remote_type(text);
}

static bool field_is(HWND sheet, const WCHAR *label, const WCHAR *value, const WCHAR *from) {
    const WCHAR *const cells[] = {label, value, from};
    return row_is(GetDlgItem(sheet, IDC_SETTING_LIST), cells, 3);
}

static void select_rows(int first, int count) {
    focus_on(list);
    remote_key(VK_HOME, false, false, false);
    for (int i = 0; i < first; i++)
        remote_key(VK_DOWN, false, false, false);
    for (int i = 1; i < count; i++)
        remote_key(VK_DOWN, false, true, false);
    if (first == 0 && count == 1)
        remote_key(VK_SPACE, false, false, false);
}

static void three_machines_and_a_group_are_added(void **state) {
    const WCHAR *const machines[3][2] = {{L"fin-1", L"10.0.0.1"}, {L"fin-2", L"10.0.0.2"}, {L"fin-10", L"10.0.0.10"}};
    const WCHAR *const group[] = {L"Office"};
    (void)state;
    open_console();
    show_view(SHOW_MACHINES, 0); /* it opens where it was left */
    for (int i = 0; i < 3; i++) {
        HWND form = NULL;
        remote_focus(window);
        remote_key('N', true, false, false);
        form = dialog(L"Machine");
        fill(machines[i], 2);
        EVENTUALLY(10, !IsWindow(form));
    }
    EVENTUALLY(10, remote_list_count(list) == 3);
    assert_true(cell_is(1, 0, L"fin-2") && cell_is(2, 0, L"fin-10")); /* as people count */
    remote_focus(window);
    remote_key('N', true, true, false);
    (void)dialog(L"Machine group");
    fill(group, 1);
    show_view(SHOW_GROUPS, 1);
    EVENTUALLY(10, remote_list_count(list) == 1 && cell_is(0, 0, L"Office") && cell_is(0, 1, L"0"));
}

static void a_group_gets_a_resolution_in_its_sheet(void **state) {
    HWND sheet = NULL;
    (void)state;
    select_rows(0, 1);
    sheet = properties(L"Office Properties");
    assert_true(field_is(sheet, L"Screen width", L"1920 px", L"Default"));
    assert_false(IsWindowEnabled(GetDlgItem(sheet, IDC_APPLY))); /* nothing was changed */
    set_field(sheet, L"Screen width", L"1280");
    EVENTUALLY(5, field_is(sheet, L"Screen width", L"1280 px", L"This group"));
    assert_true(IsWindowEnabled(GetDlgItem(sheet, IDC_APPLY)));
    remote_picture("sheet-group");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(sheet));
    EVENTUALLY(10, cell_is(0, 2, L"1")); /* its own settings */
}

static void moving_shows_first_what_will_change_on_which_machine(void **state) {
    const WCHAR *const change[] = {L"fin-1", L"Screen width", L"1920 px", L"1280 px"};
    HWND question = NULL;
    (void)state;
    show_view(SHOW_MACHINES, 1);
    select_rows(0, 2);
    remote_key('G', true, false, false);
    question = dialog(L"Move to group");
    assert_false(IsWindowEnabled(GetDlgItem(question, IDOK)));
    remote_key('O', false, false, false);
    EVENTUALLY(5, row_is(GetDlgItem(question, IDC_MOVE_LIST), change, 4));
    assert_int_equal(remote_list_count(GetDlgItem(question, IDC_MOVE_LIST)), 2);
    remote_picture("move");
    assert_true(cell_is(0, 2, L"")); /* not yet */
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(question));
    EVENTUALLY(10, cell_is(0, 2, L"Office") && cell_is(1, 2, L"Office") && cell_is(2, 2, L""));
    assert_true(cell_is(0, 5, L"1280 \x00D7 1080, 100 %"));
}

/* The rows are 17 pixels high or so; their places are asked of the controls. */
static void a_machine_is_dragged_onto_a_group_with_the_mouse(void **state) {
    const WCHAR *const change[] = {L"fin-10", L"Screen width", L"1920 px", L"1280 px"};
    HWND tree = GetDlgItem(window, IDC_TREE);
    RECT row;
    RECT group;
    HWND question = NULL;
    (void)state;
    remote_focus(window);
    remote_list_select(list, 2);
    assert_true(remote_list_rect(list, 2, &row));
    assert_true(remote_tree_child_rect(tree, &group));
    remote_drag(list, row.left + 30, (row.top + row.bottom) / 2, tree, (group.left + group.right) / 2, (group.top + group.bottom) / 2);
    question = dialog(L"Move to group");
    EVENTUALLY(5, row_is(GetDlgItem(question, IDC_MOVE_LIST), change, 4));
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(question));
    EVENTUALLY(10, cell_is(2, 2, L"Office"));
}

static void two_are_edited_at_once_and_an_untouched_field_stays(void **state) {
    HWND sheet = NULL;
    (void)state;
    focus_on(list);
    select_rows(0, 1);
    sheet = properties(L"fin-1 Properties");
    set_field(sheet, L"Screen scale", L"125");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(sheet));
    EVENTUALLY(10, cell_is(0, 5, L"1280 \x00D7 1080, 125 %"));
    select_rows(0, 2);
    sheet = properties(L"Properties of 2 machines");
    assert_true(field_is(sheet, L"Screen scale", L"(multiple values)", L"(various)"));
    assert_true(field_is(sheet, L"Screen width", L"1280 px", L"Group Office"));
    set_field(sheet, L"Screen height", L"1024");
    remote_key('A', false, false, true); /* Apply */
    EVENTUALLY(10, cell_is(0, 5, L"1280 \x00D7 1024, 125 %") && cell_is(1, 5, L"1280 \x00D7 1024, 100 %"));
    assert_true(IsWindow(sheet) && !IsWindowEnabled(GetDlgItem(sheet, IDC_APPLY)));
    remote_picture("sheet-many");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(sheet));
    assert_true(cell_is(2, 5, L"1280 \x00D7 1080, 100 %"));
}

static void a_value_is_reset_to_what_is_inherited(void **state) {
    HWND sheet = NULL;
    HWND fields = NULL;
    (void)state;
    select_rows(0, 1);
    sheet = properties(L"fin-1 Properties");
    fields = GetDlgItem(sheet, IDC_SETTING_LIST);
    remote_list_select(fields, remote_list_find(fields, 0, L"Screen scale"));
    EVENTUALLY(5, field_is(sheet, L"Screen scale", L"125 %", L"This machine"));
    remote_key('R', false, false, true);
    EVENTUALLY(5, field_is(sheet, L"Screen scale", L"100 %", L"Default"));
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(sheet));
    EVENTUALLY(10, cell_is(0, 5, L"1280 \x00D7 1024, 100 %"));
}

static void what_is_no_value_is_refused_beside_the_field_and_not_written(void **state) {
    HWND sheet = NULL;
    (void)state;
    select_rows(1, 1);
    sheet = properties(L"fin-2 Properties");
    set_field(sheet, L"Port", L"70000");
    EVENTUALLY(5, text_has(GetDlgItem(sheet, IDC_ERROR), L"65535"));
    assert_false(IsWindowEnabled(GetDlgItem(sheet, IDOK)));
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(sheet));
    assert_true(cell_is(1, 1, L"10.0.0.2"));
}

static void answer(const WCHAR *part) {
    HWND question = dialog(L"Nightshift");
    assert_non_null(FindWindowExW(question, NULL, L"Button", part)); /* the button says what it does */
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, !IsWindow(question));
}

static void the_last_change_is_undone_and_activity_says_who_did_what(void **state) {
    const WCHAR *const undone[] = {L"undone", L"machine", L"fin-1", L"screen.scale: (none) \x2192 125"};
    WCHAR cell[REMOTE_TEXT];
    (void)state;
    focus_on(list);
    remote_key('Z', true, false, false);
    remote_picture("ask-undo");
    answer(L"Undo");
    EVENTUALLY(10, cell_is(0, 5, L"1280 \x00D7 1024, 125 %"));
    show_view(SHOW_ACTIVITY, 1);
    EVENTUALLY(10, remote_list_count(list) >= 9);
    for (int i = 0; i < 4; i++)
        assert_true(cell_is(0, i + 2, undone[i]));
    remote_list_text(list, 0, 1, cell);
    assert_non_null(wcschr(cell, L'@'));
    remote_list_text(list, 1, 6, cell); /* the one that was taken back, with the time */
    assert_true(cell[0] != 0);
    remote_picture("activity");
    select_rows(2, 1);
    remote_key(VK_RETURN, false, false, false);
    {
        const WCHAR *const height[] = {L"fin-1", L"screen.height", L"(none)", L"1024"};
        HWND change = dialog(L"Change");
        EVENTUALLY(5, row_is(GetDlgItem(change, IDC_CHANGE_LIST), height, 4));
    }
    remote_picture("change");
    remote_key(VK_ESCAPE, false, false, false);
    show_view(SHOW_MACHINES, 1);
}

static void f2_renames_in_the_list(void **state) {
    (void)state;
    select_rows(0, 1);
    remote_key(VK_F2, false, false, false);
    Sleep(300);
    remote_key('A', true, false, false);
    remote_type(L"fin-01");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, cell_is(0, 0, L"fin-01"));
}

static void a_change_elsewhere_does_not_take_away_what_is_typed_into_the_list(void **state) {
    (void)state;
    select_rows(1, 1);
    remote_key(VK_F2, false, false, false);
    Sleep(300);
    remote_key('A', true, false, false);
    remote_type(L"fin-");
    ctl_on(L"NS_TEST_STORE", L"settings set fin-10 maintenance=on");
    Sleep(1500);
    remote_type(L"02");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, cell_is(1, 0, L"fin-02") && cell_is(2, 3, L"Maintenance"));
    ctl_on(L"NS_TEST_STORE", L"settings reset fin-10 maintenance");
    ctl_on(L"NS_TEST_STORE", L"machine rename fin-02 fin-2");
    EVENTUALLY(10, cell_is(1, 0, L"fin-2") && cell_is(2, 3, L"Not run yet"));
}

static void typing_filters_and_esc_shows_all_again(void **state) {
    (void)state;
    focus_on(list);
    remote_type(L"FIN-1");
    EVENTUALLY(5, remote_list_count(list) == 1 && cell_is(0, 0, L"fin-10"));
    assert_true(text_has(GetDlgItem(window, IDC_STATUS), L"1 of 3"));
    assert_true(text_has(GetDlgItem(window, IDC_BANNER), L"1 of 3"));
    remote_picture("filter");
    remote_key('A', true, false, false);
    remote_type(L"nothing");
    EVENTUALLY(5, remote_list_count(list) == 0);
    assert_true(IsWindowVisible(GetDlgItem(window, IDC_EMPTY)) && text_has(GetDlgItem(window, IDC_EMPTY), L"Esc"));
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, remote_list_count(list) == 3);
    assert_ptr_equal(remote_has_focus(window), list);
}

static void a_click_on_a_header_sorts_and_another_reverses(void **state) {
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    (void)state;
    remote_click(header, 40, 8, false);
    EVENTUALLY(5, cell_is(0, 0, L"fin-10") && cell_is(2, 0, L"fin-01"));
    Sleep(GetDoubleClickTime() + 100);
    remote_click(header, 40, 8, false);
    EVENTUALLY(5, cell_is(0, 0, L"fin-01"));
    Sleep(GetDoubleClickTime() + 100);
    remote_click(header, 40, 8, false);
    EVENTUALLY(5, cell_is(0, 0, L"fin-10"));
}

static void columns_are_chosen_and_moved_and_kept_when_the_program_is_killed(void **state) {
    HWND chooser = NULL;
    HWND sheet = NULL;
    (void)state;
    choose('V', 'C');
    chooser = dialog(L"Columns");
    remote_key(VK_HOME, false, false, false);
    remote_key(VK_DOWN, false, false, false); /* the host */
    remote_key(VK_SPACE, false, false, false);
    remote_picture("columns");
    remote_key(VK_DOWN, false, false, false); /* the group goes to the front */
    remote_key('U', false, false, true);
    remote_key('U', false, false, true);
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(5, !IsWindow(chooser));
    EVENTUALLY(5, cell_is(0, 0, L"Office") && cell_is(0, 1, L"fin-10") && cell_is(0, 2, L"Not run yet"));
    select_rows(1, 1);
    sheet = properties(L"fin-2 Properties");
    set_field(sheet, L"Screen width", L"1900"); /* and it was never applied */
    end_console();
    open_console();
    EVENTUALLY(10, remote_list_count(list) == 3 && cell_is(0, 1, L"fin-10") && cell_is(0, 0, L"Office"));
    assert_true(cell_is(1, 4, L"1280 \x00D7 1024, 100 %"));
    choose('V', 'E'); /* as Nightshift came */
    EVENTUALLY(5, cell_is(0, 0, L"fin-01") && cell_is(0, 1, L"10.0.0.1"));
}

static void a_second_start_brings_the_first_to_the_front(void **state) {
    const PROCESS_INFORMATION first = program;
    const HWND first_window = window;
    WCHAR line[2048];
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION second;
    DWORD code = 99;
    (void)state;
    (void)swprintf(line, 2048, L"nightshift.exe --store \"%ls\"", environment(L"NS_TEST_STORE"));
    (void)ShowWindow(window, SW_MINIMIZE);
    Sleep(1000); /* the window manager takes its time, and would minimize what was restored meanwhile */
    assert_true(CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &second));
    assert_int_equal(WaitForSingleObject(second.hProcess, 10000), WAIT_OBJECT_0);
    (void)GetExitCodeProcess(second.hProcess, &code);
    assert_int_equal(code, 0);
    EVENTUALLY(5, !IsIconic(first_window) && IsWindowVisible(first_window));
    assert_int_equal(WaitForSingleObject(first.hProcess, 0), WAIT_TIMEOUT);
}

static void a_question_mark_on_the_command_line_explains_it(void **state) {
    WCHAR line[] = L"nightshift.exe /?";
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION second;
    HWND box = NULL;
    (void)state;
    (void)ShowWindow(window, SW_MINIMIZE); /* so that it is not taken for the box */
    assert_true(CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &second));
    box = remote_window(L"#32770", L"Nightshift", 10);
    assert_non_null(box);
    remote_picture("usage");
    (void)PostMessageW(box, WM_CLOSE, 0, 0);
    assert_int_equal(WaitForSingleObject(second.hProcess, 10000), WAIT_OBJECT_0);
    (void)ShowWindow(window, SW_RESTORE);
}

static void set_class(const WCHAR *key, const WCHAR *value) {
    (void)RegSetKeyValueW(HKEY_CLASSES_ROOT, key, NULL, REG_SZ, value, (DWORD)((wcslen(value) + 1) * sizeof(WCHAR)));
}

/* This program notes what it is asked to open, in place of a browser. */
static void f1_opens_the_page_of_the_guide_for_what_is_shown(void **state) {
    WCHAR self[MAX_PATH];
    WCHAR command[2 * MAX_PATH];
    WCHAR noted[MAX_PATH] = {0};
    (void)state;
    (void)GetModuleFileNameW(NULL, self, MAX_PATH);
    (void)swprintf(command, 2 * MAX_PATH, L"\"%ls\" --note \"%%1\"", self);
    set_class(L".html", L"nightshift.test");
    set_class(L"nightshift.test\\shell\\open\\command", command);
    focus_on(list);
    remote_key(VK_F1, false, false, false);
    EVENTUALLY(10, noted_page(noted) && wcsstr(noted, L"guide\\machines.html"));
    assert_true(GetFileAttributesW(noted) != INVALID_FILE_ATTRIBUTES); /* and it is there */
    Sleep(500);                                                        /* what opened it may have come to the front for a moment */
    remote_focus(window);
    remote_key('E', true, false, false);
    (void)dialog(L"Explain a code");
    remote_key(VK_F1, false, false, false);
    EVENTUALLY(10, noted_page(noted) && wcsstr(noted, L"guide\\explain.html"));
    remote_focus(remote_window(L"#32770", L"Explain a code", 1));
    remote_key(VK_ESCAPE, false, false, false);
}

static void a_code_is_explained_while_it_is_typed(void **state) {
    HWND box = NULL;
    (void)state;
    remote_focus(window);
    remote_key('E', true, false, false);
    box = dialog(L"Explain a code");
    remote_type(L"0x20014");
    EVENTUALLY(5, text_has(GetDlgItem(box, IDC_EXPLANATION), L"SessionCreationInvalidCredentials"));
    assert_true(text_has(GetDlgItem(box, IDC_EXPLANATION), L"What to do:"));
    remote_key('A', true, false, false);
    remote_type(L"2825");
    EVENTUALLY(5, text_has(GetDlgItem(box, IDC_EXPLANATION), L"SecurityNegotiationFailed"));
    remote_picture("explain");
    remote_key('A', true, false, false);
    remote_type(L"xyz");
    EVENTUALLY(5, text_has(GetDlgItem(box, IDC_EXPLANATION), L"none of the tables"));
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(box));
}

static void set_dark(DWORD on) {
    const DWORD light = !on;
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, L"Software\\Microsoft\\Windows\\CurrentVersion\\Themes\\Personalize", L"AppsUseLightTheme", REG_DWORD,
                          &light, sizeof light);
    (void)SendMessageTimeoutW(window, WM_SETTINGCHANGE, 0, 0, SMTO_ABORTIFHUNG, 5000, NULL);
}

static void dark_and_light_follow_the_system_while_it_runs(void **state) {
    const LRESULT light = SendMessageW(list, LVM_GETBKCOLOR, 0, 0);
    (void)state;
    set_dark(TRUE);
    assert_true(SendMessageW(list, LVM_GETBKCOLOR, 0, 0) != light);
    assert_int_equal(SendMessageW(list, LVM_GETBKCOLOR, 0, 0), SendMessageW(GetDlgItem(window, IDC_TREE), TVM_GETBKCOLOR, 0, 0));
    remote_picture("dark");
    set_dark(FALSE);
    assert_int_equal(SendMessageW(list, LVM_GETBKCOLOR, 0, 0), light);
}

static void the_language_changes_at_once_and_back(void **state) {
    HWND options = NULL;
    (void)state;
    choose('F', 'O');
    options = dialog(L"Options");
    remote_key(VK_END, false, false, false); /* Deutsch */
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(5, !IsWindow(options));
    EVENTUALLY(5, text_has(GetDlgItem(window, IDC_STATUS), L"Ausgew\x00E4hlt"));
    EVENTUALLY(5, cell_is(0, 3, L"Noch kein Lauf"));
    remote_picture("german");
    choose('D', 'O');
    options = dialog(L"Optionen");
    remote_key(VK_HOME, false, false, false);
    remote_key(VK_DOWN, false, false, false);
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(5, text_has(GetDlgItem(window, IDC_STATUS), L"Selected"));
}

static void removed_machines_come_back_with_undo(void **state) {
    (void)state;
    focus_on(list);
    select_rows(0, 2);
    remote_key(VK_DELETE, false, false, false);
    remote_picture("ask-remove");
    answer(L"Remove");
    EVENTUALLY(10, remote_list_count(list) == 1);
    focus_on(list);
    remote_key('Z', true, false, false);
    answer(L"Undo");
    EVENTUALLY(10, remote_list_count(list) == 3);
    close_console();
}

/* Who does it again after being told means it. */
static void what_another_changed_meanwhile_is_told_and_can_be_looked_at(void **state) {
    HWND sheet = NULL;
    HWND change = NULL;
    (void)state;
    show_view(SHOW_MACHINES, 1);
    select_rows(0, 1);
    sheet = properties(L"fin-01 Properties");
    set_field(sheet, L"Host", L"10.9.9.9");
    ctl_on(L"NS_TEST_STORE", L"machine edit fin-01 --host 10.7.7.7 --description theirs");
    EVENTUALLY(10, cell_is(0, 1, L"10.7.7.7"));
    remote_focus(sheet);
    remote_key('A', false, false, true);
    EVENTUALLY(10, text_has(GetDlgItem(sheet, IDC_ERROR), L"to \"10.7.7.7\" by "));
    assert_true(IsWindowVisible(GetDlgItem(sheet, IDC_LOOK)));
    assert_true(cell_is(0, 1, L"10.7.7.7"));
    remote_picture("changed-meanwhile");
    remote_key('H', false, false, true);
    change = remote_window(L"#32770", L"Change", 10);
    assert_non_null(change);
    EVENTUALLY(5, remote_list_find(GetDlgItem(change, IDC_CHANGE_LIST), 3, L"theirs") >= 0);
    remote_picture("changed-meanwhile-by-whom");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(change));
    remote_focus(sheet);
    remote_key('A', false, false, true);
    EVENTUALLY(10, cell_is(0, 1, L"10.9.9.9"));
    assert_false(IsWindowVisible(GetDlgItem(sheet, IDC_LOOK)));
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(sheet));
    sheet = properties(L"fin-01 Properties");
    EVENTUALLY(5, field_is(sheet, L"Description", L"theirs", L""));
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(sheet));
    ctl_on(L"NS_TEST_STORE", L"machine edit fin-01 --host 10.0.0.1 --description \"\"");
    EVENTUALLY(10, cell_is(0, 1, L"10.0.0.1"));
}

int work_tests(void) {
    /* One story: each step stands on the one before. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_machines_and_a_group_are_added),
        cmocka_unit_test(a_group_gets_a_resolution_in_its_sheet),
        cmocka_unit_test(moving_shows_first_what_will_change_on_which_machine),
        cmocka_unit_test(a_machine_is_dragged_onto_a_group_with_the_mouse),
        cmocka_unit_test(two_are_edited_at_once_and_an_untouched_field_stays),
        cmocka_unit_test(a_value_is_reset_to_what_is_inherited),
        cmocka_unit_test(what_is_no_value_is_refused_beside_the_field_and_not_written),
        cmocka_unit_test(the_last_change_is_undone_and_activity_says_who_did_what),
        cmocka_unit_test(f2_renames_in_the_list),
        cmocka_unit_test(a_change_elsewhere_does_not_take_away_what_is_typed_into_the_list),
        cmocka_unit_test(what_another_changed_meanwhile_is_told_and_can_be_looked_at),
        cmocka_unit_test(typing_filters_and_esc_shows_all_again),
        cmocka_unit_test(a_click_on_a_header_sorts_and_another_reverses),
        cmocka_unit_test(columns_are_chosen_and_moved_and_kept_when_the_program_is_killed),
        cmocka_unit_test(a_second_start_brings_the_first_to_the_front),
        cmocka_unit_test(a_question_mark_on_the_command_line_explains_it),
        cmocka_unit_test(f1_opens_the_page_of_the_guide_for_what_is_shown),
        cmocka_unit_test(a_code_is_explained_while_it_is_typed),
        cmocka_unit_test(dark_and_light_follow_the_system_while_it_runs),
        cmocka_unit_test(the_language_changes_at_once_and_back),
        cmocka_unit_test(removed_machines_come_back_with_undo),
    };
    return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
