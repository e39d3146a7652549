#include "model/trust.h"
#include "check.h"

static ns_trust_rules rules(bool nla, bool nla_before, ns_certificate_policy policy, const char *pin) {
    ns_trust_rules made = {.nla = nla, .nla_before = nla_before, .certificate = policy};
    (void)snprintf(made.pin, sizeof made.pin, "%s", pin);
    return made;
}

static void says(const char *expected, const char *code) {
    assert_string_equal(code ? code : "", expected);
}

/* Finding 2.1: who sits in between and says "TLS only" was given the password. */
static void a_machine_without_nla_is_refused_unless_an_admin_said_otherwise(void **state) {
    const ns_trust_rules strict = rules(true, false, NS_CERTIFICATE_PIN, "");
    const ns_trust_rules strict_before = rules(true, true, NS_CERTIFICATE_PIN, "");
    const ns_trust_rules loose = rules(false, false, NS_CERTIFICATE_PIN, "");
    const ns_trust_rules loose_before = rules(false, true, NS_CERTIFICATE_PIN, "");
    (void)state;
    says("NlaNotOffered", ns_trust_refuses_protocol(&strict, false));
    says("", ns_trust_refuses_protocol(&strict, true));
    says("NlaNoLongerOffered", ns_trust_refuses_protocol(&strict_before, false));
    says("", ns_trust_refuses_protocol(&loose, false));
    says("NlaNoLongerOffered", ns_trust_refuses_protocol(&loose_before, false));
    says("", ns_trust_refuses_protocol(&loose_before, true));
}

static void a_certificate_nobody_knows_is_accepted_only_where_credssp_proves_its_key(void **state) {
    const ns_trust_rules pin = rules(false, false, NS_CERTIFICATE_PIN, "");
    const ns_trust_rules first = rules(false, false, NS_CERTIFICATE_FIRST_USE, "");
    const ns_trust_rules known = rules(false, false, NS_CERTIFICATE_FIRST_USE, "aa");
    const ns_trust_rules authority = rules(true, false, NS_CERTIFICATE_AUTHORITY, "aa");
    (void)state;
    says("CertificateUnknown", ns_trust_refuses_certificate(&pin, false, "aa", false));
    says("", ns_trust_refuses_certificate(&pin, true, "aa", false));
    says("", ns_trust_refuses_certificate(&first, false, "aa", false));
    says("CertificateUnknown", ns_trust_refuses_certificate(&first, true, "", false)); /* one that could not be read */
    says("", ns_trust_refuses_certificate(&known, false, "aa", false));
    says("CertificateChanged", ns_trust_refuses_certificate(&known, true, "bb", true));
    says("CertificateUntrusted", ns_trust_refuses_certificate(&authority, true, "aa", false));
    says("", ns_trust_refuses_certificate(&authority, true, "bb", true));
}

static void the_rules_of_a_machine_are_the_strict_ones_until_it_or_its_group_says_otherwise(void **state) {
    ns_machine machine = {.nla_before = true};
    ns_setting_values group = {0};
    ns_trust_rules made = ns_trust_rules_of(&machine, NULL);
    (void)state;
    assert_true(made.nla && made.nla_before && made.certificate == NS_CERTIFICATE_PIN);
    group.value[NS_SETTING_SIGNIN_SECURITY] = (char[]){"tls"};
    group.value[NS_SETTING_CERTIFICATE_POLICY] = (char[]){"first-use"};
    made = ns_trust_rules_of(&machine, &group);
    assert_true(!made.nla && made.certificate == NS_CERTIFICATE_FIRST_USE);
    assert_true(ns_certificate_policy_read("anything") == NS_CERTIFICATE_PIN);
    for (int i = NS_CERTIFICATE_PIN; i <= NS_CERTIFICATE_AUTHORITY; i++)
        assert_int_equal(ns_certificate_policy_read(ns_certificate_policy_name((ns_certificate_policy)i)), i);
}

int test_trust(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_machine_without_nla_is_refused_unless_an_admin_said_otherwise),
        cmocka_unit_test(a_certificate_nobody_knows_is_accepted_only_where_credssp_proves_its_key),
        cmocka_unit_test(the_rules_of_a_machine_are_the_strict_ones_until_it_or_its_group_says_otherwise),
    };
    return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
