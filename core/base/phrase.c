#include "base/phrase.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* How deep one phrase may stand in another, and how long all of it may be: bounds for what comes from outside. */
enum { DEPTH = 4, VALUES = 9, SIZE_MAXIMUM = 64 * 1024, NUMBER_SIZE = 64, MEMBER_SIZE = 64 };

/* One printf conversion, "%5.30s". */
typedef struct conversion {
    size_t size;    /* bytes in the format; 0 for none */
    char kind;      /* the last letter */
    char length[3]; /* "ll", "z" … */
    bool zeros;     /* the width is filled with them */
    size_t width;
    int stars;    /* how many ints come before the value */
    bool precise; /* has a precision */
    size_t most;  /* that precision, where it is written out */
} conversion;

/* A space is no flag here: "100 % and more" is a text. */
static conversion conversion_at(const char *format) {
    conversion self = {.size = 1, .most = SIZE_MAX};
    size_t length = 0;
    if (format[0] != '%')
        return (conversion){0};
    self.zeros = format[1] == '0';
    self.width = (size_t)strtoul(format + 1, NULL, 10);
    for (; format[self.size] && strchr("0123456789*", format[self.size]); self.size++)
        self.stars += format[self.size] == '*';
    if (format[self.size] == '.') {
        self.precise = true;
        self.most = (size_t)strtoul(format + self.size + 1, NULL, 10);
        self.stars += format[++self.size] == '*';
        self.size += strspn(format + self.size, "0123456789*");
    }
    length = strspn(format + self.size, "hljzt");
    if (length < sizeof self.length)
        memcpy(self.length, format + self.size, length);
    self.size += length;
    self.kind = format[self.size];
    if (!self.kind || length >= sizeof self.length || !strchr("diuxXocs", self.kind))
        return (conversion){0};
    self.size++;
    return self;
}

static bool is_mark(char c) {
    return c == NS_PHRASE_BEGIN || c == NS_PHRASE_VALUE || c == NS_PHRASE_END;
}

static size_t utf8_size(unsigned char first) {
    return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
}

/* Bytes that are nobody's phrase: as UTF-8, without marks, and at most so many, cut between characters. */
static void append_plain(ns_text *out, const char *text, size_t size) {
    size_t whole = size;
    while (whole && ((unsigned char)text[whole - 1] & 0xC0) == 0x80)
        whole--;
    /* The last character begins at whole - 1: it is there with all its bytes, or none of them is said. */
    if (whole && size - whole + 1 < utf8_size((unsigned char)text[whole - 1]))
        size = whole - 1;
    for (size_t from = 0, at = 0; at <= size; at++) {
        if (at < size && !is_mark(text[at]))
            continue;
        if (at > from)
            (void)ns_utf8_append_lossy(out, text + from, at - from);
        from = at + 1;
    }
}

/* Whether every phrase in it is closed. */
static bool is_whole(const char *text) {
    int depth = 0;
    for (; *text && depth >= 0; text++)
        depth += *text == NS_PHRASE_BEGIN ? 1 : *text == NS_PHRASE_END ? -1 : *text == NS_PHRASE_VALUE && depth == 0 ? -SIZE_MAXIMUM : 0;
    return depth == 0;
}

/* A text with a precision need not end with 0: nothing behind that is read. A phrase is not cut, for it would be none then. */
static void append_string(ns_text *out, const char *text, size_t most) {
    if (!text)
        text = "(null)";
    if (memchr(text, NS_PHRASE_BEGIN, strnlen(text, most)) && is_whole(text) && ns_utf8_count(text) >= 0)
        (void)ns_text_append_string(out, text);
    else
        append_plain(out, text, strnlen(text, most));
}

void ns_phrase_strip(char *text) {
    char *to = text;
    for (size_t size = 0; *text; text += size) {
        const bool disguise = ns_is_disguise(ns_utf8_character(text, &size));
        if (is_mark(*text))
            continue;
        if (!disguise) {
            memmove(to, text, size);
            to += size;
        } else if (size < 3) {
            *to++ = '?';
        } else { /* U+FFFD, which is as long */
            memcpy(to, "\xEF\xBF\xBD", 3);
            to += 3;
        }
    }
    *to = 0;
}

