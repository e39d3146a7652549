/* What is learned of machines as they are met, and not typed: the certificate, the addresses, what they call themselves. All of it is forgotten when
 * the entry leads to another host or port. */
#ifndef NS_STORE_MACHINE_KNOWN_H
#define NS_STORE_MACHINE_KNOWN_H

#include "base/text.h"
#include "store/store.h"

/* Keeps the certificate that a machine showed first ("" for none); does nothing when one is kept already. `nla`: it offers Network Level
 * Authentication. */
NS_MUST_USE ns_status ns_machine_note_shown(ns_store *store, int64_t machine_id, const char *sha256, bool nla, ns_error *error);
/* Somebody decided that a machine is the one that shows this certificate, and whether it offers Network Level Authentication. */
typedef struct ns_trusted {
    int64_t machine_id;
    const char *was;    /* the certificate that was known when it was decided, "" for none; NULL to overwrite whichever is */
    const char *sha256; /* 64 digits */
    bool nla;
} ns_trusted;

/* Keeps it of all, as one change that can be taken back. NS_STATUS_REFUSED (ChangedMeanwhile) where another certificate was learned since. */
NS_MUST_USE ns_status ns_machines_trust(ns_store *store, const ns_trusted *items, size_t count, ns_error *error);
/* Keeps an address, "ADDRESS:PORT", at which the machine was reached: entries of the list that have one in common are one machine, and share its
 * places. */
NS_MUST_USE ns_status ns_machine_note_address(ns_store *store, int64_t machine_id, const char *address, ns_error *error);
/* What a machine calls itself: that name before a user means an account of its own. With the certificate (its SHA-256, "" where none was seen) it
 * tells which entries are one machine, like an address. */
typedef struct ns_computer_seen {
    int64_t machine_id;
    const char *computer; /* "" for nothing new */
    const char *sha256;
    bool nla; /* it offers Network Level Authentication */
} ns_computer_seen;

/* Keeps it of all, in one transaction; nothing is written of what is known. */
NS_MUST_USE ns_status ns_machines_note_computers(ns_store *store, const ns_computer_seen *seen, size_t count, ns_error *error);
/* The names of the other entries that lead to the same machine, with ", " between them; nothing for none. */
NS_MUST_USE ns_status ns_machine_other_entries(ns_store *store, int64_t machine_id, ns_text *out, ns_error *error);

#endif
