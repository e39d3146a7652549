/* What anyone can see from the network. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/phrase.h"
#include "model/names.h"
#include "model/result_code.h"
#include "model/trust.h"
#include "preflight/judge.h"

#define DAY_MS 86400000LL

enum { EXPIRES_SOON_DAYS = 30, SKEW_WARN_MS = 60000, SKEW_FAIL_MS = 300000, RSA_BITS_LEAST = 2048 };

static bool answer_is(const ns_check_input *in, const char *name, const char *answer) {
    return strcmp(ns_facts_string(in->facts, name, ""), answer) == 0;
}

NS_JUDGE(ns_judge_dns) {
    const ns_fact *fact = ns_facts_find(in->facts, "dns.addresses");
    const int count = fact && fact->value ? cJSON_GetArraySize(fact->value) : 0;
    if (!fact || !fact->value)
        ns_judge_not_read(out, in->facts, "dns.addresses");
    else if (count == 0)
        ns_judge_fail(out, "DnsError", "The name %.100s has no address: %.120s.", in->machine->host,
                      ns_facts_string(in->facts, "dns.failure", "unknown"));
    else if (count == 1)
        ns_judge_pass(out, "%.60s.", cJSON_GetArrayItem(fact->value, 0)->valuestring ? cJSON_GetArrayItem(fact->value, 0)->valuestring : "?");
    else
        ns_judge_pass(out, "%d addresses; the first is %.60s.", count,
                      cJSON_GetArrayItem(fact->value, 0)->valuestring ? cJSON_GetArrayItem(fact->value, 0)->valuestring : "?");
}

NS_JUDGE(ns_judge_tcp) {
    const char *state = ns_facts_string(in->facts, "tcp.state", NULL);
    const char *address = ns_facts_string(in->facts, "tcp.address", in->machine->host);
    if (!state)
        ns_judge_not_read(out, in->facts, "tcp.state");
    else if (strcmp(state, "open") == 0)
        ns_judge_pass(out, "%.60s answered on port %u after %lld ms.", address, in->machine->port,
                      (long long)ns_facts_integer(in->facts, "tcp.connect-ms", 0));
    else if (strcmp(state, "refused") == 0)
        ns_judge_fail(out, "ConnectionNotEstablished", "%.60s refuses port %u: nothing listens there.", address, in->machine->port);
    else if (strcmp(state, "silent") == 0)
        ns_judge_fail(out, "ConnectionTimeout", "%.60s does not answer on port %u.", address, in->machine->port);
    else
        ns_judge_fail(out, "ConnectionNotEstablished", "There is no way to %.60s.", address);
}

/* What a run would say of a machine that does not agree on CredSSP; `otherwise` where the rules do not ask for it. */
static const char *without_credssp(const ns_check_input *in, const char *otherwise) {
    const ns_trust_rules rules = ns_trust_rules_of(in->machine, in->group);
    const char *code = ns_trust_refuses_protocol(&rules, false);
    return code ? code : otherwise;
}

NS_JUDGE(ns_judge_protocol) {
    const char *protocol = ns_facts_string(in->facts, "rdp.protocol", NULL);
    if (protocol && strcmp(protocol, "RDP") == 0)
        ns_judge_fail(out, without_credssp(in, "SecurityNegotiationFailed"),
                      "The machine takes only plain RDP security, which Nightshift does not use.");
    else if (protocol)
        ns_judge_pass(out, "The machine chose %.60s.", protocol);
    else if (answer_is(in, "rdp.answer.best", "not-rdp"))
        ns_judge_fail(out, "NotRdp", "Something answers on that port, and it is not RDP.");
    else if (answer_is(in, "rdp.answer.best", "silent"))
        ns_judge_fail(out, "MachineNotAnswering", "The port is open, and no RDP answer came in time.");
    else if (answer_is(in, "rdp.answer.best", "closed"))
        ns_judge_fail(out, without_credssp(in, "SecurityNegotiationFailed"), "The machine hangs up as soon as it is asked.");
    else if (ns_facts_string(in->facts, "rdp.answer.best", NULL))
        ns_judge_fail(out, without_credssp(in, "SecurityNegotiationFailed"), "The machine agreed on neither TLS nor CredSSP (%.30s).",
                      ns_facts_string(in->facts, "rdp.answer.best", ""));
    else
        ns_judge_not_read(out, in->facts, "rdp.answer.best");
}

