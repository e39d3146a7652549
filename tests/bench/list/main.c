/* How fast the console's list is, seen from outside its process: what a user does is done by messages and keys, and is over when the
 * window has nothing left to paint. `list-bench.exe STORE CTL_GROUP SECONDS`; prints one JSON object. */
#include "../../gui/remote.h"

#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../../resources/resource.h"

static PROCESS_INFORMATION program;
static HWND window;
static HWND list;
static LARGE_INTEGER frequency;
static volatile LONG stop_feeling;
static volatile double longest_ms;

static double now_ms(void) {
    LARGE_INTEGER at;
    (void)QueryPerformanceCounter(&at);
    return (double)at.QuadPart * 1000.0 / (double)frequency.QuadPart;
}

static bool is_painted(void) {
    DWORD_PTR answer = 0;
    return SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_NORMAL, 60000, &answer) && !GetUpdateRect(list, NULL, FALSE);
}

static double until_painted(double began) {
    while (!is_painted())
        Sleep(0);
    return now_ms() - began;
}

/* Asks the window for an answer all the time: what it takes is how long its thread was busy. */
static DWORD WINAPI feel(LPVOID context) {
    (void)context;
    while (!stop_feeling) {
        const double before = now_ms();
        (void)SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_NORMAL, 60000, NULL);
        if (now_ms() - before > longest_ms)
            longest_ms = now_ms() - before;
        Sleep(2);
    }
    return 0;
}

static double median(double *values, int count) {
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && values[k] < values[k - 1]; k--) {
            const double swapped = values[k];
            values[k] = values[k - 1];
            values[k - 1] = swapped;
        }
    return values[count / 2];
}

static bool start(const WCHAR *store, double *first_paint) {
    WCHAR line[2048];
    STARTUPINFOW info = {.cb = sizeof info};
    const double began = now_ms();
    (void)swprintf(line, 2048, L"nightshift.exe --store \"%ls\"", store);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &info, &program))
        return false;
    while (!window && now_ms() - began < 60000)
        window = FindWindowW(L"NightshiftConsole", NULL);
    while (!list && now_ms() - began < 60000) /* the window is there before what is in it */
        list = GetDlgItem(window, IDC_LIST);
    while (list && remote_list_count(list) == 0 && now_ms() - began < 60000)
        Sleep(1);
    *first_paint = until_painted(began);
    return list != NULL;
}

static void type(WCHAR unit, double *took) {
    const double began = now_ms();
    (void)SendMessageW(GetDlgItem(window, IDC_FILTER), WM_CHAR, unit, 0);
    *took = until_painted(began);
}

static void measure_filter(double *median_ms, double *worst_ms) {
    const WCHAR *const words[] = {L"pc-09", L"10.3.7", L"maint", L"group 42", L"zzz"};
    double values[64];
    int count = 0;
    *worst_ms = 0;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        for (const WCHAR *p = words[w]; *p; p++) {
            type(*p, &values[count]);
            if (values[count] > *worst_ms)
                *worst_ms = values[count];
            count++;
        }
        (void)SendMessageW(GetDlgItem(window, IDC_FILTER), WM_KEYDOWN, VK_ESCAPE, 0);
        (void)until_painted(now_ms());
    }
    *median_ms = median(values, count);
}

/* A click on each header, and a second one for the other way round. */
static void measure_sort(double *median_ms, double *worst_ms) {
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    const int columns = (int)SendMessageW(header, HDM_GETITEMCOUNT, 0, 0);
    double values[64];
    int count = 0;
    int left = 0;
    *worst_ms = 0;
    for (int i = 0; i < columns; i++) {
        const int width = (int)SendMessageW(list, LVM_GETCOLUMNWIDTH, (WPARAM)i, 0);
        for (int twice = 0; twice < 2; twice++) {
            const double began = now_ms();
            (void)SendMessageW(header, WM_LBUTTONDOWN, MK_LBUTTON, MAKELPARAM(left + width / 2, 8));
            (void)SendMessageW(header, WM_LBUTTONUP, 0, MAKELPARAM(left + width / 2, 8));
            values[count] = until_painted(began);
            if (values[count] > *worst_ms)
                *worst_ms = values[count];
            count++;
        }
        left += width;
    }
    *median_ms = median(values, count);
}

/* What the system takes to paint the same rows, with nothing of ours but their texts. */
static double measure_repaint(void) {
    double values[50];
    for (int i = 0; i < 50; i++) {
        const double began = now_ms();
        (void)InvalidateRect(list, NULL, FALSE);
        values[i] = until_painted(began);
    }
    return median(values, 50);
}

static double measure_scroll(void) {
    double values[200];
    for (int i = 0; i < 200; i++) {
        const double began = now_ms();
        (void)SendMessageW(list, WM_VSCROLL, SB_PAGEDOWN, 0);
        values[i] = until_painted(began);
    }
    (void)SendMessageW(list, WM_VSCROLL, SB_TOP, 0);
    return median(values, 200);
}

