/* What the judging functions share. Private to core/preflight. */
#ifndef NS_PREFLIGHT_JUDGE_H
#define NS_PREFLIGHT_JUDGE_H

#include "preflight/check.h"

/* Each sets the verdict's kind and message; `fail` also the result code. */
void ns_judge_pass(ns_verdict *out, const char *format, ...) NS_PRINTF(2, 3);
void ns_judge_warn(ns_verdict *out, const char *format, ...) NS_PRINTF(2, 3);
void ns_judge_fail(ns_verdict *out, const char *code, const char *format, ...) NS_PRINTF(3, 4);
void ns_judge_unknown(ns_verdict *out, const char *format, ...) NS_PRINTF(2, 3);
/* Unknown, with the reason that the fact itself carries, or that nobody looked. */
void ns_judge_not_read(ns_verdict *out, const ns_facts *facts, const char *name);

/* A registry value that has a policy: "policy.NAME" wins over "setting.NAME". False when it could not be read; *value is
 * `absent` when neither is there. `from` says which counted. */
bool ns_judge_effective(const ns_check_input *in, const char *name, int64_t absent, int64_t *value, const char **from);
/* A registry number of its own. False when it could not be read. */
bool ns_judge_number(const ns_check_input *in, const char *fact, int64_t absent, int64_t *value);
long long ns_judge_setting(const ns_check_input *in, ns_setting_id id);
const char *ns_judge_setting_text(const ns_check_input *in, ns_setting_id id);
/* A member of a fact's object, or `otherwise`. */
const char *ns_judge_member(const ns_facts *facts, const char *fact, const char *member, const char *otherwise);
int64_t ns_judge_member_integer(const ns_facts *facts, const char *fact, const char *member, int64_t otherwise);
/* 1 a client edition, 0 a server, -1 not known. */
int ns_judge_is_client(const ns_check_input *in);
/* The machine is joined to Microsoft Entra and to no domain: 1, 0, -1. */
int ns_judge_is_entra_joined(const ns_check_input *in);

/* The judging functions, by file. */
#define NS_JUDGE(name) void name(const ns_check_input *in, ns_verdict *out)
/* judge_network.c */
NS_JUDGE(ns_judge_dns);
NS_JUDGE(ns_judge_tcp);
NS_JUDGE(ns_judge_protocol);
NS_JUDGE(ns_judge_nla);
NS_JUDGE(ns_judge_plain_rdp);
NS_JUDGE(ns_judge_restricted_admin);
NS_JUDGE(ns_judge_credential_guard);
NS_JUDGE(ns_judge_entra_only);
NS_JUDGE(ns_judge_tls_version);
NS_JUDGE(ns_judge_certificate);
NS_JUDGE(ns_judge_pin);
NS_JUDGE(ns_judge_clock);
NS_JUDGE(ns_judge_computer_name);
NS_JUDGE(ns_judge_entries);
/* judge_account.c */
NS_JUDGE(ns_judge_credentials);
NS_JUDGE(ns_judge_user_form);
NS_JUDGE(ns_judge_guard);
NS_JUDGE(ns_judge_spelling);
NS_JUDGE(ns_judge_account_locked);
NS_JUDGE(ns_judge_account_disabled);
NS_JUDGE(ns_judge_account_expired);
NS_JUDGE(ns_judge_password_expired);
NS_JUDGE(ns_judge_smart_card);
NS_JUDGE(ns_judge_right);
NS_JUDGE(ns_judge_denied);
NS_JUDGE(ns_judge_network_right);
NS_JUDGE(ns_judge_listing);
NS_JUDGE(ns_judge_entra_nla);
NS_JUDGE(ns_judge_entra_prompt);
NS_JUDGE(ns_judge_entra_consent);
/* judge_session.c */
NS_JUDGE(ns_judge_conflict);
NS_JUDGE(ns_judge_leftover);
NS_JUDGE(ns_judge_session_limit);
NS_JUDGE(ns_judge_single_session);
NS_JUDGE(ns_judge_disconnect_limit);
NS_JUDGE(ns_judge_kept_size);
NS_JUDGE(ns_judge_idle_limit);
NS_JUDGE(ns_judge_connection_limit);
NS_JUDGE(ns_judge_inactivity);
NS_JUDGE(ns_judge_maintenance);
NS_JUDGE(ns_judge_busy);
NS_JUDGE(ns_judge_agent_start);
NS_JUDGE(ns_judge_agent);
NS_JUDGE(ns_judge_elevation);
/* judge_flow.c */
NS_JUDGE(ns_judge_flows);
NS_JUDGE(ns_judge_desktop_flows);
/* judge_windows.c */
NS_JUDGE(ns_judge_rdp_enabled);
NS_JUDGE(ns_judge_rdp_port);
NS_JUDGE(ns_judge_rdp_service);
NS_JUDGE(ns_judge_security_layer);
NS_JUDGE(ns_judge_prompt);
NS_JUDGE(ns_judge_notice);
NS_JUDGE(ns_judge_providers);
NS_JUDGE(ns_judge_auto_logon);
NS_JUDGE(ns_judge_edition);
NS_JUDGE(ns_judge_multi_session);
NS_JUDGE(ns_judge_version);
NS_JUDGE(ns_judge_reboot);
NS_JUDGE(ns_judge_uptime);
NS_JUDGE(ns_judge_disk);
NS_JUDGE(ns_judge_memory);
NS_JUDGE(ns_judge_processors);
NS_JUDGE(ns_judge_pa_service);
NS_JUDGE(ns_judge_pa_version);
NS_JUDGE(ns_judge_domain_controller);
/* judge_screen.c */
NS_JUDGE(ns_judge_screen_registry);
NS_JUDGE(ns_judge_screen_setting);
NS_JUDGE(ns_judge_screen_scale);
NS_JUDGE(ns_judge_screen_got);
/* judge_fleet.c */
NS_JUDGE(ns_judge_clone);
NS_JUDGE(ns_judge_drift_build);
NS_JUDGE(ns_judge_drift_nla);
NS_JUDGE(ns_judge_drift_issuer);
NS_JUDGE(ns_judge_drift_single);
NS_JUDGE(ns_judge_drift_screen);

#endif
