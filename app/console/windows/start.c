/* The first hour: four steps to the first run, above the list. Each opens its form, and ticks itself when the store has what it makes. */
#include "console/windows/windows.h"

static const int marks[] = {IDC_START_MARK_1, IDC_START_MARK_2, IDC_START_MARK_3, IDC_START_MARK_4};
enum { STEPS = NS_COUNT_OF(marks) };

static bool is_done(const snapshot *from, size_t step) {
    switch (step) {
    case 0:
        return from->fleet.machine_count > 0;
    case 1:
        return from->connections.count > 0;
    case 2:
        return from->flows.count > 0;
    default:
        return from->runs.count > 0;
    }
}

bool start_is_wanted(const snapshot *from) {
    for (size_t i = 0; i < STEPS; i++)
        if (is_done(from, i))
            return false;
    return true;
}

void start_update(HWND page, const snapshot *from) {
    const BOOL has_machine = is_done(from, 0);
    for (size_t i = 0; i < STEPS; i++) {
        WCHAR mark[8] = {L'1' + (WCHAR)i, L'.', 0};
        if (is_done(from, i))
            (void)lstrcpynW(mark, words(IDS_START_DONE), NS_COUNT_OF(mark));
        set_text_if_new(GetDlgItem(page, marks[i]), mark);
    }
    (void)EnableWindow(GetDlgItem(page, IDC_START_PREPARE), has_machine);
    (void)EnableWindow(GetDlgItem(page, IDC_START_PREFLIGHT), has_machine);
    (void)EnableWindow(GetDlgItem(page, IDC_START_RUN), has_machine && is_done(from, 1) && is_done(from, 2));
}

static bool start_on_initdialog(HWND dialog, void *context) {
    (void)dialog;
    (void)context;
    return false; /* the keyboard stays with the list */
}

static void start_on_command(HWND dialog, void *context, int id, UINT code) {
    static const struct {
        int button;
        int command;
    } meant[] = {{IDC_START_MACHINE, ID_MACHINE_ADD},
                 {IDC_START_IMPORT, ID_IMPORT},
                 {IDC_START_CONNECTION, ID_CONNECTION_ADD},
                 {IDC_START_FLOW, ID_FLOW_ADD},
                 {IDC_START_PREPARE, ID_PREPARE},
                 {IDC_START_PREFLIGHT, ID_PREFLIGHT},
                 {IDC_START_RUN, ID_TEST_RUN},
                 {IDCANCEL, ID_START}};
    const app *self = context;
    (void)dialog;
    for (size_t i = 0; code == BN_CLICKED && i < NS_COUNT_OF(meant); i++)
        if (meant[i].button == id)
            self->events->command(self->events->context, meant[i].command);
}

static const dialog_kind start_page = {
    .id = IDD_START, .topic = IDS_HELP_START, .part = true, .init = start_on_initdialog, .command = start_on_command};

HWND start_create(const app *self) {
    return dialog_open(self->window, &start_page, 1, (void *)(uintptr_t)self, NULL);
}
