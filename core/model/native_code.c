#include "model/native_code.h"

#include <string.h>

#include "base/json.h"

enum {
    LOGON_MESSAGE_FIRST = 0xF8, /* the low byte of the first LOGON_MSG type; those before are NTSTATUS */
    LICENSE_FIRST = 0x100,
    LICENSE_LAST = 0x10A,
    BROKER_FIRST = 0x400,
    BROKER_LAST = 0x412,
    PROTOCOL_FIRST = 0x10C9
};

static const ns_native_code rows[] = {
    {NS_NATIVE_CONNECT, 0x01, "PRE_CONNECT_FAILED", "RdpProtocolError"},
    {NS_NATIVE_CONNECT, 0x02, "CONNECT_UNDEFINED", "UnknownError"},
    {NS_NATIVE_CONNECT, 0x03, "POST_CONNECT_FAILED", "RdpProtocolError"},
    {NS_NATIVE_CONNECT, 0x04, "DNS_ERROR", "DnsError"},
    {NS_NATIVE_CONNECT, 0x05, "DNS_NAME_NOT_FOUND", "DnsError"},
    {NS_NATIVE_CONNECT, 0x06, "CONNECT_FAILED", "ConnectionNotEstablished"},
    {NS_NATIVE_CONNECT, 0x07, "MCS_CONNECT_INITIAL_ERROR", "RDPIsNotEnabled"},
    {NS_NATIVE_CONNECT, 0x08, "TLS_CONNECT_FAILED", "TlsFailed"},
    {NS_NATIVE_CONNECT, 0x09, "AUTHENTICATION_FAILED", "AuthenticationFailed"},
    {NS_NATIVE_CONNECT, 0x0A, "INSUFFICIENT_PRIVILEGES", "RdpPermissionNotGranted"},
    {NS_NATIVE_CONNECT, 0x0B, "CONNECT_CANCELLED", "Cancelled"},
    {NS_NATIVE_CONNECT, 0x0C, "SECURITY_NEGO_CONNECT_FAILED", "SecurityNegotiationFailed"},
    /* 0D, CONNECT_TRANSPORT_FAILED, says only that something closed: the phase decides. */
    {NS_NATIVE_CONNECT, 0x0E, "PASSWORD_EXPIRED", "PasswordExpired"},
    {NS_NATIVE_CONNECT, 0x0F, "PASSWORD_CERTAINLY_EXPIRED", "AuthenticationFailed"}, /* raised for other causes too */
    {NS_NATIVE_CONNECT, 0x10, "CLIENT_REVOKED", "AccountDisabled"},
    {NS_NATIVE_CONNECT, 0x11, "KDC_UNREACHABLE", "NoLogonServers"},
    {NS_NATIVE_CONNECT, 0x12, "ACCOUNT_DISABLED", "AccountDisabled"},
    {NS_NATIVE_CONNECT, 0x13, "PASSWORD_MUST_CHANGE", "PasswordExpired"},
    {NS_NATIVE_CONNECT, 0x14, "LOGON_FAILURE", "SessionCreationInvalidCredentials"},
    {NS_NATIVE_CONNECT, 0x15, "WRONG_PASSWORD", "SessionCreationInvalidCredentials"},
    {NS_NATIVE_CONNECT, 0x16, "ACCESS_DENIED", "RdpPermissionNotGranted"},
    {NS_NATIVE_CONNECT, 0x17, "ACCOUNT_RESTRICTION", "AccountRestricted"},
    {NS_NATIVE_CONNECT, 0x18, "ACCOUNT_LOCKED_OUT", "AccountLockedOut"},
    {NS_NATIVE_CONNECT, 0x19, "ACCOUNT_EXPIRED", "AccountExpired"},
    {NS_NATIVE_CONNECT, 0x1A, "LOGON_TYPE_NOT_GRANTED", "LogonTypeNotGranted"},
    {NS_NATIVE_CONNECT, 0x1B, "NO_OR_MISSING_CREDENTIALS", "CredentialNotFound"},
    {NS_NATIVE_CONNECT, 0x1C, "ACTIVATION_TIMEOUT", "MachineNotAnswering"},
    {NS_NATIVE_CONNECT, 0x1D, "TARGET_BOOTING", "MachineStarting"},
    {NS_NATIVE_CONNECT, 0x1E, "HYBRID_REQUIRED_BY_SERVER", "SecurityNegotiationFailed"},

    {NS_NATIVE_ERROR_INFO, 0x01, "RPC_INITIATED_DISCONNECT", "SessionDisconnected"},
    {NS_NATIVE_ERROR_INFO, 0x02, "RPC_INITIATED_LOGOFF", "SessionSignedOutByAdministrator"},
    {NS_NATIVE_ERROR_INFO, 0x03, "IDLE_TIMEOUT", "SessionHasLoggedOffWithMaxIdleTime"},
    {NS_NATIVE_ERROR_INFO, 0x04, "LOGON_TIMEOUT", "MaxRDSessionDurationReached"},
    {NS_NATIVE_ERROR_INFO, 0x05, "DISCONNECTED_BY_OTHER_CONNECTION", "SessionTakenOver"},
    {NS_NATIVE_ERROR_INFO, 0x06, "OUT_OF_MEMORY", "RdpServerOutOfMemory"},
    {NS_NATIVE_ERROR_INFO, 0x07, "SERVER_DENIED_CONNECTION", "RDPIsNotEnabled"},
    {NS_NATIVE_ERROR_INFO, 0x09, "SERVER_INSUFFICIENT_PRIVILEGES", "RdpPermissionNotGranted"},
    {NS_NATIVE_ERROR_INFO, 0x0A, "SERVER_FRESH_CREDENTIALS_REQUIRED", "FreshCredentialsRequired"},
    {NS_NATIVE_ERROR_INFO, 0x0B, "RPC_INITIATED_DISCONNECT_BY_USER", "SessionDisconnectedFromInside"},
    {NS_NATIVE_ERROR_INFO, 0x0C, "LOGOFF_BY_USER", "SessionHasLoggedOff"},
    {NS_NATIVE_ERROR_INFO, 0x0F, "CLOSE_STACK_ON_DRIVER_NOT_READY", "RdpDisplayDriverFailed"},
    {NS_NATIVE_ERROR_INFO, 0x10, "SERVER_DWM_CRASH", "RdpDesktopWindowManagerCrashed"},
    {NS_NATIVE_ERROR_INFO, 0x11, "CLOSE_STACK_ON_DRIVER_FAILURE", "RdpDisplayDriverFailed"},
    {NS_NATIVE_ERROR_INFO, 0x12, "CLOSE_STACK_ON_DRIVER_IFACE_FAILURE", "RdpDisplayDriverFailed"},
    {NS_NATIVE_ERROR_INFO, 0x17, "SERVER_WINLOGON_CRASH", "RdpSessionProcessCrashed"},
    {NS_NATIVE_ERROR_INFO, 0x18, "SERVER_CSRSS_CRASH", "RdpSessionProcessCrashed"},
    {NS_NATIVE_ERROR_INFO, 0x100, "LICENSE_INTERNAL", "RdpLicensingError"},
    {NS_NATIVE_ERROR_INFO, 0x101, "LICENSE_NO_LICENSE_SERVER", "RdpNoLicenseServer"},
    {NS_NATIVE_ERROR_INFO, 0x102, "LICENSE_NO_LICENSE", "RdpNoLicense"},
    {NS_NATIVE_ERROR_INFO, 0x103, "LICENSE_BAD_CLIENT_MSG", "RdpLicensingError"},
    {NS_NATIVE_ERROR_INFO, 0x104, "LICENSE_HWID_DOESNT_MATCH_LICENSE", "RdpLicenseRefused"},
    {NS_NATIVE_ERROR_INFO, 0x105, "LICENSE_BAD_CLIENT_LICENSE", "RdpLicenseRefused"},
    {NS_NATIVE_ERROR_INFO, 0x106, "LICENSE_CANT_FINISH_PROTOCOL", "RdpLicensingError"},
    {NS_NATIVE_ERROR_INFO, 0x107, "LICENSE_CLIENT_ENDED_PROTOCOL", "RdpLicensingError"},
    {NS_NATIVE_ERROR_INFO, 0x108, "LICENSE_BAD_CLIENT_ENCRYPTION", "RdpLicensingError"},
    {NS_NATIVE_ERROR_INFO, 0x109, "LICENSE_CANT_UPGRADE_LICENSE", "RdpLicensingError"},
    {NS_NATIVE_ERROR_INFO, 0x10A, "LICENSE_NO_REMOTE_CONNECTIONS", "RdpConnectionsNotLicensed"},
    {NS_NATIVE_ERROR_INFO, 0x400, "CB_DESTINATION_NOT_FOUND", "ConnectionBrokerError"},
    {NS_NATIVE_ERROR_INFO, 0x402, "CB_LOADING_DESTINATION", "MachineStarting"},
    {NS_NATIVE_ERROR_INFO, 0x404, "CB_REDIRECTING_TO_DESTINATION", "ConnectionBrokerError"},
    {NS_NATIVE_ERROR_INFO, 0x405, "CB_SESSION_ONLINE_VM_WAKE", "MachineStarting"},
    {NS_NATIVE_ERROR_INFO, 0x406, "CB_SESSION_ONLINE_VM_BOOT", "MachineStarting"},
    {NS_NATIVE_ERROR_INFO, 0x407, "CB_SESSION_ONLINE_VM_NO_DNS", "DnsError"},
    {NS_NATIVE_ERROR_INFO, 0x408, "CB_DESTINATION_POOL_NOT_FREE", "BrokerPoolFull"},
    {NS_NATIVE_ERROR_INFO, 0x409, "CB_CONNECTION_CANCELLED", "ConnectionBrokerError"},
    {NS_NATIVE_ERROR_INFO, 0x410, "CB_CONNECTION_ERROR_INVALID_SETTINGS", "ConnectionBrokerError"},
    {NS_NATIVE_ERROR_INFO, 0x411, "CB_SESSION_ONLINE_VM_BOOT_TIMEOUT", "BrokerBootTimeout"},
    {NS_NATIVE_ERROR_INFO, 0x412, "CB_SESSION_ONLINE_VM_SESSMON_FAILED", "ConnectionBrokerError"},
    {NS_NATIVE_ERROR_INFO, 0x10C9, "UNKNOWN_DATA_PDU_TYPE", "RdpProtocolError"},
    {NS_NATIVE_ERROR_INFO, 0x10F3, "REMOTE_APP_NOT_ENABLED", "RemoteAppNotEnabled"},
    {NS_NATIVE_ERROR_INFO, 0x112D, "GRAPHICS_MODE_NOT_SUPPORTED", "RdpGraphicsError"},
    {NS_NATIVE_ERROR_INFO, 0x112E, "GRAPHICS_SUBSYSTEM_RESET_FAILED", "RdpGraphicsError"},
    {NS_NATIVE_ERROR_INFO, 0x112F, "GRAPHICS_SUBSYSTEM_FAILED", "RdpGraphicsError"},
    {NS_NATIVE_ERROR_INFO, 0x1134, "INVALID_MONITOR_SIZE", "ScreenTooLarge"},
    {NS_NATIVE_ERROR_INFO, 0x1136, "INVALID_MONITOR_COUNT", "RdpProtocolError"},
    {NS_NATIVE_ERROR_INFO, 0x1191, "UPDATE_SESSION_KEY_FAILED", "RdpEncryptionError"},
    {NS_NATIVE_ERROR_INFO, 0x1192, "DECRYPT_FAILED", "RdpEncryptionError"},
    {NS_NATIVE_ERROR_INFO, 0x1193, "ENCRYPT_FAILED", "RdpEncryptionError"},
    {NS_NATIVE_ERROR_INFO, 0x1194, "ENCRYPTION_PACKAGE_MISMATCH", "RdpEncryptionError"},
    {NS_NATIVE_ERROR_INFO, 0x1195, "DECRYPT_FAILED2", "RdpEncryptionError"},
    {NS_NATIVE_ERROR_INFO, 0x1196, "PEER_DISCONNECTED", "NetworkLost"},

    {NS_NATIVE_LOGON_ERROR, 0xFFFFFFF8, "LOGON_MSG_SESSION_BUSY_OPTIONS", "Win10AlreadyHasActiveSession"},
    {NS_NATIVE_LOGON_ERROR, 0xFFFFFFF9, "LOGON_MSG_DISCONNECT_REFUSED", "DisconnectRefused"},
    {NS_NATIVE_LOGON_ERROR, 0xFFFFFFFA, "LOGON_MSG_NO_PERMISSION", "RdpPermissionNotGranted"},
    {NS_NATIVE_LOGON_ERROR, 0xFFFFFFFB, "LOGON_MSG_BUMP_OPTIONS", "Win10AlreadyHasActiveSession"},
    {NS_NATIVE_LOGON_ERROR, 0xFFFFFFFC, "LOGON_MSG_RECONNECT_OPTIONS", "SessionLogonQuestion"},
    {NS_NATIVE_LOGON_ERROR, 0xFFFFFFFD, "LOGON_MSG_SESSION_TERMINATE", "SessionCreationWinLogonFailure"},
    {NS_NATIVE_LOGON_ERROR, 0xFFFFFFFF, "ERROR_CODE_ACCESS_DENIED", "RdpPermissionNotGranted"},

    {NS_NATIVE_NTSTATUS, 0xC0000022, "STATUS_ACCESS_DENIED", "RdpPermissionNotGranted"},
    {NS_NATIVE_NTSTATUS, 0xC000005E, "STATUS_NO_LOGON_SERVERS", "NoLogonServers"},
    {NS_NATIVE_NTSTATUS, 0xC0000064, "STATUS_NO_SUCH_USER", "SessionCreationInvalidCredentials"},
    {NS_NATIVE_NTSTATUS, 0xC000006A, "STATUS_WRONG_PASSWORD", "SessionCreationInvalidCredentials"},
    {NS_NATIVE_NTSTATUS, 0xC000006D, "STATUS_LOGON_FAILURE", "SessionCreationInvalidCredentials"},
    {NS_NATIVE_NTSTATUS, 0xC000006E, "STATUS_ACCOUNT_RESTRICTION", "AccountRestricted"},
    {NS_NATIVE_NTSTATUS, 0xC000006F, "STATUS_INVALID_LOGON_HOURS", "AccountRestricted"},
    {NS_NATIVE_NTSTATUS, 0xC0000070, "STATUS_INVALID_WORKSTATION", "AccountRestricted"},
    {NS_NATIVE_NTSTATUS, 0xC0000071, "STATUS_PASSWORD_EXPIRED", "PasswordExpired"},
    {NS_NATIVE_NTSTATUS, 0xC0000072, "STATUS_ACCOUNT_DISABLED", "AccountDisabled"},
    {NS_NATIVE_NTSTATUS, 0xC000015B, "STATUS_LOGON_TYPE_NOT_GRANTED", "LogonTypeNotGranted"},
    {NS_NATIVE_NTSTATUS, 0xC000018D, "STATUS_TRUSTED_RELATIONSHIP_FAILURE", "NoLogonServers"},
    {NS_NATIVE_NTSTATUS, 0xC0000193, "STATUS_ACCOUNT_EXPIRED", "AccountExpired"},
    {NS_NATIVE_NTSTATUS, 0xC0000224, "STATUS_PASSWORD_MUST_CHANGE", "PasswordExpired"},
    {NS_NATIVE_NTSTATUS, 0xC0000234, "STATUS_ACCOUNT_LOCKED_OUT", "AccountLockedOut"},
    {NS_NATIVE_NTSTATUS, 0xC00002FA, "STATUS_SMARTCARD_LOGON_REQUIRED", "SmartCardRequired"},
    {NS_NATIVE_NTSTATUS, 0xC0000413, "STATUS_AUTHENTICATION_FIREWALL_FAILED", "RdpPermissionNotGranted"},

    {NS_NATIVE_AADSTS, 50053, "AADSTS50053", "AccountLockedOut"},
    {NS_NATIVE_AADSTS, 50055, "AADSTS50055", "PasswordExpired"},
    {NS_NATIVE_AADSTS, 50057, "AADSTS50057", "AccountDisabled"},
    {NS_NATIVE_AADSTS, 50074, "AADSTS50074", "EntraInteractionRequired"},
    {NS_NATIVE_AADSTS, 50076, "AADSTS50076", "EntraInteractionRequired"},
    {NS_NATIVE_AADSTS, 50079, "AADSTS50079", "EntraInteractionRequired"},
    {NS_NATIVE_AADSTS, 50105, "AADSTS50105", "EntraUserNotAssigned"},
    {NS_NATIVE_AADSTS, 50126, "AADSTS50126", "MSEntraLogonFailure"},
    {NS_NATIVE_AADSTS, 53003, "AADSTS53003", "EntraAccessBlocked"},
    {NS_NATIVE_AADSTS, 65001, "AADSTS65001", "MSEntraRemoteDesktopAppConsentRequired"},
    {NS_NATIVE_AADSTS, 65002, "AADSTS65002", "EntraClientNotAllowed"},
    {NS_NATIVE_AADSTS, 70008, "AADSTS70008", "EntraTokenExpired"},
    {NS_NATIVE_AADSTS, 90094, "AADSTS90094", "EntraAdminConsentRequired"},
    {NS_NATIVE_AADSTS, 293004, "AADSTS293004", "EntraDeviceNotFound"},
    {NS_NATIVE_AADSTS, 650057, "AADSTS650057", "EntraClientNotAllowed"},
    {NS_NATIVE_AADSTS, 700016, "AADSTS700016", "EntraAppMissing"},
    {NS_NATIVE_AADSTS, 700082, "AADSTS700082", "EntraTokenExpired"},

    {NS_NATIVE_CLIENT, 0x3, "ByServer", "SessionDisconnected"},
    {NS_NATIVE_CLIENT, 0x104, "DNSLookupFailed", "DnsError"},
    {NS_NATIVE_CLIENT, 0x108, "ConnectionTimedOut", "ConnectionNotEstablished"},
    {NS_NATIVE_CLIENT, 0x204, "SocketConnectFailed", "ConnectionNotEstablished"},
    {NS_NATIVE_CLIENT, 0x208, "HostNotFound", "DnsError"},
    {NS_NATIVE_CLIENT, 0x508, "DNSLookupFailed2", "DnsError"},
    {NS_NATIVE_CLIENT, 0x604, "GetHostByNameFailed", "DnsError"},
    {NS_NATIVE_CLIENT, 0x606, "InvalidServerSecurityInfo", "TlsFailed"},
    {NS_NATIVE_CLIENT, 0x704, "TimeoutOccurred", "ConnectionNotEstablished"},
    {NS_NATIVE_CLIENT, 0x706, "ServerCertificateUnpackErr", "TlsFailed"},
    {NS_NATIVE_CLIENT, 0x807, "SslErrLogonFailure", "SessionCreationInvalidCredentials"},
    {NS_NATIVE_CLIENT, 0x808, "LicensingFailed", "RdpLicensingError"},
    {NS_NATIVE_CLIENT, 0x904, "AtClientWinsockFDCLOSE", "RdpConnectionClosed"},
    {NS_NATIVE_CLIENT, 0x908, "LicensingTimeout", "RdpLicensingError"},
    {NS_NATIVE_CLIENT, 0xA07, "SslErrNoSuchUser", "SessionCreationInvalidCredentials"},
    {NS_NATIVE_CLIENT, 0xB06, "EncryptionError", "RdpEncryptionError"},
    {NS_NATIVE_CLIENT, 0xB07, "SslErrAccountDisabled", "AccountDisabled"},
    {NS_NATIVE_CLIENT, 0xB09, "NetworkLevelAuthenticationRequired", "SecurityNegotiationFailed"},
    {NS_NATIVE_CLIENT, 0xC06, "DecryptionError", "RdpEncryptionError"},
    {NS_NATIVE_CLIENT, 0xC07, "SslErrAccountRestriction", "AccountRestricted"},
    {NS_NATIVE_CLIENT, 0xD07, "SslErrAccountLockedOut", "AccountLockedOut"},
    {NS_NATIVE_CLIENT, 0xE07, "SslErrAccountExpired", "AccountExpired"},
    {NS_NATIVE_CLIENT, 0xF07, "SslErrPasswordExpired", "PasswordExpired"},
    {NS_NATIVE_CLIENT, 0x1207, "SslErrPasswordMustChange", "PasswordExpired"},
    {NS_NATIVE_CLIENT, 0x1807, "SslErrNoAuthority", "NoLogonServers"},
    {NS_NATIVE_CLIENT, 0x1B07, "SslErrCertExpired", "TlsFailed"},
    {NS_NATIVE_CLIENT, 0x2107, "SslErrFreshCredRequiredByServer", "FreshCredentialsRequired"},
};

