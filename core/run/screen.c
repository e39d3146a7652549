#include "run/screen.h"

#include <stdlib.h>
#include <string.h>

#include "run/fixes.h"
#include "store/changes.h"

#define SCREEN_KEY "SOFTWARE\\Microsoft\\Power Automate Desktop\\Global\\Screen"

enum { WIDTH_LEAST = 200, SIZE_MOST = 8192, SCALE_LEAST = 100, SCALE_MOST = 500, NUMBERS = 2 * NS_SCREEN_VALUES };

static const char *const names[NS_SCREEN_VALUES] = {"ScreenResolutionEnabled", "Width", "Height", "Scale"};
static const char what[] = "screen";

/* First the 64-bit view, then the 32-bit one. */
static void to_numbers(const ns_screen *screen, ns_registry_number numbers[NUMBERS]) {
    for (size_t i = 0; i < NUMBERS; i++) {
        const bool narrow = i >= NS_SCREEN_VALUES;
        const int64_t value = (narrow ? &screen->narrow : &screen->wide)->value[i % NS_SCREEN_VALUES];
        numbers[i] = (ns_registry_number){
            .key = SCREEN_KEY, .name = names[i % NS_SCREEN_VALUES], .narrow = narrow, .there = value >= 0, .value = value >= 0 ? (uint32_t)value : 0};
    }
}

static void from_numbers(const ns_registry_number numbers[NUMBERS], ns_screen *screen) {
    for (size_t i = 0; i < NUMBERS; i++)
        (i >= NS_SCREEN_VALUES ? &screen->narrow : &screen->wide)->value[i % NS_SCREEN_VALUES] = numbers[i].there ? (int64_t)numbers[i].value : -1;
}

ns_status ns_screen_read(const ns_machine *machine, ns_screen *out, ns_error *error) {
    ns_registry_number numbers[NUMBERS];
    ns_status status = NS_OK;
    memset(out, 0xFF, sizeof *out); /* -1 everywhere */
    to_numbers(out, numbers);
    status = ns_registry_read_numbers(ns_fix_host(machine), numbers, NUMBERS, error);
    if (status == NS_OK)
        from_numbers(numbers, out);
    return status;
}

static void describe_view(cJSON *document, const char *name, const ns_screen_view *view) {
    cJSON *object = cJSON_AddObjectToObject(document, name);
    for (size_t i = 0; i < NS_SCREEN_VALUES; i++) {
        if (view->value[i] >= 0)
            (void)ns_json_add_integer(object, names[i], view->value[i]);
        else
            (void)ns_json_add_string(object, names[i], NULL);
    }
}

cJSON *ns_screen_describe(const ns_screen *screen) {
    cJSON *document = cJSON_CreateObject();
    describe_view(document, "64", &screen->wide);
    describe_view(document, "32", &screen->narrow);
    return document;
}

static void read_view(const cJSON *document, const char *name, ns_screen_view *out) {
    const cJSON *object = cJSON_GetObjectItemCaseSensitive(document, name);
    for (size_t i = 0; i < NS_SCREEN_VALUES; i++)
        out->value[i] = ns_json_integer(object, names[i], -1);
}

/* From `before` to `after` on the machine. */
static ns_status change(const ns_machine *machine, const ns_screen *before, const ns_screen *after, ns_error *error) {
    ns_registry_number then[NUMBERS];
    ns_registry_number now[NUMBERS];
    to_numbers(before, then);
    to_numbers(after, now);
    return ns_registry_write_numbers(ns_fix_host(machine), now, then, NUMBERS, error);
}

/* The store knows what was there before the machine is touched: whatever happens then can be undone. */
static ns_status keep_and_change(ns_store *store, const ns_machine *machine, const ns_screen *before, const ns_screen *after, ns_error *error) {
    cJSON *then = ns_screen_describe(before);
    cJSON *now = ns_screen_describe(after);
    ns_change kept = {.machine_id = machine->id, .what = (char *)(uintptr_t)what, .before = ns_json_print(then), .after = ns_json_print(now)};
    int64_t id = 0;
    ns_status status = kept.before && kept.after ? ns_change_add(store, &kept, &id, error) : ns_error_set_memory(error);
    if (status == NS_OK) {
        status = change(machine, before, after, error);
        if (status != NS_OK && strcmp(error->code, "MachineNotChanged") == 0) /* else it is there to be undone */
            (void)!ns_change_forget(store, id, &(ns_error){0});
    }
    cJSON_free(kept.before);
    cJSON_free(kept.after);
    cJSON_Delete(then);
    cJSON_Delete(now);
    return status;
}

ns_status ns_screen_write(ns_store *store, const ns_machine *machine, long long width, long long height, long long scale, ns_error *error) {
    ns_screen before;
    ns_screen after;
    ns_status status = NS_OK;
    if (width < WIDTH_LEAST || width > SIZE_MOST || width % 2 || height < WIDTH_LEAST || height > SIZE_MOST || scale < SCALE_LEAST ||
        scale > SCALE_MOST)
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidSetting",
                            "Width and height: 200 to 8192, width even; scale: 100 to 500. Decimal numbers.", "%lldx%lld at %lld %% is no screen.",
                            width, height, scale);
    status = ns_screen_read(machine, &before, error);
    if (status != NS_OK)
        return status;
    memset(&after, 0xFF, sizeof after);
    after.narrow = (ns_screen_view){{1, width, height, scale}};
    return keep_and_change(store, machine, &before, &after, error);
}

ns_status ns_screen_undo(ns_store *store, const ns_machine *machine, ns_error *error) {
    ns_change last = {0};
    ns_screen now;
    ns_screen then;
    cJSON *document = NULL;
    ns_status status = ns_change_load_last(store, machine->id, what, &last, error);
    if (status == NS_OK && !last.id)
        status = ns_error_set(error, NS_STATUS_NOT_FOUND, "NothingToUndo", NULL, "Nightshift has not changed the screen of %.80s.", machine->name);
    if (status == NS_OK)
        status = ns_screen_read(machine, &now, error);
    if (status == NS_OK) {
        document = cJSON_Parse(last.before);
        read_view(document, "64", &then.wide);
        read_view(document, "32", &then.narrow);
        status = change(machine, &now, &then, error);
        cJSON_Delete(document);
    }
    if (status == NS_OK)
        status = ns_change_mark_undone(store, last.id, error);
    ns_change_clear(&last);
    return status;
}
