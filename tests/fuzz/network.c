/* What machines answer before anybody signed in. */
#include <openssl/x509.h>
#include <stdlib.h>

#include "base/json.h"
#include "fuzz.h"
#include "probe/ntlm.h"
#include "probe/tls_facts.h"
#include "probe/x224.h"
#include "rdp/credssp.h"

static void read_x224(const uint8_t *data, size_t size) {
    if (ns_x224_answer_size(data, size) > NS_X224_ANSWER_MAXIMUM)
        abort();
    (void)ns_x224_read(data, size);
}

static void read_ntlm(const uint8_t *data, size_t size) {
    ns_ntlm_challenge told;
    (void)ns_ntlm_answer_size(data, size);
    if (!ns_ntlm_read(data, size, &told))
        return;
    fuzz_must_be_text(told.computer);
    fuzz_must_be_text(told.domain);
    fuzz_must_be_text(told.dns_forest);
}

static void read_certificate(const uint8_t *data, size_t size) {
    const unsigned char *der = data;
    X509 *leaf = d2i_X509(NULL, &der, (long)size);
    cJSON *facts = leaf ? ns_certificate_describe(leaf, NULL, NULL, "pc17.example.org") : NULL;
    char *text = facts ? ns_json_print(facts) : NULL;
    fuzz_must_be_text(text);
    cJSON_free(text);
    cJSON_Delete(facts);
    X509_free(leaf);
}

static void read_credssp(const uint8_t *data, size_t size) {
    (void)ns_rdp_credssp_status(data, size);
}

const fuzz_input network_inputs[] = {
    {"x224", "core/probe/x224.c -core/probe/x224.c:ns_x224_request -core/probe/x224.c:ns_x224_failure_name -core/probe/x224.c:ns_x224_protocol_name",
     read_x224},
    {"ntlm", "core/probe/ntlm.c -core/probe/ntlm.c:ns_ntlm_request", read_ntlm},
    {"certificate", "core/probe/tls_facts.c", read_certificate},
    {"credssp", "core/rdp/credssp.c", read_credssp},
    {NULL, NULL, NULL}};
