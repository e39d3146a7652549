#include "console/views/view.h"

#define VIEW(name) extern const view view_##name;
#include "console/views/all.h"
#undef VIEW

#define VIEW(name) &view_##name,
static const view *const views[] = {
#include "console/views/all.h"
};
#undef VIEW

const view *view_at(size_t number) {
    return number < NS_COUNT_OF(views) ? views[number] : NULL;
}

size_t view_number(const view *self) {
    size_t number = 0;
    while (views[number] != self)
        number++;
    return number;
}

const view *view_of_groups(void) {
    size_t number = 0;
    while (!views[number]->has_groups)
        number++;
    return views[number];
}

const view *view_of_preflight(void) {
    size_t number = 0;
    while (!views[number]->is_preflight)
        number++;
    return views[number];
}
