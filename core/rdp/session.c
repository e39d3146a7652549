#include "rdp/session.h"

#include <freerdp/gdi/gdi.h>
#include <freerdp/session.h>
#include <freerdp/version.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "probe/tls_rules.h"
#include "rdp/internal.h"

enum {
    LOOP_TICK_MS = 250,
    STILL_MS = 8000, /* a picture that has not changed for this long waits for somebody */
    SHUTDOWN_GRACE_MS = 150,
    ORDERS = 32
};

/* Nobody is there to be asked: what was given is all there is. Before TLS the password is not here yet. */
static BOOL on_authenticate(freerdp *instance, char **user, char **password, char **domain, rdp_auth_reason reason) {
    (void)instance;
    (void)domain;
    return *user && **user && ((*password && **password) || reason != AUTH_NLA);
}

static int on_logon_error(freerdp *instance, UINT32 data, UINT32 type) {
    ns_rdp_session *session = ns_rdp_session_of(instance->context);
    const bool goes_on = type == 0xFFFFFFFE; /* LOGON_MSG_SESSION_CONTINUE takes an earlier one back */
    session->logon_error = goes_on ? 0 : type;
    session->logon_error_data = data;
    session->observer.question(session->observer.context, type, data, goes_on ? "" : ns_logon_error_code(type, data));
    return 1;
}

/* After 3.30 FreeRDP hands it over as const. */
#if FREERDP_VERSION_MINOR > 30 || (FREERDP_VERSION_MINOR == 30 && FREERDP_VERSION_REVISION >= 1)
typedef const void *session_info;
#else
typedef void *session_info;
#endif

static BOOL on_save_session_info(rdpContext *context, UINT32 type, session_info data) {
    ns_rdp_session *session = ns_rdp_session_of(context);
    const logon_info *info = type == INFO_TYPE_LOGON || type == INFO_TYPE_LOGON_LONG ? data : NULL;
    if (type == INFO_TYPE_LOGON_EXTENDED_INF) {
        session->cookie = session->cookie || (data && ((const logon_info_ex *)data)->haveCookie);
        return TRUE;
    }
    session->logged_on = true;
    session->logon_error = 0;
    session->observer.logon(session->observer.context, info && info->username ? info->username : "", info ? info->sessionId : 0);
    return TRUE;
}

static void keep_buffer(void *buffer) {
    (void)buffer; /* the frame's memory is not FreeRDP's to free */
}

static BOOL begin_paint(rdpContext *context) {
    rdpGdi *gdi = context->gdi;
    gdi->primary->hdc->hwnd->invalid->null = TRUE;
    gdi->primary->hdc->hwnd->ninvalid = 0;
    return TRUE;
}

static BOOL end_paint(rdpContext *context) {
    ns_rdp_session *session = ns_rdp_session_of(context);
    const rdpGdi *gdi = context->gdi;
    if (gdi->primary->hdc->hwnd->invalid->null)
        return TRUE;
    session->painted_at = ns_clock_monotonic_ms();
    ns_frame_changed(session->options->frame);
    if (!session->pictured) {
        session->pictured = true;
        session->observer.picture(session->observer.context, (uint32_t)gdi->width, (uint32_t)gdi->height);
    }
    return TRUE;
}

static BOOL desktop_resize(rdpContext *context) {
    ns_rdp_session *session = ns_rdp_session_of(context);
    const UINT32 width = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopWidth);
    const UINT32 height = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopHeight);
    BYTE *pixels = ns_frame_begin(session->options->frame, width, height);
    session->pictured = false;
    return pixels && gdi_resize_ex(context->gdi, width, height, width * 4, PIXEL_FORMAT_BGRX32, pixels, keep_buffer);
}

static BOOL on_post_connect(freerdp *instance) {
    rdpContext *context = instance->context;
    ns_rdp_session *session = ns_rdp_session_of(context);
    const UINT32 width = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopWidth);
    const UINT32 height = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopHeight);
    BYTE *pixels = ns_frame_begin(session->options->frame, width, height);
    if (!pixels || !gdi_init_ex(instance, PIXEL_FORMAT_BGRX32, width * 4, pixels, keep_buffer) || !ns_rdp_decoder_install(session))
        return FALSE;
    context->update->BeginPaint = begin_paint;
    context->update->EndPaint = end_paint;
    context->update->DesktopResize = desktop_resize;
    /* The live copy is not needed any more. FreeRDP keeps one of its own until the process ends. */
    (void)freerdp_settings_set_string(context->settings, FreeRDP_Password, NULL);
    if (session->nla_submitted)
        session->nla_passed = true;
    session->connected = true;
    session->painted_at = ns_clock_monotonic_ms();
    ns_rdp_enter_phase(session, "desktop", "");
    return TRUE;
}

