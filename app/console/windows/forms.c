/* The dialogs that add a thing, or edit a connection or flow: a table of fields each. What was typed becomes a draft, the worker saves it, and the
 * dialog closes when that worked or shows what is wrong and stays. */
#include "console/windows/windows.h"

#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "flow/kind.h"
#include "model/names.h"
#include "store/action.h"
#include "store/changed.h"
#include "store/flows.h"
#include "viewer/catalogue.h"

enum { FIELDS_MAXIMUM = 19 };

/* A field's control, and which of the draft's texts it edits. */
typedef struct form_kind {
    dialog_kind dialog;
    int controls[FIELDS_MAXIMUM];
    size_t count;
    ns_status (*save)(ns_store *store, int64_t id, char *const *texts, int64_t group_id, ns_error *error);
    /* Of a kind that is edited too: */
    const char *thing;                     /* as the activity calls it, */
    const char *fields[FIELDS_MAXIMUM][3]; /* and what each text is; of a password, the user that it is for; */
    ns_status (*load)(ns_store *store, int64_t id, char **texts, ns_error *error); /* what they are now; the caller frees */
} form_kind;

typedef struct form {
    const app *app;
    const form_kind *kind;
    int64_t id;
    char *texts[FIELDS_MAXIMUM]; /* what is shown first; owned */
    int64_t group_id;            /* of a machine */
    int64_t since;               /* the newest activity when that was read, or the user was told of a later one */
} form;

typedef struct save_job {
    job head;
    const form_kind *kind;
    int64_t id;
    char *texts[FIELDS_MAXIMUM];
    char *shown[FIELDS_MAXIMUM]; /* what was there when the form was opened, */
    int64_t since;               /* after that activity */
    int64_t by;                  /* somebody else's change of the same since; 0 */
    int64_t group_id;
} save_job;