void ns_phrase_strip_json(cJSON *value) {
    cJSON *each = NULL;
    if (cJSON_IsString(value) && value->valuestring)
        ns_phrase_strip(value->valuestring);
    cJSON_ArrayForEach(each, value) {
        ns_phrase_strip_json(each);
    }
}

static void append_integer(ns_text *out, const conversion *spec, long long value) {
    char digits[NUMBER_SIZE];
    size_t size = 0;
    switch (spec->kind) {
    case 'u':
        (void)snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
        break;
    case 'x':
        (void)snprintf(digits, sizeof digits, "%llx", (unsigned long long)value);
        break;
    case 'X':
        (void)snprintf(digits, sizeof digits, "%llX", (unsigned long long)value);
        break;
    case 'o':
        (void)snprintf(digits, sizeof digits, "%llo", (unsigned long long)value);
        break;
    case 'c':
        (void)snprintf(digits, sizeof digits, "%c", (int)value);
        break;
    default:
        (void)snprintf(digits, sizeof digits, "%lld", value);
        break;
    }
    size = strlen(digits);
    for (size_t i = size; i < spec->width && i < NUMBER_SIZE; i++)
        (void)ns_text_append(out, spec->zeros ? "0" : " ", 1);
    append_plain(out, digits, size);
}

static bool is_unsigned(const conversion *spec) {
    return strchr("uxXo", spec->kind) != NULL;
}

/* va_list may be an array, which a function cannot take by its address; a struct it can. */
typedef struct arguments {
    va_list list;
} arguments;

static long long take_integer(arguments *values, const conversion *spec) {
    if (strcmp(spec->length, "ll") == 0 || strcmp(spec->length, "j") == 0)
        return va_arg(values->list, long long);
    if (strcmp(spec->length, "l") == 0)
        return is_unsigned(spec) ? (long long)va_arg(values->list, unsigned long) : va_arg(values->list, long);
    if (strcmp(spec->length, "z") == 0)
        return (long long)va_arg(values->list, size_t);
    if (strcmp(spec->length, "t") == 0)
        return va_arg(values->list, ptrdiff_t);
    return is_unsigned(spec) ? (long long)va_arg(values->list, unsigned) : va_arg(values->list, int);
}

static void append_value(ns_text *out, const conversion *spec, arguments *values) {
    int star = 0;
    for (int i = 0; i < spec->stars; i++)
        star = va_arg(values->list, int);
    if (spec->kind == 's')
        append_string(out, va_arg(values->list, const char *), spec->stars && spec->precise ? (size_t)star : spec->most);
    else
        append_integer(out, spec, take_integer(values, spec));
}

/* Where the next conversion stands, or the end. */
static const char *next_conversion(const char *format, conversion *spec) {
    for (; *format; format += format[0] == '%' && format[1] == '%' ? 2 : 1) {
        *spec = conversion_at(format);
        if (spec->size)
            return format;
    }
    *spec = (conversion){0};
    return format;
}

bool ns_phrase_append_v(ns_text *out, const char *id, va_list values) {
    static const char marks[] = {NS_PHRASE_BEGIN, NS_PHRASE_VALUE, NS_PHRASE_END};
    conversion spec;
    arguments rest;
    const char *at = next_conversion(id, &spec);
    const bool alone = spec.size && at == id && !id[spec.size] && spec.kind == 's';
    va_copy(rest.list, values);
    if (alone) {
        append_value(out, &spec, &rest);
    } else {
        (void)ns_text_append(out, &marks[0], 1);
        (void)ns_text_append_string(out, id);
        for (; spec.size; at = next_conversion(at + spec.size, &spec)) {
            (void)ns_text_append(out, &marks[1], 1);
            append_value(out, &spec, &rest);
        }
        (void)ns_text_append(out, &marks[2], 1);
    }
    va_end(rest.list);
    return !out->failed;
}

bool ns_phrase_append(ns_text *out, const char *id, ...) {
    va_list values;
    bool kept = false;
    va_start(values, id);
    kept = ns_phrase_append_v(out, id, values);
    va_end(values);
    return kept;
}