NS_JUDGE(ns_judge_nla) {
    const char *nla = ns_facts_string(in->facts, "rdp.nla", NULL);
    const char *refusal = without_credssp(in, NULL);
    if (!nla)
        ns_judge_not_read(out, in->facts, "rdp.nla");
    else if (strcmp(nla, "required") == 0)
        ns_judge_pass(out, "Network Level Authentication is required.");
    else if (strcmp(nla, "offered") == 0)
        ns_judge_pass(out, "Network Level Authentication is offered, and not required.");
    else if (refusal && in->machine->nla_before)
        ns_judge_fail(out, refusal, "The machine offered Network Level Authentication before, and does not now.");
    else if (refusal)
        ns_judge_fail(out, refusal, "The machine has no Network Level Authentication, and signin.security is nla.");
    else
        ns_judge_warn(out, "The machine has no Network Level Authentication: a password cannot be proven before a session begins.");
}

NS_JUDGE(ns_judge_plain_rdp) {
    const int plain = ns_facts_bool(in->facts, "rdp.plain");
    if (plain < 0)
        ns_judge_not_read(out, in->facts, "rdp.plain");
    else if (plain)
        ns_judge_warn(out, "The machine also takes plain RDP security, without TLS.");
    else
        ns_judge_pass(out, "The machine takes no sign-in without TLS.");
}

NS_JUDGE(ns_judge_restricted_admin) {
    const int on = ns_facts_bool(in->facts, "rdp.restricted-admin");
    int64_t disabled = 1;
    if (on < 0)
        ns_judge_not_read(out, in->facts, "rdp.restricted-admin");
    else if (on && ns_judge_number(in, "lsa.DisableRestrictedAdmin", 1, &disabled) && disabled == 0)
        ns_judge_warn(out, "Restricted Admin is supported and switched on: a stolen password hash of an administrator signs in.");
    else
        ns_judge_pass(out, on ? "The machine can do Restricted Admin; whether it is switched on shows only in its registry."
                              : "The machine does no Restricted Admin.");
}

NS_JUDGE(ns_judge_credential_guard) {
    const int on = ns_facts_bool(in->facts, "rdp.credential-guard");
    if (on < 0)
        ns_judge_not_read(out, in->facts, "rdp.credential-guard");
    else
        ns_judge_pass(out, on ? "The machine can do Remote Credential Guard." : "The machine does no Remote Credential Guard.");
}

NS_JUDGE(ns_judge_entra_only) {
    const int entra = ns_facts_bool(in->facts, "rdp.entra");
    const bool token = in->connection && in->connection->kind != NS_CONNECTION_PASSWORD;
    if (entra < 0)
        ns_judge_not_read(out, in->facts, "rdp.entra");
    else if (entra && !ns_facts_string(in->facts, "rdp.protocol", NULL))
        ns_judge_fail(out, "EntraTokenNotAvailable", "The machine takes only a sign-in by Microsoft Entra.");
    else if (token && !entra)
        ns_judge_fail(out, "EntraTokenNotAvailable", "The connection signs in by Microsoft Entra, and the machine does not offer that.");
    else
        ns_judge_pass(out, entra ? "The machine offers sign-in by Microsoft Entra beside others." : "The machine does not ask for Microsoft Entra.");
}

