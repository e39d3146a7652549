/* What comes from files and goes into them, with the keyboard: importing a table with a mistake and without, exporting, filters and
 * columns saved by name, and a damaged store that its daily copy replaces. */
#include "driver.h"

static const WCHAR *file(const WCHAR *name) {
    static WCHAR paths[2][512];
    static int next;
    WCHAR *path = paths[next++ % 2];
    (void)swprintf(path, 512, L"%ls\\%ls", environment(L"NS_TEST_FOLDER"), name);
    return path;
}

static void write_text(const WCHAR *name, const char *text) {
    FILE *out = _wfopen(file(name), L"wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
    (void)fclose(out);
}

/* File, Import or Export; the system's own dialog, which has the keyboard in the file's name. */
static void name_file(WORD item, const WCHAR *title, const WCHAR *name) {
    choose('F', item);
    (void)dialog(title);
    Sleep(500);
    remote_key('A', true, false, false);
    remote_type(file(name));
    remote_key(VK_RETURN, false, false, false);
}

static HWND import_of(const WCHAR *name) {
    HWND shown = NULL;
    name_file('I', L"Open", name);
    shown = dialog(L"Import");
    EVENTUALLY(10, remote_list_count(GetDlgItem(shown, IDC_MOVE_LIST)) > 0 || text_has(GetDlgItem(shown, IDC_ERROR), L"["));
    return shown;
}

static void a_table_with_a_mistake_says_where_and_imports_nothing(void **state) {
    WCHAR cell[REMOTE_TEXT];
    HWND shown = NULL;
    HWND rows = NULL;
    (void)state;
    open_console_on(L"NS_TEST_STORE");
    show_view(SHOW_MACHINES, 0);
    write_text(L"bad.csv", "name;host;group;screen.width\nok;10.0.0.1;Office;\nwide;10.0.0.2;Office;tall\n");
    shown = import_of(L"bad.csv");
    rows = GetDlgItem(shown, IDC_MOVE_LIST);
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_ERROR), L"[ImportRefused]"));
    remote_list_text(rows, 0, 2, cell);
    assert_string_equal(cell[0] == L'3' ? "line 3" : "another line", "line 3"); /* the mistake comes first */
    remote_list_text(rows, 0, 4, cell);
    assert_non_null(wcsstr(cell, L"tall"));
    assert_false(IsWindowEnabled(GetDlgItem(shown, IDOK)));
    remote_key(VK_HOME, false, false, false);
    remote_key(VK_SPACE, false, false, false);
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_ERROR), L"tall")); /* whole, below */
    remote_picture("import-mistake");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
    assert_int_equal(remote_list_count(list), 0);
}

static void a_table_is_shown_first_then_imported_and_undone_as_one(void **state) {
    HWND shown = NULL;
    (void)state;
    write_text(L"good.csv", "\xEF\xBB\xBFname;host;group;screen.width\r\nfin-1;10.0.0.1;Office;1280\r\nfin-2;10.0.0.2;Office;\r\nlab;10.0.0.3;;\r\n");
    shown = import_of(L"good.csv");
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_MOVE_SUMMARY), L"4 will be added"));
    assert_int_equal(remote_list_count(list), 0); /* not yet */
    EVENTUALLY(5, IsWindowEnabled(GetDlgItem(shown, IDOK)));
    remote_picture("import");
    remote_key('I', false, false, true);
    EVENTUALLY(10, !IsWindow(shown));
    EVENTUALLY(10, remote_list_count(list) == 3 && cell_is(0, 2, L"Office") && cell_is(0, 5, L"1280 \x00D7 1080, 100 %"));
    focus_on(list);
    remote_key('Z', true, false, false);
    shown = dialog(L"Nightshift");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(10, remote_list_count(list) == 0);
    shown = import_of(L"good.csv");
    EVENTUALLY(5, IsWindowEnabled(GetDlgItem(shown, IDOK)));
    remote_key('I', false, false, true);
    EVENTUALLY(10, remote_list_count(list) == 3);
}

static void what_is_there_stays_until_the_box_is_ticked(void **state) {
    HWND shown = NULL;
    (void)state;
    write_text(L"moved.csv", "name,host\nfin-1,10.9.9.9\n");
    shown = import_of(L"moved.csv");
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_MOVE_SUMMARY), L"1 stay"));
    assert_false(IsWindowEnabled(GetDlgItem(shown, IDOK)));
    remote_key('C', false, false, true);
    EVENTUALLY(5, text_has(GetDlgItem(shown, IDC_MOVE_SUMMARY), L"1 changed") && IsWindowEnabled(GetDlgItem(shown, IDOK)));
    remote_key('I', false, false, true);
    EVENTUALLY(10, !IsWindow(shown) && cell_is(0, 1, L"10.9.9.9"));
}

static void what_is_exported_is_the_same_when_it_is_imported(void **state) {
    HWND shown = NULL;
    (void)state;
    name_file('E', L"Save", L"fleet.json");
    EVENTUALLY(10, text_has(GetDlgItem(window, IDC_STATUS), L"fleet.json"));
    name_file('I', L"Open", L"fleet.json");
    shown = dialog(L"Import");
    EVENTUALLY(10, text_has(GetDlgItem(shown, IDC_MOVE_SUMMARY), L"4 are the same"));
    assert_false(IsWindowEnabled(GetDlgItem(shown, IDOK)));
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
}

