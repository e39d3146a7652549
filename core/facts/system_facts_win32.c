/* Services, the domain, time since the start, disk, memory. */
#include <winsock2.h>
#include <windows.h>

#include <dsgetdc.h>
#include <lm.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "facts/internal_win32.h"

static const char *state_name(DWORD state) {
    static const char *const names[] = {"?", "stopped", "starting", "stopping", "running", "continuing", "pausing", "paused"};
    return state < NS_COUNT_OF(names) ? names[state] : names[0];
}

static const char *start_name(DWORD start) {
    static const char *const names[] = {"boot", "system", "automatic", "manual", "disabled"};
    return start < NS_COUNT_OF(names) ? names[start] : "?";
}

static void add_config(SC_HANDLE service, cJSON *object) {
    union {
        QUERY_SERVICE_CONFIGW config;
        BYTE bytes[8192]; /* the most that Windows gives */
    } buffer;
    DWORD needed = 0;
    if (!QueryServiceConfigW(service, &buffer.config, sizeof buffer, &needed))
        return;
    (void)ns_json_add_string(object, "start", start_name(buffer.config.dwStartType));
    if (buffer.config.lpServiceStartName) {
        char *account = ns_wide_to_utf8(buffer.config.lpServiceStartName);
        (void)ns_json_add_string(object, "account", account ? account : "");
        free(account);
    }
}

static void collect_service(SC_HANDLE manager, const WCHAR *name, const char *fact, ns_facts *out) {
    SC_HANDLE service = OpenServiceW(manager, name, SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
    SERVICE_STATUS_PROCESS status = {0};
    DWORD needed = 0;
    char reason[256];
    cJSON *object = NULL;
    DWORD failure = service ? ERROR_SUCCESS : GetLastError();
    if (service && !QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &needed))
        failure = GetLastError();
    if (failure != ERROR_SUCCESS && failure != ERROR_SERVICE_DOES_NOT_EXIST) {
        ns_facts_add_unknown(out, fact, ns_collect_reason(failure, reason, sizeof reason), "QueryServiceStatusEx", ns_clock_utc_ms());
    } else {
        object = cJSON_CreateObject();
        (void)ns_json_add_string(object, "state", failure == ERROR_SUCCESS ? state_name(status.dwCurrentState) : "absent");
        if (service)
            add_config(service, object);
        ns_facts_add(out, fact, object, "QueryServiceStatusEx, QueryServiceConfigW", ns_clock_utc_ms());
    }
    if (service)
        (void)CloseServiceHandle(service);
}

void ns_collect_services(const ns_collect_target *target, ns_facts *out) {
    static const struct {
        const WCHAR *name;
        const char *fact;
    } services[] = {{L"TermService", "service.TermService"},
                    {L"UIFlowService", "service.UIFlowService"},
                    {L"RemoteRegistry", "service.RemoteRegistry"},
                    {L"Netlogon", "service.Netlogon"},
                    {L"W32Time", "service.W32Time"}};
    SC_HANDLE manager = OpenSCManagerW(target->wide_host, NULL, SC_MANAGER_CONNECT);
    char reason[256];
    DWORD failure = manager ? ERROR_SUCCESS : GetLastError();
    for (size_t i = 0; i < NS_COUNT_OF(services); i++) {
        if (manager)
            collect_service(manager, services[i].name, services[i].fact, out);
        else
            ns_facts_add_unknown(out, services[i].fact, ns_collect_reason(failure, reason, sizeof reason), "OpenSCManagerW", ns_clock_utc_ms());
    }
    if (manager)
        (void)CloseServiceHandle(manager);
}

/* A machine that is joined to Microsoft Entra keeps its device's certificate under this key; one with only a work account does
 * not. 1, 0, or -1 when that could not be read. https://learn.microsoft.com/entra/identity/devices/troubleshoot-device-dsregcmd */