/* Why a run does not take what the machine speaks, by the words of probe/tls_rules.h. */
static void tell_refused_connection(const ns_check_input *in, const char *word, ns_verdict *out) {
    if (strcmp(word, "protocol") == 0) {
        ns_judge_fail(out, "TlsFailed", "The machine speaks %.20s; Nightshift needs TLS 1.2.", ns_facts_string(in->facts, "tls.version", "?"));
        out->remedy = "Switch TLS 1.2 on in Schannel on the machine.";
    } else if (strcmp(word, "cipher") == 0) {
        ns_judge_fail(out, "TlsFailed", "The machine wants the cipher %.60s, which Nightshift does not take.",
                      ns_facts_string(in->facts, "tls.cipher", "?"));
        out->remedy = "Let the machine offer a cipher of TLS 1.2 with AES-GCM and a certificate, or TLS 1.3.";
    } else if (strcmp(word, "renegotiation") == 0) {
        ns_judge_fail(out, "TlsFailed", "The machine's TLS cannot renegotiate safely (RFC 5746).");
        out->remedy = "Update the machine's TLS.";
    } else if (strcmp(word, "handshake-signature") == 0) {
        ns_judge_fail(out, "TlsFailed", "The machine signs the TLS handshake with SHA-1 or MD5.");
        out->remedy = "Let the machine sign with SHA-256, or switch TLS 1.3 on.";
    } else if (strcmp(word, "key-exchange") == 0) {
        ns_judge_fail(out, "TlsFailed", "The machine's key exchange is one that Nightshift does not take.");
        out->remedy = "Let the machine use ECDHE with a curve of NIST or X25519.";
    }
}

static void tell_refused_certificate(const ns_check_input *in, const char *word, ns_verdict *out) {
    static const char fact[] = "tls.certificate";
    if (strcmp(word, "key-type") == 0) {
        ns_judge_fail(out, "TlsFailed", "The certificate's key is %.40s; a run can use RSA and ECDSA.", ns_judge_member(in->facts, fact, "key", "?"));
        out->remedy = "Give the machine a certificate with an RSA or ECDSA key.";
    } else if (strcmp(word, "curve") == 0) {
        ns_judge_fail(out, "TlsFailed", "The certificate's key is on the curve %.40s; a run can use those of NIST.",
                      ns_judge_member(in->facts, fact, "curve", "?"));
        out->remedy = "Give the machine a certificate with an RSA key, or one on P-256, P-384 or P-521.";
    } else if (strcmp(word, "signature") == 0) {
        ns_judge_fail(out, "TlsFailed", "The certificate is signed with %.40s, to which a run cannot bind its sign-in.",
                      ns_judge_member(in->facts, fact, "signature", "?"));
        out->remedy = "Give the machine a certificate that is signed with RSA or ECDSA and SHA-256.";
    }
}

NS_JUDGE(ns_judge_tls_version) {
    const char *version = ns_facts_string(in->facts, "tls.version", NULL);
    const char *failure = ns_facts_string(in->facts, "tls.failure", NULL);
    const char *refused = ns_facts_string(in->facts, "tls.refused", NULL);
    if (!version && failure && strcmp(failure, NS_TLS_SILENT) == 0) {
        ns_judge_fail(out, "TlsTimeout", "The TLS handshake was not answered.");
        out->remedy = ns_result_code_find("TlsTimeout")->remedy;
        return;
    }
    if (refused) {
        tell_refused_connection(in, refused, out);
        tell_refused_certificate(in, refused, out);
    }
    if (out->message[0])
        return;
    if (failure)
        ns_judge_fail(out, "TlsFailed", "The machine and Nightshift have no TLS in common (%.120s).", failure);
    else if (!version)
        ns_judge_not_read(out, in->facts, "tls.certificate");
    else if (strcmp(version, "TLSv1.2") != 0 && strcmp(version, "TLSv1.3") != 0)
        ns_judge_fail(out, "TlsFailed", "The machine speaks %.20s; Nightshift needs TLS 1.2.", version);
    else
        ns_judge_pass(out, "%.20s with %.60s.", version, ns_facts_string(in->facts, "tls.cipher", "?"));
}

