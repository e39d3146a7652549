#include "preflight/check.h"

#include <string.h>

#include "preflight/judge.h"

#define TSKEY "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#define RDPTCP TSKEY "\\WinStations\\RDP-Tcp"
#define TSPOL "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
#define SYSPOL "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"
#define WINLOGON "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon"
#define SET_DWORD(key, name, value) "reg add \"" key "\" /v " name " /t REG_DWORD /d " value " /f"
#define DELETE_VALUE(key, name) "reg delete \"" key "\" /v " name " /f"

#define E1 "Microsoft: error codes of desktop flows (E1)"
#define E3 "Microsoft: SessionCreationError and its kin (E3)"
#define S1 "Microsoft: Run unattended desktop flows (S1)"
#define E8 "Microsoft: MaxRDSessionDurationReached, SessionHasLoggedOffWithMaxIdleTime (E8)"
#define RDPBCGR "[MS-RDPBCGR] 2.2.1.1, 2.2.1.2"

/* In the order in which a run meets them: what fails first is what a run fails with. */
static const ns_check checks[] = {
    {"maintenance", "Maintenance", "", "No run starts on a machine in maintenance.", "Switch maintenance off when the work on the machine is done.",
     "nightshiftctl settings set %NAME% maintenance=off", "nightshiftctl settings set %NAME% maintenance=on", S1, ns_judge_maintenance},
    {"dns", "Name", "dns.addresses dns.failure", "A machine without an address cannot be reached.",
     "Correct the host of the machine, or its record in DNS.", "nslookup %HOST%", "", E1, ns_judge_dns},
    {"tcp", "Connection", "tcp.state tcp.address tcp.connect-ms", "Every run begins with a TCP connection to the machine.",
     "Start the machine, switch Remote Desktop on, and let the port through the firewalls on the way.",
     "powershell -Command \"Test-NetConnection %HOST% -Port %PORT%\"", "", E1, ns_judge_tcp},
    {"rdp.enabled", "Remote Desktop", "policy.fDenyTSConnections setting.fDenyTSConnections", "With Remote Desktop off nobody signs in remotely.",
     "Switch Remote Desktop on; where a policy says otherwise, in the policy.", SET_DWORD(TSKEY, "fDenyTSConnections", "0"),
     SET_DWORD(TSKEY, "fDenyTSConnections", "1"), E1, ns_judge_rdp_enabled},
    {"rdp.service", "RDP service", "service.TermService", "Remote Desktop Services must run.", "Start the service, and set it to start by itself.",
     "sc \\\\%HOST% start TermService", "", E1, ns_judge_rdp_service},
    {"rdp.port", "RDP port", "setting.PortNumber", "The machine may listen on another port than Nightshift goes to.",
     "Enter that port for the machine in Nightshift, or let a forwarder lead there.", "", "", RDPTCP "\\PortNumber", ns_judge_rdp_port},
    {"rdp.protocol", "Protocol", "rdp.protocol rdp.answer.best rdp.answer.tls", "Nightshift signs in through TLS or CredSSP, and not without.",
     "Set the security layer of RDP on the machine to TLS or Negotiate, and see that the port is RDP's.", SET_DWORD(RDPTCP, "SecurityLayer", "2"),
     SET_DWORD(RDPTCP, "SecurityLayer", "1"), RDPBCGR, ns_judge_protocol},
    {"rdp.nla", "NLA", "rdp.nla rdp.answer.best rdp.answer.tls", "With it a wrong password is told before a session begins.",
     "Require Network Level Authentication.", SET_DWORD(RDPTCP, "UserAuthentication", "1"), SET_DWORD(RDPTCP, "UserAuthentication", "0"), RDPBCGR,
     ns_judge_nla},
    {"rdp.security-layer", "Security layer", "policy.SecurityLayer setting.SecurityLayer", "Plain RDP security protects no password.",
     "Set the security layer to TLS (2) or Negotiate (1).", SET_DWORD(RDPTCP, "SecurityLayer", "2"), SET_DWORD(RDPTCP, "SecurityLayer", "0"), E3,
     ns_judge_security_layer},
    {"rdp.entra", "Entra sign-in", "rdp.entra rdp.answer.entra", "A machine that takes only Microsoft Entra needs a token.",
     "Allow Network Level Authentication beside it, or use an account of the machine or of a domain.", "", "", "[MS-RDPBCGR] 5.4.5.4",
     ns_judge_entra_only},
    {"tls.version", "TLS", "tls.version tls.cipher tls.failure tls.refused tls.certificate", "Older TLS is broken, and Nightshift refuses it.",
     "Switch TLS 1.2 on in Schannel on the machine.", "", "", "RFC 8996", ns_judge_tls_version},
    {"tls.pin", "Known certificate", "tls.certificate rdp.nla",
     "Another certificate may mean another machine; a run stops before it sends the password.",
     "If it is the machine's own (compare the fingerprints), trust it.", "nightshiftctl machine trust %NAME%", "", "Nightshift", ns_judge_pin},
    {"tls.certificate", "Certificate", "tls.certificate", "An expired or weak certificate is refused by an authority's rules, and soon by others.",
     "Renew the certificate of the machine's RDP listener.", "", "", "RFC 5280", ns_judge_certificate},
    {"clock.skew", "Clock", "clock.skew-ms", "Kerberos refuses clocks that are five minutes apart.", "Let the machine take its time from the domain.",
     "w32tm /resync /computer:%HOST%", "", "RFC 4120, 1.6", ns_judge_clock},
    {"os.domain-controller", "Domain controller", "os.join os.domain os.domain-controller", "Without one no account of the domain signs in.",
     "See that the machine reaches a domain controller.", "nltest /sc_verify:%DOMAIN%", "", E3, ns_judge_domain_controller},
    {"credentials", "Password", "signin.result signin.proof", "A wrong password counts against the account's lock-out.",
     "Enter the right password for the connection, or ask for a sign-in check to prove it.", "", "", E1, ns_judge_credentials},
    {"credentials.guard", "Lock-out guard", "store.sign-in-held", "A refused account is left alone for a while.", "Wait, or correct the password.",
     "", "", "Nightshift", ns_judge_guard},
    {"credentials.spelling", "One account", "store.alike", "The lock-out guard holds back an account, and must know it under each of its names.",
     "Say which account each of the connections is.", "nightshiftctl connection account \"%CONNECTION%\" DOMAIN\\user", "", "Nightshift",
     ns_judge_spelling},
    {"account.locked", "Locked out", "account.flags", "A locked account signs in nowhere.", "Unlock the account, and find out who tried.",
     "net user %USER% /active:yes", "", E1, ns_judge_account_locked},
    {"account.disabled", "Enabled", "account.flags", "A disabled account signs in nowhere.", "Enable the account.", "net user %USER% /active:yes",
     "net user %USER% /active:no", E1, ns_judge_account_disabled},
    {"account.expired", "Account expiry", "account.expires", "An expired account signs in nowhere.", "Give the account more time.",
     "net user %USER% /expires:never", "", E1, ns_judge_account_expired},
    {"account.password-expired", "Password expiry", "account.password-expired account.flags", "An expired password must be changed by a person.",
     "Change the password, and enter the new one for the connection.", "", "", E1, ns_judge_password_expired},
    {"account.smart-card", "Smart card", "account.flags", "Nobody is there to insert one.", "Use an account that may sign in with a password.", "",
     "", "Microsoft: 0xC00002FA (E4)", ns_judge_smart_card},
    {"credentials.user-form", "User name", "os.join os.domain ntlm.domain ntlm.computer", "The wrong form of a name is taken for another account.",
     "Write DOMAIN\\user or user@domain for an account of a domain, and .\\user for one of the machine.", "", "", "Microsoft: E4",
     ns_judge_user_form},
    {"rights.denied", "Denied rights", "rights.groups rights.SeDenyRemoteInteractiveLogonRight rights.SeDenyInteractiveLogonRight",
     "A denial beats every permission.", "Take the user and its groups out of the Deny rights, in the policy that sets them.", "", "",
     "Microsoft: LogonTypeNotGranted (E5)", ns_judge_denied},
    {"rights.signin", "Right to sign in", "rights.groups rights.SeRemoteInteractiveLogonRight signin.result signin.proof",
     "The password may be right, and the user not be allowed.", "Add the user to Remote Desktop Users on the machine.",
     "net localgroup \"Remote Desktop Users\" %USER% /add", "net localgroup \"Remote Desktop Users\" %USER% /delete", E1, ns_judge_right},
    {"rights.network", "Network right", "rights.groups rights.SeNetworkLogonRight rights.SeDenyNetworkLogonRight rdp.nla",
     "Network Level Authentication needs the right to sign in over the network.", "Grant it, or take the denial away, in the policy that sets it.",
     "", "", "Microsoft: LogonTypeNotGranted (E5)", ns_judge_network_right},
    {"entra.nla", "Entra and NLA", "os.join rdp.nla pad.UseRdsAadAuthentication", "Passwords of Microsoft Entra do not go through NLA.",
     "Use an account of the machine, or one of the domain.", "", "", "Microsoft: E6, E7", ns_judge_entra_nla},
    {"entra.consent", "Entra consent", "", "Without consent a person is asked to allow the connection.",
     "Enable Microsoft Entra authentication for RDP on the applications a4a365df-50f1-4397-bc59-1a1564b8bb9c and "
     "270efc09-cd0d-444b-a71f-39af4910ec45, and hide the question for the machines' group.",
     "", "", S1, ns_judge_entra_consent},
    {"entra.prompt", "Entra prompt", "os.join policy.fPromptForPassword setting.fPromptForPassword", "Nobody is there to type a password.",
     "Switch \"Always prompt for password upon connection\" off.", SET_DWORD(RDPTCP, "fPromptForPassword", "0"),
     SET_DWORD(RDPTCP, "fPromptForPassword", "1"), E3, ns_judge_entra_prompt},
    {"logon.prompt", "Password prompt",
     "policy.fPromptForPassword setting.fPromptForPassword setting.SecurityLayer policy.SecurityLayer setting.UserAuthentication "
     "policy.UserAuthentication os.join",
     "Nobody is there to type a password.", "Switch \"Always prompt for password upon connection\" off, or set the security layer to TLS.",
     SET_DWORD(RDPTCP, "fPromptForPassword", "0"), SET_DWORD(RDPTCP, "fPromptForPassword", "1"), E3, ns_judge_prompt},
    {"logon.notice", "Legal notice", "policy.legalnoticecaption policy.legalnoticetext winlogon.LegalNoticeCaption winlogon.LegalNoticeText",
     "Nobody is there to press OK.", "Take these machines out of the policy that sets the notice.",
     "reg add \"" SYSPOL "\" /v legalnoticetext /t REG_SZ /d \"\" /f", "", E3, ns_judge_notice},
    {"logon.providers", "Credential providers", "logon.providers", "Some providers stop sign-ins that no person makes.",
     "Uninstall the provider on this machine.", "", "", E3, ns_judge_providers},
    {"logon.automatic", "Automatic sign-in", "winlogon.AutoAdminLogon winlogon.DefaultUserName os.product-type",
     "On Windows 10 and 11 any signed-in user blocks a run.", "Switch automatic sign-in off.",
     "reg add \"" WINLOGON "\" /v AutoAdminLogon /t REG_SZ /d 0 /f", "reg add \"" WINLOGON "\" /v AutoAdminLogon /t REG_SZ /d 1 /f", S1,
     ns_judge_auto_logon},
    {"sessions.conflict", "Sessions in the way",
     "sessions.list os.product-type os.many-sessions setting.fSingleSessionPerUser policy.fSingleSessionPerUser",
     "Whoever is signed in may not be pushed out, and some sessions block a run.", "Sign that session out, or let runs reuse it.",
     "query session /server:%HOST%", "", S1, ns_judge_conflict},
    {"sessions.limit", "Session limit", "sessions.list policy.MaxInstanceCount setting.MaxInstanceCount os.many-sessions",
     "A full server takes nobody else.", "Sign somebody out, or install the role of a Remote Desktop Session Host.", "query session /server:%HOST%",
     "", E1, ns_judge_session_limit},
    {"reuse.single-session", "One session a user", "policy.fSingleSessionPerUser setting.fSingleSessionPerUser",
     "Reuse needs a machine on which a user has one session.", "Restrict each user to a single session, or switch reuse off.",
     SET_DWORD(TSKEY, "fSingleSessionPerUser", "1"), SET_DWORD(TSKEY, "fSingleSessionPerUser", "0"), S1, ns_judge_single_session},
    {"agent.start", "Agent start", "os.product-type agent.run agent.installed agent.approved policy.DisableLocalMachineRun",
     "The agent must start in the session.", "Install the agent on the machine (nightshift-agent --install) and set agent.start to installed.",
     "nightshiftctl settings set %NAME% agent.start=installed", "nightshiftctl settings reset %NAME% agent.start", "Nightshift",
     ns_judge_agent_start},
    {"agent", "Agent", "agent.version agent.current store.last-run", "The agent starts the flow and tells what became of it.",
     "Install the agent on the machine, in this program's version.", "nightshift-agent --install", "nightshift-agent --uninstall", "Nightshift",
     ns_judge_agent},
    {"limits.idle", "Idle limit", "policy.MaxIdleTime setting.MaxIdleTime", "A session in which nobody types counts as idle.",
     "Raise the limit, or lower the run's time limit.", SET_DWORD(RDPTCP, "MaxIdleTime", "0"), "", E8, ns_judge_idle_limit},
    {"limits.connection", "Time limit", "policy.MaxConnectionTime setting.MaxConnectionTime", "The machine ends a session that is too old.",
     "Raise the limit, or lower the run's time limit.", SET_DWORD(RDPTCP, "MaxConnectionTime", "0"), "", E8, ns_judge_connection_limit},
    {"limits.disconnected", "Disconnected limit", "policy.MaxDisconnectionTime setting.MaxDisconnectionTime", "A kept session ends with it.",
     "Raise the limit on machines whose sessions are reused.", SET_DWORD(RDPTCP, "MaxDisconnectionTime", "0"), "", S1, ns_judge_disconnect_limit},
    {"limits.inactivity", "Inactivity lock", "policy.InactivityTimeoutSecs", "A locked session shows no window to work on.",
     "Take these machines out of the policy \"Interactive logon: Machine inactivity limit\".", DELETE_VALUE(SYSPOL, "InactivityTimeoutSecs"), "",
     "Microsoft: Interactive logon: Machine inactivity limit", ns_judge_inactivity},
    {"os.edition", "Edition", "os.edition os.product", "Home editions take no Remote Desktop connections.",
     "Use Pro, Enterprise or a server edition.", "", "", "Microsoft: prerequisites of unattended runs (S14)", ns_judge_edition},
    {"os.version", "Version", "os.build ntlm.build", "Older Windows was never tried.", "Bring Windows up to date.", "", "", "Nightshift",
     ns_judge_version},
    {"os.multi-session", "Multi-session", "os.edition", "Which session rules hold there is not documented.", "Try a run, and see.", "", "", S1,
     ns_judge_multi_session},
    {"os.reboot", "Restart pending", "os.reboot-pending", "A restart ends a run, and updates like to do it at night.",
     "Restart the machine before the runs.", "shutdown /r /m \\\\%HOST% /t 60", "shutdown /a /m \\\\%HOST%", E1, ns_judge_reboot},
    {"os.uptime", "Uptime", "os.uptime-s", "Sessions of a machine that was never restarted get stuck.", "Restart the machine now and then.", "", "",
     "Microsoft: SessionCreationWinLogonFailure (E1)", ns_judge_uptime},
    {"os.disk", "Free disk", "os.free-bytes", "A full disk breaks what flows write.", "Make room on the system drive.", "", "", E1, ns_judge_disk},
    {"os.memory", "Memory", "os.memory-bytes", "Too little memory makes a session slow or end.", "Give the machine more memory.", "", "",
     "Microsoft: sizing of unattended machines (S14)", ns_judge_memory},
    {"os.processors", "Processors", "os.processors", "Too few processors make waits in a flow too short.", "Give the machine more processors.", "",
     "", "Microsoft: sizing of unattended machines (S14)", ns_judge_processors},
    {"pad.service", "Power Automate", "service.UIFlowService", "Two orchestrators on one machine get in each other's way.",
     "Keep the machine for one of them, or their times apart.", "", "", E1, ns_judge_pa_service},
    {"pad.version", "Power Automate's version", "pad.version", "Its resolution is read from the registry since 2.35.",
     "Update Power Automate for desktop.", "", "", "Microsoft: set screen resolution (S2)", ns_judge_pa_version},
    {"screen.configured", "Power Automate's screen",
     "pad.screen.64.ScreenResolutionEnabled pad.screen.64.Width pad.screen.64.Height pad.screen.64.Scale pad.screen.32.ScreenResolutionEnabled "
     "pad.screen.32.Width pad.screen.32.Height pad.screen.32.Scale",
     "A flow that was made at one resolution fails at another; and regedit takes numbers for hexadecimal.",
     "Set the resolution on the machine, in one registry view only.", "nightshiftctl screen %NAME% --width 1920 --height 1080 --scale 100 --yes",
     "nightshiftctl screen %NAME% --undo", "Microsoft: set screen resolution (S2)", ns_judge_screen_registry},
    {"screen.setting", "Screen size", "", "The session's size decides what fits on it.", "Set the size that the flow was made at.", "", "", S1,
     ns_judge_screen_setting},
    {"screen.scale", "Screen scale", "", "Images are found only at the scale they were taken at.", "Make and run flows at 100 %.",
     "nightshiftctl settings set %NAME% screen.scale=100", "nightshiftctl settings reset %NAME% screen.scale", S1, ns_judge_screen_scale},
    {"screen.got", "Screen seen", "session.screen", "What was asked for is not always what a session gets.",
     "Sign a kept session out, and see what the machine allows.", "", "", "Nightshift", ns_judge_screen_got},
    {"sessions.leftover", "Left sessions", "store.sessions", "A left session may block the next run.", "Sign it out under Sessions.",
     "nightshiftctl session list %NAME%", "", "Nightshift", ns_judge_leftover},
    {"sessions.kept-size", "Kept session's size", "store.sessions", "A kept session keeps its size where the machine cannot change it.",
     "Sign the kept session out; the next run makes a new one.", "nightshiftctl session list %NAME%", "", "Nightshift", ns_judge_kept_size},
    {"sessions.listing", "Session list", "sessions.list", "Who is signed in shows before a run only where sessions may be listed.",
     "Give your account an administrator's rights on the machine, open port 445, and on Windows 10 and 11 set AllowRemoteRPC to 1.",
     SET_DWORD(TSKEY, "AllowRemoteRPC", "1"), SET_DWORD(TSKEY, "AllowRemoteRPC", "0"), E1, ns_judge_listing},
    {"queue.busy", "Runs at work", "store.runs", "A run waits until its machine is free.", "Wait, cancel a run, or raise session.max.",
     "nightshiftctl run list", "", E1, ns_judge_busy},
    {"flows", "Flows", "flows.there", "A flow starts only where its program or interpreter is there for the run's user.",
     "Install what they need there for this user, or give full paths. A session check looks.", "", "", "Nightshift", ns_judge_flows},
    {"flows.power-automate", "Power Automate's flows",
     "pad.64.ConfigureExternalRuns pad.32.ConfigureExternalRuns pad.64.KeepRunDefinitionFilesCopy pad.32.KeepRunDefinitionFilesCopy "
     "pad.64.DisableRunFilesCleanup pad.32.DisableRunFilesCleanup pad.user.EnableAskBeforeRunningAFlowExternally store.flow-kinds",
     "A question that nobody answers holds the run up, and without its records its outcome is not known.",
     "Set EnableAskBeforeRunningAFlowExternally to 0 for the run's user, KeepRunDefinitionFilesCopy and Global\\DisableRunFilesCleanup to 1 for the "
     "machine.",
     "", "", "Microsoft: Run desktop flows via URL or desktop shortcuts", ns_judge_desktop_flows},
    {"agent.elevation", "Elevation", "agent.elevated policy.EnableLUA", "An unattended flow does not run elevated.",
     "Run the flow with an account that is no administrator.", "", "", S1, ns_judge_elevation},
    {"rdp.plain", "Plain RDP", "rdp.plain rdp.answer.rdp", "Whoever can be between can read what is typed.", "Set the security layer to TLS.",
     SET_DWORD(RDPTCP, "SecurityLayer", "2"), SET_DWORD(RDPTCP, "SecurityLayer", "1"), RDPBCGR, ns_judge_plain_rdp},
    {"rdp.restricted-admin", "Restricted Admin", "rdp.restricted-admin lsa.DisableRestrictedAdmin", "It lets a password hash sign in.",
     "Leave it off where it is not needed.", SET_DWORD("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", "DisableRestrictedAdmin", "1"),
     SET_DWORD("HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa", "DisableRestrictedAdmin", "0"), "[MS-RDPBCGR] 2.2.1.2.1", ns_judge_restricted_admin},
    {"rdp.credential-guard", "Credential Guard", "rdp.credential-guard", "Good to know for those who administer the machine.", "", "", "",
     "[MS-RDPBCGR] 2.2.1.2.1", ns_judge_credential_guard},
    {"machine.name", "Computer name", "ntlm.computer ntlm.dns-computer tcp.address", "An address may have gone to another computer.",
     "See whether the address still belongs to this machine.", "nslookup %HOST%", "", "[MS-NLMP] 2.2.2.1", ns_judge_computer_name},
    {"machine.entries", "Listed once", "store.same-machine", "What is set for one entry does not count for the other.",
     "Keep one entry for each machine, or set both alike.", "", "", "Nightshift", ns_judge_entries},
    {"tls.clone", "Same certificate", "tls.certificate", "Machines made from one image share their key, and Power Automate does not support that.",
     "Give the machine a certificate of its own; generalise images before copying them.", "", "", "Microsoft: machines must not be cloned (S3)",
     ns_judge_clone},
    {"drift.build", "Drift: build", "os.build ntlm.build", "A flow that works on one machine of a group must work on all.",
     "Bring the machines of the group to one version.", "", "", "Nightshift", ns_judge_drift_build},
    {"drift.nla", "Drift: NLA", "rdp.nla", "Machines of a group that differ fail differently.", "Set it alike on all machines of the group.", "", "",
     "Nightshift", ns_judge_drift_nla},
    {"drift.issuer", "Drift: certificate", "tls.certificate", "Machines of a group that differ fail differently.",
     "Take the certificates of the group from one authority.", "", "", "Nightshift", ns_judge_drift_issuer},
    {"drift.single-session", "Drift: sessions", "policy.fSingleSessionPerUser setting.fSingleSessionPerUser",
     "Machines of a group that differ fail differently.", "Set it alike on all machines of the group.", "", "", "Nightshift", ns_judge_drift_single},
    {"drift.screen", "Drift: screen", "session.screen", "A flow finds its images on one machine and not on the other.",
     "Give the machines of the group one resolution.", "", "", "Nightshift", ns_judge_drift_screen},
};

const char *ns_verdict_name(ns_verdict_kind kind) {
    static const char *const names[] = {"pass", "unknown", "warn", "fail"};
    return names[kind];
}

const ns_check *ns_check_at(size_t index) {
    return index < NS_COUNT_OF(checks) ? &checks[index] : NULL;
}

const ns_check *ns_check_find(const char *id) {
    for (size_t i = 0; i < NS_COUNT_OF(checks); i++)
        if (strcmp(checks[i].id, id) == 0)
            return &checks[i];
    return NULL;
}

void ns_check_judge(const ns_check *check, const ns_check_input *in, ns_verdict *out) {
    memset(out, 0, sizeof *out);
    out->code = "";
    check->judge(in, out);
    if (out->kind != NS_VERDICT_WARN && out->kind != NS_VERDICT_FAIL)
        out->remedy = "";
    else if (!out->remedy) /* it has none of its own */
        out->remedy = check->remedy;
}
