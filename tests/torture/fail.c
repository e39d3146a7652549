/* At each allocation of core (and of cJSON for it), told apart by the calls that lead to it, the first times the test goes on twice: in a child where
 * that one fails, and then here where it does not. Whatever the child does with it, it must not crash and not hang. With NS_TORTURE the name of a
 * file for what was found; its files of the test, which the child shares, are put back after each. */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FILES = 64, HANG_S = 30, SANITIZER_CODE = 66, FRAMES = 24, PLACES = 1 << 16, TIMES = 2 };

void *torture_malloc(size_t size);
void *torture_calloc(size_t count, size_t size);
void *torture_realloc(void *block, size_t size);
char *torture_strdup(const char *string);

typedef struct kept {
    char name[256];
    char *bytes;
    size_t size;
    struct timespec times[2]; /* read, written */
} kept;

static kept files[FILES];
static size_t file_count;
static const char *report; /* NULL: nothing is made to fail */
static bool in_child;
static long allocations;
static long crashes;
static struct {
    uint64_t hash;
    int times;
} places[PLACES];

static size_t count_threads(void) {
    DIR *tasks = opendir("/proc/self/task");
    size_t count = 0;
    while (tasks && readdir(tasks))
        count++;
    if (tasks)
        (void)closedir(tasks);
    return count - 2; /* . and .. */
}

static const char *path_of(char path[600], const char *name, const char *beside) {
    (void)snprintf(path, 600, "%.300s%.10s%s%.250s", getenv("NS_TEST_FOLDER"), beside, name[0] ? "/" : "", name);
    return path;
}

static int open_kept(const char *name, int flags) {
    char path[600];
    return open(path_of(path, name, ""), flags | O_CLOEXEC);
}

static void keep_files(void) {
    DIR *folder = opendir(getenv("NS_TEST_FOLDER"));
    const struct dirent *each = NULL;
    char path[600];
    char beside[600];
    file_count = 0;
    (void)mkdir(path_of(beside, "", ".kept"), 0700);
    while (folder && (each = readdir(folder)) && file_count < FILES) {
        kept *file = &files[file_count];
        struct stat found;
        const int fd = each->d_type == DT_REG ? open_kept(each->d_name, O_RDONLY) : -1;
        if (fd < 0)
            continue;
        (void)fstat(fd, &found);
        file->size = (size_t)found.st_size;
        file->times[0] = found.st_atim;
        file->times[1] = found.st_mtim;
        file->bytes = malloc(file->size + 1);
        (void)snprintf(file->name, sizeof file->name, "%s", each->d_name);
        if (pread(fd, file->bytes, file->size, 0) == (ssize_t)file->size &&
            link(path_of(path, file->name, ""), path_of(beside, file->name, ".kept")) == 0)
            file_count++;
        else
            free(file->bytes);
        (void)close(fd);
    }
    if (folder)
        (void)closedir(folder);
}

/* The very files, which are open, and one of them mapped: the child may have removed their names. */
static void put_files_back(void) {
    DIR *folder = opendir(getenv("NS_TEST_FOLDER"));
    const struct dirent *each = NULL;
    char path[600];
    char beside[600];
    while (folder && (each = readdir(folder))) {
        bool known = each->d_type != DT_REG;
        for (size_t i = 0; i < file_count; i++)
            known = known || strcmp(files[i].name, each->d_name) == 0;
        if (!known)
            (void)unlinkat(dirfd(folder), each->d_name, 0);
    }
    if (folder)
        (void)closedir(folder);
    for (size_t i = 0; i < file_count; i++) {
        int fd = -1;
        (void)unlink(path_of(path, files[i].name, ""));
        if (rename(path_of(beside, files[i].name, ".kept"), path) != 0)
            abort();
        fd = open_kept(files[i].name, O_WRONLY);
        if (fd < 0 || (pwrite(fd, files[i].bytes, files[i].size, 0) != (ssize_t)files[i].size || ftruncate(fd, (off_t)files[i].size) != 0))
            abort();
        (void)futimens(fd, files[i].times);
        (void)close(fd);
        free(files[i].bytes);
    }
    file_count = 0;
}

static void become_child(void) {
    char path[600];
    const int nowhere = open("/dev/null", O_WRONLY);
    int words = -1;
    in_child = true;
    (void)snprintf(path, sizeof path, "%s.child", report);
    words = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    (void)dup2(nowhere, 1);
    (void)dup2(words, 2);
    (void)signal(SIGALRM, SIG_DFL);
    (void)alarm(HANG_S);
}

static void note_crash(int status) {
    char path[600];
    char line[4000] = {0};
    FILE *out = fopen(report, "a");
    FILE *child = NULL;
    (void)snprintf(path, sizeof path, "%s.child", report);
    child = fopen(path, "r");
    crashes++;
    if (out)
        (void)fprintf(out, "allocation %ld: %s %d\n", allocations, WIFSIGNALED(status) ? "signal" : "exit",
                      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    for (int i = 0; child && out && i < 30 && fgets(line, sizeof line, child); i++)
        (void)fputs(line, out);
    if (child)
        (void)fclose(child);
    if (out)
        (void)fclose(out);
}

/* Whether the same calls led to an allocation often enough. */
static bool is_known(void) {
    void *frames[FRAMES];
    const int count = backtrace(frames, FRAMES);
    uint64_t hash = 1469598103934665603U; /* FNV-1a */
    for (int i = 0; i < count; i++)
        hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211U;
    for (size_t at = hash % PLACES;; at = (at + 1) % PLACES) {
        if (places[at].hash != hash && places[at].times)
            continue;
        places[at].hash = hash;
        return places[at].times++ >= TIMES;
    }
}

/* True in the child. One that a thread beside others makes is left alone: the others would not be there in the child. */
static bool fails_now(void) {
    int status = 0;
    pid_t child = 0;
    if (!report || in_child || is_known() || count_threads() > 1)
        return false;
    allocations++;
    keep_files();
    (void)fflush(NULL);
    child = fork();
    if (child == 0) {
        become_child();
        return true;
    }
    while (waitpid(child, &status, 0) < 0) {
    }
    put_files_back();
    if (WIFSIGNALED(status) || WEXITSTATUS(status) == SANITIZER_CODE)
        note_crash(status);
    return false;
}

void *torture_malloc(size_t size) {
    return fails_now() ? NULL : malloc(size);
}

void *torture_calloc(size_t count, size_t size) {
    return fails_now() ? NULL : calloc(count, size);
}

void *torture_realloc(void *block, size_t size) {
    return fails_now() ? NULL : realloc(block, size);
}

char *torture_strdup(const char *string) {
    return fails_now() ? NULL : strdup(string);
}

static void report_count(void) {
    FILE *out = in_child ? NULL : fopen(report, "a");
    if (!out)
        return;
    (void)fprintf(out, "allocations %ld crashes %ld\n", allocations, crashes);
    (void)fclose(out);
}

__attribute__((constructor)) static void begin(void) {
    cJSON_Hooks hooks = {.malloc_fn = torture_malloc, .free_fn = free};
    report = getenv("NS_TORTURE");
    if (!report)
        return;
    cJSON_InitHooks(&hooks);
    (void)atexit(report_count);
}
