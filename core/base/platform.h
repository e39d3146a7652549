/* The Win32 subset that core is written in: Windows itself, or WinPR elsewhere. The only header that asks which.
 * Threads, events and critical sections; nothing with a window. */
#ifndef NS_BASE_PLATFORM_H
#define NS_BASE_PLATFORM_H

#ifdef _WIN32
#include <winsock2.h>

#include <windows.h>
#else
#include <winpr/environment.h>
#include <winpr/interlocked.h>
#include <winpr/synch.h>
#include <winpr/sysinfo.h>
#include <winpr/thread.h>
#include <winpr/wtypes.h>
#if defined(__SANITIZE_THREAD__) /* WinPR's are not built with it, and it would not know that they exclude each other */
#include <sanitizer/tsan_interface.h>
#define EnterCriticalSection(section) (EnterCriticalSection(section), __tsan_acquire(section))
#define LeaveCriticalSection(section) (__tsan_release(section), LeaveCriticalSection(section))
#endif
#endif

#if defined(__GNUC__)
#define NS_MUST_USE __attribute__((warn_unused_result))
#ifdef _WIN32
#define NS_PRINTF(format_at, first_at) __attribute__((format(gnu_printf, format_at, first_at)))
#else
#define NS_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#endif
#else
#define NS_MUST_USE
#define NS_PRINTF(format_at, first_at)
#endif

#define NS_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
