/* The filter over the list: its box, a text for each view, and what it leaves out. UI thread. */
#ifndef NS_CONSOLE_FILTER_H
#define NS_CONSOLE_FILTER_H

#include "console/ui/events.h"
#include "console/ui/index.h"

typedef struct filter filter;

/* `to` is borrowed. NULL when a part could not be made. */
filter *filter_create(HWND parent, const events *to);
void filter_destroy(filter *self); /* may be NULL */
HWND filter_window(const filter *self);
/* Lays label, box and banner out in a row, px. */
void filter_arrange(const filter *self, int left, int top, int width, int height);
void filter_use_font(const filter *self, HFONT font);
/* Label and cue in the language of now. */
void filter_use_words(const filter *self);

/* Puts the text of the view of that number into the box. */
void filter_show(filter *self, size_t number);
/* The folded text of the view shown; NULL for none. */
const char *filter_text(const filter *self);
/* EN_CHANGE of the box. */
void filter_on_change(filter *self);
void filter_focus(const filter *self);
void filter_set(const filter *self, const WCHAR *text);
/* How many rows of how many it leaves. */
void filter_show_banner(const filter *self, size_t rows, size_t things);

/* Lets keys of a list or tree do what they do in any pane; with `takes_typing`, plain typing goes to the box. */
void filter_serve(filter *self, HWND pane, bool takes_typing);

#endif
