#include "console/shell/filter.h"

#include <stdlib.h>
#include <wchar.h>
#include <windowsx.h>

#include <commctrl.h>

#include "../../../resources/resource.h"
#include "base/text.h"
#include "console/ui/controls.h"
#include "console/ui/words_win32.h"
#include "console/views/view.h"

enum { GAP = 6, LABEL_WIDTH = 44, BOX_WIDTH = 240 };

/* Whose keys a subclass has: its id. */
enum { KEYS_BOX = 2, KEYS_PANE, KEYS_TYPING_PANE };

struct filter {
    HWND label;
    HWND box;
    HWND banner; /* what it leaves out; "" without one */
    const events *events;
    char *texts[VIEWS_MAXIMUM]; /* folded; NULL or "" for none */
    size_t view;
    bool showing; /* the box's text changes because of us */
};

static bool is_command_key(const filter *self, UINT message, WPARAM key) {
    if (message == WM_KEYDOWN && key == VK_TAB)
        self->events->command(self->events->context, GetKeyState(VK_SHIFT) < 0 ? ID_PREVIOUS_PANE : ID_NEXT_PANE);
    return message == WM_KEYDOWN && key == VK_TAB;
}

static LRESULT CALLBACK filter_on_key(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    const filter *self = (const filter *)context;
    const bool is_left = message == WM_KEYDOWN && (wparam == VK_ESCAPE || wparam == VK_DOWN || wparam == VK_RETURN);
    (void)id;
    if (message == WM_KEYDOWN && wparam == VK_ESCAPE)
        filter_set(self, L"");
    if (is_left)
        self->events->left(self->events->context);
    if (is_left || is_command_key(self, message, wparam))
        return 0;
    if (message == WM_CHAR && (wparam == VK_ESCAPE || wparam == VK_RETURN || wparam == VK_TAB))
        return 0; /* no beep */
    return DefSubclassProc(window, message, wparam, lparam);
}

static LRESULT CALLBACK pane_on_key(HWND window, UINT message, WPARAM wparam, LPARAM lparam, UINT_PTR id, DWORD_PTR context) {
    const filter *self = (const filter *)context;
    if (is_command_key(self, message, wparam))
        return 0;
    if (message == WM_KEYDOWN && wparam == VK_DELETE && id == KEYS_TYPING_PANE)
        self->events->command(self->events->context, ID_REMOVE);
    if (message == WM_KEYDOWN && wparam == VK_ESCAPE && id == KEYS_TYPING_PANE) {
        filter_set(self, L"");
        return 0;
    }
    if (message == WM_CHAR && wparam > L' ' && id == KEYS_TYPING_PANE && GetKeyState(VK_CONTROL) >= 0) {
        const int end = GetWindowTextLengthW(self->box);
        (void)SetFocus(self->box);
        (void)SendMessageW(self->box, EM_SETSEL, (WPARAM)end, end);
        return SendMessageW(self->box, message, wparam, lparam);
    }
    return DefSubclassProc(window, message, wparam, lparam);
}

void filter_serve(filter *self, HWND pane, bool takes_typing) {
    (void)SetWindowSubclass(pane, pane_on_key, takes_typing ? KEYS_TYPING_PANE : KEYS_PANE, (DWORD_PTR)self);
}

static HWND child(HWND parent, DWORD extended, const WCHAR *class_name, DWORD style, int id) {
    return CreateWindowExW(extended, class_name, NULL, WS_CHILD | WS_VISIBLE | style, 0, 0, 0, 0, parent, (HMENU)(INT_PTR)id, GetModuleHandleW(NULL),
                           NULL);
}

filter *filter_create(HWND parent, const events *to) {
    filter *self = calloc(1, sizeof *self);
    if (!self)
        return NULL;
    self->events = to;
    /* The label comes right before the box: so a screen reader finds its name. */
    self->label = child(parent, 0, WC_STATICW, SS_CENTERIMAGE, IDC_FILTER_LABEL);
    self->box = child(parent, WS_EX_CLIENTEDGE, WC_EDITW, WS_TABSTOP | ES_AUTOHSCROLL, IDC_FILTER);
    self->banner = child(parent, 0, WC_STATICW, SS_CENTERIMAGE | SS_NOPREFIX, IDC_BANNER);
    if (!self->label || !self->box || !self->banner) {
        filter_destroy(self);
        return NULL;
    }
    (void)SetWindowSubclass(self->box, filter_on_key, KEYS_BOX, (DWORD_PTR)self);
    return self;
}

void filter_destroy(filter *self) {
    for (size_t i = 0; self && i < VIEWS_MAXIMUM; i++)
        free(self->texts[i]);
    free(self);
}

HWND filter_window(const filter *self) {
    return self->box;
}

void filter_arrange(const filter *self, int left, int top, int width, int height) {
    const int gap = scaled(self->box, GAP);
    const int label = scaled(self->box, LABEL_WIDTH);
    const int box = scaled(self->box, BOX_WIDTH);
    (void)MoveWindow(self->label, left + gap, top, label, height, TRUE);
    (void)MoveWindow(self->box, left + gap + label, top + 1, box, height - 3, TRUE);
    (void)MoveWindow(self->banner, left + 2 * gap + label + box, top, width - 3 * gap - label - box, height, TRUE);
}

void filter_use_font(const filter *self, HFONT font) {
    SetWindowFont(self->label, font, TRUE);
    SetWindowFont(self->box, font, TRUE);
    SetWindowFont(self->banner, font, TRUE);
}

void filter_use_words(const filter *self) {
    (void)SetWindowTextW(self->label, words(IDS_FILTER));
    (void)SendMessageW(self->box, EM_SETCUEBANNER, TRUE, (LPARAM)words(IDS_FILTER_CUE));
}

void filter_show(filter *self, size_t number) {
    self->view = number;
    self->showing = true;
    set_text(self->box, self->texts[number]);
    self->showing = false;
}

const char *filter_text(const filter *self) {
    return self->texts[self->view];
}

void filter_on_change(filter *self) {
    char *text = self->showing ? NULL : get_text(self->box);
    char folded[CELL_SIZE];
    if (!text)
        return;
    index_fold(text, folded, sizeof folded);
    free(text);
    free(self->texts[self->view]);
    self->texts[self->view] = ns_string_copy(folded);
    self->events->filtered(self->events->context, folded);
}

void filter_focus(const filter *self) {
    (void)SetFocus(self->box);
    (void)SendMessageW(self->box, EM_SETSEL, 0, -1);
}

void filter_set(const filter *self, const WCHAR *text) {
    (void)SetWindowTextW(self->box, text);
}

void filter_show_banner(const filter *self, size_t rows, size_t things) {
    const char *folded = filter_text(self);
    WCHAR text[WORDS_SIZE] = {0};
    if (folded && folded[0])
        words_format(text, IDS_FILTER_BANNER, (int)rows, (int)things);
    set_text_if_new(self->banner, text);
}
