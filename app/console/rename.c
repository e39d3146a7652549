/* Another name for a thing, typed into the list. The rest of it stays as it is by then in the store. */
#include "console/console.h"

#include <stdlib.h>

typedef struct rename_job {
    job head;
    view_kind view;
    int64_t id;
    char *name;
} rename_job;

/* Puts the new name in and lets the thing's own `clear` free it. */
static void take_name(char **name, rename_job *self) {
    free(*name);
    *name = self->name;
    self->name = NULL;
}

static ns_status rename_machine(rename_job *self, ns_store *store, ns_error *error) {
    ns_machine machine;
    ns_status status = ns_machine_load_by_id(store, self->id, &machine, error);
    if (status != NS_OK)
        return status;
    take_name(&machine.name, self);
    status = ns_machine_save(store, &machine, error);
    ns_machine_clear(&machine);
    return status;
}

static ns_status rename_group(rename_job *self, ns_store *store, ns_error *error) {
    ns_group group;
    ns_status status = ns_group_load_by_id(store, self->id, &group, error);
    if (status != NS_OK)
        return status;
    take_name(&group.name, self);
    status = ns_group_save(store, &group, error);
    ns_group_clear(&group);
    return status;
}

static ns_status rename_connection(rename_job *self, ns_store *store, ns_error *error) {
    ns_connection connection;
    ns_status status = ns_connection_load_by_id(store, self->id, &connection, error);
    if (status != NS_OK)
        return status;
    take_name(&connection.name, self);
    status = ns_connection_save(store, &connection, NULL, error);
    ns_connection_clear(&connection);
    return status;
}

static ns_status rename_flow(rename_job *self, ns_store *store, ns_error *error) {
    ns_flow flow;
    ns_status status = ns_flow_load_by_id(store, self->id, &flow, error);
    if (status != NS_OK)
        return status;
    take_name(&flow.name, self);
    status = ns_flow_save(store, &flow, error);
    ns_flow_clear(&flow);
    return status;
}

static void work(job *head, ns_store *store) {
    rename_job *self = (rename_job *)head;
    switch (self->view) {
    case VIEW_MACHINES:
        head->status = rename_machine(self, store, &head->error);
        break;
    case VIEW_GROUPS:
        head->status = rename_group(self, store, &head->error);
        break;
    case VIEW_CONNECTIONS:
        head->status = rename_connection(self, store, &head->error);
        break;
    default:
        head->status = rename_flow(self, store, &head->error);
        break;
    }
}

static void done(job *head) {
    if (head->status != NS_OK)
        console_show_error(head->window, &head->error);
}

static void destroy(job *head) {
    free(((rename_job *)head)->name);
    free(head);
}

void rename_thing(console *self, view_kind view, int64_t id, const char *name) {
    rename_job *item = calloc(1, sizeof *item);
    if (!item)
        return;
    item->head = (job){.work = work, .done = done, .destroy = destroy, .window = self->window};
    item->view = view;
    item->id = id;
    item->name = ns_string_copy(name);
    jobs_add(self->jobs, &item->head);
}