static bool is_same(const char *a, const char *b) {
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Only what was typed into is written: the others stay as they are now. One that somebody else changed too is not. */
static ns_status keep_untouched(save_job *self, ns_store *store, ns_error *error) {
    ns_seen_field seen[FIELDS_MAXIMUM * 3];
    size_t count = 0;
    char *now[FIELDS_MAXIMUM] = {0};
    ns_status status = self->kind->load(store, self->id, now, error);
    for (size_t i = 0; i < self->kind->count; i++) {
        if (!is_same(self->texts[i], self->shown[i])) {
            for (size_t k = 0; k < 3 && self->kind->fields[i][k]; k++)
                seen[count++] = (ns_seen_field){self->kind->fields[i][k], self->since};
        } else {
            free(self->texts[i]);
            self->texts[i] = now[i];
            now[i] = NULL;
        }
        free(now[i]);
    }
    return status == NS_OK ? ns_changed_since(store, self->kind->thing, self->id, seen, count, &self->by, error) : status;
}

static void save_work(job *head, ns_store *store) {
    save_job *self = (save_job *)head;
    const bool edits = self->id && self->kind->load;
    head->status = edits ? ns_action_begin(store, "edit", &head->error) : NS_OK;
    if (head->status != NS_OK)
        return;
    if (edits)
        head->status = keep_untouched(self, store, &head->error);
    if (head->status == NS_OK)
        head->status = self->kind->save(store, self->id, self->texts, self->group_id, &head->error);
    if (edits)
        head->status = ns_action_end(store, head->status, &head->error);
}

static void save_destroy(job *head) {
    save_job *self = (save_job *)head;
    for (size_t i = 0; i < FIELDS_MAXIMUM; i++) {
        if (self->texts[i])
            ns_wipe(self->texts[i], strlen(self->texts[i])); /* one of them may be a password */
        free(self->texts[i]);
        free(self->shown[i]);
    }
    free(self);
}

static bool is_of_class(HWND control, const WCHAR *class) {
    WCHAR name[32] = {0};
    (void)GetClassNameW(control, name, NS_COUNT_OF(name));
    return _wcsicmp(name, class) == 0;
}

/* A field is a line of text, a choice of words, or a tick that means "on". */
static void field_show(HWND control, const char *text) {
    WCHAR *wide = is_of_class(control, WC_COMBOBOXW) ? ns_wide_from_utf8(text ? text : "") : NULL;
    if (is_of_class(control, WC_BUTTONW))
        (void)SendMessageW(control, BM_SETCHECK, text && strcmp(text, "on") == 0 ? BST_CHECKED : BST_UNCHECKED, 0);
    else if (!wide || (LRESULT)SendMessageW(control, CB_SELECTSTRING, (WPARAM)-1, (LPARAM)wide) == CB_ERR)
        set_text(control, text);
    free(wide);
}

static char *field_read(HWND control) {
    if (is_of_class(control, WC_BUTTONW))
        return ns_string_copy(SendMessageW(control, BM_GETCHECK, 0, 0) == BST_CHECKED ? "on" : "off");
    return get_text(control);
}

static void add_choice(HWND combo, const char *text, size_t size) {
    ns_text word;
    WCHAR *wide = NULL;
    ns_text_init(&word, 100);
    (void)ns_text_append(&word, text, size);
    wide = ns_wide_from_utf8(ns_text_string(&word));
    if (wide)
        (void)SendMessageW(combo, CB_ADDSTRING, 0, (LPARAM)wide);
    free(wide);
    ns_text_clear(&word);
}

static void fill_flow(HWND dialog) {
    static const char *const encodings[] = {"auto", "utf-8", "utf-16", "oem", "ansi"};
    const ns_flow_field *console = ns_flow_field_find("console");
    for (size_t i = 0; ns_flow_kind_at(i); i++)
        add_choice(GetDlgItem(dialog, IDC_KIND), ns_flow_kind_at(i)->name, strlen(ns_flow_kind_at(i)->name));
    for (const char *p = console->choices; *p; p += strcspn(p, "|"), p += *p == '|')
        add_choice(GetDlgItem(dialog, IDC_CONSOLE), p, strcspn(p, "|"));
    for (size_t i = 0; i < NS_COUNT_OF(encodings); i++)
        add_choice(GetDlgItem(dialog, IDC_ENCODING), encodings[i], strlen(encodings[i]));
}

/* What program and scope are in the kind that is chosen. */
static void explain_kind(HWND dialog) {
    char *chosen = get_text(GetDlgItem(dialog, IDC_KIND));
    const ns_flow_kind *kind = chosen ? ns_flow_kind_find(chosen) : NULL;
    WCHAR scope[WORDS_SIZE] = {0};
    char *more = NULL;
    ns_text hint;
    ns_text_init(&hint, 2000);
    if (kind && kind->scope)
        words_insert(scope, IDS_SCOPE_IS, catalogue_say(kind->scope), NULL, NULL, NULL);
    more = ns_wide_to_utf8(scope);
    (void)ns_text_appendf(&hint, "%s\n%s", kind ? catalogue_say(kind->program) : "", more ? more : "");
    set_text(GetDlgItem(dialog, IDC_KIND_HINT), ns_text_string(&hint));
    (void)EnableWindow(GetDlgItem(dialog, IDC_SCOPE), !kind || kind->scope != NULL);
    ns_text_clear(&hint);
    free(more);
    free(chosen);
}

static bool form_on_initdialog(HWND dialog, void *context) {
    const form *self = context;
    if (GetDlgItem(dialog, IDC_KIND))
        fill_flow(dialog);
    for (size_t i = 0; i < self->kind->count; i++)
        field_show(GetDlgItem(dialog, self->kind->controls[i]), self->texts[i]);
    if (GetDlgItem(dialog, IDC_KIND))
        explain_kind(dialog);
    if (GetDlgItem(dialog, IDC_GROUP))
        app_fill_groups(self->app, GetDlgItem(dialog, IDC_GROUP), self->group_id);
    if (self->id && GetDlgItem(dialog, IDC_PASSWORD))
        (void)SendDlgItemMessageW(dialog, IDC_PASSWORD, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_PASSWORD_KEPT));
    if (GetDlgItem(dialog, IDC_ACCOUNT))
        (void)SendDlgItemMessageW(dialog, IDC_ACCOUNT, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_ACCOUNT_CUE));
    if (GetDlgItem(dialog, IDC_INPUTS))
        (void)SendDlgItemMessageW(dialog, IDC_INPUTS, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_INPUTS_CUE));
    if (GetDlgItem(dialog, IDC_ARTIFACTS))
        (void)SendDlgItemMessageW(dialog, IDC_ARTIFACTS, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_ARTIFACTS_CUE));
    if (GetDlgItem(dialog, IDC_RETRY_CODES))
        (void)SendDlgItemMessageW(dialog, IDC_RETRY_CODES, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_RETRY_CODES_CUE));
    return true;
}