static void on_post_disconnect(freerdp *instance) {
    gdi_free(instance);
}

static BOOL on_pre_connect(freerdp *instance) {
    (void)instance;
    return TRUE;
}

typedef struct bool_setting {
    FreeRDP_Settings_Keys_Bool key;
    BOOL value;
} bool_setting;

/* Every one of them set, whatever the default or the machine's registry says (freerdp.md 1.4). */
static const bool_setting bools[] = {
    {FreeRDP_SupportErrorInfoPdu, TRUE}, /* else the machine may not say why it ends a session */
    {FreeRDP_SupportStatusInfoPdu, TRUE},
    {FreeRDP_LogonNotify, TRUE},
    {FreeRDP_NlaSecurity, TRUE},
    {FreeRDP_RdpSecurity, FALSE},
    {FreeRDP_ExtSecurity, TRUE}, /* early user authorization: "not allowed" before a session exists */
    {FreeRDP_AadSecurity, FALSE},
    {FreeRDP_RdstlsSecurity, FALSE},
    {FreeRDP_NegotiateSecurityLayer, TRUE},
    {FreeRDP_ExternalCertificateManagement, TRUE},
    {FreeRDP_AutoAcceptCertificate, FALSE},
    {FreeRDP_IgnoreCertificate, FALSE},
    {FreeRDP_RedirectClipboard, FALSE},
    {FreeRDP_RedirectDrives, FALSE},
    {FreeRDP_RedirectPrinters, FALSE},
    {FreeRDP_RedirectSmartCards, FALSE},
    {FreeRDP_RedirectSerialPorts, FALSE},
    {FreeRDP_RedirectParallelPorts, FALSE},
    {FreeRDP_RedirectHomeDrive, FALSE},
    {FreeRDP_DeviceRedirection, FALSE},
    {FreeRDP_AudioPlayback, FALSE},
    {FreeRDP_AudioCapture, FALSE},
    {FreeRDP_RemoteConsoleAudio, FALSE},
    {FreeRDP_NetworkAutoDetect, FALSE},
    {FreeRDP_SupportHeartbeatPdu, FALSE},
    {FreeRDP_SupportMultitransport, FALSE},
    {FreeRDP_SupportDisplayControl, FALSE},
    {FreeRDP_SupportDynamicChannels, TRUE},
    {FreeRDP_SynchronousDynamicChannels, TRUE}, /* their callbacks in the session's thread */
    {FreeRDP_SupportGraphicsPipeline, FALSE},
    {FreeRDP_RemoteFxCodec, FALSE},
    {FreeRDP_NSCodec, FALSE},
    {FreeRDP_GfxH264, FALSE},
    {FreeRDP_BitmapCachePersistEnabled, FALSE},
    {FreeRDP_BitmapCacheEnabled, FALSE},
    {FreeRDP_BitmapCacheV3Enabled, FALSE},
    {FreeRDP_CompressionEnabled, FALSE}, /* with the caches and orders, what most of FreeRDP's faults of 2026 were in */
    {FreeRDP_AllowUnanouncedOrdersFromServer, FALSE},
    {FreeRDP_AutoReconnectionEnabled, FALSE},
    {FreeRDP_UseCommonStdioCallbacks, FALSE},
    {FreeRDP_TcpKeepAlive, TRUE},
};

typedef struct number_setting {
    FreeRDP_Settings_Keys_UInt32 key;
    UINT32 value;
} number_setting;

