/* What a machine with Network Level Authentication tells anyone who begins to sign in: one CredSSP message that asks for an
 * NTLM challenge, without a name or a password, and the challenge. [MS-CSSP] 2.2.1, [MS-NLMP] 2.2.1. Pure; any thread. */
#ifndef NS_PROBE_NTLM_H
#define NS_PROBE_NTLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NS_NTLM_REQUEST_SIZE = 57, NS_NTLM_ANSWER_MAXIMUM = 4096, NS_NTLM_NAME_SIZE = 256 };

typedef struct ns_ntlm_challenge {
    char computer[NS_NTLM_NAME_SIZE]; /* NetBIOS; "" where it was not told, as for each name */
    char domain[NS_NTLM_NAME_SIZE];
    char dns_computer[NS_NTLM_NAME_SIZE];
    char dns_domain[NS_NTLM_NAME_SIZE];
    char dns_forest[NS_NTLM_NAME_SIZE];
    int64_t time; /* the machine's clock, ms UTC; 0 where it was not told */
    bool versioned;
    uint8_t major;
    uint8_t minor;
    uint16_t build;
} ns_ntlm_challenge;

void ns_ntlm_request(uint8_t out[NS_NTLM_REQUEST_SIZE]);
/* How long the whole CredSSP answer is, as far as its first bytes say: 0 not known yet, SIZE_MAX when it cannot be one. */
size_t ns_ntlm_answer_size(const uint8_t *bytes, size_t size);
/* False when there is no challenge in it. */
bool ns_ntlm_read(const uint8_t *bytes, size_t size, ns_ntlm_challenge *out);

#endif
