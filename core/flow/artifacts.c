#include "flow/artifacts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/platform.h"
#include "base/text.h"

enum { PATH_MAXIMUM = 32767, PART_MAXIMUM = 256, PART_KEPT = 200 /* bytes */, DEEPEST = 24, LOOKED_MAXIMUM = 200000 };

void ns_artifact_list_clear(ns_artifact_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        free(list->items[i].path);
    }
    free(list->items);
    *list = (ns_artifact_list){0};
}

/* https://learn.microsoft.com/windows/win32/fileio/naming-a-file, with the three superscript digits, and blanks before the ending, which some
 * versions of Windows do not count. */
static bool is_device(const char *part, size_t size) {
    static const char names[] = "CON|PRN|AUX|NUL|CONIN$|CONOUT$";
    static const char digits[] = "1|2|3|4|5|6|7|8|9|\xC2\xB9|\xC2\xB2|\xC2\xB3";
    char base[12] = {0};
    size_t stem = strcspn(part, ".") < size ? strcspn(part, ".") : size;
    while (stem && part[stem - 1] == ' ')
        stem--;
    if (stem == 0 || stem >= sizeof base)
        return false;
    for (size_t i = 0; i < stem; i++)
        base[i] = (char)(part[i] >= 'a' && part[i] <= 'z' ? part[i] - 'a' + 'A' : part[i]);
    base[stem] = 0;
    return ns_is_one_of(base, names) || ((strncmp(base, "COM", 3) == 0 || strncmp(base, "LPT", 3) == 0) && base[3] && ns_is_one_of(base + 3, digits));
}

/* What a terminal would obey is as bad as what Windows forbids. */
static void append_character(ns_text *out, const char *at, size_t size, uint32_t character) {
    const bool harmless = character >= ' ' && !ns_is_disguise(character) && !(size == 1 && strchr("<>:\"|?*\x7F", *at));
    (void)ns_text_append(out, harmless ? at : "_", harmless ? size : 1);
}

/* So much of a part that a file system takes it, with an ending of ours behind it; the end of a long one is what tells files apart. */
static void append_part(ns_text *out, const char *part, size_t size) {
    size_t used = 0;
    while (size && (part[size - 1] == '.' || part[size - 1] == ' '))
        size--;
    while (size > PART_KEPT || (size && ((unsigned char)*part & 0xC0) == 0x80)) {
        part++;
        size--;
    }
    if (size == 0)
        return;
    if (out->size)
        (void)ns_text_append(out, "/", 1);
    if (is_device(part, size))
        (void)ns_text_append(out, "_", 1);
    for (const char *p = part; p < part + size; p += used) {
        const uint32_t character = ns_utf8_character(p, &used);
        append_character(out, p, used, character);
    }
}

/* The last folders of a deep one are what tells files apart. */
static void shorten(char *name) {
    char *from = name;
    while (strlen(from) >= NS_ARTIFACT_NAME_SIZE && strchr(from, '/'))
        from = strchr(from, '/') + 1;
    memmove(name, from, strlen(from) + 1);
}

char *ns_artifact_name(const char *path) {
    ns_text clean;
    ns_text out;
    char *name = NULL;
    ns_text_init(&clean, PATH_MAXIMUM);
    ns_text_init(&out, PATH_MAXIMUM);
    (void)ns_utf8_append_lossy(&clean, path, strlen(path));
    for (const char *p = ns_text_string(&clean); *p;) {
        const size_t size = strcspn(p, "/\\");
        append_part(&out, p, size);
        p += size + (p[size] != 0);
    }
    if (!out.size)
        (void)ns_text_append(&out, "_", 1);
    name = clean.failed ? NULL : ns_text_take_whole(&out);
    ns_text_clear(&clean);
    ns_text_clear(&out);
    if (name)
        shorten(name);
    return name;
}

static bool is_folder_of(const char *folder, const char *name) {
    const size_t size = strlen(folder);
    return ns_ascii_begins(name, folder) && name[size] == '/';
}

static bool has_name(const ns_artifact_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (ns_ascii_equal(list->items[i].name, name) || is_folder_of(list->items[i].name, name) || is_folder_of(name, list->items[i].name))
            return true;
    return false;
}

/* "report.csv", "report (2).csv", as people know it. */
static char *another_name(const ns_artifact_list *list, char *name) {
    ns_text other;
    const char *last = name ? strrchr(name, '/') : NULL;
    const char *dot = name ? strrchr(last ? last : name, '.') : NULL;
    const size_t stem = dot && dot > name ? (size_t)(dot - name) : name ? strlen(name) : 0;
    if (!name || !has_name(list, name))
        return name;
    ns_text_init(&other, PATH_MAXIMUM);
    for (int number = 2; number < NS_ARTIFACTS_MAXIMUM + 2; number++) {
        ns_text_clear(&other);
        (void)ns_text_append(&other, name, stem);
        (void)ns_text_appendf(&other, " (%d)%s", number, name + stem);
        if (other.failed || !has_name(list, ns_text_string(&other)))
            break;
    }
    free(name);
    return ns_text_take_whole(&other);
}

