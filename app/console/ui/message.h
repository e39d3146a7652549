/* What is said or asked in a box of its own, and the guide. UI thread; each but the guide waits for the user. */
#ifndef NS_CONSOLE_MESSAGE_H
#define NS_CONSOLE_MESSAGE_H

#include <stdbool.h>
#include <winsock2.h>
#include <windows.h>

#include "base/status.h"

/* A question with the action's own name on its button, never Yes and No. True when the user wants it. Cancelling is the default
 * where `careful`. */
bool message_confirm(HWND owner, const WCHAR *question, unsigned action, bool careful);
/* What went wrong. The words can be copied, for whoever is to help. */
void message_show(HWND owner, const WCHAR *text);
void message_error(HWND owner, const ns_error *error);
/* Opens the page of the user guide that a text names. */
void help_open(HWND owner, unsigned topic);

#endif
