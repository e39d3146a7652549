/* What preflight found, kept so that today can be compared with the last time that all was well. */
#ifndef NS_STORE_PREFLIGHTS_H
#define NS_STORE_PREFLIGHTS_H

#include "store/store.h"

typedef struct ns_preflight_record {
    int64_t id;
    int64_t machine_id;
    int64_t at;       /* ms UTC */
    char *connection; /* its name, "" for none */
    char *verdict;    /* "pass", "warn", "fail", "unknown" */
    char *forecast;   /* a phrase */
    char *summary;    /* "dns:pass tcp:fail …", for lists */
    char *row;        /* the machine's row as JSON, in its brief form; NULL in a list */
    char *facts;      /* the facts as JSON; NULL in a list */
} ns_preflight_record;

typedef struct ns_preflight_list {
    ns_preflight_record *items;
    size_t count;
} ns_preflight_list;

enum { NS_PREFLIGHT_KEPT = 5 }; /* of each machine, and the last green one */

/* Keeps the records, all in one transaction, and drops what is old. */
NS_MUST_USE ns_status ns_preflight_save(ns_store *store, const ns_preflight_record *records, size_t count, ns_error *error);
/* The newest of each machine, without row and facts. */
NS_MUST_USE ns_status ns_preflight_load_newest(ns_store *store, ns_preflight_list *out, ns_error *error);
/* The newest of a machine, whole; id 0 and NS_OK when there is none. */
NS_MUST_USE ns_status ns_preflight_load(ns_store *store, int64_t machine_id, ns_preflight_record *out, ns_error *error);
/* The newest of a machine before `before` (ms UTC) without a failure; id 0 and NS_OK when there is none. */
NS_MUST_USE ns_status ns_preflight_load_green(ns_store *store, int64_t machine_id, int64_t before, ns_preflight_record *out, ns_error *error);
void ns_preflight_record_clear(ns_preflight_record *record);
void ns_preflight_list_clear(ns_preflight_list *list);

#endif