static int is_joined_to_entra(const ns_collect_target *target) {
    HKEY root = HKEY_LOCAL_MACHINE;
    HKEY key = NULL;
    DWORD devices = 0;
    LSTATUS failure = target->wide_host ? RegConnectRegistryW(target->wide_host, HKEY_LOCAL_MACHINE, &root) : ERROR_SUCCESS;
    if (failure == ERROR_SUCCESS)
        failure = RegOpenKeyExW(root, L"SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin\\JoinInfo", 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);
    if (failure == ERROR_SUCCESS)
        failure = RegQueryInfoKeyW(key, NULL, NULL, NULL, &devices, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    if (key)
        (void)RegCloseKey(key);
    if (target->wide_host && root != HKEY_LOCAL_MACHINE)
        (void)RegCloseKey(root);
    if (failure == ERROR_FILE_NOT_FOUND || failure == ERROR_PATH_NOT_FOUND)
        return 0;
    return failure == ERROR_SUCCESS ? devices > 0 : -1;
}

/* Asked of the machine itself, which may reach another controller than we do; or none. */
static void collect_controller(const ns_collect_target *target, ns_facts *out) {
    DOMAIN_CONTROLLER_INFOW *info = NULL;
    char reason[256];
    const DWORD failure = DsGetDcNameW(target->wide_host, NULL, NULL, NULL, 0, &info);
    char *name = failure == ERROR_SUCCESS && info ? ns_wide_to_utf8(info->DomainControllerName) : NULL;
    if (name)
        ns_facts_add_string(out, "os.domain-controller", name, "DsGetDcNameW", ns_clock_utc_ms());
    else if (failure == ERROR_NO_SUCH_DOMAIN)
        ns_facts_add(out, "os.domain-controller", cJSON_CreateNull(), "DsGetDcNameW", ns_clock_utc_ms());
    else
        ns_facts_add_unknown(out, "os.domain-controller", ns_collect_reason(failure, reason, sizeof reason), "DsGetDcNameW", ns_clock_utc_ms());
    free(name);
    if (info)
        (void)NetApiBufferFree(info);
}

static void collect_join(const ns_collect_target *target, ns_facts *out) {
    WCHAR *name = NULL;
    NETSETUP_JOIN_STATUS status = NetSetupUnknownStatus;
    char reason[256];
    const NET_API_STATUS failure = NetGetJoinInformation(target->wide_host, &name, &status);
    char *text = failure == NERR_Success && name ? ns_wide_to_utf8(name) : NULL;
    const bool in_domain = status == NetSetupDomainName;
    const int entra = is_joined_to_entra(target);
    if (failure == NERR_Success && entra < 0) {
        ns_facts_add_unknown(out, "os.join", "Whether the machine is joined to Microsoft Entra could not be read.", "CloudDomainJoin\\JoinInfo",
                             ns_clock_utc_ms());
    } else if (failure != NERR_Success) {
        ns_facts_add_unknown(out, "os.join", ns_collect_reason(failure, reason, sizeof reason), "NetGetJoinInformation", ns_clock_utc_ms());
    } else {
        ns_facts_add_string(out, "os.join",
                            entra       ? (in_domain ? "hybrid" : "entra")
                            : in_domain ? "domain"
                                        : "workgroup",
                            "NetGetJoinInformation, HKLM\\SYSTEM\\CurrentControlSet\\Control\\CloudDomainJoin\\JoinInfo", ns_clock_utc_ms());
        ns_facts_add_string(out, "os.domain", text ? text : "", "NetGetJoinInformation", ns_clock_utc_ms());
    }
    free(text);
    if (name)
        (void)NetApiBufferFree(name);
    if (in_domain)
        collect_controller(target, out);
}

/* Its own clock, and how long it has been up. */
static void collect_time(const ns_collect_target *target, ns_facts *out) {
    TIME_OF_DAY_INFO *info = NULL;
    char reason[256];
    NET_API_STATUS failure = NERR_Success;
    if (!target->wide_host) {
        ns_facts_add_integer(out, "os.uptime-s", (int64_t)(GetTickCount64() / 1000), "GetTickCount64", ns_clock_utc_ms());
        return;
    }
    failure = NetRemoteTOD(target->wide_host, (LPBYTE *)&info);
    if (failure != NERR_Success || !info) {
        ns_facts_add_unknown(out, "os.uptime-s", ns_collect_reason(failure, reason, sizeof reason), "NetRemoteTOD", ns_clock_utc_ms());
    } else {
        /* Its milliseconds begin again after 49 days. */
        ns_facts_add_integer(out, "os.uptime-s", info->tod_msecs / 1000, "NetRemoteTOD, which begins again after 49 days", ns_clock_utc_ms());
        ns_facts_add_integer(out, "clock.skew-ms", (int64_t)info->tod_elapsedt * 1000 - ns_clock_utc_ms(), "NetRemoteTOD", ns_clock_utc_ms());
    }
    if (info)
        (void)NetApiBufferFree(info);
}

static void collect_disk(const ns_collect_target *target, ns_facts *out) {
    WCHAR path[300] = L"";
    ULARGE_INTEGER free_bytes = {0};
    char reason[256];
    if (target->wide_host)
        (void)_snwprintf(path, NS_COUNT_OF(path) - 1, L"\\\\%ls\\ADMIN$\\", target->wide_host);
    else if (!GetWindowsDirectoryW(path, NS_COUNT_OF(path)))
        path[0] = 0;
    if (GetDiskFreeSpaceExW(path, NULL, NULL, &free_bytes))
        ns_facts_add_integer(out, "os.free-bytes", (int64_t)free_bytes.QuadPart, "GetDiskFreeSpaceExW", ns_clock_utc_ms());
    else
        ns_facts_add_unknown(out, "os.free-bytes", ns_collect_reason(GetLastError(), reason, sizeof reason), "GetDiskFreeSpaceExW",
                             ns_clock_utc_ms());
}

static void collect_hardware(const ns_collect_target *target, ns_facts *out) {
    static const char reason[] = "It is told on the machine itself: run nightshiftctl facts collect there, or ask for a session check.";
    MEMORYSTATUSEX memory = {.dwLength = sizeof memory};
    SYSTEM_INFO system;
    if (target->wide_host) {
        ns_facts_add_unknown(out, "os.memory-bytes", reason, "GlobalMemoryStatusEx", ns_clock_utc_ms());
        ns_facts_add_unknown(out, "os.processors", reason, "GetNativeSystemInfo", ns_clock_utc_ms());
        return;
    }
    if (GlobalMemoryStatusEx(&memory))
        ns_facts_add_integer(out, "os.memory-bytes", (int64_t)memory.ullTotalPhys, "GlobalMemoryStatusEx", ns_clock_utc_ms());
    GetNativeSystemInfo(&system);
    ns_facts_add_integer(out, "os.processors", system.dwNumberOfProcessors, "GetNativeSystemInfo", ns_clock_utc_ms());
}

void ns_collect_system(const ns_collect_target *target, ns_facts *out) {
    collect_join(target, out);
    collect_time(target, out);
    collect_disk(target, out);
    collect_hardware(target, out);
}
