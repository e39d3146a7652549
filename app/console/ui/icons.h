/* The icons of lists, tree and toolbar: places in the image list that controls.h makes. Portable. */
#ifndef NS_CONSOLE_ICONS_H
#define NS_CONSOLE_ICONS_H

typedef enum icon_kind {
    ICON_NONE = -1,
    ICON_MACHINE,
    ICON_GROUP,
    ICON_RUN,
    ICON_OK,
    ICON_BAD,
    ICON_WAIT,
    ICON_CONNECTION,
    ICON_FLOW,
    ICON_PAUSE,
    ICON_WARN,
    ICON_UNKNOWN,
    ICON_ACTIVITY,
    ICON_SETTINGS, /* this and the next only on the toolbar */
    ICON_ADD,
    ICON_COUNT
} icon_kind;

#endif
