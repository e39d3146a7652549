#include "remote.h"

#define COBJMACROS
#include <objbase.h>
#include <oleacc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct search {
    const WCHAR *class_name;
    const WCHAR *title_part;
    HWND found;
} search;

static BOOL CALLBACK look_at(HWND window, LPARAM context) {
    search *self = (search *)context;
    WCHAR text[512] = {0};
    if (!IsWindowVisible(window))
        return TRUE;
    (void)GetClassNameW(window, text, 512);
    if (self->class_name && wcscmp(text, self->class_name) != 0)
        return TRUE;
    text[0] = 0;
    (void)GetWindowTextW(window, text, 512);
    if (self->title_part && !wcsstr(text, self->title_part))
        return TRUE;
    self->found = window;
    return FALSE;
}

HWND remote_window(const WCHAR *class_name, const WCHAR *title_part, int seconds) {
    search self = {class_name, title_part, NULL};
    for (int i = 0; i <= seconds * PATIENCE * 20 && !self.found; i++) {
        (void)EnumWindows(look_at, (LPARAM)&self);
        if (!self.found)
            Sleep(50);
    }
    return self.found;
}

static bool has_keyboard(HWND window) {
    GUITHREADINFO info = {.cbSize = sizeof info};
    return GetForegroundWindow() == window && GetGUIThreadInfo(GetWindowThreadProcessId(window, NULL), &info) && info.hwndFocus;
}

/* For a while without a break: a window manager that is late takes the keyboard away once more and gives it back. */
void remote_focus(HWND window) {
    for (int i = 0, had = 0; i < 100 * PATIENCE && had < 5; i++) {
        had = has_keyboard(window) ? had + 1 : 0;
        if (GetForegroundWindow() != window)
            (void)SetForegroundWindow(window);
        Sleep(40);
    }
}

static void wait_for_keyboard(void) {
    for (int i = 0; i < 50; i++) {
        GUITHREADINFO info = {.cbSize = sizeof info};
        if (GetGUIThreadInfo(0, &info) && (info.hwndFocus || (info.flags & GUI_INMENUMODE)))
            return;
        Sleep(40);
    }
}

/* Until the program has taken what was pressed, `inputs` events. It is asked for answers, and each comes when it has done with what it took before;
 * twice as often, since one may come before it takes the next. A modifier that is let go earlier is not held for the key, on a computer that is busy.
 */
static void settle(int inputs) {
    HWND front = GetForegroundWindow();
    for (int i = 0; front && i < 2 * inputs; i++) {
        DWORD_PTR answer = 0;
        (void)SendMessageTimeoutW(front, WM_NULL, 0, 0, SMTO_NORMAL, 5000, &answer);
        Sleep(1);
    }
}

static void press(WORD key, WORD unit, DWORD flags) {
    INPUT input = {.type = INPUT_KEYBOARD};
    input.ki.wVk = key;
    input.ki.wScan = unit;
    input.ki.dwFlags = flags;
    (void)SendInput(1, &input, sizeof input);
    Sleep(15);
}

void remote_key(WORD key, bool control, bool shift, bool alt) {
    wait_for_keyboard();
    if (control)
        press(VK_CONTROL, 0, 0);
    if (shift)
        press(VK_SHIFT, 0, 0);
    if (alt)
        press(VK_MENU, 0, 0);
    settle(3);
    press(key, 0, 0);
    press(key, 0, KEYEVENTF_KEYUP);
    settle(4);
    if (alt)
        press(VK_MENU, 0, KEYEVENTF_KEYUP);
    if (shift)
        press(VK_SHIFT, 0, KEYEVENTF_KEYUP);
    if (control)
        press(VK_CONTROL, 0, KEYEVENTF_KEYUP);
    settle(3);
    Sleep(60);
}

bool remote_menu_is_open(HWND window) {
    GUITHREADINFO info = {.cbSize = sizeof info};
    return GetGUIThreadInfo(GetWindowThreadProcessId(window, NULL), &info) && (info.flags & GUI_INMENUMODE) != 0;
}

