/* What lists are filtered and sorted by, made once for a fleet off the UI thread: each machine's cells as one folded text, and for
 * each column the machine's place in that column's order. So a keystroke or a click on a header looks at numbers and bytes only.
 * Portable; any thread. */
#ifndef NS_CONSOLE_INDEX_H
#define NS_CONSOLE_INDEX_H

#include <stdint.h>

#include "console/present/present.h"
#include "store/fleet.h"

typedef struct present_index {
    size_t count;
    char *text;                              /* every machine's cells, ended by PRESENT_CELL_END each and the row by 0 */
    size_t *at;                              /* where a machine's begin */
    uint32_t *rank[PRESENT_MACHINE_COLUMNS]; /* equal cells have equal ranks; ranks begin at 0 */
    uint32_t ranks[PRESENT_MACHINE_COLUMNS]; /* how many there are */
    unsigned char *state;                    /* of each machine: IDS_STATE_… minus IDS_STATE_READY */
} present_index;

enum { PRESENT_CELL_END = 0x1F };

/* NULL when memory ran out. The caller destroys. */
present_index *present_index_build(const ns_fleet *fleet, present_words words, present_time local_time);
void present_index_destroy(present_index *index);

/* Small letters, for filters: writes at most `size` with the final 0. */
void present_fold(const char *text, char *out, size_t size);
/* Whether the folded text is in a cell, of a row as above, whose bit is set in `visible`. */
bool present_matches(const char *row, const char *folded, const uint64_t visible[2]);
/* Order of two folded texts as people expect it: "web9" before "web10". */
int present_compare(const char *a, const char *b);

#endif
