/* The window class NAME_PICTURE_CLASS: shows a picture, fitted into it with its proportions. UI thread. */
#ifndef NS_CONSOLE_PICTURE_H
#define NS_CONSOLE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <winsock2.h>
#include <windows.h>

#include "base/frame.h"

bool picture_register(void);
/* Takes a bitmap (a DIB section), or NULL. */
void picture_set_bitmap(HWND window, HBITMAP bitmap);
/* Copies the frame as it is now. */
void picture_set_frame(HWND window, const ns_frame_view *view);
/* The caller deletes; NULL when it is no image. */
HBITMAP picture_decode_png(const uint8_t *png, size_t size);

#endif
