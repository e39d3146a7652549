#include "console/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../resources/resource.h"
#include "base/text.h"
#include "base/wide.h"

enum { FIRST = 2000, COUNT = 200 };

const WCHAR *words(unsigned id) {
    /* With a size of 0, LoadString gives the resource itself, which is not ended by 0; so each text is copied once. */
    static WCHAR *texts[COUNT];
    const WCHAR *raw = NULL;
    unsigned slot = id - FIRST;
    if (slot >= COUNT)
        return L"";
    if (!texts[slot]) {
        int units = LoadStringW(GetModuleHandleW(NULL), id, (LPWSTR)&raw, 0);
        texts[slot] = calloc((size_t)units + 1, sizeof(WCHAR));
        if (!texts[slot])
            return L"";
        memcpy(texts[slot], raw, (size_t)units * sizeof(WCHAR));
    }
    return texts[slot];
}

const char *words_utf8(unsigned id) {
    static char *texts[COUNT];
    unsigned slot = id - FIRST;
    if (slot >= COUNT)
        return "";
    if (!texts[slot])
        texts[slot] = ns_wide_to_utf8(words(id));
    return texts[slot] ? texts[slot] : "";
}

void words_format(WCHAR out[WORDS_SIZE], unsigned id, ...) {
    va_list arguments;
    va_start(arguments, id);
    out[0] = 0;
    (void)FormatMessageW(FORMAT_MESSAGE_FROM_STRING, words(id), 0, 0, out, WORDS_SIZE, &arguments);
    va_end(arguments);
}

void words_of_error(WCHAR out[WORDS_SIZE], const ns_error *error) {
    WCHAR *message = ns_wide_from_utf8(error->message);
    WCHAR *remedy = ns_wide_from_utf8(error->remedy);
    WCHAR *code = ns_wide_from_utf8(error->code);
    out[0] = 0;
    if (message && remedy && code)
        words_format(out, IDS_ERROR_TEXT, message, remedy, code);
    free(message);
    free(remedy);
    free(code);
}

void words_local_time(int64_t utc_ms, char *out, size_t size) {
    const ULONGLONG ticks = (ULONGLONG)(utc_ms + 11644473600000) * 10000;
    const FILETIME file = {(DWORD)ticks, (DWORD)(ticks >> 32)};
    SYSTEMTIME utc;
    SYSTEMTIME local;
    WCHAR date[64] = {0};
    WCHAR time[64] = {0};
    char *date_utf8 = NULL;
    char *time_utf8 = NULL;
    out[0] = 0;
    if (!FileTimeToSystemTime(&file, &utc) || !SystemTimeToTzSpecificLocalTime(NULL, &utc, &local))
        return;
    (void)GetDateFormatEx(LOCALE_NAME_USER_DEFAULT, DATE_SHORTDATE, &local, NULL, date, NS_COUNT_OF(date), NULL);
    (void)GetTimeFormatEx(LOCALE_NAME_USER_DEFAULT, 0, &local, NULL, time, NS_COUNT_OF(time));
    date_utf8 = ns_wide_to_utf8(date);
    time_utf8 = ns_wide_to_utf8(time);
    if (date_utf8 && time_utf8)
        (void)snprintf(out, size, "%s %s", date_utf8, time_utf8);
    free(date_utf8);
    free(time_utf8);
}

void set_text(HWND window, const char *utf8) {
    WCHAR *wide = ns_wide_from_utf8(utf8 ? utf8 : "");
    if (wide)
        (void)SetWindowTextW(window, wide);
    free(wide);
}

char *get_text(HWND window) {
    int units = GetWindowTextLengthW(window);
    WCHAR *wide = calloc((size_t)units + 1, sizeof *wide);
    char *utf8 = NULL;
    if (!wide)
        return NULL;
    (void)GetWindowTextW(window, wide, units + 1);
    utf8 = ns_wide_to_utf8(wide);
    ns_wipe(wide, (size_t)units * sizeof *wide); /* it may be a password */
    free(wide);
    return utf8;
}
