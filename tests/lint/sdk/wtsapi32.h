/* What mingw-w64's lacks of Microsoft's, and WinPR's own header names. */
#ifndef NS_SDK_WTSAPI32_H
#define NS_SDK_WTSAPI32_H
#include_next <wtsapi32.h>
typedef enum WTS_TYPE_CLASS { WTSTypeProcessInfoLevel0, WTSTypeProcessInfoLevel1 } WTS_TYPE_CLASS;
typedef struct WTS_SESSION_INFO_1A *PWTS_SESSION_INFO_1A;
typedef struct WTS_SESSION_INFO_1W *PWTS_SESSION_INFO_1W;
typedef WCHAR *PWTSLISTENERNAMEW;
typedef CHAR *PWTSLISTENERNAMEA;
typedef struct WTSLISTENERCONFIGW *PWTSLISTENERCONFIGW;
typedef struct WTSLISTENERCONFIGA *PWTSLISTENERCONFIGA;
#endif
