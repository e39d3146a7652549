#include "driver.h"

PROCESS_INFORMATION program;
HWND window;
HWND list;

void open_console_on(const WCHAR *name) {
    WCHAR line[2048];
    WCHAR store[1024] = {0};
    STARTUPINFOW start = {.cb = sizeof start};
    (void)GetEnvironmentVariableW(name, store, 1024);
    (void)swprintf(line, 2048, L"nightshift.exe --store \"%ls\"", store);
    assert_true(CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &program));
    window = remote_window(L"NightshiftConsole", NULL, 20);
    assert_non_null(window);
    list = GetDlgItem(window, IDC_LIST);
    assert_non_null(list);
    remote_focus(window);
}

void end_console(void) {
    assert_true(TerminateProcess(program.hProcess, 9));
    assert_int_equal(WaitForSingleObject(program.hProcess, 10000 * PATIENCE), WAIT_OBJECT_0);
}

void close_console(void) {
    DWORD code = 99;
    remote_focus(window);
    remote_key(VK_F4, false, false, true);
    assert_int_equal(WaitForSingleObject(program.hProcess, 10000 * PATIENCE), WAIT_OBJECT_0);
    (void)GetExitCodeProcess(program.hProcess, &code);
    assert_int_equal(code, 0);
}

bool text_has(HWND control, const WCHAR *part) {
    WCHAR text[REMOTE_TEXT];
    remote_text(control, text);
    return wcsstr(text, part) != NULL;
}

bool cell_is(int row, int column, const WCHAR *text) {
    WCHAR cell[REMOTE_TEXT];
    remote_list_text(list, row, column, cell);
    return wcscmp(cell, text) == 0;
}

HWND dialog(const WCHAR *title) {
    HWND found = remote_window(L"#32770", title, 10);
    assert_non_null(found);
    remote_focus(found);
    return found;
}

void fill(const WCHAR *const *texts, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i)
            remote_key(VK_TAB, false, false, false);
        if (!texts[i])
            continue; /* it stays as it is */
        remote_key('A', true, false, false);
        remote_type(texts[i]);
    }
    remote_key(VK_RETURN, false, false, false);
}

const WCHAR *environment(const WCHAR *name) {
    static WCHAR values[4][256];
    static int next;
    WCHAR *value = values[next++ % 4];
    value[0] = 0;
    (void)GetEnvironmentVariableW(name, value, 256);
    return value;
}

void focus_on(HWND control) {
    remote_focus(window);
    for (int i = 0; i < 6 && remote_has_focus(window) != control; i++)
        remote_key(VK_F6, false, false, false);
    assert_ptr_equal(remote_has_focus(window), control);
}

void show_view(int view, int groups) {
    focus_on(GetDlgItem(window, IDC_TREE));
    remote_key(VK_HOME, false, false, false);
    for (int i = 0; view && i < view + groups; i++)
        remote_key(VK_DOWN, false, false, false);
    focus_on(list);
}

int ctl_ends(const WCHAR *variable, const WCHAR *words) {
    WCHAR line[2048];
    DWORD code = 99;
    STARTUPINFOW start = {.cb = sizeof start};
    PROCESS_INFORMATION process;
    (void)swprintf(line, 2048, L"nightshiftctl.exe --store \"%ls\" %ls", environment(variable), words);
    for (int tries = 0; !CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start, &process); tries++) {
        print_message("          %ls: error %lu\n", words, GetLastError()); /* on a busy computer Wine cannot start a program now and then */
        assert_true(tries < 3);
        Sleep(1000);
    }
    (void)WaitForSingleObject(process.hProcess, 30000);
    (void)GetExitCodeProcess(process.hProcess, &code);
    (void)CloseHandle(process.hThread);
    (void)CloseHandle(process.hProcess);
    return (int)code;
}

void ctl_on(const WCHAR *variable, const WCHAR *words) {
    assert_int_equal(ctl_ends(variable, words), 0);
}

void choose(WORD menu, WORD item) {
    remote_focus(window);
    remote_key(menu, false, false, true);
    EVENTUALLY(5, remote_menu_is_open(window));
    remote_key(item, false, false, false);
}

/* In the registry of the prefix, which both processes have. */
static const WCHAR note_key[] = L"Software\\NightshiftTest";

void note_page(const WCHAR *page) {
    (void)RegSetKeyValueW(HKEY_CURRENT_USER, note_key, L"Page", REG_SZ, page, (DWORD)((wcslen(page) + 1) * sizeof(WCHAR)));
}

bool noted_page(WCHAR out[MAX_PATH]) {
    DWORD size = MAX_PATH * sizeof(WCHAR);
    return RegGetValueW(HKEY_CURRENT_USER, note_key, L"Page", RRF_RT_REG_SZ, NULL, out, &size) == ERROR_SUCCESS;
}
