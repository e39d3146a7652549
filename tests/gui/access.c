/* What a screen reader finds: every control that the keyboard reaches has a name, by MSAA or by the label before it; and opening
 * dialogs again and again leaves nothing behind. */
#include "driver.h"

#include "handles.h"

typedef struct search {
    int found;
    int nameless;
} search;

/* oleacc takes the static text right before a field, and so do screen readers. */
static bool has_label_before(HWND control) {
    WCHAR text[REMOTE_TEXT] = {0};
    WCHAR class_name[64] = {0};
    HWND before = GetWindow(control, GW_HWNDPREV);
    if (!before)
        return false;
    (void)GetClassNameW(before, class_name, 64);
    if (_wcsicmp(class_name, L"Static") != 0 && _wcsicmp(class_name, L"Edit") != 0)
        return false;
    if (_wcsicmp(class_name, L"Edit") == 0) /* two fields at one place share the label: a value, and its choices */
        return has_label_before(before);
    remote_text(before, text);
    return text[0] != 0;
}

static BOOL CALLBACK look_at(HWND control, LPARAM context) {
    search *self = (search *)context;
    WCHAR name[REMOTE_TEXT];
    WCHAR class_name[64] = {0};
    long role = 0;
    if (!(GetWindowLongW(control, GWL_STYLE) & WS_TABSTOP) || !IsWindowVisible(control))
        return TRUE;
    (void)GetClassNameW(control, class_name, 64);
    remote_accessible(control, name, &role);
    self->found++;
    if ((_wcsicmp(class_name, L"Edit") == 0 || !name[0] || role == 0) && !has_label_before(control)) {
        print_message("          no name: %ls %d\n", class_name, GetDlgCtrlID(control));
        self->nameless++;
    }
    return TRUE;
}

void check_names(HWND top) {
    search self = {0};
    WCHAR title[REMOTE_TEXT];
    (void)EnumChildWindows(top, look_at, (LPARAM)&self);
    remote_text(top, title);
    print_message("          %ls: %d controls\n", title, self.found);
    assert_true(self.found > 0);
    assert_int_equal(self.nameless, 0);
}

static void every_control_of_the_window_has_a_name(void **state) {
    (void)state;
    ctl_on(L"NS_TEST_STORE", L"group add Office");
    ctl_on(L"NS_TEST_STORE", L"machine add fin-1 --host 10.0.0.1 --group Office");
    ctl_on(L"NS_TEST_STORE", L"machine add fin-2 --host 10.0.0.2 --group Office");
    ctl_on(L"NS_TEST_STORE", L"machine add fin-3 --host 10.0.0.3");
    open_console_on(L"NS_TEST_STORE");
    EVENTUALLY(10, remote_list_count(list) == 3);
    check_names(window);
}

static void every_control_of_every_sheet_has_a_name(void **state) {
    static const struct {
        int view;
        WORD key;
        bool control;
        bool shift;
        bool alt;
        const WCHAR *title;
    } sheets[] = {{SHOW_MACHINES, VK_RETURN, false, false, true, L"Properties"}, {SHOW_MACHINES, 'G', true, false, false, L"Move to group"},
                  {SHOW_MACHINES, 'N', true, false, false, L"Machine"},          {SHOW_MACHINES, 'N', true, true, false, L"Machine group"},
                  {SHOW_MACHINES, 'E', true, false, false, L"Explain"},          {SHOW_MACHINES, VK_F7, false, false, false, L"Preflight"},
                  {SHOW_MACHINES, 'F', true, true, false, L"Saved filters"},     {SHOW_GROUPS, VK_RETURN, false, false, true, L"Properties"},
                  {SHOW_ACTIVITY, VK_RETURN, false, false, false, L"Change"}};
    (void)state;
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
        HWND shown = NULL;
        show_view(sheets[i].view, 1);
        EVENTUALLY(5, remote_list_count(list) > 0);
        remote_list_select(list, 0);
        remote_key(sheets[i].key, sheets[i].control, sheets[i].shift, sheets[i].alt);
        shown = dialog(sheets[i].title);
        check_names(shown);
        assert_non_null(remote_has_focus(shown)); /* the keyboard is somewhere in it */
        remote_key(VK_ESCAPE, false, false, false);
        EVENTUALLY(5, !IsWindow(shown));
        EVENTUALLY(5, remote_has_focus(window) != NULL);
    }
}

