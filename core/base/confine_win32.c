/* https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-updateprocthreadattribute,
 * https://learn.microsoft.com/windows/win32/api/securitybaseapi/nf-securitybaseapi-createrestrictedtoken,
 * https://learn.microsoft.com/windows/win32/secauthz/mandatory-integrity-control */
#include "base/confine_win32.h"

#ifndef LUA_TOKEN
#define LUA_TOKEN 0x4
#endif
#ifndef PROCESS_CREATION_CHILD_PROCESS_RESTRICTED
#define PROCESS_CREATION_CHILD_PROCESS_RESTRICTED 0x1
#endif
#ifndef PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_PREFER_SYSTEM32_ALWAYS_ON
#define PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_PREFER_SYSTEM32_ALWAYS_ON (0x1ULL << 60)
#endif

bool ns_confine_is_wine(void) {
    HMODULE system = GetModuleHandleW(L"ntdll.dll");
    return system && GetProcAddress(system, "wine_get_version");
}

static bool make_low(HANDLE token) {
    SID_IDENTIFIER_AUTHORITY authority = SECURITY_MANDATORY_LABEL_AUTHORITY;
    TOKEN_MANDATORY_LABEL label = {.Label = {.Attributes = SE_GROUP_INTEGRITY}};
    PSID low = NULL;
    bool done = false;
    if (!AllocateAndInitializeSid(&authority, 1, SECURITY_MANDATORY_LOW_RID, 0, 0, 0, 0, 0, 0, 0, &low))
        return false;
    label.Label.Sid = low;
    done = SetTokenInformation(token, TokenIntegrityLevel, &label, sizeof label + GetLengthSid(low)) != 0;
    (void)FreeSid(low);
    return done || ns_confine_is_wine();
}

HANDLE ns_confine_token(void) {
    HANDLE own = NULL;
    HANDLE restricted = NULL;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY | TOKEN_QUERY | TOKEN_ADJUST_DEFAULT, &own))
        return NULL;
    if (!CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE | LUA_TOKEN, 0, NULL, 0, NULL, 0, NULL, &restricted))
        restricted = NULL;
    (void)CloseHandle(own);
    if (restricted && !make_low(restricted)) {
        (void)CloseHandle(restricted);
        restricted = NULL;
    }
    return restricted;
}

bool ns_confine_add_attributes(ns_confine *self, LPPROC_THREAD_ATTRIBUTE_LIST list) {
    self->mitigations =
        PROCESS_CREATION_MITIGATION_POLICY_HEAP_TERMINATE_ALWAYS_ON | PROCESS_CREATION_MITIGATION_POLICY_BOTTOM_UP_ASLR_ALWAYS_ON |
        PROCESS_CREATION_MITIGATION_POLICY_HIGH_ENTROPY_ASLR_ALWAYS_ON | PROCESS_CREATION_MITIGATION_POLICY_STRICT_HANDLE_CHECKS_ALWAYS_ON |
        PROCESS_CREATION_MITIGATION_POLICY_EXTENSION_POINT_DISABLE_ALWAYS_ON | PROCESS_CREATION_MITIGATION_POLICY_PROHIBIT_DYNAMIC_CODE_ALWAYS_ON |
        PROCESS_CREATION_MITIGATION_POLICY_FONT_DISABLE_ALWAYS_ON | PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_REMOTE_ALWAYS_ON |
        PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_LOW_LABEL_ALWAYS_ON |
        PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_PREFER_SYSTEM32_ALWAYS_ON;
    self->child_processes = PROCESS_CREATION_CHILD_PROCESS_RESTRICTED;
    return (UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, &self->mitigations, sizeof self->mitigations, NULL, NULL) &&
            UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY, &self->child_processes, sizeof self->child_processes, NULL,
                                      NULL)) ||
           ns_confine_is_wine();
}