const ns_native_code *ns_native_code_find(ns_native_kind kind, uint32_t number) {
    for (size_t i = 0; i < NS_COUNT_OF(rows); i++)
        if (rows[i].kind == kind && rows[i].number == number)
            return &rows[i];
    return NULL;
}

const ns_native_code *ns_native_code_at(size_t index) {
    return index < NS_COUNT_OF(rows) ? &rows[index] : NULL;
}

const char *ns_native_kind_name(ns_native_kind kind) {
    static const char *const names[] = {"connect", "error info", "logon error", "NTSTATUS", "AADSTS", "mstsc"};
    return names[kind];
}

const char *ns_error_info_code(uint32_t number) {
    const ns_native_code *row = ns_native_code_find(NS_NATIVE_ERROR_INFO, number);
    if (row)
        return row->code;
    if (number >= LICENSE_FIRST && number <= LICENSE_LAST)
        return "RdpLicensingError";
    if (number >= BROKER_FIRST && number <= BROKER_LAST)
        return "ConnectionBrokerError";
    return number >= PROTOCOL_FIRST ? "RdpProtocolError" : "RdpServerError";
}

const char *ns_logon_error_code(uint32_t type, uint32_t data) {
    static const char *const by_data[] = {"SessionCreationInvalidCredentials", "PasswordExpired",
                                          "SessionCreationUserPromptedForCredentialsAfterConnection", "LegalNoticeShown"};
    const bool is_message = (type & 0xFFFFFF00) == 0xFFFFFF00 && (type & 0xFF) >= LOGON_MESSAGE_FIRST;
    const ns_native_code *row = ns_native_code_find(is_message ? NS_NATIVE_LOGON_ERROR : NS_NATIVE_NTSTATUS, type);
    if (row)
        return row->code;
    return data < NS_COUNT_OF(by_data) ? by_data[data] : "AuthenticationFailed";
}