/* Who is told of another's change, and says OK again, means it. */
static void form_done(job *head) {
    const save_job *self = (const save_job *)head;
    HWND dialog = head->window;
    if (self->by)
        ((form *)dialog_self(dialog))->since = self->by;
    app_offer_look(dialog, self->by);
    app_on_saved(head);
}

static void save_form(HWND dialog, const form *self) {
    save_job *item = job_new(sizeof *item, (job){.work = save_work, .done = form_done, .destroy = save_destroy, .window = dialog});
    HWND box = GetDlgItem(dialog, IDC_GROUP);
    if (!item)
        return;
    item->kind = self->kind;
    item->id = self->id;
    for (size_t i = 0; i < self->kind->count; i++)
        item->texts[i] = field_read(GetDlgItem(dialog, self->kind->controls[i]));
    for (size_t i = 0; i < self->kind->count && self->id; i++)
        item->shown[i] = self->texts[i] ? ns_string_copy(self->texts[i]) : NULL;
    item->since = self->since;
    if (box)
        item->group_id = combo_chosen(box, 0);
    /* Until the answer is there, the dialog stays: a failure must have somebody to tell. */
    (void)EnableWindow(GetDlgItem(dialog, IDOK), FALSE);
    jobs_add(self->app->jobs, &item->head);
}

static void form_on_command(HWND dialog, void *context, int id, UINT code) {
    const form *self = context;
    if (id == IDC_KIND && code == CBN_SELCHANGE)
        explain_kind(dialog);
    if (id == IDOK)
        save_form(dialog, self);
    else if (id == IDC_LOOK)
        app_look(self->app, dialog);
}

static void form_destroy(void *context) {
    form *self = context;
    for (size_t i = 0; self && i < FIELDS_MAXIMUM; i++)
        free(self->texts[i]);
    free(self);
}

static form *begin(const app *of, const form_kind *kind, int64_t id) {
    form *shown = calloc(1, sizeof *shown);
    if (shown) {
        shown->app = of;
        shown->kind = kind;
        shown->id = id;
        shown->since = of->snapshot ? of->snapshot->seen : 0;
    }
    return shown;
}

static const char *given(const char *text) {
    return text ? text : "";
}

static ns_status parse_number(const char *text, const char *what, long long maximum, long long *out, ns_error *error) {
    if (ns_parse_integer(given(text), 0, maximum, out))
        return NS_OK;
    return ns_error_set(error, NS_STATUS_INVALID, "InvalidNumber", "Give a whole number.", "\"%.40s\" is not a %s.", given(text), what);
}

static ns_status save_machine(ns_store *store, int64_t id, char *const *texts, int64_t group_id, ns_error *error) {
    ns_machine machine = {.id = id, .name = texts[0], .host = texts[1], .description = texts[3], .group_id = group_id};
    long long port = 0;
    ns_status status = parse_number(texts[2], "port", 65535, &port, error);
    machine.port = (uint16_t)port;
    return status == NS_OK ? ns_machine_save(store, &machine, error) : status;
}

static ns_status save_group(ns_store *store, int64_t id, char *const *texts, int64_t group_id, ns_error *error) {
    ns_group group = {.id = id, .name = texts[0], .description = texts[1]};
    (void)group_id;
    return ns_group_save(store, &group, error);
}