static void a_state_is_text_and_not_only_a_picture(void **state) {
    (void)state;
    show_view(SHOW_MACHINES, 1);
    assert_true(cell_is(0, 3, L"Not run yet"));
}

static int wanted(const WCHAR *variable, int otherwise) {
    const WCHAR *text = environment(variable);
    return text[0] ? (int)wcstol(text, NULL, 10) : otherwise;
}

/* By messages rather than keys, which would take hours; a hundred here, five hundred in the bench. */
static void sheets_opened_again_and_again_leave_no_handle_behind(void **state) {
    static const struct {
        int command;
        const WCHAR *title;
    } sheets[] = {{ID_PROPERTIES, L"Properties"},     {ID_MOVE, L"Move to group"},    {ID_MACHINE_ADD, L"Machine"}, {ID_GROUP_ADD, L"Machine group"},
                  {ID_CONNECTION_ADD, L"Connection"}, {ID_FLOW_ADD, L"Flow"},         {ID_EXPLAIN, L"Explain"},     {ID_PREFLIGHT, L"Preflight"},
                  {ID_COLUMNS, L"Columns"},           {ID_FILTERS, L"Saved filters"}, {ID_OPTIONS, L"Options"},     {ID_WALL, L"Running sessions"}};
    const int rounds = wanted(L"NS_TEST_OPENINGS", 20);
    handle_counts before = {0};
    handle_counts after = {0};
    (void)state;
    show_view(SHOW_MACHINES, 1);
    remote_list_select(list, 0);
    for (int round = 0; round < rounds + 5; round++) {
        if (round == 5)
            before = count_handles(program.hProcess); /* what is made once has been made */
        for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
            HWND shown = NULL;
            (void)PostMessageW(window, WM_COMMAND, (WPARAM)sheets[i].command, 0);
            shown = remote_window(sheets[i].command == ID_WALL ? L"NightshiftWall" : L"#32770", sheets[i].title, 10);
            assert_non_null(shown);
            (void)PostMessageW(shown, sheets[i].command == ID_WALL ? WM_CLOSE : WM_COMMAND, sheets[i].command == ID_WALL ? 0 : IDCANCEL, 0);
            for (int k = 0; k < 500 && IsWindow(shown); k++)
                Sleep(2);
            assert_false(IsWindow(shown));
        }
    }
    for (int tries = 0; tries < 20 * PATIENCE && (tries == 0 || after.gdi > before.gdi + 3); tries++) {
        Sleep(50); /* what the last one painted with is let go when the program is idle */
        after = count_handles(program.hProcess);
    }
    print_message("          %d openings of %d sheets: kernel %lu to %lu, user %lu to %lu, gdi %lu to %lu\n", rounds,
                  (int)(sizeof sheets / sizeof *sheets), before.kernel, after.kernel, before.user, after.user, before.gdi, after.gdi);
    assert_true(before.kernel > 0 && before.user > 0 && before.gdi > 0); /* they were counted */
    assert_true(after.kernel <= before.kernel + 3);
    assert_true(after.user <= before.user + 3);
    assert_true(after.gdi <= before.gdi + 3);
}

static void make_runs_store(void) {
    const WCHAR *connection[] = {L"robot", L"robot2", NULL}; /* the other story leaves sessions of robot1 */
    WCHAR words[256];
    HWND form = NULL;
    (void)swprintf(words, 256, L"machine add lab1 --host %ls", environment(L"NS_LAB_HOST"));
    ctl_on(L"NS_TEST_RUNS_STORE", words);
    ctl_on(L"NS_TEST_RUNS_STORE", L"settings set lab1 signin.security=tls certificate.policy=first-use"); /* xrdp has no NLA */
    ctl_on(L"NS_TEST_RUNS_STORE", L"flow add wait --program flow-desktop --arguments 1");
    open_console_on(L"NS_TEST_RUNS_STORE");
    show_view(SHOW_MACHINES, 0);
    EVENTUALLY(10, remote_list_count(list) == 1);
    choose('F', 'C');
    form = dialog(L"Connection");
    connection[2] = environment(L"NS_LAB_PASSWORD2"); /* borrowed until others are asked for */
    fill(connection, 3);
    EVENTUALLY(10, !IsWindow(form));
    remote_list_select(list, 0);
}

