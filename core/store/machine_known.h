/* What is learned of machines as they are met, and not typed: the certificate, the addresses, what they call themselves. All of it is forgotten when
 * the entry leads to another host or port. */
#ifndef NS_STORE_MACHINE_KNOWN_H
#define NS_STORE_MACHINE_KNOWN_H

#include "base/text.h"
#include "store/store.h"

/* Keeps the certificate that a machine showed first; does nothing when one is kept already. */
NS_MUST_USE ns_status ns_machine_pin(ns_store *store, int64_t machine_id, const char *sha256, ns_error *error);
/* Forgets it, so that the next one seen is accepted. */
NS_MUST_USE ns_status ns_machine_unpin(ns_store *store, int64_t machine_id, ns_error *error);
/* Keeps an address, "ADDRESS:PORT", at which the machine was reached: entries of the list that have one in common are one machine, and share its
 * places. */
NS_MUST_USE ns_status ns_machine_note_address(ns_store *store, int64_t machine_id, const char *address, ns_error *error);
/* What a machine calls itself: that name before a user means an account of its own. With the certificate (its SHA-256, "" where none was seen) it
 * tells which entries are one machine, like an address. */
typedef struct ns_computer_seen {
    int64_t machine_id;
    const char *computer; /* "" for nothing new */
    const char *sha256;
} ns_computer_seen;

/* Keeps it of all, in one transaction; nothing is written of what is known. */
NS_MUST_USE ns_status ns_machines_note_computers(ns_store *store, const ns_computer_seen *seen, size_t count, ns_error *error);
/* The names of the other entries that lead to the same machine, with ", " between them; nothing for none. */
NS_MUST_USE ns_status ns_machine_other_entries(ns_store *store, int64_t machine_id, ns_text *out, ns_error *error);

#endif