static char *number_text(long long number) {
    ns_text text;
    ns_text_init(&text, 32);
    (void)ns_text_appendf(&text, "%lld", number);
    return ns_text_take(&text);
}

/* Order: the form's fields; the password is never shown. */
static void connection_texts(const ns_connection *connection, char **texts) {
    ns_text user;
    ns_text_init(&user, 2048);
    (void)ns_text_appendf(&user, "%s%s%s", connection->domain, connection->domain[0] ? "\\" : "", connection->user);
    texts[0] = ns_string_copy(connection->name);
    texts[1] = ns_text_take(&user);
    texts[3] = ns_string_copy(connection->account);
}

/* The fields that the flow's form edits, after the name, in its order. */
static const char *const flow_fields[] = {"kind",        "program",     "arguments",   "folder",        "scope",         "inputs",
                                          "console",     "encoding",    "make-folder", "time-limit",    "success-codes", "retries",
                                          "retry-after", "retry-codes", "artifacts",   "picture-every", "keep-awake",    "end-outside"};

static void flow_texts(const ns_flow *flow, char **texts) {
    texts[0] = ns_string_copy(flow->name);
    for (size_t i = 0; i < NS_COUNT_OF(flow_fields); i++) {
        const ns_flow_field *field = ns_flow_field_find(flow_fields[i]);
        texts[i + 1] = field->number ? number_text(ns_flow_number_of(flow, field)) : ns_string_copy(ns_flow_text_of(flow, field));
    }
}

static ns_status load_connection(ns_store *store, int64_t id, char **texts, ns_error *error) {
    ns_connection now = {0};
    const ns_status status = ns_connection_load_by_id(store, id, &now, error);
    if (status == NS_OK)
        connection_texts(&now, texts);
    ns_connection_clear(&now);
    return status;
}

static ns_status load_flow(ns_store *store, int64_t id, char **texts, ns_error *error) {
    ns_flow now = {0};
    const ns_status status = ns_flow_load_by_id(store, id, &now, error);
    if (status == NS_OK)
        flow_texts(&now, texts);
    ns_flow_clear(&now);
    return status;
}

static ns_status save_connection(ns_store *store, int64_t id, char *const *texts, int64_t group_id, ns_error *error) {
    ns_connection connection = {.id = id, .name = texts[0], .account = texts[3]};
    ns_connection before = {0};
    ns_secret secret = {0};
    const char *password = given(texts[2]);
    ns_status status = id ? ns_connection_load_by_id(store, id, &before, error) : NS_OK;
    connection.kind = before.kind; /* is not edited here */
    ns_connection_clear(&before);
    if (status == NS_OK)
        status = ns_user_split(given(texts[1]), &connection.domain, &connection.user, error);
    (void)group_id;
    if (status == NS_OK && (password[0] || id == 0))
        status = ns_secret_set(&secret, password, strlen(password), error);
    if (status == NS_OK)
        status = ns_connection_save(store, &connection, secret.size ? &secret : NULL, error);
    ns_secret_clear(&secret);
    free(connection.domain);
    free(connection.user);
    return status;
}

static ns_status save_flow(ns_store *store, int64_t id, char *const *texts, int64_t group_id, ns_error *error) {
    ns_flow flow = {.id = id, .name = texts[0]};
    ns_status status = NS_OK;
    (void)group_id;
    for (size_t i = 0; i < NS_COUNT_OF(flow_fields) && status == NS_OK; i++) {
        const ns_flow_field *field = ns_flow_field_find(flow_fields[i]);
        long long number = 0;
        if (field->number)
            status = parse_number(texts[i + 1], field->name, field->maximum, &number, error);
        if (field->number)
            *ns_flow_number(&flow, field) = number;
        else
            *ns_flow_text(&flow, field) = texts[i + 1];
    }
    return status == NS_OK ? ns_flow_save(store, &flow, error) : status;
}

#define FORM(template, page)                                                                                                                         \
    {                                                                                                                                                \
        .id = (template), .topic = (page), .init = form_on_initdialog, .command = form_on_command, .is_dirty = dialog_is_typed_into,                 \
        .destroy = form_destroy                                                                                                                      \
    }

