/* https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getprocessmitigationpolicy. The starter has closed the cage
 * before this process began (core/base/confine_win32.c); here it is seen that it holds. */
#include <winsock2.h>
#include <windows.h>

#include "base/confine_win32.h"
#include "cage.h"

static ns_status not_confined(ns_error *error, const char *what) {
    return ns_error_set_system(error, GetLastError(), "RunnerNotConfined", "Windows 10 1709 or newer has what it takes. Nothing was sent.",
                               "The runner could not be confined (%s)", what);
}

ns_status cage_close_files(ns_error *error) {
    (void)error; /* by the token that the starter gave: low integrity writes nowhere */
    return NS_OK;
}

/* That what the starter asked for is so. */
ns_status cage_close(ns_error *error) {
    PROCESS_MITIGATION_DYNAMIC_CODE_POLICY code = {0};
    PROCESS_MITIGATION_STRICT_HANDLE_CHECK_POLICY handles = {0};
    PROCESS_MITIGATION_EXTENSION_POINT_DISABLE_POLICY extensions = {0};
    PROCESS_MITIGATION_IMAGE_LOAD_POLICY images = {0};
    HANDLE self = GetCurrentProcess();
    if (ns_confine_is_wine())
        return NS_OK;
    if (!GetProcessMitigationPolicy(self, ProcessDynamicCodePolicy, &code, sizeof code) || !code.ProhibitDynamicCode)
        return not_confined(error, "dynamic code");
    if (!GetProcessMitigationPolicy(self, ProcessStrictHandleCheckPolicy, &handles, sizeof handles) ||
        !handles.RaiseExceptionOnInvalidHandleReference)
        return not_confined(error, "handles");
    if (!GetProcessMitigationPolicy(self, ProcessExtensionPointDisablePolicy, &extensions, sizeof extensions) || !extensions.DisableExtensionPoints)
        return not_confined(error, "extension points");
    if (!GetProcessMitigationPolicy(self, ProcessImageLoadPolicy, &images, sizeof images) || !images.NoRemoteImages)
        return not_confined(error, "images");
    return NS_OK;
}

bool cage_close_dialer(void) {
    return true;
}
