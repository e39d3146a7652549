/* What a machine must show before it is given a password: the one place where that is decided, for runs and for preflight. Pure; any thread. */
#ifndef NS_MODEL_TRUST_H
#define NS_MODEL_TRUST_H

#include "model/things.h"

enum { NS_SHA256_TEXT_SIZE = 65 }; /* 64 digits and the end */

typedef enum ns_certificate_policy {
    NS_CERTIFICATE_PIN,       /* the one that is known; one that is new where CredSSP proves the machine, which binds to its key ([MS-CSSP] 3.1.5) */
    NS_CERTIFICATE_FIRST_USE, /* the first one too where nothing proves the machine before the logon */
    NS_CERTIFICATE_AUTHORITY  /* an authority must vouch for it */
} ns_certificate_policy;

typedef struct ns_trust_rules {
    bool nla;        /* Network Level Authentication or nothing */
    bool nla_before; /* it was offered before: a machine that has it no more may be somebody in between */
    ns_certificate_policy certificate;
    char pin[NS_SHA256_TEXT_SIZE]; /* SHA-256 of the certificate that is known, hex; "" for none */
} ns_trust_rules;

/* `group` may be NULL. */
ns_trust_rules ns_trust_rules_of(const ns_machine *machine, const ns_setting_values *group);
/* "pin", "first-use", "ca"; another word is the first. */
ns_certificate_policy ns_certificate_policy_read(const char *word);
const char *ns_certificate_policy_name(ns_certificate_policy policy);
/* Why a machine that agreed on TLS, with CredSSP or without, is not signed in to: a result code; NULL when it may be. */
const char *ns_trust_refuses_protocol(const ns_trust_rules *rules, bool credssp);
/* The same of the certificate that it shows. `vouched`: an authority that this computer trusts vouches for it, under the name that is used. */
const char *ns_trust_refuses_certificate(const ns_trust_rules *rules, bool credssp, const char *sha256, bool vouched);

#endif