void remote_type(const WCHAR *text) {
    for (; *text; text++) {
        press(0, *text, KEYEVENTF_UNICODE);
        press(0, *text, KEYEVENTF_UNICODE | KEYEVENTF_KEYUP);
        settle(3);
    }
    Sleep(60);
}

void remote_text(HWND control, WCHAR out[REMOTE_TEXT]) {
    out[0] = 0;
    (void)SendMessageW(control, WM_GETTEXT, REMOTE_TEXT, (LPARAM)out);
}

int remote_list_count(HWND list) {
    return (int)SendMessageW(list, LVM_GETITEMCOUNT, 0, 0);
}

/* A message with a pointer needs memory in the process that gets it. */
typedef struct shared_item {
    LVITEMW item;
    WCHAR text[REMOTE_TEXT];
} shared_item;

static LRESULT send_item(HWND list, UINT message, WPARAM row, shared_item *local) {
    DWORD id = 0;
    HANDLE process = NULL;
    shared_item *there = NULL;
    LRESULT answer = 0;
    (void)GetWindowThreadProcessId(list, &id);
    process = OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE, FALSE, id);
    there = VirtualAllocEx(process, NULL, sizeof *there, MEM_COMMIT, PAGE_READWRITE);
    if (there) {
        local->item.pszText = there->text;
        local->item.cchTextMax = REMOTE_TEXT;
        (void)WriteProcessMemory(process, there, local, sizeof *local, NULL);
        answer = SendMessageW(list, message, row, (LPARAM)&there->item);
        (void)ReadProcessMemory(process, there, local, sizeof *local, NULL);
        (void)VirtualFreeEx(process, there, 0, MEM_RELEASE);
    }
    CloseHandle(process);
    return answer;
}

void remote_list_text(HWND list, int row, int column, WCHAR out[REMOTE_TEXT]) {
    shared_item *local = calloc(1, sizeof *local);
    out[0] = 0;
    if (!local)
        return;
    local->item.iSubItem = column;
    if (send_item(list, LVM_GETITEMTEXTW, (WPARAM)row, local) > 0)
        (void)lstrcpynW(out, local->text, REMOTE_TEXT);
    free(local);
}

int remote_list_find(HWND list, int column, const WCHAR *text) {
    WCHAR cell[REMOTE_TEXT];
    for (int row = 0; row < remote_list_count(list); row++) {
        remote_list_text(list, row, column, cell);
        if (wcscmp(cell, text) == 0)
            return row;
    }
    return -1;
}

void remote_list_select(HWND list, int row) {
    shared_item *local = calloc(1, sizeof *local);
    if (!local)
        return;
    local->item.stateMask = LVIS_SELECTED | LVIS_FOCUSED;
    (void)send_item(list, LVM_SETITEMSTATE, (WPARAM)-1, local);
    local->item.state = LVIS_SELECTED | LVIS_FOCUSED;
    local->item.stateMask = LVIS_SELECTED | LVIS_FOCUSED;
    (void)send_item(list, LVM_SETITEMSTATE, (WPARAM)row, local);
    free(local);
    Sleep(200);
}

/* A message that fills a rectangle in the process that gets it. */
static bool ask_rect(HWND control, UINT message, WPARAM wparam, RECT *rect) {
    DWORD id = 0;
    HANDLE process = NULL;
    RECT *there = NULL;
    LRESULT answer = 0;
    (void)GetWindowThreadProcessId(control, &id);
    process = OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE, FALSE, id);
    there = VirtualAllocEx(process, NULL, sizeof *there, MEM_COMMIT, PAGE_READWRITE);
    if (there) {
        (void)WriteProcessMemory(process, there, rect, sizeof *rect, NULL);
        answer = SendMessageW(control, message, wparam, (LPARAM)there);
        (void)ReadProcessMemory(process, there, rect, sizeof *rect, NULL);
        (void)VirtualFreeEx(process, there, 0, MEM_RELEASE);
    }
    CloseHandle(process);
    return answer != 0;
}

