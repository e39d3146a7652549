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
    for (size_t i = 0; i < NS_COUNT_OF(views); i++)
        if (views[i]->has_groups)
            return views[i];
    return views[0];
}

const view *view_of_preflight(void) {
    for (size_t i = 0; i < NS_COUNT_OF(views); i++)
        if (views[i]->is_preflight)
            return views[i];
    return views[0];
}