const char *ns_entra_error_code(const char *json) {
    cJSON *answer = cJSON_Parse(json);
    const cJSON *numbers = cJSON_GetObjectItemCaseSensitive(answer, "error_codes");
    const cJSON *each = NULL;
    const char *error = ns_json_string(answer, "error", "");
    const char *code = NULL;
    if (strcmp(ns_json_string(answer, "suberror", ""), "consent_required") == 0)
        code = "MSEntraRemoteDesktopAppConsentRequired";
    cJSON_ArrayForEach(each, numbers) {
        const ns_native_code *row = cJSON_IsNumber(each) && each->valuedouble > 0 && each->valuedouble < 1e9
                                        ? ns_native_code_find(NS_NATIVE_AADSTS, (uint32_t)each->valuedouble)
                                        : NULL;
        if (!code && row)
            code = row->code;
    }
    if (!code && strcmp(error, "consent_required") == 0)
        code = "MSEntraRemoteDesktopAppConsentRequired";
    else if (!code && (strcmp(error, "interaction_required") == 0 || strcmp(error, "login_required") == 0))
        code = "EntraInteractionRequired";
    else if (!code && strcmp(error, "invalid_grant") == 0)
        code = "MSEntraLogonFailure";
    cJSON_Delete(answer);
    return code ? code : "EntraTokenNotAvailable";
}