static bool is_in_its_time(const ns_check_input *in) {
    const int64_t before = ns_clock_parse(ns_judge_member(in->facts, "tls.certificate", "notBefore", ""));
    const int64_t after = ns_clock_parse(ns_judge_member(in->facts, "tls.certificate", "notAfter", ""));
    return (!after || in->now <= after) && (!before || in->now >= before);
}

/* What is wrong with the certificate whoever vouches for it; "" for nothing. */
static void find_weakness(const ns_check_input *in, char *out, size_t size) {
    static const char fact[] = "tls.certificate";
    const int64_t before = ns_clock_parse(ns_judge_member(in->facts, fact, "notBefore", ""));
    const int64_t after = ns_clock_parse(ns_judge_member(in->facts, fact, "notAfter", ""));
    const char *signature = ns_judge_member(in->facts, fact, "signature", "");
    const int64_t bits = ns_judge_member_integer(in->facts, fact, "bits", 0);
    out[0] = 0;
    if (after && in->now > after)
        ns_phrase_write(out, size, "It expired on %.10s.", ns_judge_member(in->facts, fact, "notAfter", ""));
    else if (before && in->now < before)
        ns_phrase_write(out, size, "It is valid only from %.10s on.", ns_judge_member(in->facts, fact, "notBefore", ""));
    else if (after && after - in->now < EXPIRES_SOON_DAYS * DAY_MS)
        ns_phrase_write(out, size, "It expires in %lld days.", (long long)((after - in->now) / DAY_MS));
    else if (strstr(signature, "SHA1") || strstr(signature, "MD5"))
        ns_phrase_write(out, size, "It is signed with %.40s.", signature);
    else if (strcmp(ns_judge_member(in->facts, fact, "key", ""), "RSA") == 0 && bits < RSA_BITS_LEAST)
        ns_phrase_write(out, size, "Its RSA key has only %lld bits.", (long long)bits);
}

/* The one that is pinned is near its end. */
static bool will_break(const ns_check_input *in) {
    const int64_t after = ns_clock_parse(ns_judge_member(in->facts, "tls.certificate", "notAfter", ""));
    return after > in->now && after - in->now < EXPIRES_SOON_DAYS * DAY_MS;
}

NS_JUDGE(ns_judge_certificate) {
    static const char name[] = "tls.certificate";
    const ns_fact *fact = ns_facts_find(in->facts, name);
    const bool by_authority = strcmp(ns_judge_setting_text(in, NS_SETTING_CERTIFICATE_POLICY), "ca") == 0;
    char weakness[120];
    if (!fact || !fact->value) {
        ns_judge_not_read(out, in->facts, name);
        return;
    }
    find_weakness(in, weakness, sizeof weakness);
    if (by_authority && !is_in_its_time(in))
        ns_judge_fail(out, "CertificateUntrusted", "%s", weakness);
    else if (by_authority && !ns_json_bool(fact->value, "trusted", false))
        ns_judge_fail(out, "CertificateUntrusted", "No authority that this computer trusts vouches for it: %.100s.",
                      ns_json_string(fact->value, "trustReason", "?"));
    else if (by_authority && !ns_json_bool(fact->value, "nameMatches", false))
        ns_judge_fail(out, "CertificateUntrusted", "It is not for the name %.100s.", in->machine->host);
    else if (in->machine->pin[0] && !by_authority && will_break(in)) {
        ns_judge_warn(out, "It ends in %lld days: the machine will then show another one, and runs stop until that is trusted.",
                      (long long)((ns_clock_parse(ns_judge_member(in->facts, name, "notAfter", "")) - in->now) / DAY_MS));
        out->remedy = "Have the new one made in time, compare it, and trust it.";
    } else if (weakness[0])
        ns_judge_warn(out, "%s", weakness);
    else
        ns_judge_pass(out, "%.120s, valid until %.10s.", ns_json_string(fact->value, "subject", "?"), ns_json_string(fact->value, "notAfter", "?"));
}