bool ns_phrase_append_id(ns_text *out, const char *id) {
    static const char marks[] = {NS_PHRASE_BEGIN, NS_PHRASE_END};
    if (strchr(id, NS_PHRASE_BEGIN) || !id[0])
        return ns_text_append_string(out, id);
    (void)ns_text_append(out, &marks[0], 1);
    append_plain(out, id, strlen(id));
    return ns_text_append(out, &marks[1], 1);
}

/* Copies as much as fits, and then closes what is open. */
static void copy_cut(char *out, size_t size, const char *phrase) {
    size_t used = 0;
    size_t open = 0;
    for (; *phrase && used + open + 2 < size; phrase++) {
        open += *phrase == NS_PHRASE_BEGIN;
        open -= *phrase == NS_PHRASE_END && open;
        out[used++] = *phrase;
    }
    out[used] = 0;
    if (*phrase) {
        ns_utf8_trim(out);
        used = strlen(out);
    }
    while (open-- && used + 1 < size)
        out[used++] = NS_PHRASE_END;
    out[used] = 0;
}

void ns_phrase_write_v(char *out, size_t size, const char *id, va_list values) {
    ns_text text;
    ns_text_init(&text, SIZE_MAXIMUM);
    (void)ns_phrase_append_v(&text, id, values);
    copy_cut(out, size, ns_text_string(&text));
    ns_text_clear(&text);
}

void ns_phrase_write(char *out, size_t size, const char *id, ...) {
    va_list values;
    va_start(values, id);
    ns_phrase_write_v(out, size, id, values);
    va_end(values);
}

/* A phrase taken apart: pieces of the string that it is. */
typedef struct parts {
    const char *id;
    size_t id_size;
    struct {
        const char *at;
        size_t size;
    } values[VALUES];
    size_t count;
} parts;

/* From the mark that begins one to behind the mark that ends it; a text that was cut off ends it too. */
static const char *take_apart(const char *at, const char *end, parts *out) {
    int depth = 0;
    const char *from = ++at;
    *out = (parts){.id = from};
    for (; at <= end; at++) {
        const bool over = at == end || (*at == NS_PHRASE_END && depth == 0);
        if (at < end && !over && (*at != NS_PHRASE_VALUE || depth)) {
            depth += *at == NS_PHRASE_BEGIN ? 1 : *at == NS_PHRASE_END ? -1 : 0;
            continue;
        }
        if (from == out->id) {
            out->id_size = (size_t)(at - from);
        } else if (out->count < VALUES) {
            out->values[out->count].at = from;
            out->values[out->count++].size = (size_t)(at - from);
        }
        from = at + 1;
        if (over)
            return at < end ? at + 1 : end;
    }
    return end;
}

static void render(const char *at, const char *end, ns_phrase_lookup lookup, int depth, ns_text *out);

/* `named`: the language may have a word for it. */
static void render_value(const parts *of, size_t which, bool named, ns_phrase_lookup lookup, int depth, ns_text *out) {
    const char *at = which < of->count ? of->values[which].at : "";
    const size_t size = which < of->count ? of->values[which].size : 0;
    if (memchr(at, NS_PHRASE_BEGIN, size)) {
        render(at, at + size, lookup, depth - 1, out);
    } else {
        char word[512];
        const char *known = NULL;
        if (named && lookup && size < sizeof word) {
            memcpy(word, at, size);
            word[size] = 0;
            known = lookup(word);
        }
        (void)(known ? ns_text_append_string(out, known) : ns_text_append(out, at, size));
    }
}

/* {1}, {=1}, {-1}: the bytes of that, or 0 when it is none. */
static size_t render_place(const char *sentence, const parts *of, ns_phrase_lookup lookup, int depth, ns_text *out) {
    const char how = sentence[0] == '{' && (sentence[1] == '=' || sentence[1] == '-') ? sentence[1] : 0;
    const size_t digit = how ? 2 : 1;
    if (sentence[0] != '{' || sentence[digit] < '1' || sentence[digit] > '9' || sentence[digit + 1] != '}')
        return 0;
    if (how != '-')
        render_value(of, (size_t)(sentence[digit] - '1'), how == '=', lookup, depth, out);
    return digit + 2;
}