static bool set_numbers(rdpSettings *settings, const ns_rdp_options *options) {
    const number_setting numbers[] = {
        {FreeRDP_ServerPort, ns_dialer_target(options->dialer)->port},
        {FreeRDP_DesktopWidth, options->width},
        {FreeRDP_DesktopHeight, options->height},
        {FreeRDP_DesktopScaleFactor, options->scale},
        /* Any other value makes Windows ignore both, [MS-RDPBCGR] 2.2.1.3.2. */
        {FreeRDP_DeviceScaleFactor, options->scale >= 180   ? 180
                                    : options->scale >= 140 ? 140
                                                            : 100},
        {FreeRDP_ColorDepth, options->depth},
        {FreeRDP_AuthenticationLevel, 2},
        {FreeRDP_TlsSecLevel, NS_TLS_LEVEL},
        {FreeRDP_MultitransportFlags, 0},
        {FreeRDP_OffscreenSupportLevel, 0},
        {FreeRDP_GlyphSupportLevel, GLYPH_SUPPORT_NONE},
        {FreeRDP_TcpConnectTimeout, options->connect_timeout_ms},
        {FreeRDP_TcpAckTimeout, 60000}, /* also how long a slow machine may take to activate the session */
        {FreeRDP_TcpKeepAliveDelay, 15},
        {FreeRDP_TcpKeepAliveInterval, 5},
        {FreeRDP_TcpKeepAliveRetries, 6},
        {FreeRDP_ThreadingFlags, 1}, /* no codec threads */
    };
    bool done = true;
    for (size_t i = 0; i < NS_COUNT_OF(numbers); i++)
        done = done && freerdp_settings_set_uint32(settings, numbers[i].key, numbers[i].value);
    return done;
}

/* A picture is drawn by bitmaps alone: of the thirty-two drawing orders ([MS-RDPBCGR] 2.2.7.1.3) none is taken. */
static bool refuse_orders(rdpSettings *settings) {
    BYTE *orders = freerdp_settings_get_pointer_writable(settings, FreeRDP_OrderSupport);
    if (orders)
        memset(orders, 0, ORDERS);
    return orders != NULL;
}

static bool configure(rdpSettings *settings, const ns_rdp_options *options) {
    bool done = set_numbers(settings, options) && refuse_orders(settings);
    for (size_t i = 0; i < NS_COUNT_OF(bools); i++)
        done = done && freerdp_settings_set_bool(settings, bools[i].key, bools[i].value);
    /* What is not asked for cannot be chosen by somebody in between. */
    done = done && freerdp_settings_set_bool(settings, FreeRDP_TlsSecurity, !options->trust.nla);
    return done && freerdp_settings_set_uint16(settings, FreeRDP_TLSMinVersion, NS_TLS_VERSION_LEAST) &&
           freerdp_settings_set_string(settings, FreeRDP_AllowedTlsCiphers, NS_TLS_CIPHERS) &&
           freerdp_settings_set_string(settings, FreeRDP_ServerHostname, options->host) &&
           freerdp_settings_set_string(settings, FreeRDP_Username, options->user) &&
           freerdp_settings_set_string(settings, FreeRDP_Domain, options->domain) &&
           freerdp_settings_set_string(settings, FreeRDP_ClientHostname, options->client_name) &&
           freerdp_settings_set_string(settings, FreeRDP_AlternateShell, options->agent_command);
}

ns_status ns_rdp_session_create(const ns_rdp_options *options, const ns_rdp_observer *observer, ns_rdp_session **out, ns_error *error) {
    ns_rdp_session *session = calloc(1, sizeof *session);
    *out = NULL;
    if (!session)
        return ns_error_set_memory(error);
    session->options = options;
    session->observer = *observer;
    session->socket_fd = -1;
    session->phase = "";
    ns_message_reader_init(&session->reader);
    InitializeCriticalSection(&session->lock);
    session->wake = CreateEventW(NULL, TRUE, FALSE, NULL); /* WinPR has manual events only */
    session->instance = freerdp_new();
    if (session->instance) {
        session->instance->ContextSize = sizeof(ns_rdp_context);
        session->instance->PreConnect = on_pre_connect;
        session->instance->PostConnect = on_post_connect;
        session->instance->PostDisconnect = on_post_disconnect;
        session->instance->LoadChannels = ns_rdp_channel_load;
        session->instance->VerifyX509Certificate = ns_rdp_verify_certificate;
        session->instance->AuthenticateEx = on_authenticate;
        session->instance->LogonErrorInfo = on_logon_error;
    }
    if (!session->wake || !session->instance || !ns_rdp_channel_register() || !freerdp_context_new(session->instance)) {
        ns_rdp_session_destroy(session);
        return ns_error_set_memory(error);
    }
    ((ns_rdp_context *)session->instance->context)->session = session;
    session->instance->context->update->SaveSessionInfo = on_save_session_info;
    if (!configure(session->instance->context->settings, options)) {
        ns_rdp_session_destroy(session);
        return ns_error_set(error, NS_STATUS_INVALID, "RdpProtocolError", "Report it.", "FreeRDP did not accept a setting.");
    }
    ns_rdp_connect_install(session);
    *out = session;
    return NS_OK;
}