static const form_kind machine_form = {
    FORM(IDD_MACHINE, IDS_HELP_MACHINES), {IDC_NAME, IDC_HOST, IDC_PORT, IDC_DESCRIPTION}, 4, save_machine, NULL, {{NULL}}, NULL};
static const form_kind group_form = {FORM(IDD_GROUP, IDS_HELP_MACHINES), {IDC_NAME, IDC_DESCRIPTION}, 2, save_group, NULL, {{NULL}}, NULL};
static const form_kind connection_form = {FORM(IDD_CONNECTION, IDS_HELP_CONNECTIONS),
                                          {IDC_NAME, IDC_USER, IDC_PASSWORD, IDC_ACCOUNT},
                                          4,
                                          save_connection,
                                          "connection",
                                          {{"name"}, {"user", "domain"}, {"user", "domain"}, {"account"}},
                                          load_connection};
static const form_kind flow_form = {FORM(IDD_FLOW, IDS_HELP_FLOWS),
                                    {IDC_NAME, IDC_KIND, IDC_PROGRAM, IDC_ARGUMENTS, IDC_DIRECTORY, IDC_SCOPE, IDC_INPUTS, IDC_CONSOLE, IDC_ENCODING,
                                     IDC_MAKE_FOLDER, IDC_TIMEOUT, IDC_SUCCESS_CODES, IDC_RETRIES, IDC_RETRY_DELAY, IDC_RETRY_CODES, IDC_ARTIFACTS,
                                     IDC_PICTURE_EVERY, IDC_KEEP_AWAKE, IDC_END_OUTSIDE},
                                    19,
                                    save_flow,
                                    "flow",
                                    {{"name"},
                                     {"kind"},
                                     {"program"},
                                     {"arguments"},
                                     {"folder"},
                                     {"scope"},
                                     {"inputs"},
                                     {"console"},
                                     {"encoding"},
                                     {"make-folder"},
                                     {"time-limit"},
                                     {"success-codes"},
                                     {"retries"},
                                     {"retry-after"},
                                     {"retry-codes"},
                                     {"artifacts"},
                                     {"picture-every"},
                                     {"keep-awake"},
                                     {"end-outside"}},
                                    load_flow};

/* Takes the form. One for each thing that is edited; of new things there may be several. */
static void show(form *self) {
    (void)dialog_open(self->app->window, &self->kind->dialog, self->id, self, NULL);
}

void form_machine(const app *self, int64_t group_id) {
    form *shown = begin(self, &machine_form, 0);
    if (!shown)
        return;
    shown->group_id = group_id;
    shown->texts[0] = ns_string_copy("");
    shown->texts[1] = ns_string_copy("");
    shown->texts[2] = number_text(3389);
    shown->texts[3] = ns_string_copy("");
    show(shown);
}

void form_group(const app *self) {
    form *shown = begin(self, &group_form, 0);
    if (shown)
        show(shown);
}

void form_connection(const app *self, int64_t id) {
    const ns_connection none = {
        .name = (char *)(uintptr_t) "", .user = (char *)(uintptr_t) "", .domain = (char *)(uintptr_t) "", .account = (char *)(uintptr_t) ""};
    const ns_connection *connection = snapshot_connection(self->snapshot, id);
    form *shown = NULL;
    if ((id && !connection) || !(shown = begin(self, &connection_form, id)))
        return;
    connection_texts(connection ? connection : &none, shown->texts);
    show(shown);
}

void form_flow(const app *self, int64_t id) {
    ns_flow none = {0};
    const ns_flow *flow = snapshot_flow(self->snapshot, id);
    form *shown = NULL;
    if ((id && !flow) || ns_flow_begin(&none, &(ns_error){0}) != NS_OK)
        return;
    none.name = ns_string_copy("");
    shown = begin(self, &flow_form, id);
    if (shown) {
        flow_texts(flow ? flow : &none, shown->texts);
        show(shown);
    }
    ns_flow_clear(&none);
}
