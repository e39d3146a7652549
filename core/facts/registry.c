#include "facts/registry.h"

#include "base/platform.h"
#include "model/startup.h"

#define TSKEY "SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#define RDPTCP TSKEY "\\WinStations\\RDP-Tcp"
#define TSPOL "SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
#define SYSPOL "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System"
#define WINLOGON "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon"
#define VERSION "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
#define LSA "SYSTEM\\CurrentControlSet\\Control\\Lsa"
#define PAD "SOFTWARE\\Microsoft\\Power Automate Desktop"

static const ns_registry_value values[] = {
    {"policy.fDenyTSConnections", TSPOL, "fDenyTSConnections", false},
    {"setting.fDenyTSConnections", TSKEY, "fDenyTSConnections", false},
    {"policy.fSingleSessionPerUser", TSPOL, "fSingleSessionPerUser", false},
    {"setting.fSingleSessionPerUser", TSKEY, "fSingleSessionPerUser", false},
    {"policy.fPromptForPassword", TSPOL, "fPromptForPassword", false},
    {"setting.fPromptForPassword", RDPTCP, "fPromptForPassword", false},
    {"policy.SecurityLayer", TSPOL, "SecurityLayer", false},
    {"setting.SecurityLayer", RDPTCP, "SecurityLayer", false},
    {"policy.UserAuthentication", TSPOL, "UserAuthentication", false},
    {"setting.UserAuthentication", RDPTCP, "UserAuthentication", false},
    {"policy.MaxIdleTime", TSPOL, "MaxIdleTime", false},
    {"setting.MaxIdleTime", RDPTCP, "MaxIdleTime", false},
    {"policy.MaxConnectionTime", TSPOL, "MaxConnectionTime", false},
    {"setting.MaxConnectionTime", RDPTCP, "MaxConnectionTime", false},
    {"policy.MaxDisconnectionTime", TSPOL, "MaxDisconnectionTime", false},
    {"setting.MaxDisconnectionTime", RDPTCP, "MaxDisconnectionTime", false},
    {"policy.MaxInstanceCount", TSPOL, "MaxInstanceCount", false},
    {"setting.MaxInstanceCount", RDPTCP, "MaxInstanceCount", false},
    {"setting.PortNumber", RDPTCP, "PortNumber", false},
    {"setting.TSAppCompat", TSKEY, "TSAppCompat", false},
    {"setting.AllowRemoteRPC", TSKEY, "AllowRemoteRPC", false},
    {"policy.legalnoticecaption", SYSPOL, "legalnoticecaption", false},
    {"policy.legalnoticetext", SYSPOL, "legalnoticetext", false},
    {"policy.InactivityTimeoutSecs", SYSPOL, "InactivityTimeoutSecs", false},
    {"policy.EnableLUA", SYSPOL, "EnableLUA", false},
    {"policy.LocalAccountTokenFilterPolicy", SYSPOL, "LocalAccountTokenFilterPolicy", false},
    {"winlogon.LegalNoticeCaption", WINLOGON, "LegalNoticeCaption", false},
    {"winlogon.LegalNoticeText", WINLOGON, "LegalNoticeText", false},
    {"winlogon.AutoAdminLogon", WINLOGON, "AutoAdminLogon", false},
    {"winlogon.DefaultUserName", WINLOGON, "DefaultUserName", false},
    {"lsa.DisableRestrictedAdmin", LSA, "DisableRestrictedAdmin", false},
    {"lsa.LimitBlankPasswordUse", LSA, "LimitBlankPasswordUse", false},
    {"os.product-type", "SYSTEM\\CurrentControlSet\\Control\\ProductOptions", "ProductType", false},
    {"os.edition", VERSION, "EditionID", false},
    {"os.product", VERSION, "ProductName", false},
    {"os.build", VERSION, "CurrentBuildNumber", false},
    {"os.revision", VERSION, "UBR", false},
    {"os.installation-type", VERSION, "InstallationType", false},
    {"pad.screen.64.ScreenResolutionEnabled", PAD "\\Global\\Screen", "ScreenResolutionEnabled", false},
    {"pad.screen.64.Width", PAD "\\Global\\Screen", "Width", false},
    {"pad.screen.64.Height", PAD "\\Global\\Screen", "Height", false},
    {"pad.screen.64.Scale", PAD "\\Global\\Screen", "Scale", false},
    {"pad.screen.32.ScreenResolutionEnabled", PAD "\\Global\\Screen", "ScreenResolutionEnabled", true},
    {"pad.screen.32.Width", PAD "\\Global\\Screen", "Width", true},
    {"pad.screen.32.Height", PAD "\\Global\\Screen", "Height", true},
    {"pad.screen.32.Scale", PAD "\\Global\\Screen", "Scale", true},
    {"pad.64.ConfigureExternalRuns", PAD, "ConfigureExternalRuns", false},
    {"pad.32.ConfigureExternalRuns", PAD, "ConfigureExternalRuns", true},
    {"pad.64.KeepRunDefinitionFilesCopy", PAD, "KeepRunDefinitionFilesCopy", false},
    {"pad.32.KeepRunDefinitionFilesCopy", PAD, "KeepRunDefinitionFilesCopy", true},
    {"pad.64.DisableRunFilesCleanup", PAD "\\Global", "DisableRunFilesCleanup", false},
    {"pad.32.DisableRunFilesCleanup", PAD "\\Global", "DisableRunFilesCleanup", true},
    {"agent.run", NS_STARTUP_RUN_KEY, NS_STARTUP_VALUE, false},
    {"agent.approved", NS_STARTUP_APPROVED_KEY, NS_STARTUP_VALUE, false},
    {"agent.installed", NS_STARTUP_KEY, "Start", false},
    {"policy.DisableLocalMachineRun", NS_STARTUP_POLICY_KEY, "DisableLocalMachineRun", false},
    {"pad.UseRdsAadAuthentication", PAD "\\Service", "UseRdsAadAuthentication", true},
    {"pad.version", PAD, "Version", true},
};

static const ns_registry_value user_values[] = {
    {"pad.user.EnableAskBeforeRunningAFlowExternally", PAD, "EnableAskBeforeRunningAFlowExternally", false},
};

const ns_registry_value *ns_registry_user_value_at(size_t index) {
    return index < NS_COUNT_OF(user_values) ? &user_values[index] : NULL;
}

const ns_registry_value *ns_registry_value_at(size_t index) {
    return index < NS_COUNT_OF(values) ? &values[index] : NULL;
}
