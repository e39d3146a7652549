/* Two clocks: the calendar in UTC, and one that never jumps. Any thread. */
#ifndef NS_BASE_CLOCK_H
#define NS_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t ns_clock_utc_ms(void);
/* Milliseconds of a clock that only goes forward; for deadlines and durations. */
uint64_t ns_clock_monotonic_ms(void);

enum { NS_CLOCK_TEXT_SIZE = 32 };
/* ISO 8601 in UTC with milliseconds ("2026-11-23T22:01:05.123Z"); "" for 0. */
void ns_clock_format(int64_t utc_ms, char out[NS_CLOCK_TEXT_SIZE]);
/* That moment, of the Gregorian calendar in UTC; month and day count from 1. */
int64_t ns_clock_make(int year, int month, int day, int64_t ms_of_day);
/* The other way round, also without milliseconds; 0 for what is not such a text. */
int64_t ns_clock_parse(const char *text);

#endif
