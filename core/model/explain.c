#include "model/explain.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODE_SIZE = 80, CONNECT_CLASS = 2 };

/* Names and codes are ASCII. */
static bool is_same(const char *a, const char *b, size_t most) {
    for (size_t i = 0; i < most; i++) {
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
        if (!a[i])
            return true;
    }
    return true;
}

typedef struct answers {
    ns_explanation *out;
    size_t count;
} answers;

static void add(answers *to, const ns_native_code *native, const ns_result_code *result) {
    for (size_t i = 0; i < to->count; i++)
        if (to->out[i].native == native && to->out[i].result == result)
            return;
    if (to->count < NS_EXPLANATIONS)
        to->out[to->count++] = (ns_explanation){native, result};
}

static void add_number(answers *to, ns_native_kind kind, uint32_t number) {
    const ns_native_code *native = ns_native_code_find(kind, number);
    if (native)
        add(to, native, ns_result_code_find(native->code));
}

static void trim(const char *from, char out[CODE_SIZE]) {
    size_t size = 0;
    while (isspace((unsigned char)*from) || *from == '[' || *from == '"')
        from++;
    (void)snprintf(out, CODE_SIZE, "%s", from);
    size = strlen(out);
    while (size && (isspace((unsigned char)out[size - 1]) || strchr("].,\"", out[size - 1])))
        out[--size] = 0;
}

/* "131092", "0x20014", "0xC000006D", "-1073741715", "AADSTS50126". */
static bool parse(const char *text, unsigned long long *out) {
    char *end = NULL;
    errno = 0;
    if (is_same(text, "AADSTS", 6))
        text += 6;
    if (text[0] == '-') {
        const long long negative = strtoll(text, &end, 10);
        *out = (uint32_t)negative;
    } else {
        *out = strtoull(text, &end, 0);
    }
    return errno == 0 && end != text && *end == 0;
}

static void explain_number(answers *to, unsigned long long number, bool entra) {
    const uint32_t low = (uint32_t)number;
    if (number > UINT32_MAX)
        return;
    if (entra) {
        add_number(to, NS_NATIVE_AADSTS, low);
        return;
    }
    /* FreeRDP's errors carry their class in the high word, [FreeRDP] error.h. */
    if (low >> 16 == CONNECT_CLASS)
        add_number(to, NS_NATIVE_CONNECT, low & 0xFFFF);
    if (low >> 16 == 1)
        add_number(to, NS_NATIVE_ERROR_INFO, low & 0xFFFF);
    add_number(to, NS_NATIVE_NTSTATUS, low);
    add_number(to, NS_NATIVE_CLIENT, low);
    add_number(to, NS_NATIVE_ERROR_INFO, low);
    add_number(to, NS_NATIVE_AADSTS, low);
    add_number(to, NS_NATIVE_LOGON_ERROR, low);
    /* A small number may be the low word of FreeRDP's, as its own tools print it. */
    if (low < 0x100)
        add_number(to, NS_NATIVE_CONNECT, low);
}

size_t ns_explain(const char *code, ns_explanation out[NS_EXPLANATIONS]) {
    answers found = {.out = out};
    char text[CODE_SIZE];
    unsigned long long number = 0;
    trim(code, text);
    if (!text[0])
        return 0;
    for (size_t i = 0; ns_result_code_at(i); i++)
        if (is_same(ns_result_code_at(i)->code, text, CODE_SIZE))
            add(&found, NULL, ns_result_code_at(i));
    for (size_t i = 0; ns_native_code_at(i); i++)
        if (is_same(ns_native_code_at(i)->name, text, CODE_SIZE))
            add(&found, ns_native_code_at(i), ns_result_code_find(ns_native_code_at(i)->code));
    if (parse(text, &number))
        explain_number(&found, number, is_same(text, "AADSTS", 6));
    return found.count;
}