NS_JUDGE(ns_judge_pin) {
    const ns_trust_rules rules = ns_trust_rules_of(in->machine, in->group);
    const char *seen = ns_judge_member(in->facts, "tls.certificate", "sha256", NULL);
    const bool credssp = rules.nla || !answer_is(in, "rdp.nla", "absent");
    const char *refusal = seen ? ns_trust_refuses_certificate(&rules, credssp, seen, true) : NULL;
    if (rules.certificate == NS_CERTIFICATE_AUTHORITY)
        ns_judge_pass(out, "An authority must vouch for the certificate; none is pinned.");
    else if (!seen)
        ns_judge_not_read(out, in->facts, "tls.certificate");
    else if (refusal && rules.pin[0])
        ns_judge_fail(out, refusal, "The machine shows %.16s…, and %.16s… was accepted before.", seen, rules.pin);
    else if (refusal)
        ns_judge_fail(out, refusal, "The machine shows %.16s…, none is known, and nothing else proves the machine.", seen);
    else if (!rules.pin[0])
        ns_judge_pass(out, "None is pinned yet; the first run that signs in keeps the one that it sees.");
    else
        ns_judge_pass(out, "The machine shows the certificate that was accepted before.");
}

/* Local accounts do not mind the clock; Kerberos allows five minutes. */
NS_JUDGE(ns_judge_clock) {
    const ns_fact *fact = ns_facts_find(in->facts, "clock.skew-ms");
    const int64_t skew = ns_facts_integer(in->facts, "clock.skew-ms", 0);
    const int64_t size = skew < 0 ? -skew : skew;
    const ns_connection *connection = in->connection;
    const bool by_domain = connection && ((connection->domain[0] && strcmp(connection->domain, ".") != 0) || strchr(connection->user, '@'));
    if (!fact || !fact->value)
        ns_judge_not_read(out, in->facts, "clock.skew-ms");
    else if (size > SKEW_FAIL_MS && by_domain)
        ns_judge_fail(out, "AuthTokenNotYetValid", "Its clock is %lld s %s ours: Kerberos allows 300 s.", (long long)(size / 1000),
                      skew < 0 ? "behind" : "ahead of");
    else if (size > SKEW_WARN_MS)
        ns_judge_warn(out, "Its clock is %lld s %s ours.", (long long)(size / 1000), skew < 0 ? "behind" : "ahead of");
    else
        ns_judge_pass(out, "Its clock is within %lld s of ours.", (long long)((size + 999) / 1000));
}

/* Whether the host part of a name is the computer's. */
static bool is_host_of(const char *host, const char *computer) {
    char part[256];
    (void)snprintf(part, sizeof part, "%.*s", (int)strcspn(host, "."), host);
    return ns_name_is_same(part, computer);
}

NS_JUDGE(ns_judge_entries) {
    const char *others = ns_facts_string(in->facts, "store.same-machine", NULL);
    if (!others)
        ns_judge_not_read(out, in->facts, "store.same-machine");
    else if (others[0])
        ns_judge_warn(out, "It is listed as %.200s too: they share its places, and a run of one waits for those of the other.", others);
    else
        ns_judge_pass(out, "No other entry of the list is known to lead to it.");
}

NS_JUDGE(ns_judge_computer_name) {
    const char *computer = ns_facts_string(in->facts, "ntlm.computer", NULL);
    const char *address = ns_facts_string(in->facts, "tcp.address", "");
    const char *host = in->machine->host;
    if (!computer)
        ns_judge_unknown(out, "The machine did not tell its name.");
    else if (strcmp(host, address) == 0 || is_host_of(host, computer) || ns_name_is_same(host, ns_facts_string(in->facts, "ntlm.dns-computer", "")))
        ns_judge_pass(out, "It calls itself %.60s.", ns_facts_string(in->facts, "ntlm.dns-computer", computer));
    else
        ns_judge_warn(out, "What answers as %.80s calls itself %.60s.", host, computer);
}
