/* A list of hosts, or a table of machines with a first line of column names (RFC 4180, parted by commas, semicolons or tabs).
 * The columns of mRemoteNG's CSV are among those that are understood; its folders become groups. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "model/setting.h"
#include "transfer/document.h"

enum { COLUMNS_MAXIMUM = 400, UNUSED_SIZE = 300 };

typedef enum column { MACHINE_NAME, HOST, PORT_NUMBER, GROUP_NAME, DESCRIPTION, FOLDER_ID, FOLDER, NODE_TYPE, PROTOCOL, FIRST_SETTING } column;

static const struct {
    const char *title;
    column role;
} titles[] = {{"name", MACHINE_NAME},  {"host", HOST},        {"hostname", HOST}, {"dnshostname", HOST},        {"address", HOST},
              {"port", PORT_NUMBER},   {"group", GROUP_NAME}, {"id", FOLDER_ID},  {"description", DESCRIPTION}, {"parent", FOLDER},
              {"nodetype", NODE_TYPE}, {"protocol", PROTOCOL}};

/* mRemoteNG's folders, by their ids. */
typedef struct folder {
    char *id;
    char *name;
} folder;

typedef struct table {
    const char *at; /* in the text */
    char delimiter;
    bool comments;    /* a line that begins with # is one */
    int64_t line;     /* of `at` */
    int64_t row_line; /* of the first line of the row that was read last */
    int64_t open;     /* the line of a quotation mark that has no other; 0 */
    cJSON *machines;
    cJSON *groups;
    const cJSON *last_group; /* of groups; NULL */
    folder *folders;
    size_t folder_count;
    int roles[COLUMNS_MAXIMUM]; /* a column, FIRST_SETTING + id, or -1 */
    size_t columns;
    size_t others; /* rows of another protocol */
    ns_text unused;
    bool failed; /* memory ran out */
} table;