bool remote_list_rect(HWND list, int row, RECT *out) {
    *out = (RECT){.left = LVIR_LABEL};
    return ask_rect(list, LVM_GETITEMRECT, (WPARAM)row, out);
}

bool remote_tree_child_rect(HWND tree, RECT *out) {
    const HTREEITEM root = (HTREEITEM)SendMessageW(tree, TVM_GETNEXTITEM, TVGN_ROOT, 0);
    const HTREEITEM child = (HTREEITEM)SendMessageW(tree, TVM_GETNEXTITEM, TVGN_CHILD, (LPARAM)root);
    memcpy(out, &child, sizeof child); /* the item goes in where the rectangle comes out */
    return ask_rect(tree, TVM_GETITEMRECT, TRUE, out);
}

HWND remote_has_focus(HWND of) {
    GUITHREADINFO info = {.cbSize = sizeof info};
    return GetGUIThreadInfo(GetWindowThreadProcessId(of, NULL), &info) ? info.hwndFocus : NULL;
}

/* Absolute coordinates go from 0 to 65535 over the screen. */
static void mouse(HWND control, int x, int y, DWORD flags) {
    POINT at = {x, y};
    INPUT input = {.type = INPUT_MOUSE};
    (void)ClientToScreen(control, &at);
    input.mi.dx = MulDiv(at.x, 65536, GetSystemMetrics(SM_CXSCREEN)) + 1;
    input.mi.dy = MulDiv(at.y, 65536, GetSystemMetrics(SM_CYSCREEN)) + 1;
    input.mi.dwFlags = MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_MOVE | flags;
    (void)SendInput(1, &input, sizeof input);
    Sleep(60);
}

void remote_click(HWND control, int x, int y, bool right) {
    mouse(control, x, y, 0);
    mouse(control, x, y, right ? MOUSEEVENTF_RIGHTDOWN : MOUSEEVENTF_LEFTDOWN);
    mouse(control, x, y, right ? MOUSEEVENTF_RIGHTUP : MOUSEEVENTF_LEFTUP);
    Sleep(150);
}

void remote_drag(HWND from, int x, int y, HWND to, int to_x, int to_y) {
    mouse(from, x, y, 0);
    mouse(from, x, y, MOUSEEVENTF_LEFTDOWN);
    for (int i = 1; i <= 8; i++)
        mouse(from, x + i * 2, y + i, 0);
    for (int i = 0; i < 6; i++)
        mouse(to, to_x + 5 - i, to_y, 0);
    mouse(to, to_x, to_y, MOUSEEVENTF_LEFTUP);
    Sleep(200);
}

void remote_accessible(HWND control, WCHAR name[REMOTE_TEXT], long *role) {
    IAccessible *object = NULL;
    VARIANT self = {0};
    VARIANT found = {0};
    BSTR text = NULL;
    name[0] = 0;
    *role = 0;
    if (FAILED(AccessibleObjectFromWindow(control, (DWORD)OBJID_CLIENT, &IID_IAccessible, (void **)&object)))
        return;
    self.vt = VT_I4; /* CHILDID_SELF */
    if (SUCCEEDED(IAccessible_get_accName(object, self, &text)) && text)
        (void)lstrcpynW(name, text, REMOTE_TEXT);
    SysFreeString(text);
    if (SUCCEEDED(IAccessible_get_accRole(object, self, &found)) && found.vt == VT_I4)
        *role = found.lVal;
    IAccessible_Release(object);
}

void remote_picture(const char *name) {
    const char *folder = getenv("NS_TEST_FOLDER");
    char path[1024];
    FILE *file = NULL;
    (void)snprintf(path, sizeof path, "%s\\%s.wanted", folder ? folder : ".", name);
    file = fopen(path, "w");
    if (!file)
        return;
    (void)fclose(file);
    for (int i = 0; i < 100 && GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES; i++)
        Sleep(50);
}