static void a_filter_is_saved_by_name_and_used_again(void **state) {
    HWND shown = NULL;
    (void)state;
    focus_on(list);
    remote_type(L"fin");
    EVENTUALLY(5, remote_list_count(list) == 2);
    remote_key('F', true, true, false);
    shown = dialog(L"Saved filters");
    remote_key('N', false, false, true);
    remote_type(L"Finance");
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(5, remote_list_count(GetDlgItem(shown, IDC_SAVED_LIST)) == 1);
    remote_picture("saved-filters");
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
    focus_on(list);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, remote_list_count(list) == 3);
    choose('V', 'S');
    shown = dialog(L"Saved filters");
    remote_key(VK_HOME, false, false, false);
    remote_key(VK_SPACE, false, false, false);
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(5, !IsWindow(shown) && remote_list_count(list) == 2);
    assert_true(text_has(GetDlgItem(window, IDC_BANNER), L"2 of 3"));
    focus_on(list);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, remote_list_count(list) == 3);
}

static void an_arrangement_of_columns_is_saved_and_used_again(void **state) {
    HWND shown = NULL;
    (void)state;
    choose('V', 'C');
    shown = dialog(L"Columns");
    remote_key(VK_HOME, false, false, false);
    remote_key(VK_DOWN, false, false, false);
    remote_key(VK_SPACE, false, false, false); /* without the host */
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(5, !IsWindow(shown) && cell_is(0, 1, L"Office"));
    choose('V', 'L');
    shown = dialog(L"Column sets");
    remote_key('N', false, false, true);
    remote_type(L"Short");
    remote_key('V', false, false, true);
    EVENTUALLY(5, remote_list_count(GetDlgItem(shown, IDC_SAVED_LIST)) == 1);
    remote_key(VK_ESCAPE, false, false, false);
    EVENTUALLY(5, !IsWindow(shown));
    choose('V', 'E');
    EVENTUALLY(5, cell_is(0, 1, L"10.9.9.9"));
    choose('V', 'L');
    shown = dialog(L"Column sets");
    remote_key(VK_HOME, false, false, false);
    remote_key(VK_SPACE, false, false, false);
    remote_key('U', false, false, true);
    EVENTUALLY(5, !IsWindow(shown) && cell_is(0, 1, L"Office"));
    choose('V', 'L');
    shown = dialog(L"Column sets");
    remote_key(VK_HOME, false, false, false);
    remote_key(VK_SPACE, false, false, false);
    remote_key(VK_DELETE, false, false, false);
    EVENTUALLY(5, remote_list_count(GetDlgItem(shown, IDC_SAVED_LIST)) == 0);
    remote_key(VK_ESCAPE, false, false, false);
    choose('V', 'E');
}

static void a_damaged_store_is_replaced_by_its_copy_when_the_user_says_so(void **state) {
    static const char rubbish[8192] = "rubbish";
    FILE *store = NULL;
    HWND question = NULL;
    HWND button = NULL;
    (void)state;
    ctl_on(L"NS_TEST_STORE", L"store backup");
    close_console();
    store = _wfopen(environment(L"NS_TEST_STORE"), L"r+b");
    assert_non_null(store);
    (void)fseek(store, 4096, SEEK_SET);
    assert_int_equal(fwrite(rubbish, 1, sizeof rubbish, store), sizeof rubbish);
    (void)fclose(store);
    open_console_on(L"NS_TEST_STORE");
    question = remote_window(L"#32770", L"Nightshift", 10);
    assert_non_null(question);
    remote_focus(question);
    remote_picture("ask-restore");
    button = FindWindowExW(question, NULL, L"Button", L"Put this copy back");
    assert_non_null(button);
    for (int i = 0; i < 3 && remote_has_focus(question) != button; i++)
        remote_key(VK_TAB, false, false, false);
    remote_key(VK_SPACE, false, false, false);
    EVENTUALLY(10, !IsWindow(question));
    show_view(SHOW_MACHINES, 1);
    EVENTUALLY(10, remote_list_count(list) == 3);
    close_console();
}

int file_tests(void) {
    /* One story: each step stands on the one before. */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_with_a_mistake_says_where_and_imports_nothing),
        cmocka_unit_test(a_table_is_shown_first_then_imported_and_undone_as_one),
        cmocka_unit_test(what_is_there_stays_until_the_box_is_ticked),
        cmocka_unit_test(what_is_exported_is_the_same_when_it_is_imported),
        cmocka_unit_test(a_filter_is_saved_by_name_and_used_again),
        cmocka_unit_test(an_arrangement_of_columns_is_saved_and_used_again),
        cmocka_unit_test(a_damaged_store_is_replaced_by_its_copy_when_the_user_says_so),
    };
    return cmocka_run_group_tests_name("files", tests, NULL, NULL);
}
