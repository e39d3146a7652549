#include "console/model/thing_jobs.h"

#include <stdlib.h>

#include "base/text.h"
#include "store/action.h"
#include "store/changed.h"

typedef struct thing_job {
    job head;
    thing_caller by;
    ns_status (*call)(ns_store *store, int64_t id, ns_error *error);
    ns_status (*call_many)(ns_store *store, const int64_t *ids, size_t count, ns_error *error);
    ns_named kind; /* to be renamed, where neither is given */
    int64_t id;
    int64_t *ids;
    size_t count;
    char *name;
    int64_t since; /* the newest activity when it was read */
} thing_job;

static ns_status rename_as_read(const thing_job *self, ns_store *store, ns_error *error) {
    const ns_seen_field name = {"name", self->since};
    ns_status status = ns_action_begin(store, "edit", error);
    if (status != NS_OK)
        return status;
    status = ns_changed_since(store, ns_named_word(self->kind), self->id, &name, 1, NULL, error);
    if (status == NS_OK)
        status = ns_named_rename(store, self->kind, self->id, self->name, error);
    return ns_action_end(store, status, error);
}

static void thing_work(job *head, ns_store *store) {
    const thing_job *self = (const thing_job *)head;
    if (self->call)
        head->status = self->call(store, self->id, &head->error);
    else if (self->call_many)
        head->status = self->call_many(store, self->ids, self->count, &head->error);
    else
        head->status = rename_as_read(self, store, &head->error);
}

static void thing_done(job *head) {
    if (head->status != NS_OK)
        ((const thing_job *)head)->by.failed(head->window, &head->error);
}

static void thing_destroy(job *head) {
    thing_job *self = (thing_job *)head;
    free(self->ids);
    free(self->name);
    free(self);
}

static void add(const thing_caller *by, thing_job like) {
    thing_job *item = calloc(1, sizeof *item);
    if (!item) {
        free(like.ids);
        free(like.name);
        return;
    }
    *item = like;
    item->head = (job){.work = thing_work, .done = thing_done, .destroy = thing_destroy, .window = by->window};
    item->by = *by;
    jobs_add(by->jobs, &item->head);
}

void thing_do(const thing_caller *by, ns_status (*call)(ns_store *store, int64_t id, ns_error *error), int64_t id) {
    add(by, (thing_job){.call = call, .id = id});
}

void things_do(const thing_caller *by, ns_status (*call)(ns_store *store, const int64_t *ids, size_t count, ns_error *error), int64_t *ids,
               size_t count) {
    add(by, (thing_job){.call_many = call, .ids = ids, .count = count});
}

void thing_rename(const thing_caller *by, ns_named kind, int64_t id, const char *name, int64_t since) {
    add(by, (thing_job){.kind = kind, .id = id, .name = ns_string_copy(name), .since = since});
}
