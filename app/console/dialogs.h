/* The dialogs' common ground: made from the template in the user's language, dressed in the theme, one message loop for the
 * modeless ones, F1 to the page of the guide. UI thread. */
#ifndef NS_CONSOLE_DIALOGS_H
#define NS_CONSOLE_DIALOGS_H

#include <stdbool.h>
#include <stdint.h>
#include <winsock2.h>
#include <windows.h>

struct console;

/* Shows a modeless dialog, and gives it; NULL when it could not be made. `context` is the LPARAM of WM_INITDIALOG. Of the same
 * template and the same non-zero `thing` there is one at most: a second call brings it to the front, and *again is set. */
HWND dialog_open(struct console *of, unsigned id, int64_t thing, DLGPROC procedure, LPARAM context, bool *again);
/* Shows a modal one and waits for it. */
INT_PTR dialog_ask(HWND owner, unsigned id, DLGPROC procedure, LPARAM context);
/* Ends either kind. */
void dialog_end(HWND dialog, int result);
/* Whether the message was a modeless dialog's. */
bool dialogs_take_message(MSG *message);
/* Closes the modeless ones: when the console ends or its language changes. */
void dialogs_close_all(void);
/* Whether nothing typed into one would be lost, or the user lets it be. */
bool dialogs_may_close(HWND owner);
/* Dresses all windows anew after the system's colours changed. */
void dialogs_dress_all(void);

/* A question with the action's own name on its button, never Yes and No. True when the user wants it. Cancelling is the default
 * where `careful`. */
bool ask(HWND owner, const WCHAR *question, unsigned action, bool careful);

/* Tells what went wrong. The words can be copied, for whoever is to help. */
void tell(HWND owner, const WCHAR *text);

/* Opens the page of the user guide. */
void help_open(HWND owner, unsigned topic);

#endif
