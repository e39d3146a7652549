/* Machines, groups, connections and flows as a file, and back: to another console, from a list of names, from a table.
 * Passwords never leave the store. */
#ifndef NS_TRANSFER_TRANSFER_H
#define NS_TRANSFER_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

enum {
    NS_TRANSFER_MAXIMUM = 64 << 20, /* bytes of a file that is read */
    NS_TRANSFER_ENTRIES = 200000,
    NS_TRANSFER_MISTAKES = 1000 /* then it is given up */
};

/* All of the store as JSON (docs/transfer.md), in the order of names: the same store gives the same bytes, and so does a new
 * store into which they were imported. The caller frees *out. */
NS_MUST_USE ns_status ns_transfer_export(ns_store *store, char **out, ns_error *error);

typedef enum ns_import_outcome {
    NS_IMPORT_ADDED,
    NS_IMPORT_CHANGED,
    NS_IMPORT_SAME,    /* it is there already, and says the same */
    NS_IMPORT_KEPT,    /* it is there already, differs, and was not to be changed */
    NS_IMPORT_REFUSED, /* has a mistake in it */
    NS_IMPORT_OUTCOMES
} ns_import_outcome;

typedef struct ns_import_item {
    const char *kind; /* "machine", "group", "connection", "flow" */
    char *name;
    int64_t line; /* of a list or table; 0 */
    ns_import_outcome outcome;
    char *text; /* a phrase: of a refused one what is wrong, and what to do; of others what goes with it; "" */
} ns_import_item;

typedef struct ns_import_report {
    ns_import_item *items; /* in the order of the file; groups first */
    size_t count;
    size_t outcomes[NS_IMPORT_OUTCOMES]; /* how many of each */
    char *unused;                        /* columns of a table that mean nothing here, "A, B, …", cut off when there are many; "" */
    size_t others;                       /* rows of a table for another protocol than RDP, which were left out */
    int64_t seen;                        /* the newest activity before it, also where it was refused */
} ns_import_report;

typedef struct ns_import_options {
    bool update;  /* what is there already becomes what the file says; what the file leaves out stays */
    bool preview; /* does it all, reports, and takes it back */
    int64_t seen; /* the report's `seen` of the look before it: what was changed since by others is refused (ChangedMeanwhile); 0 for no look */
} ns_import_options;

/* "added", "changed", "same", "kept", "refused". */
const char *ns_import_outcome_name(ns_import_outcome outcome);

/* Reads what ns_transfer_export wrote; or a list of hosts, one in each line, with ":port" where it is not 3389; or a table with
 * a first line of column names, parted by commas, semicolons or tabs. UTF-8, or UTF-16 as Windows writes it. Things are the
 * same when their names are, ignoring case. All in one action ("import"), or nothing: NS_STATUS_INVALID with ImportRefused when
 * an entry has a mistake (the report says which), ImportNotRead when the file is none of these. The report is the caller's to
 * clear in every case. */
NS_MUST_USE ns_status ns_transfer_import(ns_store *store, const void *bytes, size_t size, const ns_import_options *options, ns_import_report *out,
                                         ns_error *error);
void ns_import_report_clear(ns_import_report *report);

#endif
