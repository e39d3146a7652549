/* The question for a folder, and a folder shown. The UI thread. */
#ifndef NS_CONSOLE_FOLDER_H
#define NS_CONSOLE_FOLDER_H

#include <winsock2.h>
#include <windows.h>

/* The folder that the user chose, as UTF-8, which the caller frees; NULL for none. */
char *choose_folder(HWND owner, const WCHAR *title);
/* Shows it in the Explorer. */
void show_folder(HWND owner, const char *folder);

#endif