static bool is_same(const char *a, const char *b) {
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

static int role_of(const char *title) {
    ns_setting_id id = NS_SETTING_COUNT;
    for (size_t i = 0; i < NS_COUNT_OF(titles); i++)
        if (is_same(titles[i].title, title))
            return (int)titles[i].role;
    return ns_setting_find(title, &id, NULL) == NS_OK ? (int)FIRST_SETTING + (int)id : -1;
}

static void take(table *self, ns_text *cell) {
    self->line += *self->at == '\n';
    self->failed = !ns_text_append(cell, self->at++, 1) || self->failed;
}

/* Past the closing quotation mark; two of them are one that is meant. */
static void read_quoted(table *self, ns_text *cell) {
    const int64_t began = self->line;
    self->at++;
    while (*self->at) {
        if (*self->at == '"' && *++self->at != '"')
            return;
        take(self, cell);
    }
    self->open = began;
}

static bool is_in_cell(const table *self) {
    return *self->at && *self->at != self->delimiter && *self->at != '\r' && *self->at != '\n';
}

/* One cell of a row, without its quotes. */
static void read_cell(table *self, ns_text *cell) {
    const bool quoted = *self->at == '"';
    ns_text_clear(cell);
    if (quoted)
        read_quoted(self, cell);
    while (!quoted && is_in_cell(self))
        take(self, cell);
    while (is_in_cell(self))
        self->at++; /* nothing belongs after the closing quote */
}

static void trim(ns_text *cell) {
    size_t start = 0;
    while (cell->size && strchr(" \t", cell->bytes[cell->size - 1]))
        cell->bytes[--cell->size] = 0;
    while (start < cell->size && strchr(" \t", cell->bytes[start]))
        start++;
    if (start) {
        cell->size -= start;
        memmove(cell->bytes, cell->bytes + start, cell->size + 1);
    }
}

static void skip_empty_lines(table *self) {
    while (*self->at == '\n' || *self->at == '\r' || (*self->at == '#' && self->comments)) {
        if (*self->at == '#')
            self->at += strcspn(self->at, "\n");
        self->line += *self->at == '\n';
        self->at += *self->at != 0;
    }
}

/* The next row that is neither empty nor a comment, as an array of its cells; NULL at the end. */
static cJSON *read_row(table *self) {
    ns_text cell;
    cJSON *row = NULL;
    ns_text_init(&cell, NS_TRANSFER_MAXIMUM);
    skip_empty_lines(self);
    self->row_line = self->line;
    row = *self->at ? cJSON_CreateArray() : NULL;
    self->failed = self->failed || (*self->at && !row);
    while (row && *self->at && *self->at != '\n' && !self->failed) {
        cJSON *text = NULL;
        read_cell(self, &cell);
        if (cell.size)
            trim(&cell);
        text = cJSON_CreateString(ns_text_string(&cell));
        self->failed = self->failed || !text || !cJSON_AddItemToArray(row, text);
        if (*self->at == self->delimiter)
            self->at++;
        else
            self->at += strcspn(self->at, "\n");
    }
    ns_text_clear(&cell);
    return row;
}

/* What parts the cells: the one that is most often in the first line that counts; a comma when none is. */
static char find_delimiter(const char *text) {
    static const char candidates[] = ",;\t";
    size_t best = 0;
    char found = ',';
    while (*text == '#' || *text == '\n' || *text == '\r')
        text += *text == '#' ? strcspn(text, "\n") : 1;
    for (const char *candidate = candidates; *candidate; candidate++) {
        size_t count = 0;
        for (const char *p = text; *p && *p != '\n'; p++)
            count += *p == *candidate;
        if (count > best) {
            best = count;
            found = *candidate;
        }
    }
    return found;
}

static bool find_columns(table *self, const cJSON *row) {
    const cJSON *cell = NULL;
    bool named = false;
    cJSON_ArrayForEach(cell, row) {
        const int role = role_of(cell->valuestring);
        if (self->columns == COLUMNS_MAXIMUM)
            break;
        self->roles[self->columns++] = role;
        named = named || role == MACHINE_NAME || role == HOST;
        if (role < 0 && cell->valuestring[0] && self->unused.size < UNUSED_SIZE)
            (void)ns_text_appendf(&self->unused, "%s%.60s%s", self->unused.size ? ", " : "", cell->valuestring,
                                  self->unused.size + strlen(cell->valuestring) < UNUSED_SIZE ? "" : ", \xE2\x80\xA6");
    }
    return named;
}

/* The cell of that role; "" when there is none. */
static const char *cell_of(const table *self, const cJSON *row, column wanted) {
    const cJSON *cell = row->child;
    for (size_t i = 0; i < self->columns && cell; i++, cell = cell->next)
        if (self->roles[i] == (int)wanted)
            return cell->valuestring;
    return "";
}

static int by_id(const void *a, const void *b) {
    return strcmp(((const folder *)a)->id, ((const folder *)b)->id);
}

static const char *folder_name(const table *self, const char *id) {
    const folder wanted = {.id = (char *)(uintptr_t)id};
    const folder *found = self->folder_count && id[0] ? bsearch(&wanted, self->folders, self->folder_count, sizeof wanted, by_id) : NULL;
    return found ? found->name : "";
}

/* The group that the row names, or the folder that it lies in. Machines mostly stand by their group: one that comes again later is there twice
 * until the end. */
static bool add_group(table *self, const cJSON *row, cJSON *machine) {
    const char *name = cell_of(self, row, GROUP_NAME);
    cJSON *group = NULL;
    if (!name[0])
        name = folder_name(self, cell_of(self, row, FOLDER));
    if (!name[0])
        return true;
    if (!ns_json_add_string(machine, "group", name))
        return false;
    if (self->last_group && strcmp(ns_json_string(self->last_group, "name", ""), name) == 0)
        return true;
    group = cJSON_CreateObject();
    if (!group || !cJSON_AddItemToArray(self->groups, group)) {
        cJSON_Delete(group);
        return false;
    }
    self->last_group = group;
    return ns_json_add_string(group, "name", name) && ns_json_add_integer(group, "line", self->row_line);
}

static bool keep_each_group_once(table *self) {
    const size_t count = (size_t)cJSON_GetArraySize(self->groups);
    bool *twice = calloc(count + 1, sizeof *twice);
    const bool found = twice && ns_document_find_twice(self->groups, count, twice, NULL) == NS_OK;
    cJSON *group = self->groups->child;
    for (size_t i = 0; found && i < count; i++) {
        cJSON *next = group->next;
        if (twice[i])
            cJSON_Delete(cJSON_DetachItemViaPointer(self->groups, group));
        group = next;
    }
    free(twice);
    return found;
}

/* A port as it is written: what is none is told by the import. */
static bool add_port(cJSON *object, const char *text) {
    long long number = 0;
    if (ns_parse_integer(text, INT32_MIN, INT32_MAX, &number))
        return ns_json_add_integer(object, "port", number);
    return ns_json_add_string(object, "port", text);
}

/* Where the host ends and what is behind it: "pc17:3390" and "[fe80::1]:3390" have a port, a bare IPv6 address has more colons and none. */
static const char *end_of_host(const char *place, const char **behind) {
    const char *end = place[0] == '[' ? strchr(place, ']') : NULL;
    if (end) {
        *behind = end + 1;
        return end;
    }
    end = strchr(place, ':');
    if (!end || strchr(end + 1, ':'))
        end = place + strlen(place);
    *behind = end;
    return end;
}

static bool add_place(cJSON *object, const char *place, const char *port) {
    const char *behind = NULL;
    const char *end = end_of_host(place, &behind);
    const size_t bracket = *end == ']' ? 1 : 0;
    ns_text host;
    bool kept = true;
    ns_text_init(&host, 4096);
    kept = ns_text_append(&host, place + bracket, (size_t)(end - place) - bracket) && ns_json_add_string(object, "host", ns_text_string(&host));
    ns_text_clear(&host);
    if (!kept || (!*behind && !port[0]))
        return kept;
    if (!*behind)
        return add_port(object, port);
    if (port[0] && strcmp(behind + 1, port) != 0)
        return ns_json_add_string(object, "port", place); /* two of them */
    return add_port(object, behind + 1);
}

/* Without a host of its own a new machine is where its name says; one that is known stays where it is. */
static bool add_host(cJSON *machine, const char *name, const char *host, const char *port) {
    cJSON *only_new = NULL;
    if (host[0])
        return add_place(machine, host, port);
    only_new = cJSON_AddObjectToObject(machine, "place-if-new");
    return only_new && add_place(only_new, name, "") && (!port[0] || add_port(machine, port));
}

static bool add_settings(const table *self, const cJSON *row, cJSON *machine) {
    const cJSON *cell = row->child;
    cJSON *settings = NULL;
    bool kept = true;
    for (size_t i = 0; i < self->columns && cell && kept; i++, cell = cell->next) {
        if (self->roles[i] < (int)FIRST_SETTING || !cell->valuestring[0])
            continue;
        if (!settings)
            settings = cJSON_AddObjectToObject(machine, "settings");
        kept = settings && ns_json_add_string(settings, ns_setting_get((ns_setting_id)(self->roles[i] - (int)FIRST_SETTING))->key, cell->valuestring);
    }
    return kept;
}

static bool is_folder(const table *self, const cJSON *row) {
    return is_same(cell_of(self, row, NODE_TYPE), "container");
}

/* Spreadsheets leave such rows at the end. */
static bool is_empty(const cJSON *row) {
    const cJSON *cell = NULL;
    cJSON_ArrayForEach(cell, row) {
        if (cell->valuestring[0])
            return false;
    }
    return true;
}

static void add_row(table *self, const cJSON *row) {
    const char *name = cell_of(self, row, MACHINE_NAME);
    const char *host = cell_of(self, row, HOST);
    const char *description = cell_of(self, row, DESCRIPTION);
    const char *protocol = cell_of(self, row, PROTOCOL);
    cJSON *machine = NULL;
    if (is_empty(row) || is_folder(self, row))
        return;
    if (protocol[0] && !is_same(protocol, "rdp")) {
        self->others++;
        return;
    }
    machine = cJSON_CreateObject();
    if (!machine || !cJSON_AddItemToArray(self->machines, machine)) {
        cJSON_Delete(machine);
        self->failed = true;
        return;
    }
    self->failed = self->failed || !ns_json_add_integer(machine, "line", self->row_line) ||
                   !ns_json_add_string(machine, "name", name[0] ? name : host) || !add_host(machine, name, host, cell_of(self, row, PORT_NUMBER)) ||
                   (description[0] && !ns_json_add_string(machine, "description", description)) || !add_group(self, row, machine) ||
                   !add_settings(self, row, machine);
}

static void add_folder(table *self, const cJSON *row) {
    if ((self->folder_count & (self->folder_count - 1)) == 0) { /* doubles when the count reaches a power of two */
        folder *grown = realloc(self->folders, (self->folder_count ? self->folder_count * 2 : 1) * sizeof *grown);
        if (!grown) {
            self->failed = true;
            return;
        }
        self->folders = grown;
    }
    self->folders[self->folder_count] = (folder){ns_string_copy(cell_of(self, row, FOLDER_ID)), ns_string_copy(cell_of(self, row, MACHINE_NAME))};
    self->failed = !self->folders[self->folder_count].id || !self->folders[self->folder_count].name;
    self->folder_count++;
}

/* The folders are known before the machines in them: a row may stand above its folder's. */
static void find_folders(table *self) {
    const char *at = self->at;
    const int64_t line = self->line;
    cJSON *row = NULL;
    while (!self->failed && (row = read_row(self))) {
        if (is_folder(self, row))
            add_folder(self, row);
        cJSON_Delete(row);
    }
    if (self->folder_count && !self->failed)
        qsort(self->folders, self->folder_count, sizeof *self->folders, by_id);
    self->at = at;
    self->line = line;
}

/* The first line names the columns, or is the first of a list; *at is past it, or at it. */
static ns_status read_first_line(table *self, ns_error *error) {
    const char *start = self->at;
    const int64_t line = self->line;
    cJSON *row = read_row(self);
    const bool named = row && find_columns(self, row);
    const bool is_list = !named && cJSON_GetArraySize(row) == 1;
    cJSON_Delete(row);
    if (named) {
        self->comments = false; /* a name may begin with # */
        return NS_OK;
    }
    if (!is_list)
        return ns_error_set(error, NS_STATUS_INVALID, "ImportNotRead",
                            "Let the first line name them: name, host, port, group, description, or settings such as session.reuse.",
                            "The table's first line does not say which column is which.");
    self->columns = 1;
    self->roles[0] = MACHINE_NAME;
    ns_text_clear(&self->unused);
    self->at = start;
    self->line = line;
    return NS_OK;
}

static ns_status read_rows(table *self, ns_error *error) {
    ns_status status = read_first_line(self, error);
    if (status != NS_OK)
        return status;
    find_folders(self);
    while (!self->failed && !self->open) {
        cJSON *row = read_row(self);
        if (!row)
            break;
        add_row(self, row);
        cJSON_Delete(row);
    }
    if (self->open)
        return ns_error_set(error, NS_STATUS_INVALID, "ImportNotRead", "Close it, or leave it out.",
                            "A quotation mark in line %lld is never closed, and the rest of the file would be lost.", (long long)self->open);
    return self->failed || !keep_each_group_once(self) ? ns_error_set_memory(error) : NS_OK;
}

static void clear(table *self) {
    for (size_t i = 0; i < self->folder_count; i++) {
        free(self->folders[i].id);
        free(self->folders[i].name);
    }
    free(self->folders);
    ns_text_clear(&self->unused);
    free(self);
}

ns_status ns_table_read(const char *text, cJSON **out, char **unused, size_t *others, ns_error *error) {
    cJSON *document = cJSON_CreateObject();
    table *self = calloc(1, sizeof *self);
    ns_status status = NS_OK;
    if (!document || !self) {
        cJSON_Delete(document);
        free(self);
        return ns_error_set_memory(error);
    }
    self->at = text;
    self->line = 1;
    self->comments = true;
    self->delimiter = find_delimiter(text);
    self->groups = cJSON_AddArrayToObject(document, "groups");
    self->machines = cJSON_AddArrayToObject(document, "machines");
    self->failed = !self->groups || !self->machines;
    ns_text_init(&self->unused, 4000);
    status = self->failed ? ns_error_set_memory(error) : read_rows(self, error);
    if (status == NS_OK) {
        *out = document;
        document = NULL;
        *unused = ns_text_take(&self->unused);
        *others = self->others;
    }
    cJSON_Delete(document);
    clear(self);
    return status;
}
