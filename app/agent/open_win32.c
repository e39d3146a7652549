#include <winsock2.h>
#include <windows.h>

#include <objbase.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/native_text.h"
#include "base/wide.h"
#include "open.h"

/* https://learn.microsoft.com/windows/win32/api/shellapi/ns-shellapi-shellexecuteinfow: the caller's thread has an apartment; no window of the
 * shell's tells of a failure; a handle comes where a process was started for it, and none where one that runs took it. */
int open_document(const char *what) {
    WCHAR *wide = ns_wide_from_utf8(what);
    SHELLEXECUTEINFOW how = {.cbSize = sizeof how, .fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_NOASYNC | SEE_MASK_FLAG_NO_UI, .nShow = SW_SHOWNORMAL};
    int answer = 0;
    how.lpFile = wide;
    (void)CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    if (!wide || !ShellExecuteExW(&how)) {
        char why[300];
        ns_native_text(GetLastError(), why, sizeof why);
        (void)printf("It could not be opened: %s\n", why);
        answer = 1;
    } else if (how.hProcess) {
        (void)WaitForSingleObject(how.hProcess, INFINITE);
        (void)CloseHandle(how.hProcess);
    }
    CoUninitialize();
    free(wide);
    return answer;
}
