/* What core said (base/phrase.h) as two columns: the English text, which anybody can read in the file, and the id with its values, from which
 * a viewer's language is made. Rows of a store that had no ids yet have the text alone. */
#include <stdlib.h>

#include "base/phrase.h"
#include "store/sql.h"

ns_status ns_sql_said_make(const char *phrase, ns_sql_said *out, ns_error *error) {
    out->text = ns_phrase_text(phrase ? phrase : "", NULL);
    out->said = ns_phrase_pack(phrase ? phrase : "");
    if (out->text && out->said)
        return NS_OK;
    ns_sql_said_clear(out);
    return ns_error_set_memory(error);
}

void ns_sql_said_clear(ns_sql_said *said) {
    free(said->text);
    free(said->said);
    *said = (ns_sql_said){0};
}

char *ns_sql_phrase(const ns_db_row *row, int text, int said, bool *failed) {
    char *phrase = ns_phrase_unpack(ns_db_text(row, said), ns_db_text(row, text));
    if (!phrase)
        *failed = true;
    return phrase;
}