/* A few here; two hundred by NS_TEST_RUNS. */
static void runs_watched_again_and_again_leave_no_handle_behind(void **state) {
    const int rounds = wanted(L"NS_TEST_RUNS", 3);
    handle_counts before = {0};
    handle_counts after = {0};
    (void)state;
    (void)TerminateProcess(program.hProcess, 0);
    make_runs_store();
    for (int round = 0; round < rounds + 2; round++) {
        HWND shown = NULL;
        if (round == 2)
            before = count_handles(program.hProcess);
        (void)PostMessageW(window, WM_COMMAND, ID_TEST_RUN, 0);
        shown = remote_window(L"#32770", L"Test run", 10);
        assert_non_null(shown);
        (void)PostMessageW(shown, WM_COMMAND, IDOK, 0);
        shown = remote_window(L"#32770", L"Run ", 20);
        assert_non_null(shown);
        EVENTUALLY(40, text_has(GetDlgItem(shown, IDC_RESULT), L"Succeeded"));
        (void)PostMessageW(shown, WM_COMMAND, IDCANCEL, 0);
        EVENTUALLY(5, !IsWindow(shown));
    }
    Sleep(1000);
    after = count_handles(program.hProcess);
    print_message("          %d runs: kernel %lu to %lu, user %lu to %lu, gdi %lu to %lu\n", rounds, before.kernel, after.kernel, before.user,
                  after.user, before.gdi, after.gdi);
    assert_true(after.kernel <= before.kernel + 3);
    assert_true(after.user <= before.user + 3);
    assert_true(after.gdi <= before.gdi + 3);
}

/* What the run says is kept as an id and its values; the console that looks at it later speaks another language. */
static void a_german_console_shows_what_an_english_worker_recorded(void **state) {
    static const WCHAR options[] = L"Software\\Nightshift\\Console";
    HWND shown = NULL;
    (void)state;
    ctl_on(L"NS_TEST_RUNS_STORE", L"machine add dark --host 127.0.0.1 --port 1");
    assert_int_equal(ctl_ends(L"NS_TEST_RUNS_STORE", L"--language en run start dark --flow wait --connection robot --wait"), 1);
    (void)TerminateProcess(program.hProcess, 0);
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, options, L"Language", REG_SZ, L"de", 3 * sizeof(WCHAR));
    open_console_on(L"NS_TEST_RUNS_STORE");
    show_view(SHOW_RUNS, 0);
    EVENTUALLY(10, remote_list_find(list, 2, L"dark") >= 0);
    assert_true(cell_is(remote_list_find(list, 2, L"dark"), 1, L"Fehlgeschlagen"));
    remote_list_select(list, remote_list_find(list, 2, L"dark"));
    (void)PostMessageW(window, WM_COMMAND, ID_RUN_SHOW, 0);
    shown = remote_window(L"#32770", L"Lauf ", 10);
    assert_non_null(shown);
    EVENTUALLY(10, text_has(GetDlgItem(shown, IDC_RESULT), L"Fehlgeschlagen (ConnectionNotEstablished)."));
    assert_true(text_has(GetDlgItem(shown, IDC_RESULT), L"Der Computer hat die Verbindung abgelehnt."));
    assert_true(text_has(GetDlgItem(shown, IDC_REMEDY), L"Schalten Sie Remotedesktop ein"));
    remote_picture("german-run");
    (void)RegDeleteKeyValueW(HKEY_CURRENT_USER, options, L"Language");
}

int access_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_control_of_the_window_has_a_name),
        cmocka_unit_test(every_control_of_every_sheet_has_a_name),
        cmocka_unit_test(a_state_is_text_and_not_only_a_picture),
        cmocka_unit_test(sheets_opened_again_and_again_leave_no_handle_behind),
        cmocka_unit_test(runs_watched_again_and_again_leave_no_handle_behind),
        cmocka_unit_test(a_german_console_shows_what_an_english_worker_recorded),
    };
    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
