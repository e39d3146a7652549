#include "transfer/save.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/system.h"

enum { PATH_MAXIMUM = 32000 };

/* A file being written. */
typedef struct target {
    FILE *file;
    ns_digest *digest;
} target;

static ns_status not_written(const char *path, ns_error *error) {
    return ns_error_set(error, NS_STATUS_SYSTEM, "FileNotWritten", "Name another place, or make room there.", "%.200s could not be written.", path);
}

static ns_status write_part(void *context, const void *bytes, size_t size, ns_error *error) {
    target *self = context;
    if (!ns_digest_add(self->digest, bytes, size))
        return ns_error_set_memory(error);
    return fwrite(bytes, 1, size, self->file) == size ? NS_OK : not_written("The file", error);
}

/* "FOLDER/a/b.csv" needs the folder a. */
static ns_status make_folder_of(const char *path, ns_error *error) {
    char *folder = ns_string_copy(path);
    char *last = folder ? strrchr(folder, '/') : NULL;
    ns_status status = folder ? NS_OK : ns_error_set_memory(error);
    if (last) {
        *last = 0;
        status = ns_system_make_folder(folder, error);
    }
    free(folder);
    return status;
}

static ns_status write_file(ns_store *store, const ns_kept_artifact *file, const char *path, ns_error *error) {
    target out = {.file = ns_system_open_file(path, "wb"), .digest = ns_digest_begin()};
    char sha256[NS_DIGEST_TEXT_SIZE];
    ns_status status = out.file ? NS_OK : not_written(path, error);
    if (status == NS_OK)
        status = out.digest ? ns_artifact_read(store, file->id, write_part, &out, error) : ns_error_set_memory(error);
    ns_digest_end(out.digest, sha256);
    if (out.file && fclose(out.file) != 0 && status == NS_OK)
        status = not_written(path, error);
    if (status == NS_OK && file->whole && strcmp(sha256, file->sha256) != 0)
        status = ns_error_set(error, NS_STATUS_STORE, "StoreDamaged", "Check it with: nightshiftctl store check",
                              "The file %.100s in the store is not what was brought back.", file->name);
    return status;
}

/* Under another name first, so that a file which is there stays whole. One that did not come whole is called so. */
static ns_status save_file(ns_store *store, const ns_kept_artifact *file, const char *folder, ns_error *error) {
    ns_text path;
    ns_text beside;
    ns_status status = NS_OK;
    ns_text_init(&path, PATH_MAXIMUM);
    ns_text_init(&beside, PATH_MAXIMUM);
    if (!ns_text_appendf(&path, "%s/%s%s", folder, file->name, file->whole ? "" : ".incomplete") ||
        !ns_text_appendf(&beside, "%s/nightshift-%lld.new", folder, (long long)file->id))
        status = ns_error_set_memory(error);
    if (status == NS_OK)
        status = make_folder_of(ns_text_string(&path), error);
    if (status == NS_OK)
        status = write_file(store, file, ns_text_string(&beside), error);
    if (status == NS_OK)
        status = ns_system_replace_file(ns_text_string(&beside), ns_text_string(&path), error);
    if (status != NS_OK && beside.size)
        ns_system_remove_file(ns_text_string(&beside));
    ns_text_clear(&path);
    ns_text_clear(&beside);
    return status;
}

/* One that cannot be written keeps no other from it. */
ns_status ns_save_artifacts(ns_store *store, const ns_kept_artifacts *files, const char *folder, ns_error *error) {
    ns_status first = NS_OK;
    for (size_t i = 0; i < files->count; i++) {
        ns_error failure = {0};
        const ns_status status = save_file(store, &files->items[i], folder, &failure);
        if (status != NS_OK && first == NS_OK) {
            first = status;
            *error = failure;
        }
    }
    return first;
}

/* Named by when they were taken, so that they sort. */
static ns_status save_picture(ns_store *store, int64_t run, int64_t at, const char *folder, ns_error *error) {
    char time[NS_CLOCK_TEXT_SIZE];
    uint8_t *png = NULL;
    size_t size = 0;
    ns_text path;
    ns_status status = ns_film_picture(store, run, at, &png, &size, error);
    ns_clock_format(at, time);
    for (char *p = time; *p; p++)
        if (*p == ':')
            *p = '-';
    ns_text_init(&path, PATH_MAXIMUM);
    if (status == NS_OK && !ns_text_appendf(&path, "%s/%s.png", folder, time))
        status = ns_error_set_memory(error);
    if (status == NS_OK)
        status = ns_file_write(ns_text_string(&path), png, size, error);
    ns_text_clear(&path);
    free(png);
    return status;
}

ns_status ns_save_film(ns_store *store, int64_t run, const int64_t *times, size_t count, const char *folder, ns_error *error) {
    ns_status status = count ? ns_system_make_folder(folder, error) : NS_OK;
    for (size_t i = 0; i < count && status == NS_OK; i++)
        status = save_picture(store, run, times[i], folder, error);
    return status;
}
