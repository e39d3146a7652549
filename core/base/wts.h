/* What mingw-w64's wtsapi32.h lacks of Microsoft's, by the same names: https://learn.microsoft.com/windows/win32/api/wtsapi32/
 * Windows only. */
#ifndef NS_BASE_WTS_H
#define NS_BASE_WTS_H

#include "base/platform.h"

#include <wtsapi32.h>

#ifndef WTS_SESSIONSTATE_LOCK
typedef struct WTS_SESSION_INFO_1W {
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    LPWSTR pSessionName;
    LPWSTR pHostName;
    LPWSTR pUserName;
    LPWSTR pDomainName;
    LPWSTR pFarmName;
} WTS_SESSION_INFO_1W;

typedef struct WTSINFOEX_LEVEL1_W {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags;
    WCHAR WinStationName[33];
    WCHAR UserName[21];
    WCHAR DomainName[18];
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER CurrentTime;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
} WTSINFOEX_LEVEL1_W;

typedef struct WTSINFOEXW {
    DWORD Level;
    union {
        WTSINFOEX_LEVEL1_W WTSInfoExLevel1;
    } Data;
} WTSINFOEXW;

#define WTSSessionInfoEx ((WTS_INFO_CLASS)25)
#define WTSTypeSessionInfoLevel1 2
#define WTS_SESSIONSTATE_UNKNOWN ((LONG)0xFFFFFFFF)
#define WTS_SESSIONSTATE_LOCK 0
#define WTS_SESSIONSTATE_UNLOCK 1

HANDLE WINAPI WTSVirtualChannelOpenEx(DWORD session, LPSTR name, DWORD flags);
HANDLE WINAPI WTSOpenServerExW(LPWSTR server);
BOOL WINAPI WTSEnumerateSessionsExW(HANDLE server, DWORD *level, DWORD filter, WTS_SESSION_INFO_1W **sessions, DWORD *count);
BOOL WINAPI WTSFreeMemoryExW(int type, PVOID memory, ULONG count);
#endif

#ifndef WTS_CHANNEL_OPTION_DYNAMIC
#define WTS_CHANNEL_OPTION_DYNAMIC 0x00000001
#endif

#endif
