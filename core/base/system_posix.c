#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/system.h"
#include "base/text.h"

ns_status ns_system_random(void *out, size_t size, ns_error *error) {
    unsigned char *p = out;
    while (size) {
        ssize_t got = getrandom(p, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ns_error_set_system(error, (uint32_t)errno, "SystemError", NULL, "The system gave no random numbers");
        p += got;
        size -= (size_t)got;
    }
    return NS_OK;
}

char *ns_system_program_folder(void) {
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    char *slash = NULL;
    if (size <= 0)
        return ns_string_copy(".");
    path[size] = 0;
    slash = strrchr(path, '/');
    if (slash)
        *slash = 0;
    return ns_string_copy(path);
}

const char *ns_system_program_suffix(void) {
    return "";
}

static char *home_folder(const char *variable, const char *below_home) {
    ns_text path;
    const char *base = getenv(variable);
    const char *home = getenv("HOME");
    ns_text_init(&path, PATH_MAX);
    if (base && base[0] == '/')
        (void)ns_text_appendf(&path, "%s/nightshift", base);
    else if (home && home[0] == '/')
        (void)ns_text_appendf(&path, "%s/%s/nightshift", home, below_home);
    else
        return NULL;
    return ns_text_take_whole(&path);
}

char *ns_system_data_folder(void) {
    return home_folder("XDG_DATA_HOME", ".local/share");
}

char *ns_system_key_folder(void) {
    return home_folder("XDG_CONFIG_HOME", ".config");
}

void ns_system_keep_from_low(const char *folder) {
    (void)folder;
}

ns_status ns_system_make_folder(const char *path, ns_error *error) {
    char *copy = ns_string_copy(path);
    ns_status status = NS_OK;
    if (!copy)
        return ns_error_set_memory(error);
    for (char *p = copy[0] ? copy + 1 : copy;; p++) {
        char saved = *p;
        if (saved != '/' && saved != 0)
            continue;
        *p = 0;
        if (mkdir(copy, 0700) != 0 && errno != EEXIST) {
            status = ns_error_set_system(error, (uint32_t)errno, "FolderNotMade", "Choose a folder that you may write to.",
                                         "The folder %s could not be made", copy);
            break;
        }
        *p = saved;
        if (saved == 0)
            break;
    }
    free(copy);
    return status;
}

FILE *ns_system_open_file(const char *path, const char *mode) {
    int flags = mode[0] == 'w' ? O_WRONLY | O_CREAT | O_TRUNC : mode[0] == 'a' ? O_WRONLY | O_CREAT | O_APPEND : O_RDONLY;
    int fd = open(path, flags | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, mode);
    if (!file && fd >= 0)
        (void)close(fd);
    return file;
}

ns_status ns_system_replace_file(const char *from, const char *to, ns_error *error) {
    if (rename(from, to) != 0)
        return ns_error_set_system(error, (uint32_t)errno, "FileNotWritten", NULL, "%s could not be renamed to %s", from, to);
    return NS_OK;
}

void ns_system_remove_file(const char *path) {
    (void)unlink(path);
}

int64_t ns_system_file_size(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 ? (int64_t)found.st_size : -1;
}

int64_t ns_system_file_time(const char *path) {
    struct stat found;
    return stat(path, &found) == 0 ? (int64_t)found.st_mtim.tv_sec * 1000 + found.st_mtim.tv_nsec / 1000000 : 0;
}

bool ns_system_file_is_plain(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0 && S_ISREG(found.st_mode);
}

bool ns_system_file_exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* The 22nd field of /proc/PID/stat: when the process started, in clock ticks after boot. 0 when there is no such process. */
static unsigned long long process_start(long pid) {
    char path[64];
    char line[1024];
    FILE *file = NULL;
    const char *p = NULL;
    unsigned long long start = 0;
    size_t size = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    errno = 0;
    file = fopen(path, "re");
    if (!file)
        return 0;
    size = fread(line, 1, sizeof line - 1, file);
    (void)fclose(file);
    line[size] = 0;
    p = strrchr(line, ')'); /* the name before it may hold spaces and brackets */
    if (!p || p[1] == 0 || p[2] == 'Z')
        return 0;
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    if (p)
        start = strtoull(p, NULL, 10);
    return start;
}

char *ns_system_user(void) {
    const struct passwd *entry = getpwuid(getuid());
    char host[256] = {0};
    ns_text text;
    ns_text_init(&text, 512);
    (void)gethostname(host, sizeof host - 1);
    (void)ns_text_appendf(&text, "%.200s@%s", entry ? entry->pw_name : "?", host);
    return ns_text_take_whole(&text);
}

enum { IDENTITY_SIZE = 512 };

/* A number means another process on another computer, and in another container. */
static void identity_prefix(char out[IDENTITY_SIZE]) {
    char host[256] = {0};
    char space[64] = {0};
    (void)gethostname(host, sizeof host - 1);
    if (readlink("/proc/self/ns/pid", space, sizeof space - 1) < 0)
        space[0] = 0;
    (void)snprintf(out, IDENTITY_SIZE, "linux/%s/%s/", host, space);
}

char *ns_system_process_identity(void) {
    char prefix[IDENTITY_SIZE];
    ns_text text;
    ns_text_init(&text, 512);
    identity_prefix(prefix);
    (void)ns_text_appendf(&text, "%s%ld/%llu", prefix, (long)getpid(), process_start((long)getpid()));
    return ns_text_take_whole(&text);
}

int ns_system_process_is_alive(const char *identity) {
    char prefix[IDENTITY_SIZE];
    char *end = NULL;
    long pid = 0;
    unsigned long long start = 0;
    unsigned long long now = 0;
    identity_prefix(prefix);
    if (strncmp(identity, prefix, strlen(prefix)) != 0)
        return -1;
    pid = strtol(identity + strlen(prefix), &end, 10);
    if (pid <= 0 || *end != '/')
        return -1;
    start = strtoull(end + 1, NULL, 10);
    if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
        return 0;
    now = process_start(pid);
    /* One that ends is there without a start; and a look may fail for want of files or memory, which says nothing of it. */
    return now == 0 ? (errno == 0 || errno == ENOENT || errno == ESRCH ? 0 : -1) : start != 0 && now == start;
}

/* The numbers are statfs(2)'s. */
bool ns_system_is_on_share(const char *path) {
    static const unsigned long remote[] = {0x6969 /* NFS */,     0x517B /* SMB */,      0xFF534D42 /* CIFS */, 0xFE534D42 /* SMB 2 */,
                                           0x5346414F /* AFS */, 0x00C36400 /* Ceph */, 0x73757245 /* Coda */, 0x01021997 /* 9P */};
    struct statfs there;
    ns_text folder;
    char *end = NULL;
    bool found = false;
    ns_text_init(&folder, 40000);
    (void)ns_text_append_string(&folder, path);
    end = folder.bytes ? strrchr(folder.bytes, '/') : NULL;
    if (end)
        end[end == folder.bytes] = 0;
    if (!folder.failed && statfs(end ? folder.bytes : ".", &there) == 0)
        for (size_t i = 0; i < NS_COUNT_OF(remote); i++)
            found = found || ((unsigned long)there.f_type & 0xFFFFFFFFUL) == remote[i];
    ns_text_clear(&folder);
    return found;
}

void ns_system_boot_id(char out[NS_BOOT_ID_SIZE]) {
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    out[0] = 0;
    if (!file)
        return;
    if (!fgets(out, NS_BOOT_ID_SIZE, file))
        out[0] = 0;
    (void)fclose(file);
    out[strcspn(out, "\n")] = 0;
}

void ns_system_protect_process(void) {
    const struct rlimit none = {0, 0};
    (void)signal(SIGPIPE, SIG_IGN); /* a starter that is gone is answered by write, not by death */
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
    /* Without it the C library looks at that file again for each local time, and FreeRDP asks for the two thousand of its zone's table. */
    (void)setenv("TZ", ":/etc/localtime", 0);
}

const char *ns_system_environment(const char *name) {
    return getenv(name);
}
