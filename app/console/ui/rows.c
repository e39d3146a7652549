#include "console/ui/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "console/ui/index.h"

/* Which columns a filter looks at: those that are shown. */
static void visible_columns(const layout *shown, uint64_t visible[2]) {
    visible[0] = visible[1] = 0;
    for (size_t i = 0; i < shown->shown; i++)
        visible[shown->columns[i] / 64] |= (uint64_t)1 << shown->columns[i] % 64;
}

/* A row's cells as one folded text, where no index has it. Each starts with the end of the one before. */
static bool row_matches(const list_source *source, const void *data, size_t index, const char *folded, const uint64_t visible[2], size_t columns) {
    ns_text row;
    bool matches = false;
    ns_text_init(&row, (size_t)1 << 17);
    for (size_t column = 0; column < columns; column++) {
        char cell[CELL_SIZE];
        char small[CELL_SIZE];
        if (visible[column / 64] >> column % 64 & 1) {
            source->cell(data, index, column, cell);
            index_fold(cell, small, sizeof small);
            (void)ns_text_append_string(&row, small);
        }
        (void)ns_text_append(&row, "\x1F", 1);
    }
    matches = index_matches(ns_text_string(&row), folded, visible);
    ns_text_clear(&row);
    return matches;
}

typedef struct sort_key {
    size_t index;
    int64_t number;
    char *text; /* NULL when the number counts */
    bool descending;
} sort_key;

static int compare(const void *a, const void *b) {
    const sort_key *left = a;
    const sort_key *right = b;
    int order = left->text && right->text ? index_compare(left->text, right->text) : (left->number > right->number) - (left->number < right->number);
    if (order == 0)
        return (left->index > right->index) - (left->index < right->index);
    return left->descending ? -order : order;
}

static void sort_by_cells(rows *self, const list_source *source, const void *data, const layout *shown) {
    sort_key *keys = calloc(self->count ? self->count : 1, sizeof *keys);
    if (!keys)
        return;
    for (size_t i = 0; i < self->count; i++) {
        keys[i].index = self->items[i];
        keys[i].descending = shown->descending;
        if (!source->number || !source->number(data, keys[i].index, (size_t)shown->sort, &keys[i].number)) {
            char text[CELL_SIZE];
            char folded[CELL_SIZE];
            source->cell(data, keys[i].index, (size_t)shown->sort, text);
            index_fold(text, folded, sizeof folded);
            keys[i].text = ns_string_copy(folded);
        }
    }
    qsort(keys, self->count, sizeof *keys, compare);
    for (size_t i = 0; i < self->count; i++) {
        self->items[i] = keys[i].index;
        free(keys[i].text);
    }
    free(keys);
}

/* Counting sort over the ranks: stable, and the same time for every column. */
static void sort_by_rank(rows *self, const uint32_t *rank, uint32_t ranks, bool descending) {
    uint32_t *place = calloc((size_t)ranks + 1, sizeof *place);
    size_t *sorted = calloc(self->count ? self->count : 1, sizeof *sorted);
    if (place && sorted) {
        for (size_t i = 0; i < self->count; i++)
            place[(descending ? ranks - 1 - rank[self->items[i]] : rank[self->items[i]]) + 1]++;
        for (uint32_t i = 1; i < ranks; i++)
            place[i] += place[i - 1];
        for (size_t i = 0; i < self->count; i++)
            sorted[place[descending ? ranks - 1 - rank[self->items[i]] : rank[self->items[i]]]++] = self->items[i];
        memcpy(self->items, sorted, self->count * sizeof *sorted);
    }
    free(place);
    free(sorted);
}

static bool has_room(rows *self, size_t count) {
    size_t *items = count > self->room ? realloc(self->items, count * sizeof *items) : self->items;
    if (count > self->room && !items)
        return false;
    self->items = items;
    self->room = count > self->room ? count : self->room;
    return true;
}

void rows_build(rows *self, const list_source *source, const void *data, const layout *shown, const char *folded) {
    const list_index *index = source->index ? source->index(data) : NULL;
    const size_t count = source->count(data);
    const bool all = !folded || !folded[0];
    uint64_t visible[2];
    if (!has_room(self, count))
        return; /* what is shown stays */
    visible_columns(shown, visible);
    self->count = 0;
    self->things = 0;
    for (size_t i = 0; i < count; i++) {
        if (source->belongs && !source->belongs(data, i))
            continue;
        self->things++;
        if (all || (index ? index_matches(index->text + index->at[i], folded, visible) : row_matches(source, data, i, folded, visible, shown->count)))
            self->items[self->count++] = i;
    }
    if (shown->sort < 0)
        return; /* the order of the data */
    if (index)
        sort_by_rank(self, index->rank[shown->sort], index->ranks[shown->sort], shown->descending);
    else if (!source->index)
        sort_by_cells(self, source, data, shown);
}

void rows_clear(rows *self) {
    free(self->items);
    *self = (rows){0};
}
