#include "model/trust.h"

#include <stdio.h>
#include <string.h>

#include "base/platform.h"

static const char *const policies[] = {"pin", "first-use", "ca"};

ns_certificate_policy ns_certificate_policy_read(const char *word) {
    for (size_t i = 0; i < NS_COUNT_OF(policies); i++)
        if (strcmp(policies[i], word) == 0)
            return (ns_certificate_policy)i;
    return NS_CERTIFICATE_PIN;
}

const char *ns_certificate_policy_name(ns_certificate_policy policy) {
    return policies[policy];
}

ns_trust_rules ns_trust_rules_of(const ns_machine *machine, const ns_setting_values *group) {
    ns_trust_rules rules = {.nla_before = machine->nla_before};
    rules.nla = strcmp(ns_setting_resolve(NS_SETTING_SIGNIN_SECURITY, &machine->values, group).value, "tls") != 0;
    rules.certificate = ns_certificate_policy_read(ns_setting_resolve(NS_SETTING_CERTIFICATE_POLICY, &machine->values, group).value);
    (void)snprintf(rules.pin, sizeof rules.pin, "%s", machine->pin ? machine->pin : "");
    return rules;
}

const char *ns_trust_refuses_protocol(const ns_trust_rules *rules, bool credssp) {
    if (credssp)
        return NULL;
    return rules->nla_before ? "NlaNoLongerOffered" : rules->nla ? "NlaNotOffered" : NULL;
}

const char *ns_trust_refuses_certificate(const ns_trust_rules *rules, bool credssp, const char *sha256, bool vouched) {
    if (rules->certificate == NS_CERTIFICATE_AUTHORITY)
        return vouched ? NULL : "CertificateUntrusted";
    if (rules->pin[0])
        return strcmp(rules->pin, sha256) == 0 ? NULL : "CertificateChanged";
    if (!sha256[0])
        return "CertificateUnknown";
    return credssp || rules->certificate == NS_CERTIFICATE_FIRST_USE ? NULL : "CertificateUnknown";
}