/* Takes `name` and `path`. */
static ns_status add(ns_artifact_list *list, char *name, char *path, int64_t size, int64_t changed_at) {
    ns_artifact *grown = NULL;
    char *own = another_name(list, name);
    if (own)
        grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (!grown) {
        free(own);
        free(path);
        return NS_STATUS_MEMORY;
    }
    list->items = grown;
    list->items[list->count++] = (ns_artifact){.name = own, .path = path, .size = size, .changed_at = changed_at};
    return NS_OK;
}

typedef struct search {
    ns_artifact_list *out;
    char *folder; /* names are told from here, where they lie below; owned */
    int64_t since;
    int looked;
    bool cut; /* there was too much to look at */
    bool failed;
} search;

/* One step: what of a folder matches the first part of the pattern. */
typedef struct step {
    search *search;
    const char *folder;
    const char *part;
    const char *rest; /* of the pattern; "" at its end */
    bool any_depth;   /* the part was ** */
    int depth;
} step;

static void look_in(search *self, const char *folder, const char *pattern, int depth);

static char *joined(const char *folder, const char *name) {
    ns_text path;
    const size_t size = strlen(folder);
    ns_text_init(&path, PATH_MAXIMUM);
    (void)ns_text_append_string(&path, folder);
    if (size && !ns_folder_separates(folder[size - 1]))
        (void)ns_text_appendf(&path, "%c", ns_folder_separator());
    (void)ns_text_append_string(&path, name);
    return ns_text_take_whole(&path);
}

static bool is_known(const ns_artifact_list *list, const char *path) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].path, path) == 0)
            return true;
    return false;
}

static void take(search *self, const char *path, const ns_folder_entry *entry) {
    const size_t size = strlen(self->folder);
    const bool below = strncmp(path, self->folder, size) == 0 && (ns_folder_separates(path[size]) || ns_folder_separates(self->folder[size - 1]));
    if (entry->changed_at < self->since || is_known(self->out, path))
        return;
    if (self->out->count == NS_ARTIFACTS_MAXIMUM)
        self->out->more++;
    else if (add(self->out, ns_artifact_name(below ? path + size : entry->name), ns_string_copy(path), entry->size, entry->changed_at) != NS_OK)
        self->failed = true;
}

/* What lies behind that may match, and is told of as one more. */
static bool stop_looking(search *self) {
    self->out->more += !self->cut;
    self->cut = true;
    return true;
}

static bool try_entry(void *context, const ns_folder_entry *entry) {
    const step *self = context;
    char *path = NULL;
    if (++self->search->looked > LOOKED_MAXIMUM || self->search->failed)
        return stop_looking(self->search);
    if (self->any_depth ? !entry->folder : !ns_folder_matches(self->part, entry->name))
        return false;
    path = joined(self->folder, entry->name);
    if (!path)
        self->search->failed = true;
    else if (self->any_depth)
        look_in(self->search, path, self->part, self->depth + 1);
    else if (self->rest[0] && entry->folder)
        look_in(self->search, path, self->rest, self->depth + 1);
    else if (!self->rest[0] && !entry->folder)
        take(self->search, path, entry);
    free(path);
    return self->search->failed;
}

/* A part ** is tried as none at all, and in each folder again. */
static void look_in(search *self, const char *folder, const char *pattern, int depth) {
    char part[PART_MAXIMUM];
    step each = {.search = self, .folder = folder, .part = part, .depth = depth};
    size_t size = 0;
    while (pattern[size] && !ns_folder_separates(pattern[size]))
        size++;
    each.rest = pattern + size;
    while (ns_folder_separates(*each.rest))
        each.rest++;
    if (depth > DEEPEST || size >= sizeof part) {
        (void)stop_looking(self);
        return;
    }
    each.any_depth = size == 2 && memcmp(pattern, "**", 2) == 0;
    if (each.any_depth) {
        look_in(self, folder, each.rest, depth + 1);
        each.part = pattern;
    } else {
        memcpy(part, pattern, size);
        part[size] = 0;
    }
    (void)ns_folder_each(folder, try_entry, &each);
}

/* One way to write each path: the same separators everywhere, and none at the end but a root's. */
static void use_separators(char *path) {
    for (char *p = path; *p; p++)
        if (ns_folder_separates(*p))
            *p = ns_folder_separator();
}

