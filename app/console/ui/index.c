#include "console/ui/index.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/text.h"

/* The multiplication sign of a resolution has no other case, and every row has one. */
static bool is_plain(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80) {
            if ((unsigned char)text[0] != 0xC3 || (unsigned char)text[1] != 0x97)
                return false;
            text++;
        }
    return true;
}

void index_fold(const char *text, char *out, size_t size) {
    char *folded = is_plain(text) ? NULL : ns_fold_case(text);
    const char *from = folded ? folded : text;
    size_t used = 0;
    for (; *from && used + 1 < size; from++)
        out[used++] = *from >= 'A' && *from <= 'Z' ? (char)(*from + 32) : *from == CELL_END ? ' ' : *from;
    out[used] = 0;
    ns_utf8_trim(out);
    free(folded);
}

bool index_matches(const char *row, const char *folded, const uint64_t visible[2]) {
    const char *at = row;
    const char *counted = row;
    unsigned column = 0;
    while ((at = strstr(at, folded)) != NULL) {
        for (; counted < at; counted++)
            column += *counted == CELL_END ? 1 : 0;
        if (column < 128 && (visible[column / 64] >> column % 64 & 1))
            return true;
        at++;
    }
    return folded[0] == 0;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Two numbers in digits, of any length; moves both behind them. */
static int compare_numbers(const char **a, const char **b) {
    size_t left = 0;
    size_t right = 0;
    int order = 0;
    while (**a == '0' && is_digit((*a)[1]))
        (*a)++;
    while (**b == '0' && is_digit((*b)[1]))
        (*b)++;
    while (is_digit((*a)[left]))
        left++;
    while (is_digit((*b)[right]))
        right++;
    order = left != right ? (left > right) - (left < right) : memcmp(*a, *b, left);
    *a += left;
    *b += right;
    return order;
}

int index_compare(const char *a, const char *b) {
    while (*a && *b) {
        if (is_digit(*a) && is_digit(*b)) {
            const int order = compare_numbers(&a, &b);
            if (order)
                return order;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return (*a != 0) - (*b != 0);
}

void index_destroy(list_index *index) {
    if (!index)
        return;
    for (size_t column = 0; column < index->columns; column++)
        free(index->rank[column]);
    free(index->text);
    free(index->at);
    free(index);
}

static bool add_text(list_index *self, const list_source *source, const void *data) {
    ns_text text;
    ns_text_init(&text, (size_t)1 << 31);
    for (size_t i = 0; i < self->count; i++) {
        self->at[i] = text.size;
        for (size_t column = 0; column < self->columns; column++) {
            char cell[CELL_SIZE];
            char folded[CELL_SIZE];
            source->cell(data, i, column, cell);
            index_fold(cell, folded, sizeof folded - 1);
            (void)ns_text_append_string(&text, folded);
            (void)ns_text_append(&text, "\x1F", 1);
        }
        (void)ns_text_append(&text, "", 1);
    }
    if (text.failed) {
        ns_text_clear(&text);
        return false;
    }
    self->text = ns_text_take(&text);
    return self->text != NULL;
}

typedef struct ranked {
    const char *text; /* ends at CELL_END, which sorts before all that is seen */
    int64_t number;
    uint32_t index;
} ranked;

static int by_text(const void *a, const void *b) {
    const ranked *left = a;
    const ranked *right = b;
    const int order = index_compare(left->text, right->text);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static int by_number(const void *a, const void *b) {
    const ranked *left = a;
    const ranked *right = b;
    const int order = (left->number > right->number) - (left->number < right->number);
    return order ? order : (left->index > right->index) - (left->index < right->index);
}

static const char *after_cell(const char *text) {
    return strchr(text, CELL_END) + 1;
}

/* For the time of the sorting each cell ends with 0. */
static void rank_column(list_index *self, const list_source *source, const void *data, size_t column, ranked *rows, const char **cells) {
    bool number = false;
    uint32_t rank = 0;
    for (size_t i = 0; i < self->count; i++) {
        char *end = strchr((char *)(uintptr_t)cells[i], CELL_END);
        rows[i] = (ranked){.text = cells[i], .index = (uint32_t)i};
        number = source->number(data, i, column, &rows[i].number);
        *end = 0;
    }
    qsort(rows, self->count, sizeof *rows, number ? by_number : by_text);
    for (size_t i = 0; i < self->count; i++) {
        if (i && (number ? rows[i].number != rows[i - 1].number : index_compare(rows[i].text, rows[i - 1].text) != 0))
            rank++;
        self->rank[column][rows[i].index] = rank;
    }
    self->ranks[column] = self->count ? rank + 1 : 0;
    for (size_t i = 0; i < self->count; i++) {
        char *end = (char *)(uintptr_t)cells[i] + strlen(cells[i]);
        *end = CELL_END;
        cells[i] = after_cell(cells[i]);
    }
}

list_index *index_build(const list_source *source, const void *data) {
    list_index *self = calloc(1, sizeof *self);
    const size_t count = source->count(data);
    const size_t room = count ? count : 1;
    ranked *rows = calloc(room, sizeof *rows);
    const char **cells = calloc(room, sizeof *cells);
    bool made = self && rows && cells && source->column_count <= INDEX_COLUMNS;
    if (made) {
        self->count = count;
        self->columns = source->column_count;
        made = (self->at = calloc(room, sizeof *self->at)) != NULL;
        for (size_t column = 0; column < self->columns; column++)
            made = (self->rank[column] = calloc(room, sizeof(uint32_t))) != NULL && made;
        made = made && add_text(self, source, data);
    }
    if (made) {
        for (size_t i = 0; i < self->count; i++)
            cells[i] = self->text + self->at[i];
        for (size_t column = 0; column < self->columns; column++)
            rank_column(self, source, data, column, rows, cells);
    }
    free(rows);
    free((void *)cells);
    if (!made) {
        index_destroy(self);
        return NULL;
    }
    return self;
}
