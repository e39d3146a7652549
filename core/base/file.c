#include "base/file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/system.h"
#include "base/text.h"

enum { FIRST_ROOM = 65536 };

static ns_status read_all(FILE *file, const char *path, size_t maximum, char **bytes, size_t *size, ns_error *error) {
    size_t room = FIRST_ROOM;
    size_t got = 0;
    for (;;) {
        char *grown = realloc(*bytes, room);
        if (!grown)
            return ns_error_set_memory(error);
        *bytes = grown;
        got = fread(*bytes + *size, 1, room - *size - 1, file);
        *size += got;
        (*bytes)[*size] = 0;
        if (*size > maximum)
            return ns_error_set(error, NS_STATUS_INVALID, "FileTooLarge", "Give the right file.", "%.200s is larger than such a file can be.", path);
        if (got == 0)
            break;
        if (*size + 1 == room)
            room *= 2;
    }
    return ferror(file) ? ns_error_set_system(error, (uint32_t)errno, "FileNotFound", NULL, "%.200s could not be read", path) : NS_OK;
}

ns_status ns_file_read(const char *path, size_t maximum, char **bytes, size_t *size, ns_error *error) {
    FILE *file = path ? ns_system_open_file(path, "rb") : stdin;
    ns_status status = NS_OK;
    *bytes = NULL;
    *size = 0;
    if (!file)
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "FileNotFound", "Check its name and whether you may read it.", "%.200s could not be read.",
                            path);
    status = read_all(file, path ? path : "Standard input", maximum, bytes, size, error);
    if (path)
        (void)fclose(file);
    if (status != NS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

bool ns_file_read_part(const char *path, int64_t offset, void *bytes, size_t size, size_t *got) {
    FILE *file = offset >= 0 && offset <= INT32_MAX ? ns_system_open_file(path, "rb") : NULL;
    bool whole = file && fseek(file, (long)offset, SEEK_SET) == 0;
    *got = whole ? fread(bytes, 1, size, file) : 0;
    whole = whole && !ferror(file);
    if (file)
        (void)fclose(file);
    return whole;
}

static bool write_all(const char *path, const void *bytes, size_t size) {
    FILE *file = ns_system_open_file(path, "wb");
    bool whole = file && fwrite(bytes, 1, size, file) == size;
    if (file && fclose(file) != 0)
        whole = false;
    return whole;
}

static ns_status not_written(const char *path, ns_error *error) {
    return ns_error_set(error, NS_STATUS_SYSTEM, "FileNotWritten", "Name another place, or make room there.", "%.200s could not be written.", path);
}

ns_status ns_file_write(const char *path, const void *bytes, size_t size, ns_error *error) {
    ns_text beside;
    ns_status status = NS_OK;
    if (ns_system_file_exists(path) && !ns_system_file_is_plain(path))
        return write_all(path, bytes, size) ? NS_OK : not_written(path, error);
    ns_text_init(&beside, 40000);
    if (!ns_text_appendf(&beside, "%s.nightshift-new", path))
        return ns_error_set_memory(error);
    status =
        write_all(ns_text_string(&beside), bytes, size) ? ns_system_replace_file(ns_text_string(&beside), path, error) : not_written(path, error);
    if (status != NS_OK)
        ns_system_remove_file(ns_text_string(&beside));
    ns_text_clear(&beside);
    return status;
}
