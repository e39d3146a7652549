#include "console/console.h"
#include "console/present/present.h"

/* Order: present_icon; then those that only the toolbar shows. */
static const WORD icons[] = {IDI_MACHINE, IDI_GROUP, IDI_RUN,  IDI_OK,      IDI_BAD,      IDI_WAIT,     IDI_CONNECTION,
                             IDI_FLOW,    IDI_PAUSE, IDI_WARN, IDI_UNKNOWN, IDI_ACTIVITY, IDI_SETTINGS, IDI_ADD};
_Static_assert(NS_COUNT_OF(icons) == PRESENT_ICON_COUNT + 2, "every icon has its picture");

HIMAGELIST icons_create(int size) {
    HIMAGELIST list = ImageList_Create(size, size, ILC_COLOR32 | ILC_MASK, (int)NS_COUNT_OF(icons), 4);
    for (size_t i = 0; list && i < NS_COUNT_OF(icons); i++) {
        HICON icon = (HICON)LoadImageW(GetModuleHandleW(NULL), MAKEINTRESOURCEW(icons[i]), IMAGE_ICON, size, size, 0);
        (void)ImageList_ReplaceIcon(list, -1, icon);
        if (icon)
            (void)DestroyIcon(icon);
    }
    return list;
}
