#include "base/platform.h"

#include <bcrypt.h>
#include <errno.h>
#include <aclapi.h>
#include <sddl.h>
#include <shlobj.h>
#include <stdlib.h>
#include <string.h>

#include "base/system.h"
#include "base/text.h"
#include "base/wide.h"

ns_status ns_system_random(void *out, size_t size, ns_error *error) {
    NTSTATUS status = BCryptGenRandom(NULL, out, (ULONG)size, BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (status != 0)
        return ns_error_set(error, NS_STATUS_SYSTEM, "SystemError", NULL, "The system gave no random numbers (0x%08lx).", (unsigned long)status);
    return NS_OK;
}

char *ns_system_program_folder(void) {
    WCHAR path[32768];
    DWORD units = GetModuleFileNameW(NULL, path, NS_COUNT_OF(path));
    WCHAR *slash = NULL;
    if (units == 0 || units >= NS_COUNT_OF(path))
        return ns_string_copy(".");
    slash = wcsrchr(path, L'\\');
    if (slash)
        *slash = 0;
    return ns_wide_to_utf8(path);
}

const char *ns_system_program_suffix(void) {
    return ".exe";
}

/* A copy that is carried about keeps what it has beside itself, where this file says so. */
static char *portable_folder(void) {
    char *program = ns_system_program_folder();
    char *folder = NULL;
    WCHAR *mark = NULL;
    ns_text path;
    ns_text_init(&path, 32768);
    if (program && ns_text_appendf(&path, "%s\\nightshift-portable.txt", program))
        mark = ns_wide_from_utf8(ns_text_string(&path));
    if (mark && GetFileAttributesW(mark) != INVALID_FILE_ATTRIBUTES) {
        ns_text_clear(&path);
        ns_text_init(&path, 32768);
        (void)ns_text_appendf(&path, "%s\\store", program);
        folder = ns_text_take_whole(&path);
    }
    ns_text_clear(&path);
    free(mark);
    free(program);
    return folder;
}

char *ns_system_data_folder(void) {
    PWSTR base = NULL;
    char *utf8 = portable_folder();
    ns_text path;
    if (utf8)
        return utf8;
    ns_text_init(&path, 32768);
    if (SHGetKnownFolderPath(&FOLDERID_LocalAppData, KF_FLAG_CREATE, NULL, &base) == S_OK)
        utf8 = ns_wide_to_utf8(base);
    CoTaskMemFree(base);
    if (!utf8)
        return NULL;
    (void)ns_text_appendf(&path, "%s\\Nightshift", utf8);
    free(utf8);
    return ns_text_take_whole(&path);
}

char *ns_system_key_folder(void) {
    return ns_system_data_folder();
}

static bool is_kept_from_low(WCHAR *folder) {
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PACL labels = NULL;
    void *label = NULL;
    bool kept = false;
    if (GetNamedSecurityInfoW(folder, SE_FILE_OBJECT, LABEL_SECURITY_INFORMATION, NULL, NULL, NULL, &labels, &descriptor) != ERROR_SUCCESS)
        return false;
    if (labels && GetAce(labels, 0, &label))
        kept = ((SYSTEM_MANDATORY_LABEL_ACE *)label)->Header.AceType == SYSTEM_MANDATORY_LABEL_ACE_TYPE &&
               (((SYSTEM_MANDATORY_LABEL_ACE *)label)->Mask & SYSTEM_MANDATORY_LABEL_NO_READ_UP);
    LocalFree(descriptor);
    return kept;
}

/* Once: it goes to all that is in the folder. */
void ns_system_keep_from_low(const char *folder) {
    WCHAR *wide = ns_wide_from_utf8(folder);
    PSECURITY_DESCRIPTOR descriptor = NULL;
    PACL label = NULL;
    BOOL there = FALSE;
    BOOL by_default = FALSE;
    /* ML: mandatory label; for files and folders in it; no write and no read from below medium. */
    if (wide && !is_kept_from_low(wide) &&
        ConvertStringSecurityDescriptorToSecurityDescriptorW(L"S:(ML;OICI;NWNR;;;ME)", SDDL_REVISION_1, &descriptor, NULL) &&
        GetSecurityDescriptorSacl(descriptor, &there, &label, &by_default) && there)
        (void)SetNamedSecurityInfoW(wide, SE_FILE_OBJECT, LABEL_SECURITY_INFORMATION, NULL, NULL, NULL, label);
    LocalFree(descriptor);
    free(wide);
}

ns_status ns_system_make_folder(const char *path, ns_error *error) {
    WCHAR *wide = ns_wide_from_utf8(path);
    WCHAR full[32768];
    DWORD failure = ERROR_SUCCESS;
    if (!wide)
        return ns_error_set_memory(error);
    if (GetFullPathNameW(wide, NS_COUNT_OF(full), full, NULL) == 0)
        failure = GetLastError();
    else
        failure = (DWORD)SHCreateDirectoryExW(NULL, full, NULL);
    free(wide);
    if (failure != ERROR_SUCCESS && failure != ERROR_ALREADY_EXISTS && failure != ERROR_FILE_EXISTS)
        return ns_error_set_system(error, failure, "FolderNotMade", "Choose a folder that you may write to.", "The folder %s could not be made",
                                   path);
    return NS_OK;
}

FILE *ns_system_open_file(const char *path, const char *mode) {
    WCHAR *wide = ns_wide_from_utf8(path);
    WCHAR *wide_mode = ns_wide_from_utf8(mode);
    FILE *file = wide && wide_mode ? _wfopen(wide, wide_mode) : NULL;
    free(wide);
    free(wide_mode);
    return file;
}

ns_status ns_system_replace_file(const char *from, const char *to, ns_error *error) {
    WCHAR *wide_from = ns_wide_from_utf8(from);
    WCHAR *wide_to = ns_wide_from_utf8(to);
    ns_status status = NS_OK;
    if (!wide_from || !wide_to)
        status = ns_error_set_memory(error);
    else if (!MoveFileExW(wide_from, wide_to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
        status = ns_error_set_system(error, GetLastError(), "FileNotWritten", NULL, "%s could not be renamed to %s", from, to);
    free(wide_from);
    free(wide_to);
    return status;
}

void ns_system_remove_file(const char *path) {
    WCHAR *wide = ns_wide_from_utf8(path);
    if (wide)
        (void)DeleteFileW(wide);
    free(wide);
}

int64_t ns_system_file_size(const char *path) {
    WCHAR *wide = ns_wide_from_utf8(path);
    WIN32_FILE_ATTRIBUTE_DATA found;
    const bool there = wide && GetFileAttributesExW(wide, GetFileExInfoStandard, &found);
    free(wide);
    return there ? (int64_t)found.nFileSizeHigh << 32 | found.nFileSizeLow : -1;
}

int64_t ns_system_file_time(const char *path) {
    static const int64_t epoch_ms = 11644473600000; /* a FILETIME counts from 1601 in 100 ns */
    WCHAR *wide = ns_wide_from_utf8(path);
    WIN32_FILE_ATTRIBUTE_DATA found;
    const bool there = wide && GetFileAttributesExW(wide, GetFileExInfoStandard, &found);
    free(wide);
    return there ? ((int64_t)found.ftLastWriteTime.dwHighDateTime << 32 | found.ftLastWriteTime.dwLowDateTime) / 10000 - epoch_ms : 0;
}

bool ns_system_file_is_plain(const char *path) {
    WCHAR *wide = ns_wide_from_utf8(path);
    const DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    free(wide);
    return attributes != INVALID_FILE_ATTRIBUTES && !(attributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE | FILE_ATTRIBUTE_REPARSE_POINT));
}

bool ns_system_file_exists(const char *path) {
    WCHAR *wide = ns_wide_from_utf8(path);
    DWORD attributes = wide ? GetFileAttributesW(wide) : INVALID_FILE_ATTRIBUTES;
    free(wide);
    return attributes != INVALID_FILE_ATTRIBUTES;
}

static unsigned long long start_of(HANDLE process) {
    FILETIME created;
    FILETIME other;
    FILETIME kernel;
    FILETIME user;
    if (!GetProcessTimes(process, &created, &other, &kernel, &user))
        return 0;
    return (unsigned long long)created.dwHighDateTime << 32 | created.dwLowDateTime;
}

static void identity_prefix(char *out, size_t size) {
    WCHAR host[MAX_COMPUTERNAME_LENGTH + 1] = {0};
    DWORD units = NS_COUNT_OF(host);
    char *utf8 = NULL;
    (void)GetComputerNameW(host, &units);
    utf8 = ns_wide_to_utf8(host);
    (void)snprintf(out, size, "windows/%s/", utf8 ? utf8 : "");
    free(utf8);
}

char *ns_system_user(void) {
    WCHAR host[MAX_COMPUTERNAME_LENGTH + 1] = {0};
    WCHAR user[257] = {0}; /* UNLEN + 1 */
    DWORD host_units = NS_COUNT_OF(host);
    DWORD user_units = NS_COUNT_OF(user);
    char *host_utf8 = NULL;
    char *user_utf8 = NULL;
    ns_text text;
    ns_text_init(&text, 2000);
    (void)GetComputerNameW(host, &host_units);
    (void)GetUserNameW(user, &user_units);
    host_utf8 = ns_wide_to_utf8(host);
    user_utf8 = ns_wide_to_utf8(user);
    (void)ns_text_appendf(&text, "%s@%s", user_utf8 ? user_utf8 : "?", host_utf8 ? host_utf8 : "?");
    free(host_utf8);
    free(user_utf8);
    return ns_text_take_whole(&text);
}

char *ns_system_process_identity(void) {
    char prefix[128];
    ns_text text;
    ns_text_init(&text, 512);
    identity_prefix(prefix, sizeof prefix);
    (void)ns_text_appendf(&text, "%s%lu/%llu", prefix, (unsigned long)GetCurrentProcessId(), start_of(GetCurrentProcess()));
    return ns_text_take_whole(&text);
}

int ns_system_process_is_alive(const char *identity) {
    char prefix[128];
    char *end = NULL;
    unsigned long pid = 0;
    unsigned long long start = 0;
    HANDLE process = NULL;
    DWORD code = 0;
    int alive = 0;
    identity_prefix(prefix, sizeof prefix);
    if (strncmp(identity, prefix, strlen(prefix)) != 0)
        return -1;
    pid = strtoul(identity + strlen(prefix), &end, 10);
    if (pid == 0 || *end != '/')
        return -1;
    start = strtoull(end + 1, NULL, 10);
    process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (!process)
        return GetLastError() == ERROR_INVALID_PARAMETER ? 0 : -1; /* there is none of that number; anything else says nothing of it */
    if (!GetExitCodeProcess(process, &code) || start_of(process) == 0)
        alive = -1;
    else
        alive = code == STILL_ACTIVE && start_of(process) == start;
    CloseHandle(process);
    return alive;
}

bool ns_system_is_on_share(const char *path) {
    WCHAR *wide = ns_wide_from_utf8(path);
    WCHAR root[MAX_PATH] = {0};
    const bool share = wide && GetVolumePathNameW(wide, root, MAX_PATH) && GetDriveTypeW(root) == DRIVE_REMOTE;
    free(wide);
    return share;
}

/* The number of the start, which Windows counts, and the installation's own. */
void ns_system_boot_id(char out[NS_BOOT_ID_SIZE]) {
    WCHAR guid[64] = {0};
    char *installation = NULL;
    DWORD starts = 0;
    DWORD size = sizeof starts;
    out[0] = 0;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management\\PrefetchParameters", L"BootId",
                     RRF_RT_REG_DWORD, NULL, &starts, &size) != ERROR_SUCCESS)
        return;
    size = sizeof guid;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid", RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL, guid,
                     &size) != ERROR_SUCCESS)
        return;
    installation = ns_wide_to_utf8(guid);
    (void)snprintf(out, NS_BOOT_ID_SIZE, "%.48s/%lu", installation ? installation : "", (unsigned long)starts);
    free(installation);
}

void ns_system_protect_process(void) {
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
}

const char *ns_system_environment(const char *name) {
    return getenv(name);
}
