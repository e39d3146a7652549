#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#include "base/fold.h"

char *ns_fold_case_by_system(const char *utf8) {
    int32_t units = 0;
    int32_t folded_units = 0;
    int32_t size = 0;
    UErrorCode failure = U_ZERO_ERROR;
    UChar *source = NULL;
    UChar *folded = NULL;
    char *out = NULL;
    int32_t room = (int32_t)strlen(utf8) + 1;
    source = calloc((size_t)room, sizeof *source);
    folded = calloc((size_t)room * 3, sizeof *folded); /* folding makes at most three units of one */
    if (!source || !folded)
        goto cleanup;
    u_strFromUTF8(source, room, &units, utf8, -1, &failure);
    folded_units = u_strFoldCase(folded, room * 3, source, units, U_FOLD_CASE_DEFAULT, &failure);
    out = calloc((size_t)folded_units * 3 + 1, 1);
    if (out && U_SUCCESS(failure))
        u_strToUTF8(out, folded_units * 3 + 1, &size, folded, folded_units, &failure);
    if (out && U_FAILURE(failure)) {
        free(out);
        out = NULL;
    }
cleanup:
    free(source);
    free(folded);
    return out;
}
