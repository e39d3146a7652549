#include "console/windows/windows.h"

void app_on_saved(job *head) {
    if (head->status == NS_OK) {
        dialog_end(head->window, IDOK);
        return;
    }
    dialog_set_error(head->window, &head->error);
    (void)EnableWindow(GetDlgItem(head->window, IDOK), TRUE);
}

void app_offer_look(HWND dialog, int64_t activity) {
    HWND button = GetDlgItem(dialog, IDC_LOOK);
    if (!button)
        return;
    (void)SetWindowLongPtrW(button, GWLP_USERDATA, (LONG_PTR)activity);
    (void)ShowWindow(button, activity ? SW_SHOW : SW_HIDE);
}

void app_look(const app *self, HWND dialog) {
    activity_show(self, (int64_t)GetWindowLongPtrW(GetDlgItem(dialog, IDC_LOOK), GWLP_USERDATA));
}

void app_fill_groups(const app *self, HWND box, int64_t wanted) {
    const ns_fleet *fleet = &self->snapshot->fleet;
    combo_add(box, words_utf8(IDS_NO_GROUP), 0, wanted);
    for (size_t i = 0; i < fleet->group_count; i++)
        combo_add(box, fleet->groups[i].name, fleet->groups[i].id, wanted);
}

void app_fill_connections(const app *self, HWND box, int64_t wanted) {
    const ns_connection_list *list = &self->snapshot->connections;
    for (size_t i = 0; i < list->count; i++)
        combo_add(box, list->items[i].name, list->items[i].id, wanted);
}

void app_fill_flows(const app *self, HWND box, int64_t wanted) {
    const ns_flow_list *list = &self->snapshot->flows;
    for (size_t i = 0; i < list->count; i++)
        combo_add(box, list->items[i].name, list->items[i].id, wanted);
}

void app_set_title(const app *self, HWND window, unsigned format, int64_t machine_id) {
    const ns_machine *machine = snapshot_machine(self->snapshot, machine_id);
    WCHAR title[WORDS_SIZE];
    words_insert(title, format, machine ? machine->name : "", NULL, NULL, NULL);
    (void)SetWindowTextW(window, title);
}
