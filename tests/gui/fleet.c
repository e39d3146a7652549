/* A thousand machines, looked at while somebody scrolls. */
#include "driver.h"

/* How long the window takes to answer, in ms; the longest so far. */
static void feel(DWORD *longest) {
    const ULONGLONG before = GetTickCount64();
    DWORD took = 0;
    assert_true(SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_ABORTIFHUNG, 3000, NULL) != 0);
    took = (DWORD)(GetTickCount64() - before);
    if (took > *longest)
        *longest = took;
}

static void a_thousand_machines_stream_onto_the_board_while_it_scrolls_and_sorts(void **state) {
    DWORD longest = 0;
    int rounds = 0;
    (void)state;
    open_console_on(L"NS_TEST_STORE");
    show_view(SHOW_MACHINES, 1);
    EVENTUALLY(20, remote_list_count(list) == 1000);
    remote_key(VK_F7, false, false, false); /* nothing selected: all that are shown */
    assert_true(text_has(GetDlgItem(dialog(L"Preflight"), IDC_TARGETS), L"1000"));
    remote_key(VK_RETURN, false, false, false);
    EVENTUALLY(20, text_has(GetDlgItem(window, IDC_STATUS), L"Preflight:"));
    remote_focus(window);
    while (text_has(GetDlgItem(window, IDC_STATUS), L"Preflight:") && rounds++ < 400) {
        remote_key(rounds % 3 ? VK_NEXT : VK_HOME, false, false, false);
        if (rounds == 5)
            remote_picture("board-streaming");
        feel(&longest);
    }
    assert_true(rounds < 400);
    EVENTUALLY(20, remote_list_count(list) == 1000 && cell_is(0, 1, L"Warning"));
    EVENTUALLY(20, !cell_is(999, 3, L"looking\x2026"));
    for (int i = 0; i < 10; i++) {
        feel(&longest);
        Sleep(100);
    }
    print_message("          the window answered within %lu ms, over %d keys\n", (unsigned long)longest, rounds);
    remote_picture("board-fleet");
}

int fleet_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_machines_stream_onto_the_board_while_it_scrolls_and_sorts),
    };
    return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