static void run_ctl(const WCHAR *store, const WCHAR *words) {
    WCHAR line[2048];
    STARTUPINFOW info = {.cb = sizeof info};
    PROCESS_INFORMATION process;
    (void)swprintf(line, 2048, L"nightshiftctl.exe --store \"%ls\" %ls", store, words);
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &info, &process))
        return;
    (void)WaitForSingleObject(process.hProcess, 60000);
    (void)CloseHandle(process.hThread);
    (void)CloseHandle(process.hProcess);
}

/* A group's resolution changes a thousand rows at once; from the end of that to the rows on the screen. */
static double measure_refresh(const WCHAR *store, const WCHAR *group) {
    WCHAR words[256];
    WCHAR cell[REMOTE_TEXT] = {0};
    double began = 0;
    (void)swprintf(words, 256, L"settings set \"group:%ls\" screen.width=1444", group);
    run_ctl(store, words);
    began = now_ms();
    while (now_ms() - began < 120000) {
        remote_list_text(list, 0, 5, cell);
        if (wcsstr(cell, L"1444"))
            break;
        Sleep(5);
    }
    return until_painted(began);
}

/* What a user does in an hour, without the pauses: rows, pages, filters, sorting, sheets. */
static void work_for(int seconds) {
    const double end = now_ms() + seconds * 1000.0;
    HWND header = (HWND)SendMessageW(list, LVM_GETHEADER, 0, 0);
    for (int i = 0; now_ms() < end; i++) {
        HWND sheet = NULL;
        double ignored = 0;
        (void)PostMessageW(list, WM_KEYDOWN, i % 3 ? VK_NEXT : VK_HOME, 0);
        (void)PostMessageW(list, WM_KEYDOWN, VK_DOWN, 0);
        (void)until_painted(now_ms());
        if (i % 5 == 0) {
            type(L'1', &ignored);
            type(L'7', &ignored);
            (void)SendMessageW(GetDlgItem(window, IDC_FILTER), WM_KEYDOWN, VK_ESCAPE, 0);
        }
        if (i % 7 == 0) {
            (void)SendMessageW(header, WM_LBUTTONDOWN, MK_LBUTTON, MAKELPARAM(30 + i % 4 * 100, 8));
            (void)SendMessageW(header, WM_LBUTTONUP, 0, MAKELPARAM(30 + i % 4 * 100, 8));
        }
        if (i % 11 == 3) { /* some row is selected then */
            (void)PostMessageW(window, WM_COMMAND, ID_PROPERTIES, 0);
            sheet = remote_window(L"#32770", L"Properties", 5);
            if (sheet)
                (void)PostMessageW(sheet, WM_COMMAND, IDCANCEL, 0);
        }
    }
}

int wmain(int count, WCHAR **words);

int wmain(int count, WCHAR **words) {
    double first_paint = 0;
    double filter = 0;
    double filter_worst = 0;
    double sort = 0;
    double sort_worst = 0;
    double scroll = 0;
    double repaint = 0;
    double refresh = 0;
    PROCESS_MEMORY_COUNTERS memory = {.cb = sizeof memory};
    HANDLE thread = NULL;
    if (count < 4)
        return 2;
    (void)QueryPerformanceFrequency(&frequency);
    if (!start(words[1], &first_paint))
        return 1;
    Sleep(words[3][0] == L'0' ? 3000 : 8000); /* until the index is there, as it would be for a person */
    measure_filter(&filter, &filter_worst);
    measure_sort(&sort, &sort_worst);
    scroll = measure_scroll();
    repaint = measure_repaint();
    (void)SendMessageW((HWND)SendMessageW(list, LVM_GETHEADER, 0, 0), WM_LBUTTONDOWN, MK_LBUTTON, MAKELPARAM(40, 8));
    (void)SendMessageW((HWND)SendMessageW(list, LVM_GETHEADER, 0, 0), WM_LBUTTONUP, 0, MAKELPARAM(40, 8));
    refresh = measure_refresh(words[1], words[2]);
    (void)GetProcessMemoryInfo(program.hProcess, &memory, sizeof memory);
    thread = CreateThread(NULL, 0, feel, NULL, 0, NULL);
    work_for((int)wcstol(words[3], NULL, 10));
    stop_feeling = 1;
    (void)WaitForSingleObject(thread, 10000);
    (void)printf("{\"first_paint\": %.1f, \"filter\": %.2f, \"filter_worst\": %.2f, \"sort\": %.2f, \"sort_worst\": %.2f, \"scroll\": %.2f, "
                 "\"repaint\": %.2f, "
                 "\"refresh\": %.0f, \"memory_mb\": %.0f, \"blocked\": %.1f}\n",
                 first_paint, filter, filter_worst, sort, sort_worst, scroll, repaint, refresh, (double)memory.WorkingSetSize / 1048576.0,
                 longest_ms);
    (void)TerminateProcess(program.hProcess, 0);
    return 0;
}
