#include "probe/tls_facts.h"

#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { NAMES_MAXIMUM = 50 };

static void hex(const unsigned char *bytes, unsigned size, char out[65]) {
    ns_hex_write(bytes, size < 32 ? size : 32, out);
}

/* RFC 2253, as people write names today. */
static void add_name(cJSON *object, const char *member, const X509_NAME *name) {
    BIO *out = BIO_new(BIO_s_mem());
    char *text = NULL;
    long size = 0;
    ns_text clean;
    ns_text_init(&clean, 4096);
    if (out && X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
        size = BIO_get_mem_data(out, &text);
        (void)ns_utf8_append_lossy(&clean, text, size > 1000 ? 1000 : (size_t)size);
    }
    (void)ns_json_add_string(object, member, ns_text_string(&clean));
    ns_text_clear(&clean);
    BIO_free(out);
}

static void add_time(cJSON *object, const char *member, const ASN1_TIME *time) {
    struct tm tm = {0};
    if (ASN1_TIME_to_tm(time, &tm) == 1)
        (void)ns_json_add_time(
            object, member, ns_clock_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, ((tm.tm_hour * 60LL + tm.tm_min) * 60 + tm.tm_sec) * 1000));
    else
        (void)ns_json_add_string(object, member, NULL);
}

static size_t name_size(const ASN1_STRING *name) {
    const int size = ASN1_STRING_length(name);
    return size < 0 ? 0 : size > 255 ? 255 : (size_t)size; /* a host name's most, RFC 1035 2.3.4 */
}

static void add_alternative_names(cJSON *object, const X509 *leaf) {
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
    cJSON *array = cJSON_AddArrayToObject(object, "names");
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && i < NAMES_MAXIMUM; i++) {
        const GENERAL_NAME *each = sk_GENERAL_NAME_value(names, i);
        ns_text clean;
        if (each->type != GEN_DNS)
            continue;
        ns_text_init(&clean, 1024);
        (void)ns_utf8_append_lossy(&clean, ASN1_STRING_get0_data(each->d.dNSName), name_size(each->d.dNSName));
        (void)cJSON_AddItemToArray(array, cJSON_CreateString(ns_text_string(&clean)));
        ns_text_clear(&clean);
    }
    GENERAL_NAMES_free(names);
}

static void add_key(cJSON *object, X509 *leaf) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    char text[65] = "";
    char curve[64] = "";
    EVP_PKEY *key = X509_get0_pubkey(leaf);
    if (X509_digest(leaf, EVP_sha256(), digest, &size) == 1)
        hex(digest, size, text);
    (void)ns_json_add_string(object, "sha256", text);
    text[0] = 0;
    if (X509_pubkey_digest(leaf, EVP_sha256(), digest, &size) == 1)
        hex(digest, size, text);
    (void)ns_json_add_string(object, "keySha256", text);
    (void)ns_json_add_string(object, "key", key && EVP_PKEY_get0_type_name(key) ? EVP_PKEY_get0_type_name(key) : "");
    if (key && EVP_PKEY_get_group_name(key, curve, sizeof curve, NULL) == 1)
        (void)ns_json_add_string(object, "curve", curve);
    (void)ns_json_add_integer(object, "bits", key ? EVP_PKEY_get_bits(key) : 0);
    (void)ns_json_add_string(object, "signature", OBJ_nid2sn(X509_get_signature_nid(leaf)));
}

static void add_trust(cJSON *object, X509 *leaf, STACK_OF(X509) * chain, ns_authorities *authorities) {
    char why[300] = "not asked";
    const bool trusted = authorities && ns_authorities_vouch(authorities, leaf, chain, false, why, sizeof why);
    (void)cJSON_AddBoolToObject(object, "trusted", trusted);
    (void)ns_json_add_string(object, "trustReason", why);
}

cJSON *ns_certificate_describe(X509 *leaf, STACK_OF(X509) * chain, ns_authorities *authorities, const char *host) {
    cJSON *object = cJSON_CreateObject();
    if (!object)
        return NULL;
    add_name(object, "subject", X509_get_subject_name(leaf));
    add_name(object, "issuer", X509_get_issuer_name(leaf));
    add_alternative_names(object, leaf);
    add_time(object, "notBefore", X509_get0_notBefore(leaf));
    add_time(object, "notAfter", X509_get0_notAfter(leaf));
    add_key(object, leaf);
    (void)cJSON_AddBoolToObject(object, "selfSigned", X509_self_signed(leaf, 0) == 1);
    (void)cJSON_AddBoolToObject(object, "nameMatches", ns_certificate_is_for(leaf, host));
    add_trust(object, leaf, chain, authorities);
    return object;
}
