/* Microsoft's headers as far as mingw-w64's reach: those ask for gcc, and our sources are to see cl. So they are read here first, as gcc;
 * what comes after sees no gcc. Only those that no library of ours replaces. */
#define __GNUC__ 4
#define __GNUC_MINOR__ 2
#define SECURITY_WIN32
#define COBJMACROS
#define CERT_CHAIN_PARA_HAS_EXTRA_FIELDS
#include <_mingw.h>
#undef __MINGW_IMPORT
#define __MINGW_IMPORT extern __declspec(dllimport)
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

#include <winsock2.h>
#include <ws2tcpip.h>

#include <windows.h>

#include <aclapi.h>
#include <bcrypt.h>
#include <commctrl.h>
#include <commdlg.h>
#include <dpapi.h>
#include <dwmapi.h>
#include <objbase.h>
#include <oleacc.h>
#include <psapi.h>
#include <shellapi.h>
#include <shlobj.h>
#include <shlwapi.h>
#include <shobjidl.h>
#include <uxtheme.h>
#include <wincodec.h>
#include <wincrypt.h>
#include <windowsx.h>
#include <winsvc.h>
#include <wtsapi32.h>
#undef __GNUC__
#undef __GNUC_MINOR__
#undef SECURITY_WIN32
#undef COBJMACROS
#undef CERT_CHAIN_PARA_HAS_EXTRA_FIELDS
