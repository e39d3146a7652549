#include "handles.h"

#include <stdint.h>
#include <stdlib.h>
#include <winternl.h>

enum { HANDLE_INFORMATION = 16, GDI_TABLE_IN_PEB = 0xF8, GDI_ENTRIES = 0x4000 };

/* As in ntgdi.h of both systems, for 64 bits. */
typedef struct gdi_entry {
    uint64_t object;
    uint32_t owner;
    uint16_t unique;
    uint8_t type; /* 0 for a free one */
    uint8_t flags;
    uint64_t user;
} gdi_entry;

static unsigned long count_gdi(HANDLE process) {
    PROCESS_BASIC_INFORMATION basic;
    const char *peb = NULL;
    void *table = NULL;
    gdi_entry *entries = calloc(GDI_ENTRIES, sizeof *entries);
    unsigned long count = 0;
    if (entries && NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, NULL) == 0) {
        peb = (const char *)basic.PebBaseAddress;
        if (ReadProcessMemory(process, peb + GDI_TABLE_IN_PEB, &table, sizeof table, NULL) &&
            ReadProcessMemory(process, table, entries, GDI_ENTRIES * sizeof *entries, NULL))
            for (int i = 0; i < GDI_ENTRIES; i++)
                count += entries[i].type != 0;
    }
    free(entries);
    return count;
}

/* SYSTEM_HANDLE_INFORMATION: a count, then an entry for each handle of the system. */
typedef struct handle_entry {
    ULONG owner;
    BYTE type;
    BYTE flags;
    USHORT value;
    void *object;
    ULONG access;
} handle_entry;

typedef struct handle_list {
    ULONG count;
    handle_entry entries[1];
} handle_list;

static unsigned long count_kernel(HANDLE process) {
    const DWORD id = GetProcessId(process);
    const ULONG size = 4 << 20;
    handle_list *list = calloc(1, size);
    unsigned long count = 0;
    if (list && NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)HANDLE_INFORMATION, list, size, NULL) == 0)
        for (ULONG i = 0; i < list->count; i++)
            count += list->entries[i].owner == id;
    free(list);
    return count;
}

typedef struct window_count {
    DWORD process;
    unsigned long count;
} window_count;

static BOOL CALLBACK count_child(HWND window, LPARAM context) {
    (void)window;
    ((window_count *)context)->count++;
    return TRUE;
}

static BOOL CALLBACK count_top(HWND window, LPARAM context) {
    window_count *self = (window_count *)context;
    DWORD process = 0;
    (void)GetWindowThreadProcessId(window, &process);
    if (process == self->process) {
        self->count++;
        (void)EnumChildWindows(window, count_child, context);
    }
    return TRUE;
}

handle_counts count_handles(HANDLE process) {
    window_count windows = {GetProcessId(process), 0};
    DWORD kernel = 0;
    handle_counts now = {0};
    (void)GetProcessHandleCount(process, &kernel);
    (void)EnumWindows(count_top, (LPARAM)&windows);
    now.kernel = kernel ? kernel : count_kernel(process);
    now.user = GetGuiResources(process, GR_USEROBJECTS);
    now.gdi = GetGuiResources(process, GR_GDIOBJECTS);
    if (!now.user)
        now.user = windows.count;
    if (!now.gdi)
        now.gdi = count_gdi(process);
    return now;
}
