#include "base/platform.h"

#include <stdlib.h>

#include "base/fold.h"
#include "base/wide.h"

char *ns_fold_case_by_system(const char *utf8) {
    WCHAR *wide = ns_wide_from_utf8(utf8);
    int units = 0;
    WCHAR *folded = NULL;
    char *out = NULL;
    if (!wide)
        return NULL;
    units = LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_LOWERCASE, wide, -1, NULL, 0, NULL, NULL, 0);
    folded = calloc((size_t)units + 1, sizeof *folded);
    if (folded && LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_LOWERCASE, wide, -1, folded, units, NULL, NULL, 0))
        out = ns_wide_to_utf8(folded);
    free(folded);
    free(wide);
    return out;
}
