#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include "base/fold.h"

/* Character by character, as LCMapStringEx does: a store has the same keys on every system, so "Straße" is not "STRASSE". */
char *ns_fold_case_by_system(const char *utf8) {
    const int32_t room = (int32_t)strlen(utf8) + 1; /* as many units and characters at most */
    UErrorCode failure = U_ZERO_ERROR;
    UChar *units = calloc((size_t)room * 2, sizeof *units);
    UChar32 *characters = calloc((size_t)room, sizeof *characters);
    char *out = calloc((size_t)room * 4, 1);
    int32_t count = 0;
    if (units && characters && out) {
        u_strFromUTF8(units, room, &count, utf8, -1, &failure);
        u_strToUTF32(characters, room, &count, units, count, &failure);
    } else {
        failure = U_MEMORY_ALLOCATION_ERROR;
    }
    for (int32_t i = 0; i < count; i++)
        characters[i] = u_tolower(characters[i]);
    u_strFromUTF32(units, room * 2, &count, characters, count, &failure);
    u_strToUTF8(out, room * 4, NULL, units, count, &failure); /* each does nothing after a failure */
    if (U_FAILURE(failure)) {
        free(out);
        out = NULL;
    }
    free(units);
    free(characters);
    return out;
}
