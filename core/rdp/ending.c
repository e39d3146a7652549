/* From what FreeRDP and the machine say at the end of a session to one of our result codes. The numbers: [MS-RDPBCGR]
 * 2.2.5.1.1 (Set Error Info) and FreeRDP's error.h. */
#include <freerdp/error.h>
#include <stdio.h>
#include <string.h>

#include "rdp/internal.h"

typedef struct row {
    uint32_t native;
    const char *code;
} row;

/* Class 2: what went wrong on the way to the session. */
static const row connect_rows[] = {
    {FREERDP_ERROR_DNS_ERROR, "DnsError"},
    {FREERDP_ERROR_DNS_NAME_NOT_FOUND, "DnsError"},
    {FREERDP_ERROR_MCS_CONNECT_INITIAL_ERROR, "RDPIsNotEnabled"},
    {FREERDP_ERROR_TLS_CONNECT_FAILED, "TlsFailed"},
    {FREERDP_ERROR_AUTHENTICATION_FAILED, "AuthenticationFailed"},
    {FREERDP_ERROR_INSUFFICIENT_PRIVILEGES, "RdpPermissionNotGranted"},
    {FREERDP_ERROR_SECURITY_NEGO_CONNECT_FAILED, "SecurityNegotiationFailed"},
    {FREERDP_ERROR_CONNECT_PASSWORD_EXPIRED, "PasswordExpired"},
    {FREERDP_ERROR_CONNECT_PASSWORD_CERTAINLY_EXPIRED, "AuthenticationFailed"}, /* raised for other causes too */
    {FREERDP_ERROR_CONNECT_CLIENT_REVOKED, "AccountDisabled"},
    {FREERDP_ERROR_CONNECT_KDC_UNREACHABLE, "AuthenticationFailed"},
    {FREERDP_ERROR_CONNECT_ACCOUNT_DISABLED, "AccountDisabled"},
    {FREERDP_ERROR_CONNECT_PASSWORD_MUST_CHANGE, "PasswordExpired"},
    {FREERDP_ERROR_CONNECT_LOGON_FAILURE, "SessionCreationInvalidCredentials"},
    {FREERDP_ERROR_CONNECT_WRONG_PASSWORD, "SessionCreationInvalidCredentials"},
    {FREERDP_ERROR_CONNECT_ACCESS_DENIED, "RdpPermissionNotGranted"},
    {FREERDP_ERROR_CONNECT_ACCOUNT_RESTRICTION, "AccountRestricted"},
    {FREERDP_ERROR_CONNECT_ACCOUNT_LOCKED_OUT, "AccountLockedOut"},
    {FREERDP_ERROR_CONNECT_ACCOUNT_EXPIRED, "AccountExpired"},
    {FREERDP_ERROR_CONNECT_LOGON_TYPE_NOT_GRANTED, "LogonTypeNotGranted"},
    {FREERDP_ERROR_CONNECT_NO_OR_MISSING_CREDENTIALS, "CredentialNotFound"},
    {FREERDP_ERROR_CONNECT_ACTIVATION_TIMEOUT, "MachineNotAnswering"},
};

/* Class 1: why the machine ended the session, by the low word. */
static const row info_rows[] = {
    {0x01, "SessionDisconnected"},
    {0x02, "SessionHasLoggedOff"},
    {0x03, "SessionHasLoggedOffWithMaxIdleTime"},
    {0x04, "MaxRDSessionDurationReached"},
    {0x05, "SessionTakenOver"},
    {0x06, "RdpServerError"},
    {0x07, "RDPIsNotEnabled"},
    {0x09, "RdpPermissionNotGranted"},
    {0x0A, "SessionCreationUserPromptedForCredentialsAfterConnection"},
    {0x0B, "SessionDisconnected"},
    {0x0C, "SessionHasLoggedOff"},
    {0x0F, "RdpServerError"},
    {0x10, "RdpServerError"},
    {0x11, "RdpServerError"},
    {0x12, "RdpServerError"},
    {0x17, "RdpServerError"},
    {0x18, "RdpServerError"},
    {0x1196, "SessionNotFound"},
};