static char *plain_folder(const char *folder) {
    char *plain = ns_string_copy(folder[0] ? folder : ".");
    size_t size = plain ? strlen(plain) : 0;
    if (plain)
        use_separators(plain);
    while (size > 1 && ns_folder_separates(plain[size - 1]) && plain[size - 2] != ':')
        plain[--size] = 0;
    return plain;
}

/* From the folder that no pattern is in. */
static ns_status look_for(search *self, const char *pattern, size_t size) {
    char *given = NULL;
    char *whole = NULL;
    size_t root = 0;
    ns_text text;
    ns_text_init(&text, PATH_MAXIMUM);
    (void)ns_text_append(&text, pattern, size);
    given = ns_text_take_whole(&text);
    whole = given && !ns_folder_is_absolute(given) ? joined(self->folder, given) : given;
    if (!whole) {
        free(given);
        return NS_STATUS_MEMORY;
    }
    use_separators(whole);
    for (size_t i = 0; whole[i] && whole[i] != '*' && whole[i] != '?'; i++)
        if (ns_folder_separates(whole[i]))
            root = i;
    if (whole[root + 1]) {
        char *rest = ns_string_copy(whole + root + 1);
        whole[root ? root : 1] = 0; /* the root itself keeps its own */
        if (rest)
            look_in(self, whole, rest, 0);
        self->failed = self->failed || !rest;
        free(rest);
    }
    if (whole != given)
        free(given);
    free(whole);
    return self->failed ? NS_STATUS_MEMORY : NS_OK;
}

ns_status ns_artifacts_find(const char *patterns, const char *folder, int64_t since, ns_artifact_list *out, ns_error *error) {
    search self = {.out = out, .since = since};
    ns_status status = NS_OK;
    *out = (ns_artifact_list){0};
    self.folder = plain_folder(folder);
    if (!self.folder)
        return ns_error_set_memory(error);
    for (const char *p = patterns; *p && status == NS_OK;) {
        const char *from = p + strspn(p, " \t");
        size_t size = strcspn(from, ";\r\n");
        p = from + size + (from[size] != 0);
        while (size && from[size - 1] == ' ')
            size--;
        if (size)
            status = look_for(&self, from, size);
    }
    free(self.folder);
    if (status == NS_OK)
        return NS_OK;
    ns_artifact_list_clear(out);
    return ns_error_set_memory(error);
}

cJSON *ns_artifacts_write(const ns_artifact_list *list) {
    cJSON *document = cJSON_CreateObject();
    cJSON *files = document ? cJSON_AddArrayToObject(document, "files") : NULL;
    bool whole = files && ns_json_add_integer(document, "more", list->more);
    for (size_t i = 0; whole && i < list->count; i++) {
        cJSON *file = cJSON_CreateObject();
        whole = file && cJSON_AddItemToArray(files, file) && ns_json_add_string(file, "name", list->items[i].name) &&
                ns_json_add_integer(file, "size", list->items[i].size) && ns_json_add_integer(file, "changedAtMs", list->items[i].changed_at);
    }
    if (whole)
        return document;
    cJSON_Delete(document);
    return NULL;
}

static ns_status refuse_list(ns_error *error) {
    return ns_error_set(error, NS_STATUS_PROTOCOL, "AgentProtocolError", NULL, "The agent's list of files cannot be read.");
}

static ns_status read_files(const cJSON *files, ns_artifact_list *out, ns_error *error) {
    const cJSON *file = NULL;
    if (!cJSON_IsArray(files))
        return refuse_list(error);
    cJSON_ArrayForEach(file, files) {
        const int64_t size = ns_json_integer(file, "size", -1);
        if (size < 0 || out->count == NS_ARTIFACTS_MAXIMUM)
            return refuse_list(error);
        if (add(out, ns_artifact_name(ns_json_string(file, "name", "")), NULL, size, ns_json_integer(file, "changedAtMs", 0)) != NS_OK)
            return ns_error_set_memory(error);
    }
    return NS_OK;
}

ns_status ns_artifacts_read(const char *text, size_t size, ns_artifact_list *out, ns_error *error) {
    cJSON *document = cJSON_ParseWithLength(text, size);
    ns_status status = NS_OK;
    *out = (ns_artifact_list){0};
    status = read_files(cJSON_GetObjectItemCaseSensitive(document, "files"), out, error);
    out->more = status == NS_OK ? ns_json_integer(document, "more", 0) : 0;
    cJSON_Delete(document);
    if (status != NS_OK)
        ns_artifact_list_clear(out);
    return status;
}
