#include "console/present/template.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A text of core is a few sentences, and what it quotes is at most one deeper: these only bound what a machine may send. */
enum { SENTENCES = 8, CUTS = 24 };

typedef struct catalogue {
    const template_entry *entries;
    size_t count;
} catalogue;

static bool translate(const catalogue *known, const char *text, size_t size, int left, ns_text *out);

/* The bytes of a printf conversion that stands here, or 0; for a number also its digits, and for a text how many bytes it has at most. A
 * space is no flag: "100 % and more" is a text. */
static size_t conversion(const char *format, const char **digits, size_t *most) {
    size_t size = 1;
    const char *precision = NULL;
    if (format[0] != '%')
        return 0;
    size += strspn(format + size, "-#0123456789*");
    precision = format[size] == '.' ? format + size + 1 : NULL;
    size += strspn(format + size, ".0123456789*");
    *most = precision && *precision >= '0' && *precision <= '9' ? (size_t)strtoul(precision, NULL, 10) : SIZE_MAX;
    size += strspn(format + size, "hljzt");
    if (!format[size] || !strchr("diuxsc", format[size]))
        return 0;
    *digits = format[size] == 'x' ? "0123456789abcdef" : strchr("diu", format[size]) ? "0123456789" : NULL;
    return size + 1;
}

/* The bytes of text that the format gives from here to its next conversion; *end is that, or the format's end. */
static size_t literal_size(const char *format, const char **end) {
    const char *digits = NULL;
    size_t most = 0;
    size_t size = 0;
    while (*format && !conversion(format, &digits, &most)) {
        format += format[0] == '%' && format[1] == '%' ? 2 : 1;
        size++;
    }
    *end = format;
    return size;
}

static bool literal_is(const char *format, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (*format != text[i])
            return false;
        format += format[0] == '%' && format[1] == '%' ? 2 : 1;
    }
    return true;
}

static size_t number_size(const char *digits, const char *text, size_t size) {
    size_t i = size && text[0] == '-';
    const size_t sign = i;
    while (i < size && text[i] && strchr(digits, text[i]))
        i++;
    return i > sign ? i : 0;
}

/* Where the literal begins that ends a value: at the text's end for the last one, else where it is found first. */
static const char *find_literal(const char *format, size_t literal, bool last, const char *text, size_t size) {
    if (size < literal)
        return NULL;
    for (const char *at = last ? text + size - literal : text; at + literal <= text + size; at++)
        if (literal_is(format, at, literal))
            return at;
    return NULL;
}

bool template_matches(const char *format, const char *text, size_t size, template_match *out) {
    const char *const text_end = text + size;
    const char *next = NULL;
    size_t literal = literal_size(format, &next);
    out->count = 0;
    out->weight = literal;
    out->begins = literal > 0;
    if (size < literal || !literal_is(format, text, literal))
        return false;
    text += literal;
    while (*next && out->count < TEMPLATE_VALUES) {
        const char *digits = NULL;
        const char *at = NULL;
        size_t most = 0;
        format = next + conversion(next, &digits, &most);
        literal = literal_size(format, &next);
        out->weight += literal;
        size = (size_t)(text_end - text);
        if (digits) {
            at = text + number_size(digits, text, size);
            if (at == text || (size_t)(text_end - at) < literal || !literal_is(format, at, literal))
                return false;
        } else {
            at = find_literal(format, literal, !*next, text, size);
            if (!at || (size_t)(at - text) > most)
                return false;
        }
        out->values[out->count].at = text;
        out->values[out->count++].size = (size_t)(at - text);
        text = at + literal;
    }
    return !*next && text == text_end;
}

/* A format that begins with a value of any kind may seem to fit what another one begins with its own words. */
static bool is_better(const template_match *match, const template_match *best) {
    return match->begins != best->begins ? match->begins : match->weight > best->weight;
}

static const template_entry *find_best(const catalogue *known, const char *text, size_t size, template_match *best) {
    const template_entry *found = NULL;
    *best = (template_match){0};
    for (size_t i = 0; i < known->count; i++) {
        const char *format = known->entries[i].english;
        template_match match;
        if ((format[0] == text[0] || format[0] == '%') && template_matches(format, text, size, &match) && match.weight > 0 &&
            (!found || is_better(&match, best))) {
            *best = match;
            found = &known->entries[i];
        }
    }
    return found;
}

/* A value that core took from its own words; of a list of them, each. */
static void append_known(const catalogue *known, const char *text, size_t size, int left, ns_text *out) {
    const char *const end = text + size;
    if (translate(known, text, size, left, out))
        return;
    for (;;) {
        const char *comma = find_literal(", ", 2, false, text, (size_t)(end - text));
        const size_t item = (size_t)((comma ? comma : end) - text);
        template_match match;
        const template_entry *entry = find_best(known, text, item, &match);
        if (entry && match.count == 0)
            (void)ns_text_append_string(out, entry->german);
        else
            (void)ns_text_append(out, text, item);
        if (!comma)
            return;
        (void)ns_text_append_string(out, ", ");
        text = comma + 2;
    }
}

