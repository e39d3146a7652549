/* The first words of RDP: an X.224 connection request that says which security is wanted, and what a machine makes of it.
 * [MS-RDPBCGR] 2.2.1.1 and 2.2.1.2, RFC 1006. Pure; any thread. */
#ifndef NS_PROBE_X224_H
#define NS_PROBE_X224_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NS_X224_RDP = 0, NS_X224_TLS = 1, NS_X224_HYBRID = 2, NS_X224_RDSTLS = 4, NS_X224_HYBRID_EX = 8, NS_X224_RDSAAD = 0x10 };
enum { NS_X224_REQUEST_SIZE = 19, NS_X224_ANSWER_MAXIMUM = 512 };
enum { NS_X224_RESTRICTED_ADMIN = 0x08, NS_X224_CREDENTIAL_GUARD = 0x10 }; /* flags of an answer, 2.2.1.2.1 */

typedef enum ns_x224_kind {
    NS_X224_UNASKED,
    NS_X224_SILENT,   /* nothing came in time */
    NS_X224_CLOSED,   /* it hung up without a word */
    NS_X224_NOT_RDP,  /* what came is no connection confirm */
    NS_X224_REFUSED,  /* RDP_NEG_FAILURE: `value` is its code */
    NS_X224_SELECTED, /* RDP_NEG_RSP: `value` is the protocol */
    NS_X224_OLD       /* a confirm without negotiation: standard RDP security only */
} ns_x224_kind;

typedef struct ns_x224_answer {
    ns_x224_kind kind;
    uint32_t value;
    uint8_t flags;
} ns_x224_answer;

void ns_x224_request(uint32_t protocols, uint8_t out[NS_X224_REQUEST_SIZE]);
/* How many bytes the whole answer has, once four are there; 0 when it cannot be one. */
size_t ns_x224_answer_size(const uint8_t *bytes, size_t size);
/* Reads a whole answer. */
ns_x224_answer ns_x224_read(const uint8_t *bytes, size_t size);
/* The specification's name of a failure code, NULL for one that it does not have. */
const char *ns_x224_failure_name(uint32_t code);
const char *ns_x224_protocol_name(uint32_t protocol);

#endif
