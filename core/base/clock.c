#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/platform.h"

int64_t ns_clock_utc_ms(void) {
    /* FILETIME: 100 ns since 1601-01-01. */
    const int64_t epoch_difference_ms = 11644473600000;
    FILETIME now = {0};
    GetSystemTimeAsFileTime(&now);
    return (int64_t)((((uint64_t)now.dwHighDateTime << 32) | now.dwLowDateTime) / 10000) - epoch_difference_ms;
}

uint64_t ns_clock_monotonic_ms(void) {
    return GetTickCount64();
}

/* Days since 1970-01-01 to a Gregorian date, for any year: counted from 1 March so that leap days end a year. */
static void civil(int64_t days, int *year, int *month, int *day) {
    const int64_t shifted = days + 719468;
    const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int64_t day_of_era = shifted - era * 146097;
    const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    *month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    *year = (int)(year_of_era + era * 400 + (*month <= 2 ? 1 : 0));
}

void ns_clock_format(int64_t utc_ms, char out[NS_CLOCK_TEXT_SIZE]) {
    const int64_t day_ms = 86400000;
    int64_t days = utc_ms / day_ms;
    int64_t rest = utc_ms % day_ms;
    int year = 0;
    int month = 0;
    int day = 0;
    out[0] = 0;
    if (utc_ms == 0)
        return;
    if (rest < 0) {
        rest += day_ms;
        days--;
    }
    civil(days, &year, &month, &day);
    (void)snprintf(out, NS_CLOCK_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year % 10000, month, day, (int)(rest / 3600000),
                   (int)(rest / 60000 % 60), (int)(rest / 1000 % 60), (int)(rest % 1000));
}

/* The other way round, counted from 1 March too. */
int64_t ns_clock_make(int year, int month, int day, int64_t ms_of_day) {
    const int64_t shifted = (int64_t)year - (month <= 2);
    const int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    const int64_t year_of_era = shifted - era * 400;
    const int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (era * 146097 + day_of_era - 719468) * 86400000 + ms_of_day;
}

/* "Z" or ".123Z". */
static bool parse_end(const char *text, int *ms) {
    int used = 0;
    *ms = 0;
    /* NOLINTNEXTLINE(cert-err34-c): the width bounds the number. */
    return strcmp(text, "Z") == 0 || (sscanf(text, ".%3dZ%n", ms, &used) == 1 && used == 5 && text[used] == 0);
}

int64_t ns_clock_parse(const char *text) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int ms = 0;
    int used = 0;
    /* NOLINTNEXTLINE(cert-err34-c): the widths bound each number, and what does not fit is refused below. */
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute, &second, &used) != 6 || used != 19 ||
        !parse_end(text + used, &ms))
        return 0;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || ms < 0)
        return 0;
    return ns_clock_make(year, month, day, ((hour * 60LL + minute) * 60 + second) * 1000 + ms);
}
