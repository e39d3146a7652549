#include "console/ui/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wide.h"
#include "console/ui/names.h"
#include "console/ui/words_win32.h"

enum { WIDTH_MAXIMUM = 4000, NAME_SIZE = 48, MORE_WIDTH = 105, MORE_SIZE = 128 };

static size_t count_columns(const list_source *source) {
    const char *name = NULL;
    size_t count = source->column_count;
    while (source->more && count < LAYOUT_COLUMNS && source->more(count - source->column_count, &name))
        count++;
    return count;
}

const WCHAR *layout_title(const list_source *source, size_t column) {
    static WCHAR title[MORE_SIZE];
    const char *name = NULL;
    WCHAR *wide = NULL;
    if (column < source->column_count)
        return words(source->columns[column].title);
    wide = ns_wide_from_utf8(words_of_core(source->more(column - source->column_count, &name)));
    (void)lstrcpynW(title, wide ? wide : L"", MORE_SIZE);
    free(wide);
    return title;
}

bool layout_is_right(const list_source *source, size_t column) {
    return column < source->column_count && source->columns[column].right;
}

/* The column's name in a kept layout, whichever version or language wrote it. */
static void column_name(const list_source *source, size_t column, WCHAR out[NAME_SIZE]) {
    const char *name = NULL;
    if (column < source->column_count)
        (void)wsprintfW(out, L"%u", (unsigned)column);
    else if (source->more(column - source->column_count, &name))
        (void)_snwprintf(out, NAME_SIZE - 1, L"%hs", name);
    out[NAME_SIZE - 1] = 0;
}

static const WCHAR *option_of(const WCHAR *prefix, const list_source *source) {
    static WCHAR name[64];
    (void)_snwprintf(name, NS_COUNT_OF(name) - 1, L"%ls%hs", prefix, source->name);
    return name;
}

void layout_set_defaults(layout *self, const list_source *source) {
    memset(self, 0, sizeof *self);
    self->count = count_columns(source);
    self->shown = self->count;
    for (size_t i = 0; i < self->count; i++) {
        self->columns[i] = i;
        self->widths[i] = i < source->column_count ? source->columns[i].width : MORE_WIDTH;
    }
    self->sort = source->sort;
    self->descending = source->descending;
}

static size_t find(const layout *self, const list_source *source, const WCHAR *name, size_t units) {
    for (size_t column = 0; column < self->count; column++) {
        WCHAR known[NAME_SIZE];
        column_name(source, column, known);
        if (wcslen(known) == units && wcsncmp(known, name, units) == 0)
            return column;
    }
    return self->count;
}

/* Moves a column to a place among those that are settled. */
static void settle(layout *self, size_t column, size_t place) {
    size_t at = place;
    while (at < self->count && self->columns[at] != column)
        at++;
    if (at == self->count)
        return; /* it was named twice */
    for (; at > place; at--)
        self->columns[at] = self->columns[at - 1];
    self->columns[place] = column;
}

/* "0:130 1:90 -2:60": name, width; a minus before what is hidden. Shown ones first. */
static void parse(layout *self, const list_source *source, const WCHAR *text) {
    size_t settled = 0;
    bool hidden[LAYOUT_COLUMNS] = {0};
    while (*text) {
        const bool hide = *text == L'-';
        const WCHAR *name = text + (hide ? 1 : 0);
        const WCHAR *colon = wcschr(name, L':');
        const size_t column = colon ? find(self, source, name, (size_t)(colon - name)) : self->count;
        const int width = colon ? (int)wcstol(colon + 1, NULL, 10) : 0;
        if (column < self->count && width > 0 && width <= WIDTH_MAXIMUM) {
            self->widths[column] = width;
            hidden[column] = hide;
            settle(self, column, settled++);
        }
        text = wcschr(text, L' ');
        if (!text)
            break;
        text++;
    }
    for (size_t i = 0, left = self->count; i < left;) {
        const size_t column = self->columns[i];
        if (!hidden[column]) {
            i++;
            continue;
        }
        memmove(&self->columns[i], &self->columns[i + 1], (self->count - i - 1) * sizeof *self->columns);
        self->columns[self->count - 1] = column;
        left--;
        self->shown--;
    }
    if (self->shown == 0)
        self->shown = 1;
}

void layout_read(layout *self, const list_source *source) {
    WCHAR text[OPTION_SIZE];
    layout_set_defaults(self, source);
    options_text(option_of(NAME_COLUMNS, source), text);
    if (text[0])
        parse(self, source, text);
    options_text(option_of(NAME_SORT, source), text);
    if (text[0]) {
        const WCHAR *space = wcschr(text, L' ');
        const size_t column = find(self, source, text, space ? (size_t)(space - text) : wcslen(text));
        if (column < self->count) {
            self->sort = (int)column;
            self->descending = space != NULL;
        }
    }
}

void layout_write(const layout *self, const list_source *source) {
    WCHAR column[NAME_SIZE];
    WCHAR text[OPTION_SIZE] = {0};
    size_t used = 0;
    for (size_t i = 0; i < self->count && used + NAME_SIZE + 10 < OPTION_SIZE; i++) {
        column_name(source, self->columns[i], column);
        used += (size_t)wsprintfW(text + used, L"%s%s%s:%d", i ? L" " : L"", i >= self->shown ? L"-" : L"", column, self->widths[self->columns[i]]);
    }
    options_set_text(option_of(NAME_COLUMNS, source), text);
    layout_write_sort(self, source);
}

void layout_write_sort(const layout *self, const list_source *source) {
    WCHAR column[NAME_SIZE];
    WCHAR text[NAME_SIZE + 4];
    if (self->sort < 0) {
        options_reset(option_of(NAME_SORT, source));
        return;
    }
    column_name(source, (size_t)self->sort, column);
    (void)wsprintfW(text, L"%s%s", column, self->descending ? L" -" : L"");
    options_set_text(option_of(NAME_SORT, source), text);
}

void layout_text(const list_source *source, WCHAR out[OPTION_SIZE]) {
    layout kept;
    WCHAR sort[OPTION_SIZE];
    layout_read(&kept, source);
    layout_write(&kept, source); /* one that was never arranged is kept as the program has it */
    options_text(option_of(NAME_COLUMNS, source), out);
    options_text(option_of(NAME_SORT, source), sort);
    if (wcslen(out) + wcslen(sort) + 2 < OPTION_SIZE)
        (void)wsprintfW(out + wcslen(out), L"|%s", sort);
}

void layout_use(layout *self, const list_source *source, const WCHAR *text) {
    const WCHAR *bar = wcschr(text, L'|');
    WCHAR columns[OPTION_SIZE];
    (void)lstrcpynW(columns, text, OPTION_SIZE);
    if (bar)
        columns[bar - text] = 0;
    options_set_text(option_of(NAME_COLUMNS, source), columns);
    if (bar && bar[1])
        options_set_text(option_of(NAME_SORT, source), bar + 1);
    else
        options_reset(option_of(NAME_SORT, source));
    layout_read(self, source);
}

void layout_reset(layout *self, const list_source *source) {
    options_reset(option_of(NAME_COLUMNS, source));
    options_reset(option_of(NAME_SORT, source));
    layout_set_defaults(self, source);
}
