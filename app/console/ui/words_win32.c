#include "console/ui/words_win32.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../resources/resource.h"
#include "base/phrase.h"
#include "base/text.h"
#include "base/wide.h"
#include "console/ui/names.h"
#include "console/ui/options.h"
#include "viewer/catalogue.h"

/* Commands' hints have the commands' numbers; the other texts begin at 2000. */
enum { HINTS = 300, FIRST = 2000, COUNT = 800, BLOCK = 16 };

static const LANGID language_ids[WORDS_LANGUAGES] = {MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), MAKELANGID(LANG_GERMAN, SUBLANG_GERMAN)};
static WCHAR *texts[WORDS_LANGUAGES][HINTS + COUNT];
static char *texts_utf8[WORDS_LANGUAGES][HINTS + COUNT];
static words_language current;

static size_t slot_of(unsigned id) {
    return id < HINTS ? id : id >= FIRST && id < FIRST + COUNT ? id - FIRST + HINTS : HINTS + COUNT;
}

static const void *resource(LPCWSTR type, unsigned id, words_language language) {
    HRSRC found = FindResourceExW(NULL, type, MAKEINTRESOURCEW(id), language_ids[language]);
    HGLOBAL loaded = found ? LoadResource(NULL, found) : NULL;
    return loaded ? LockResource(loaded) : NULL;
}

/* A block holds sixteen texts, each a count of units and the units. LoadString would take the thread's language, or not. */
static bool load_block(words_language language, unsigned block) {
    const WCHAR *at = resource(RT_STRING, block + 1, language);
    for (unsigned i = 0; at && i < BLOCK; i++) {
        const size_t units = *at++;
        const size_t slot = slot_of(block * BLOCK + i);
        if (units && slot < HINTS + COUNT) {
            WCHAR *text = calloc(units + 1, sizeof *text);
            if (!text)
                return false;
            memcpy(text, at, units * sizeof *text);
            texts[language][slot] = text;
            texts_utf8[language][slot] = ns_wide_to_utf8(text);
            if (!texts_utf8[language][slot])
                return false;
        }
        at += units;
    }
    return true;
}

bool words_load(void) {
    bool loaded = catalogue_load();
    for (int language = 0; language < WORDS_LANGUAGES; language++) {
        for (unsigned id = 0; id < HINTS; id += BLOCK)
            loaded = loaded && load_block((words_language)language, id / BLOCK);
        for (unsigned id = FIRST; id < FIRST + COUNT; id += BLOCK)
            loaded = loaded && load_block((words_language)language, id / BLOCK);
    }
    return loaded;
}

words_language words_wanted(void) {
    WCHAR chosen[OPTION_SIZE];
    options_text(NAME_LANGUAGE, chosen);
    if (chosen[0])
        return chosen[0] == L'd' ? WORDS_GERMAN : WORDS_ENGLISH;
    return PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_GERMAN ? WORDS_GERMAN : WORDS_ENGLISH;
}

void words_use(words_language language) {
    current = language;
    catalogue_use(language == WORDS_GERMAN ? CATALOGUE_GERMAN : CATALOGUE_ENGLISH);
}

words_language words_current(void) {
    return current;
}

const WCHAR *words(unsigned id) {
    const size_t slot = slot_of(id);
    return slot < HINTS + COUNT && texts[current][slot] ? texts[current][slot] : L"";
}

const char *words_utf8(unsigned id) {
    const size_t slot = slot_of(id);
    return slot < HINTS + COUNT && texts_utf8[current][slot] ? texts_utf8[current][slot] : "";
}

const char *words_of_core(const char *phrase) {
    return catalogue_say(phrase);
}

const char *words_of_member(const cJSON *object, const char *name) {
    char *phrase = ns_phrase_of_member(object, name);
    const char *text = catalogue_say(phrase);
    free(phrase);
    return text;
}

HMENU words_menu(unsigned id) {
    const void *found = resource(RT_MENU, id, current);
    return found ? LoadMenuIndirectW(found) : NULL;
}

const DLGTEMPLATE *words_dialog(unsigned id) {
    return resource(RT_DIALOG, id, current);
}

void words_format(WCHAR out[WORDS_SIZE], unsigned id, ...) {
    va_list arguments;
    va_start(arguments, id);
    out[0] = 0;
    (void)FormatMessageW(FORMAT_MESSAGE_FROM_STRING, words(id), 0, 0, out, WORDS_SIZE, &arguments);
    va_end(arguments);
}

void words_insert(WCHAR out[WORDS_SIZE], unsigned id, const char *first, const char *second, const char *third, const char *fourth) {
    const char *const inserts[] = {first, second, third, fourth};
    WCHAR *wide[NS_COUNT_OF(inserts)] = {0};
    bool whole = true;
    for (size_t i = 0; i < NS_COUNT_OF(inserts); i++)
        whole = (wide[i] = ns_wide_from_utf8(inserts[i] ? inserts[i] : "")) != NULL && whole;
    out[0] = 0;
    if (whole)
        words_format(out, id, wide[0], wide[1], wide[2], wide[3]);
    for (size_t i = 0; i < NS_COUNT_OF(inserts); i++)
        free(wide[i]);
}

void words_of_error(WCHAR out[WORDS_SIZE], const ns_error *error) {
    words_insert(out, IDS_ERROR_TEXT, words_of_core(error->message), words_of_core(error->remedy), error->code, NULL);
}

void words_local_time(int64_t utc_ms, char *out, size_t size) {
    const ULONGLONG ticks = (ULONGLONG)(utc_ms + 11644473600000) * 10000;
    const FILETIME file = {(DWORD)ticks, (DWORD)(ticks >> 32)};
    SYSTEMTIME utc;
    SYSTEMTIME local;
    WCHAR both[128] = {0};
    char *utf8 = NULL;
    out[0] = 0;
    if (!FileTimeToSystemTime(&file, &utc) || !SystemTimeToTzSpecificLocalTime(NULL, &utc, &local))
        return;
    (void)GetDateFormatEx(LOCALE_NAME_USER_DEFAULT, DATE_SHORTDATE, &local, NULL, both, 64, NULL);
    (void)lstrcatW(both, L" ");
    (void)GetTimeFormatEx(LOCALE_NAME_USER_DEFAULT, 0, &local, NULL, both + wcslen(both), 63);
    utf8 = ns_wide_to_utf8(both);
    (void)snprintf(out, size, "%s", utf8 ? utf8 : "");
    free(utf8);
}