/* Logon Error Info: a question or a refusal that nobody answers here. */
static const row logon_rows[] = {
    {0xFFFFFFF8, "Win10AlreadyHasActiveSession"},
    {0xFFFFFFF9, "Win10AlreadyHasActiveSession"},
    {0xFFFFFFFA, "RdpPermissionNotGranted"},
    {0xFFFFFFFB, "Win10AlreadyHasActiveSession"},
    {0xFFFFFFFC, "TooManyActiveSessions"},
    {0xFFFFFFFD, "SessionCreationError"},
    {0xFFFFFFFF, "RdpPermissionNotGranted"},
    /* Any other type is the NTSTATUS of the refusal, [MS-ERREF] 2.3.1. */
    {0xC0000022, "RdpPermissionNotGranted"},
    {0xC000006A, "SessionCreationInvalidCredentials"},
    {0xC000006D, "SessionCreationInvalidCredentials"},
    {0xC000006E, "AccountRestricted"},
    {0xC000006F, "AccountRestricted"},
    {0xC0000070, "AccountRestricted"},
    {0xC0000071, "PasswordExpired"},
    {0xC0000072, "AccountDisabled"},
    {0xC000015B, "LogonTypeNotGranted"},
    {0xC0000193, "AccountExpired"},
    {0xC0000224, "PasswordExpired"},
    {0xC0000234, "AccountLockedOut"},
};

static const char *find(const row *rows, size_t count, uint32_t native) {
    for (size_t i = 0; i < count; i++)
        if (rows[i].native == native)
            return rows[i].code;
    return NULL;
}

const char *ns_rdp_logon_error_code(uint32_t type) {
    const char *code = find(logon_rows, NS_COUNT_OF(logon_rows), type);
    return code ? code : "AuthenticationFailed";
}

static const char *code_of_info(uint32_t info) {
    const char *code = find(info_rows, NS_COUNT_OF(info_rows), info);
    if (code)
        return code;
    if (info >= 0x100 && info <= 0x10A)
        return "RdpLicensingError";
    if (info >= 0x400 && info <= 0x412)
        return "ConnectionBrokerError";
    return "RdpProtocolError";
}

static const char *code_before_session(const ns_rdp_session *session, uint32_t native) {
    const char *code = NULL;
    if (session->certificate_changed)
        return "CertificateChanged";
    if (session->certificate_untrusted)
        return "CertificateUntrusted";
    if (session->connect_code)
        return session->connect_code;
    if (strcmp(session->phase, "negotiate") == 0 && native != FREERDP_ERROR_SECURITY_NEGO_CONNECT_FAILED)
        return "NotRdp";
    code = find(connect_rows, NS_COUNT_OF(connect_rows), native);
    if (code)
        return code;
    if (strcmp(session->phase, "certificate") == 0)
        return "TlsFailed";
    /* Before CredSSP 3 a machine had no way to name a reason, and some servers name none to this day. */
    if (session->nla_submitted && !session->nla_passed)
        return "SessionCreationInvalidCredentials";
    /* The machine closed the connection in the middle of the sign-in and named no reason. */
    return "MachineNotAnswering";
}

void ns_rdp_classify(ns_rdp_session *session, ns_rdp_end *end) {
    rdpContext *context = session->instance->context;
    uint32_t info = freerdp_error_info(session->instance);
    uint32_t native = freerdp_get_last_error(context);
    const char *code = NULL;
    memset(end, 0, sizeof *end);
    end->connected = session->connected;
    end->native = native;
    (void)snprintf(end->detail, sizeof end->detail, "%s", native ? freerdp_get_last_error_name(native) : "");
    end->signed_out = info == 0x02 || info == 0x0C || freerdp_get_disconnect_ultimatum(context) == Disconnect_Ultimatum_user_requested;
    if (session->stopped)
        return;
    if (session->protocol_broken)
        code = "AgentProtocolError";
    else if (info)
        code = code_of_info(info);
    else if (session->logon_error)
        code = ns_rdp_logon_error_code(session->logon_error);
    if (!code && !session->connected)
        code = code_before_session(session, native);
    if (!code)
        code = end->signed_out ? "SessionHasLoggedOff" : "SessionNotFound";
    (void)snprintf(end->code, sizeof end->code, "%s", code);
}
