/* The dialogs' common ground: made from the template in the user's language, dressed in the theme, one dispatch for all, one
 * message loop for the modeless ones, F1 to the page of the guide. UI thread. */
#ifndef NS_CONSOLE_DIALOGS_H
#define NS_CONSOLE_DIALOGS_H

#include <stdbool.h>
#include <stdint.h>
#include <winsock2.h>
#include <windows.h>

#include "base/status.h"

/* What a dialog does. `self` is what it was opened with. All but `id` may be NULL or 0. */
typedef struct dialog_kind {
    unsigned id;                                                             /* of the template */
    bool part;                                                               /* of its owner's window: it is closed by who opened it */
    unsigned topic;                                                          /* the text that names its page of the guide; 0: the first page */
    bool (*init)(HWND dialog, void *self);                                   /* false when it has put the focus itself */
    void (*command)(HWND dialog, void *self, int id, UINT code);             /* Cancel closes without it, and without one OK too */
    bool (*notify)(HWND dialog, void *self, NMHDR *header, LRESULT *answer); /* true when *answer counts */
    void (*message)(HWND dialog, void *self, UINT message, WPARAM wparam, LPARAM lparam); /* sizes and timers */
    bool (*is_dirty)(HWND dialog);                                                        /* whether something typed would be lost */
    void (*destroy)(void *self);                                                          /* when the dialog is gone */
} dialog_kind;

/* Shows a modeless dialog, and gives it; NULL when it could not be made. Of the same kind and the same non-zero `thing` there is one
 * at most: a second call brings it to the front, and *again is set (may be NULL). Takes `self` in any case, if the kind destroys. */
HWND dialog_open(HWND owner, const dialog_kind *kind, int64_t thing, void *self, bool *again);
/* Shows a modal one and waits for it. */
INT_PTR dialog_run(HWND owner, const dialog_kind *kind, void *self);
/* Ends either kind. */
void dialog_end(HWND dialog, int result);
/* What a dialog was opened with. */
void *dialog_self(HWND dialog);
/* Puts what went wrong, or nothing with status NS_OK, on the dialog's own line for it. */
void dialog_set_error(HWND dialog, const ns_error *error);
/* Whether something was typed into a field: an `is_dirty`. */
bool dialog_is_typed_into(HWND dialog);

/* Whether the message was a modeless dialog's. */
bool dialogs_take_message(MSG *message);
/* Closes the modeless ones: when the console ends or its language changes. */
void dialogs_close_all(void);
/* Whether nothing typed into one would be lost, or the user lets it be. */
bool dialogs_may_close(HWND owner);
/* Dresses all windows anew after the system's colours changed. */
void dialogs_dress_all(void);

#endif
