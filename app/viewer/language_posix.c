#include <stdlib.h>
#include <string.h>

#include "viewer/language.h"

catalogue_language language_of_system(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return strncmp(value, "de", 2) == 0 ? CATALOGUE_GERMAN : CATALOGUE_ENGLISH;
    }
    return CATALOGUE_ENGLISH;
}