static void render_sentence(const char *sentence, const parts *of, ns_phrase_lookup lookup, int depth, ns_text *out) {
    while (*sentence) {
        const size_t place = render_place(sentence, of, lookup, depth, out);
        const size_t plain = place ? 0 : 1 + strcspn(sentence + 1, "{");
        (void)ns_text_append(out, sentence, plain);
        sentence += place + plain;
    }
}

static void render_english(const char *id, const parts *of, ns_phrase_lookup lookup, int depth, ns_text *out) {
    size_t which = 0;
    while (*id) {
        const conversion spec = conversion_at(id);
        if (spec.size) {
            render_value(of, which++, false, lookup, depth, out);
            id += spec.size;
        } else {
            (void)ns_text_append(out, id, 1);
            id += id[0] == '%' && id[1] == '%' ? 2 : 1;
        }
    }
}

static void render_one(const parts *of, ns_phrase_lookup lookup, int depth, ns_text *out) {
    ns_text id;
    const char *sentence = NULL;
    ns_text_init(&id, SIZE_MAXIMUM);
    (void)ns_text_append(&id, of->id, of->id_size);
    sentence = lookup ? lookup(ns_text_string(&id)) : NULL;
    if (sentence)
        render_sentence(sentence, of, lookup, depth, out);
    else
        render_english(ns_text_string(&id), of, lookup, depth, out);
    ns_text_clear(&id);
}

static void render(const char *at, const char *end, ns_phrase_lookup lookup, int depth, ns_text *out) {
    while (at < end && depth > 0) {
        const char *begin = memchr(at, NS_PHRASE_BEGIN, (size_t)(end - at));
        parts of;
        append_plain(out, at, (size_t)((begin ? begin : end) - at));
        if (!begin)
            return;
        at = take_apart(begin, end, &of);
        render_one(&of, lookup, depth, out);
    }
}

/* What is in it, "" for nothing. */
static char *taken(ns_text *text) {
    if (text->size && !text->failed)
        return ns_text_take(text);
    const bool failed = text->failed;
    ns_text_clear(text);
    return failed ? NULL : ns_string_copy("");
}

void ns_phrase_render(const char *phrase, ns_phrase_lookup lookup, ns_text *out) {
    const char *known = NULL;
    if (!phrase)
        return;
    if (!strchr(phrase, NS_PHRASE_BEGIN))
        known = lookup && phrase[0] ? lookup(phrase) : NULL;
    if (known)
        (void)ns_text_append_string(out, known);
    else
        render(phrase, phrase + strlen(phrase), lookup, DEPTH, out);
}

char *ns_phrase_text(const char *phrase, ns_phrase_lookup lookup) {
    ns_text text;
    ns_text_init(&text, (size_t)SIZE_MAXIMUM * 4);
    ns_phrase_render(phrase, lookup, &text);
    return taken(&text);
}

static cJSON *list_of(const char *at, const char *end, int depth);

static cJSON *string_of(const char *at, size_t size) {
    ns_text text;
    cJSON *made = NULL;
    ns_text_init(&text, SIZE_MAXIMUM);
    append_plain(&text, at, size);
    made = cJSON_CreateString(ns_text_string(&text));
    ns_text_clear(&text);
    return made;
}

static bool add_to(cJSON *array, cJSON *item) {
    if (item && cJSON_AddItemToArray(array, item))
        return true;
    cJSON_Delete(item);
    return false;
}

static cJSON *object_of(const parts *of, int depth) {
    cJSON *object = cJSON_CreateObject();
    cJSON *id = string_of(of->id, of->id_size);
    cJSON *values = NULL;
    bool kept = object && id && cJSON_AddItemToObject(object, "id", id);
    if (!kept)
        cJSON_Delete(id);
    values = kept ? cJSON_AddArrayToObject(object, "values") : NULL;
    for (size_t i = 0; values && i < of->count; i++) {
        const char *at = of->values[i].at;
        const size_t size = of->values[i].size;
        kept = kept && add_to(values, memchr(at, NS_PHRASE_BEGIN, size) ? list_of(at, at + size, depth - 1) : string_of(at, size));
    }
    if (kept && values)
        return object;
    cJSON_Delete(object);
    return NULL;
}

