/* A list of hosts, or a table of machines with a first line of column names (RFC 4180, parted by commas, semicolons or tabs).
 * The columns of mRemoteNG's CSV are among those that are understood; its folders become groups. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "model/setting.h"
#include "transfer/document.h"

enum { COLUMNS_MAXIMUM = 400 };

typedef enum column { MACHINE_NAME, HOST, PORT_NUMBER, GROUP_NAME, DESCRIPTION, FOLDER_ID, FOLDER, NODE_TYPE, PROTOCOL, FIRST_SETTING } column;

static const struct {
    const char *title;
    column role;
} titles[] = {{"name", MACHINE_NAME},  {"host", HOST},        {"hostname", HOST}, {"dnshostname", HOST},        {"address", HOST},
              {"port", PORT_NUMBER},   {"group", GROUP_NAME}, {"id", FOLDER_ID},  {"description", DESCRIPTION}, {"parent", FOLDER},
              {"nodetype", NODE_TYPE}, {"protocol", PROTOCOL}};

typedef struct table {
    cJSON *machines;
    cJSON *groups;
    cJSON *folders;             /* name by id */
    int roles[COLUMNS_MAXIMUM]; /* a role, FIRST_SETTING + id, or -1 */
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

/* One cell of a row, without its quotes; *at goes past it. */
static bool read_cell(const char **at, char delimiter, ns_text *cell, int64_t *line) {
    const char *p = *at;
    const bool quoted = *p == '"';
    ns_text_clear(cell);
    if (quoted)
        p++;
    while (*p && (quoted || (*p != delimiter && *p != '\r' && *p != '\n'))) {
        if (quoted && *p == '"' && *++p != '"')
            break; /* the end; two of them are one that is meant */
        *line += *p == '\n';
        if (!ns_text_append(cell, p++, 1))
            return false;
    }
    while (*p && *p != delimiter && *p != '\r' && *p != '\n')
        p++; /* nothing belongs after the closing quote */
    *at = p;
    return true;
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

/* The next row that is neither empty nor a comment, as an array of its cells; NULL at the end. */
static cJSON *read_row(table *self, const char **at, char delimiter, int64_t *line) {
    ns_text cell;
    cJSON *row = NULL;
    ns_text_init(&cell, NS_TRANSFER_MAXIMUM);
    while (**at == '\n' || **at == '\r' || **at == '#') {
        *at += **at == '#' ? strcspn(*at, "\n") : 0;
        *line += **at == '\n';
        *at += **at != 0;
    }
    row = **at ? cJSON_CreateArray() : NULL;
    self->failed = self->failed || (**at && !row);
    while (row && **at && **at != '\n' && !self->failed) {
        cJSON *text = NULL;
        self->failed = !read_cell(at, delimiter, &cell, line);
        if (cell.size)
            trim(&cell);
        text = cJSON_CreateString(ns_text_string(&cell));
        self->failed = self->failed || !text || !cJSON_AddItemToArray(row, text);
        if (**at == delimiter)
            (*at)++;
        else
            *at += strcspn(*at, "\n");
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
        if (role < 0 && cell->valuestring[0])
            (void)ns_text_appendf(&self->unused, "%s%s", self->unused.size ? ", " : "", cell->valuestring);
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

static bool has_named(const cJSON *array, const char *name) {
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, array) {
        if (is_same(ns_json_string(each, "name", ""), name))
            return true;
    }
    return false;
}

/* The group that the row names, or the folder that it lies in. */
static bool add_group(table *self, const cJSON *row, cJSON *machine, int64_t line) {
    const char *name = cell_of(self, row, GROUP_NAME);
    const char *folder = cell_of(self, row, FOLDER);
    cJSON *group = NULL;
    if (!name[0] && folder[0])
        name = ns_json_string(self->folders, folder, "");
    if (!name[0])
        return true;
    if (!has_named(self->groups, name)) {
        group = cJSON_CreateObject();
        if (!group || !cJSON_AddItemToArray(self->groups, group))
            return false;
        if (!ns_json_add_string(group, "name", name) || !ns_json_add_integer(group, "line", line))
            return false;
    }
    return ns_json_add_string(machine, "group", name);
}

/* "pc17:3390" is a host and a port; an IPv6 address has more colons. */
static bool add_place(cJSON *machine, const char *host, const char *port) {
    const char *colon = strchr(host, ':');
    long long number = 0;
    ns_text name;
    bool kept = true;
    if (port[0] && ns_parse_integer(port, INT32_MIN, INT32_MAX, &number))
        kept = ns_json_add_integer(machine, "port", number);
    else if (port[0])
        kept = ns_json_add_string(machine, "port", port); /* which is then said to be none */
    if (port[0] || !colon || strchr(colon + 1, ':') || !ns_parse_integer(colon + 1, 1, 65535, &number))
        return kept && ns_json_add_string(machine, "host", host);
    ns_text_init(&name, 1024);
    kept = ns_text_append(&name, host, (size_t)(colon - host)) && ns_json_add_string(machine, "host", ns_text_string(&name)) &&
           ns_json_add_integer(machine, "port", number);
    ns_text_clear(&name);
    return kept;
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

static void add_row(table *self, const cJSON *row, int64_t line) {
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
    self->failed = self->failed || !ns_json_add_integer(machine, "line", line) || !ns_json_add_string(machine, "name", name[0] ? name : host) ||
                   !add_place(machine, host[0] ? host : name, cell_of(self, row, PORT_NUMBER)) ||
                   (description[0] && !ns_json_add_string(machine, "description", description)) || !add_group(self, row, machine, line) ||
                   !add_settings(self, row, machine);
}

/* The folders are known before the machines in them: a row may stand above its folder's. */
static void find_folders(table *self, const char *text, char delimiter) {
    int64_t line = 1;
    cJSON *row = NULL;
    while (!self->failed && (row = read_row(self, &text, delimiter, &line))) {
        if (is_folder(self, row) && !cJSON_HasObjectItem(self->folders, cell_of(self, row, FOLDER_ID)))
            self->failed = !ns_json_add_string(self->folders, cell_of(self, row, FOLDER_ID), cell_of(self, row, MACHINE_NAME));
        cJSON_Delete(row);
    }
}

static ns_status read_rows(table *self, const char *text, ns_error *error) {
    const char delimiter = find_delimiter(text);
    const char *start = text;
    int64_t line = 1;
    cJSON *row = read_row(self, &text, delimiter, &line);
    if (row && !find_columns(self, row)) {
        const bool is_list = cJSON_GetArraySize(row) == 1;
        self->columns = 1;
        self->roles[0] = MACHINE_NAME;
        ns_text_clear(&self->unused);
        text = start;
        line = 1;
        if (!is_list) {
            cJSON_Delete(row);
            return ns_error_set(error, NS_STATUS_INVALID, "ImportNotRead",
                                "Let the first line name them: name, host, port, group, description, or settings such as session.reuse.",
                                "The table's first line does not say which column is which.");
        }
    }
    cJSON_Delete(row);
    find_folders(self, text, delimiter);
    while (!self->failed) {
        row = read_row(self, &text, delimiter, &line);
        if (!row)
            break;
        add_row(self, row, line);
        cJSON_Delete(row);
    }
    if (self->others)
        (void)ns_text_appendf(&self->unused, "%s%zu rows that are not RDP", self->unused.size ? "; " : "", self->others);
    return self->failed ? ns_error_set_memory(error) : NS_OK;
}

ns_status ns_table_read(const char *text, cJSON **out, char **unused, ns_error *error) {
    cJSON *document = cJSON_CreateObject();
    table *self = calloc(1, sizeof *self);
    ns_status status = NS_OK;
    if (!document || !self) {
        cJSON_Delete(document);
        free(self);
        return ns_error_set_memory(error);
    }
    self->groups = cJSON_AddArrayToObject(document, "groups");
    self->machines = cJSON_AddArrayToObject(document, "machines");
    self->folders = cJSON_CreateObject();
    self->failed = !self->groups || !self->machines || !self->folders;
    ns_text_init(&self->unused, 4000);
    status = read_rows(self, text, error);
    if (status == NS_OK) {
        *out = document;
        document = NULL;
        *unused = ns_text_take(&self->unused);
    }
    ns_text_clear(&self->unused);
    cJSON_Delete(self->folders);
    cJSON_Delete(document);
    free(self);
    return status;
}