static void tell_stillness(ns_rdp_session *session) {
    const bool proven = session->logged_on || session->present || session->channel_seen || session->nla_passed;
    if (session->still_told || proven || !session->pictured || ns_clock_monotonic_ms() - session->painted_at < STILL_MS)
        return;
    session->still_told = true;
    session->observer.still(session->observer.context);
}

/* [MS-RDPBCGR] 2.2.8.1.2.2.1 */
static void press_key(ns_rdp_session *session) {
    rdpInput *input = session->instance->context->input;
    bool asked = false;
    EnterCriticalSection(&session->lock);
    asked = session->keep_awake;
    session->keep_awake = false;
    LeaveCriticalSection(&session->lock);
    if (asked && freerdp_input_send_keyboard_event_ex(input, TRUE, FALSE, RDP_SCANCODE_F15))
        (void)freerdp_input_send_keyboard_event_ex(input, FALSE, FALSE, RDP_SCANCODE_F15);
}

static void loop(ns_rdp_session *session) {
    rdpContext *context = session->instance->context;
    while (!session->stopped && !freerdp_shall_disconnect_context(context) && !session->protocol_broken) {
        HANDLE handles[MAXIMUM_WAIT_OBJECTS] = {0};
        DWORD count = freerdp_get_event_handles(context, handles, MAXIMUM_WAIT_OBJECTS - 1);
        if (count == 0)
            break;
        handles[count++] = session->wake;
        (void)WaitForMultipleObjects(count, handles, FALSE, LOOP_TICK_MS);
        (void)ResetEvent(session->wake);
        if (!freerdp_check_event_handles(context))
            break;
        ns_rdp_channel_flush(session);
        press_key(session);
        tell_stillness(session);
    }
}

void ns_rdp_session_run(ns_rdp_session *session, ns_rdp_end *end) {
    if (freerdp_connect(session->instance)) {
        do
            loop(session);
        while (ns_rdp_reconnect(session));
    }
    ns_rdp_classify(session, end);
    session->leaving = true;
    (void)freerdp_disconnect(session->instance);
}

void ns_rdp_session_send(ns_rdp_session *session, cJSON *message, uint32_t channel) {
    const char *type = ns_json_string(message, "type", "");
    bool taken = false;
    EnterCriticalSection(&session->lock);
    session->no_return = session->no_return || strcmp(type, "signout") == 0 || strcmp(type, "lock") == 0 || strcmp(type, "release") == 0;
    taken = session->queued < NS_RDP_QUEUE_MAXIMUM;
    if (taken) {
        session->queue_for[session->queued] = channel;
        session->queue[session->queued++] = message;
    }
    LeaveCriticalSection(&session->lock);
    if (!taken)
        cJSON_Delete(message);
    (void)SetEvent(session->wake);
}

void ns_rdp_session_keep_awake(ns_rdp_session *session) {
    EnterCriticalSection(&session->lock);
    session->keep_awake = true;
    LeaveCriticalSection(&session->lock);
    (void)SetEvent(session->wake);
}

void ns_rdp_session_stop(ns_rdp_session *session) {
    session->stopped = true;
    (void)SetEvent(session->wake);
    /* freerdp_abort_connect_context would write to the network from this thread; the event alone does not. A stall
     * inside the TLS handshake heeds only the closing of the socket (freerdp.md 1.9). */
    (void)SetEvent(freerdp_abort_event(session->instance->context));
    Sleep(SHUTDOWN_GRACE_MS);
    if (session->socket_fd >= 0)
        ns_socket_shutdown(session->socket_fd);
}

void ns_rdp_session_destroy(ns_rdp_session *session) {
    if (!session)
        return;
    if (session->instance) {
        if (session->instance->context)
            freerdp_context_free(session->instance);
        freerdp_free(session->instance);
    }
    for (size_t i = 0; i < session->queued; i++)
        cJSON_Delete(session->queue[i]);
    ns_message_reader_clear(&session->reader);
    if (session->wake)
        CloseHandle(session->wake);
    DeleteCriticalSection(&session->lock);
    free(session);
}