static cJSON *list_of(const char *at, const char *end, int depth) {
    cJSON *list = cJSON_CreateArray();
    bool kept = list != NULL;
    while (kept && at < end && depth > 0) {
        const char *begin = memchr(at, NS_PHRASE_BEGIN, (size_t)(end - at));
        parts of;
        if (begin != at)
            kept = add_to(list, string_of(at, (size_t)((begin ? begin : end) - at)));
        if (!begin)
            break;
        at = take_apart(begin, end, &of);
        kept = kept && add_to(list, object_of(&of, depth));
    }
    if (kept)
        return list;
    cJSON_Delete(list);
    return NULL;
}

cJSON *ns_phrase_to_json(const char *phrase) {
    return list_of(phrase, phrase + strlen(phrase), DEPTH);
}

static void append_list(ns_text *out, const cJSON *list, int depth);

static void append_object(ns_text *out, const cJSON *object, int depth) {
    static const char marks[] = {NS_PHRASE_BEGIN, NS_PHRASE_VALUE, NS_PHRASE_END};
    const char *id = ns_json_string(object, "id", "");
    const cJSON *value = NULL;
    (void)ns_text_append(out, &marks[0], 1);
    append_plain(out, id, strlen(id));
    cJSON_ArrayForEach(value, cJSON_GetObjectItemCaseSensitive(object, "values")) {
        (void)ns_text_append(out, &marks[1], 1);
        if (cJSON_IsString(value))
            append_plain(out, value->valuestring, strlen(value->valuestring));
        else
            append_list(out, value, depth - 1);
    }
    (void)ns_text_append(out, &marks[2], 1);
}

static void append_list(ns_text *out, const cJSON *list, int depth) {
    const cJSON *each = NULL;
    if (depth <= 0)
        return;
    cJSON_ArrayForEach(each, list) {
        if (cJSON_IsString(each))
            append_plain(out, each->valuestring, strlen(each->valuestring));
        else if (cJSON_IsObject(each))
            append_object(out, each, depth);
    }
}

/* NULL when it is none, or too long. */
static char *phrase_of(const cJSON *list) {
    ns_text text;
    ns_text_init(&text, SIZE_MAXIMUM);
    if (cJSON_IsArray(list))
        append_list(&text, list, DEPTH);
    if (text.size && !text.failed)
        return ns_text_take(&text);
    ns_text_clear(&text);
    return NULL;
}

static char *plain_copy(const char *string) {
    ns_text text;
    ns_text_init(&text, (size_t)SIZE_MAXIMUM * 4);
    append_plain(&text, string, strlen(string));
    return taken(&text);
}

static void said_name(char out[MEMBER_SIZE], const char *name) {
    (void)snprintf(out, MEMBER_SIZE, "%sSaid", name);
}

char *ns_phrase_of_member(const cJSON *object, const char *name) {
    char said[MEMBER_SIZE];
    char *phrase = NULL;
    said_name(said, name);
    phrase = phrase_of(cJSON_GetObjectItemCaseSensitive(object, said));
    return phrase ? phrase : plain_copy(ns_json_string(object, name, ""));
}

bool ns_phrase_add_member(cJSON *object, const char *name, const char *phrase) {
    char said[MEMBER_SIZE];
    char *english = ns_phrase_text(phrase, NULL);
    cJSON *list = strchr(phrase, NS_PHRASE_BEGIN) ? ns_phrase_to_json(phrase) : NULL;
    bool kept = english && ns_json_add_string(object, name, english);
    said_name(said, name);
    free(english);
    if (list && !(kept && cJSON_AddItemToObject(object, said, list))) {
        cJSON_Delete(list);
        return false;
    }
    return kept;
}

char *ns_phrase_pack(const char *phrase) {
    cJSON *list = strchr(phrase, NS_PHRASE_BEGIN) ? ns_phrase_to_json(phrase) : NULL;
    char *text = list ? ns_json_print(list) : ns_string_copy("");
    cJSON_Delete(list);
    return text;
}

char *ns_phrase_unpack(const char *json, const char *otherwise) {
    cJSON *list = json && json[0] ? cJSON_Parse(json) : NULL;
    char *phrase = phrase_of(list);
    cJSON_Delete(list);
    return phrase ? phrase : plain_copy(otherwise ? otherwise : "");
}
