/* What only shows when machines are looked at side by side. */
#include <stdio.h>
#include <string.h>

#include "preflight/judge.h"

typedef void (*read_value)(const ns_facts *facts, char *out, size_t size);

/* A machine of the same group that has another value; NULL when all that are known agree. */
static const ns_facts *find_other(const ns_check_input *in, read_value read, const char *own, size_t *known) {
    char value[200];
    *known = 0;
    for (size_t i = 0; i < in->fleet->count; i++) {
        const ns_facts *each = in->fleet->facts[i];
        if (each == in->facts || strcmp(in->fleet->groups[i], in->machine->group_name) != 0)
            continue;
        read(each, value, sizeof value);
        if (!value[0])
            continue;
        ++*known;
        if (strcmp(value, own) != 0)
            return each;
    }
    return NULL;
}

static void judge_drift(const ns_check_input *in, ns_verdict *out, read_value read, const char *what) {
    char own[200];
    char other_value[200];
    size_t known = 0;
    const ns_facts *other = NULL;
    if (!in->machine->group_name[0]) {
        ns_judge_pass(out, "The machine is in no group.");
        return;
    }
    read(in->facts, own, sizeof own);
    if (!own[0] || !in->fleet) {
        ns_judge_unknown(out, "%s is not known.", what);
        return;
    }
    other = find_other(in, read, own, &known);
    if (other) {
        read(other, other_value, sizeof other_value);
        ns_judge_warn(out, "%s is %.100s here and %.100s on %.80s of the same group.", what, own, other_value, other->machine);
    } else if (known) {
        ns_judge_pass(out, "%s is the same as on the %zu other%s of the group that %s known.", what, known, known == 1 ? "" : "s",
                      known == 1 ? "is" : "are");
    } else {
        ns_judge_unknown(out, "No other machine of the group was looked at.");
    }
}

static void read_build(const ns_facts *facts, char *out, size_t size) {
    const char *told = ns_facts_string(facts, "ntlm.build", "");
    const char *dot = strrchr(told, '.');
    (void)snprintf(out, size, "%s", ns_facts_string(facts, "os.build", dot ? dot + 1 : ""));
}

static void read_nla(const ns_facts *facts, char *out, size_t size) {
    (void)snprintf(out, size, "%s", ns_facts_string(facts, "rdp.nla", ""));
}

/* A self-signed certificate has an issuer of its own on every machine, and that is no drift. */
static void read_issuer(const ns_facts *facts, char *out, size_t size) {
    const ns_fact *fact = ns_facts_find(facts, "tls.certificate");
    const bool self_signed = fact && fact->value && ns_json_bool(fact->value, "selfSigned", false);
    (void)snprintf(out, size, "%s", self_signed ? "the machine itself" : ns_judge_member(facts, "tls.certificate", "issuer", ""));
}

static void read_single(const ns_facts *facts, char *out, size_t size) {
    const ns_check_input in = {.facts = facts};
    const char *from = NULL;
    int64_t single = 1;
    out[0] = 0;
    if (ns_judge_effective(&in, "fSingleSessionPerUser", 1, &single, &from))
        (void)snprintf(out, size, "%s", single ? "one session" : "several sessions");
}

static void read_screen(const ns_facts *facts, char *out, size_t size) {
    const int64_t width = ns_judge_member_integer(facts, "session.screen", "width", 0);
    out[0] = 0;
    if (width)
        (void)snprintf(out, size, "%lldx%lld", (long long)width, (long long)ns_judge_member_integer(facts, "session.screen", "height", 0));
}

NS_JUDGE(ns_judge_drift_build) {
    judge_drift(in, out, read_build, "The build");
}

NS_JUDGE(ns_judge_drift_nla) {
    judge_drift(in, out, read_nla, "Network Level Authentication");
}

NS_JUDGE(ns_judge_drift_issuer) {
    judge_drift(in, out, read_issuer, "The certificate's issuer");
}

NS_JUDGE(ns_judge_drift_single) {
    judge_drift(in, out, read_single, "What a user may have");
}

NS_JUDGE(ns_judge_drift_screen) {
    judge_drift(in, out, read_screen, "The screen of the last session");
}

/* The same key on two machines: one was cloned from the other, or from the same image. */
NS_JUDGE(ns_judge_clone) {
    const char *own = ns_judge_member(in->facts, "tls.certificate", "keySha256", NULL);
    const char *address = ns_facts_string(in->facts, "tcp.address", "");
    size_t looked_at = 0;
    if (!own || !own[0]) {
        ns_judge_not_read(out, in->facts, "tls.certificate");
        return;
    }
    for (size_t i = 0; in->fleet && i < in->fleet->count; i++) {
        const ns_facts *each = in->fleet->facts[i];
        const char *other = ns_judge_member(each, "tls.certificate", "keySha256", "");
        if (each == in->facts || !other[0])
            continue;
        looked_at++;
        if (strcmp(other, own) != 0)
            continue;
        if (strcmp(ns_facts_string(each, "tcp.address", "?"), address) == 0)
            ns_judge_warn(out, "%.100s has the same address and the same certificate: it is the same machine.", each->machine);
        else
            ns_judge_warn(out, "%.100s has the same certificate: one is a copy of the other, or both of one image.", each->machine);
        return;
    }
    if (looked_at)
        ns_judge_pass(out, "None of the %zu other machines has this certificate.", looked_at);
    else
        ns_judge_unknown(out, "No other machine was looked at.");
}