/* The value that is asked for at {1}, {=1} or {-1}; the bytes of that, or 0 when it is none. */
static size_t append_value(const catalogue *known, const char *german, const template_match *match, int left, ns_text *out) {
    const char how = german[0] == '{' && (german[1] == '=' || german[1] == '-') ? german[1] : 0;
    const size_t digit = how ? 2 : 1;
    size_t which = 0;
    if (german[0] != '{' || german[digit] < '1' || german[digit] > '9' || german[digit + 1] != '}')
        return 0;
    which = (size_t)(german[digit] - '1');
    if (which >= match->count)
        return 0;
    if (how == '=' && left > 0)
        append_known(known, match->values[which].at, match->values[which].size, left - 1, out);
    else if (how != '-')
        (void)ns_text_append(out, match->values[which].at, match->values[which].size);
    return digit + 2;
}

static void fill(const catalogue *known, const char *german, const template_match *match, int left, ns_text *out) {
    while (*german) {
        const size_t value = append_value(known, german, match, left, out);
        const size_t plain = value ? 0 : 1 + strcspn(german + 1, "{");
        (void)ns_text_append(out, german, plain);
        german += value + plain;
    }
}

/* "…: No such file or directory (2)", as ns_error_set_system ends. */
static bool ends_with_system(const char *text, size_t size) {
    size_t i = size;
    if (i < 3 || text[--i] != ')')
        return false;
    while (i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9')
        i--;
    return i < size - 1 && i > 0 && text[i - 1] == '(';
}

static bool is_cut(const char *text, size_t size, size_t at, bool has_system) {
    if (at == size)
        return true;
    return at + 1 < size && ((at > 0 && text[at - 1] == '.' && text[at] == ' ') || (has_system && text[at] == ':' && text[at + 1] == ' '));
}

/* The known beginning with most text of its own, of those with as much the shortest; also the first sentence's end. */
static const template_entry *find_head(const catalogue *known, const char *text, size_t size, template_match *best, size_t *head, size_t *first) {
    const bool has_system = ends_with_system(text, size);
    const template_entry *found = NULL;
    int cuts = 0;
    *best = (template_match){0};
    *first = size;
    for (size_t at = 1; at <= size; at++) {
        template_match match;
        const template_entry *entry = NULL;
        if (!is_cut(text, size, at, has_system) || (cuts >= CUTS && at < size))
            continue;
        if (cuts++ == 0)
            *first = at;
        entry = find_best(known, text, at, &match);
        if (entry && match.weight > 0 && (!found || is_better(&match, best))) {
            *best = match;
            *head = at;
            found = entry;
        }
    }
    return found;
}

static void take_back(ns_text *out, size_t size) {
    if (out->bytes) {
        out->size = size;
        out->bytes[size] = 0;
    }
}

static void append_head(const catalogue *known, const template_entry *entry, const template_match *match, const char *text, size_t size, int left,
                        size_t head, ns_text *out) {
    const size_t before = out->size;
    template_match whole;
    fill(known, entry->german, match, left, out);
    if (head < size && text[head] == ' ') {
        (void)ns_text_append_string(out, " ");
        if (translate(known, text + head + 1, size - head - 1, left - 1, out))
            return;
        take_back(out, out->size ? out->size - 1 : 0);
        /* What follows may be more of the last value, and not a sentence of its own. */
        entry = find_best(known, text, size, &whole);
        if (entry && whole.weight == match->weight) {
            take_back(out, before);
            fill(known, entry->german, &whole, left, out);
            return;
        }
    }
    (void)ns_text_append(out, text + head, size - head);
}

static bool translate(const catalogue *known, const char *text, size_t size, int left, ns_text *out) {
    template_match match;
    size_t head = 0;
    size_t first = 0;
    const template_entry *entry = left > 0 && size > 0 ? find_head(known, text, size, &match, &head, &first) : NULL;
    const size_t before = out->size;
    if (entry) {
        append_head(known, entry, &match, text, size, left, head, out);
        return true;
    }
    /* Its first sentence is nothing of core's own; the next may be. */
    if (left <= 0 || first >= size || text[first] != ' ')
        return false;
    (void)ns_text_append(out, text, first + 1);
    if (translate(known, text + first + 1, size - first - 1, left - 1, out))
        return true;
    take_back(out, before);
    return false;
}

bool template_translate(const template_entry *entries, size_t count, const char *text, ns_text *out) {
    const catalogue known = {entries, count};
    return translate(&known, text, strlen(text), SENTENCES, out) && !out->failed;
}
