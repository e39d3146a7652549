/* rdp-peer WORD…: the script's words are the names of the table below. Prints {"event":"listening","port":N} first. */
#include <freerdp/channels/channels.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/listener.h>
#include <freerdp/redirection.h>
#include <freerdp/session.h>
#include <freerdp/update.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <winpr/crypto.h>
#include <winpr/ssl.h>
#include <winpr/wlog.h>
#include <winpr/wtsapi.h>

#include "base/clock.h"
#include "peer.h"

enum { TICK_MS = 50, TILE = 64 };

static peer_script script = {.notify = -1, .flow_ms = 1000, .password = "", .variation = -1};
static LONG dropped;
static const BYTE cookie_bits[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

void peer_say(const char *event, const char *name, const char *value) {
    cJSON *object = cJSON_CreateObject();
    char *text = NULL;
    (void)ns_json_add_string(object, "event", event);
    if (name)
        (void)ns_json_add_string(object, name, value);
    text = ns_json_print(object);
    (void)printf("%s\n", text ? text : "");
    (void)fflush(stdout);
    free(text);
    cJSON_Delete(object);
}

uint32_t peer_refusal(void) {
    return script.refuse_return && dropped > 0 ? 0xC000006D : script.nla_status;
}

void peer_stall_at(const peer_script *of, peer_point point) {
    if (of->stall != point)
        return;
    peer_say("stalled", NULL, NULL);
    for (;;)
        Sleep(1000);
}

bool peer_drop_at(freerdp_peer *peer, peer_point point) {
    if (script.drop != point || InterlockedIncrement(&dropped) > 1)
        return false;
    peer_say("dropped", NULL, NULL);
    peer_break(peer);
    return true;
}

void peer_break(freerdp_peer *peer) {
    (void)shutdown(peer->sockfd, SHUT_RDWR);
}

static BOOL on_context_new(freerdp_peer *peer, rdpContext *context) {
    peer_context *self = (peer_context *)context;
    (void)peer;
    self->script = &script;
    self->manager = WTSOpenServerA((LPSTR)context);
    return self->manager && self->manager != INVALID_HANDLE_VALUE;
}

static void on_context_free(freerdp_peer *peer, rdpContext *context) {
    peer_context *self = (peer_context *)context;
    (void)peer;
    if (self->channel)
        (void)WTSVirtualChannelClose(self->channel);
    if (self->manager)
        WTSCloseServer(self->manager);
}

static BOOL on_state(freerdp_peer *peer, CONNECTION_STATE state) {
    (void)peer;
    if (state == CONNECTION_STATE_NEGO)
        peer_stall_at(&script, POINT_X224);
    else if (state == CONNECTION_STATE_MCS_CREATE_REQUEST)
        peer_stall_at(&script, POINT_MCS);
    else if (state == CONNECTION_STATE_MCS_ATTACH_USER)
        peer_stall_at(&script, POINT_ATTACH);
    else if (state == CONNECTION_STATE_LICENSING)
        peer_stall_at(&script, POINT_LICENSE);
    else if (state == CONNECTION_STATE_CAPABILITIES_EXCHANGE_CONFIRM_ACTIVE)
        peer_stall_at(&script, POINT_CAPABILITIES);
    return TRUE;
}

/* SecurityVerifier = HMAC-MD5 over the client's random, which is zero under TLS: [MS-RDPBCGR] 5.5. */
static bool cookie_is_right(const rdpSettings *settings) {
    const ARC_CS_PRIVATE_PACKET *got = freerdp_settings_get_pointer(settings, FreeRDP_ClientAutoReconnectCookie);
    BYTE expected[16] = {0};
    const BYTE zero[32] = {0};
    return got && got->cbLen == 28 && got->logonId == 7 &&
           winpr_HMAC(WINPR_MD_MD5, cookie_bits, sizeof cookie_bits, zero, sizeof zero, expected, sizeof expected) &&
           memcmp(expected, got->securityVerifier, sizeof expected) == 0;
}

static BOOL on_post_connect(freerdp_peer *peer) {
    const rdpSettings *settings = peer->context->settings;
    const char *password = freerdp_settings_get_string(settings, FreeRDP_Password);
    if (cookie_is_right(settings))
        peer_say("cookie", NULL, NULL);
    else if (!script.nla && password && password[0]) {
        peer_say("credential", "by", "client info");
        peer_say("user", "name", freerdp_settings_get_string(settings, FreeRDP_Username));
    }
    return TRUE;
}

static void notify(freerdp_peer *peer) {
    logon_info plain = {.sessionId = 7};
    logon_info_ex extended = {.haveCookie = script.cookie,
                              .LogonId = 7,
                              .haveErrorInfo = script.logon_error,
                              .ErrorNotificationType = script.logon_type,
                              .ErrorNotificationData = script.logon_data};
    memcpy(extended.ArcRandomBits, cookie_bits, sizeof cookie_bits);
    plain.username = (char *)(uintptr_t)freerdp_settings_get_string(peer->context->settings, FreeRDP_Username);
    plain.domain = (char *)(uintptr_t) "PEER"; /* an empty one is written too short by FreeRDP 3.15 */
    if (script.notify >= 0 && script.notify != INFO_TYPE_LOGON_EXTENDED_INF)
        (void)peer->context->update->SaveSessionInfo(peer->context, (UINT32)script.notify, &plain);
    if (script.cookie || script.logon_error)
        (void)peer->context->update->SaveSessionInfo(peer->context, INFO_TYPE_LOGON_EXTENDED_INF, &extended);
}

/* Server Redirection, [MS-RDPBCGR] 2.2.13.1: to an address, or by a token for routing alone. */
static void redirect(freerdp_peer *peer) {
    static const char token[] = "Cookie: msts=1234.5678\r\n";
    const bool by_token = strcmp(script.redirect, "token") == 0;
    rdpRedirection *order = redirection_new();
    bool sent = order && redirection_set_session_id(order, 7) &&
                redirection_set_flags(order, LB_LOAD_BALANCE_INFO | (by_token ? 0 : LB_TARGET_NET_ADDRESS)) &&
                redirection_set_byte_option(order, LB_LOAD_BALANCE_INFO, (const BYTE *)token, sizeof token - 1);
    if (!by_token)
        sent = sent && redirection_set_string_option(order, LB_TARGET_NET_ADDRESS, script.redirect);
    peer_say("redirecting", "sent", sent && peer->SendServerRedirection(peer, order) ? "yes" : "no");
    redirection_free(order);
}

static BOOL on_activate(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    context->active = true;
    peer_say("active", NULL, NULL);
    if (script.redirect) {
        redirect(peer);
        return TRUE;
    }
    notify(peer);
    if (script.error_info && script.error_at == POINT_CAPABILITIES) {
        peer_send_error_info(peer, script.error_info);
        context->closing = true;
    }
    return TRUE;
}

/* One tile: a picture is there, coloured or black. */
static void draw(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    static BYTE pixels[TILE * TILE * 4];
    BITMAP_DATA tile = {.destRight = TILE - 1,
                        .destBottom = TILE - 1,
                        .width = TILE,
                        .height = TILE,
                        .bitsPerPixel = freerdp_settings_get_uint32(peer->context->settings, FreeRDP_ColorDepth),
                        .bitmapLength = sizeof pixels,
                        .bitmapDataStream = pixels};
    BITMAP_UPDATE update = {.number = 1, .rectangles = &tile};
    if (context->drawn || !context->active || script.stall == POINT_PICTURE)
        return;
    context->drawn = true;
    memset(pixels, script.black ? 0 : 0x55, sizeof pixels);
    tile.bitmapLength = TILE * TILE * ((tile.bitsPerPixel + 7) / 8);
    (void)peer->context->update->BitmapUpdate(peer->context, &update);
}

static bool configure(freerdp_peer *peer) {
    rdpSettings *settings = peer->context->settings;
    rdpPrivateKey *key = freerdp_key_new_from_file(script.key);
    rdpCertificate *certificate = freerdp_certificate_new_from_file(script.certificate);
    return key && certificate && freerdp_settings_set_pointer_len(settings, FreeRDP_RdpServerRsaKey, key, 1) &&
           freerdp_settings_set_pointer_len(settings, FreeRDP_RdpServerCertificate, certificate, 1) &&
           freerdp_settings_set_bool(settings, FreeRDP_RdpSecurity, FALSE) && freerdp_settings_set_bool(settings, FreeRDP_TlsSecurity, !script.nla) &&
           freerdp_settings_set_bool(settings, FreeRDP_NlaSecurity, script.nla) && freerdp_settings_set_uint32(settings, FreeRDP_ColorDepth, 32) &&
           freerdp_settings_set_bool(settings, FreeRDP_RemoteFxCodec, FALSE) && freerdp_settings_set_bool(settings, FreeRDP_NSCodec, FALSE) &&
           freerdp_settings_set_bool(settings, FreeRDP_SupportErrorInfoPdu, TRUE);
}

static BOOL on_key(rdpInput *input, UINT16 flags, UINT8 code) {
    char text[16];
    (void)input;
    (void)snprintf(text, sizeof text, "%s%02X", flags & KBD_FLAGS_RELEASE ? "-" : "+", (unsigned)code);
    peer_say("key", "key", text);
    return TRUE;
}

static DWORD WINAPI serve(LPVOID argument) {
    freerdp_peer *peer = argument;
    peer_context *context = NULL;
    peer->ContextSize = sizeof(peer_context);
    peer->ContextNew = on_context_new;
    peer->ContextFree = on_context_free;
    if (!freerdp_peer_context_new(peer) || !configure(peer)) {
        freerdp_peer_free(peer);
        return 1;
    }
    context = (peer_context *)peer->context;
    peer->PostConnect = on_post_connect;
    peer->Activate = on_activate;
    peer->ReachedState = on_state;
    peer->context->input->KeyboardEvent = on_key;
    peer_variation_begin(context);
    if (peer->Initialize(peer) && peer_wire_install(peer)) {
        while (!context->closing) {
            HANDLE handles[MAXIMUM_WAIT_OBJECTS] = {0};
            DWORD count = peer->GetEventHandles(peer, handles, 32);
            if (count == 0)
                break;
            handles[count++] = WTSVirtualChannelManagerGetEventHandle(context->manager);
            (void)WaitForMultipleObjects(count, handles, FALSE, TICK_MS);
            if (!peer->CheckFileDescriptor(peer) || (context->active && !WTSVirtualChannelManagerCheckFileDescriptor(context->manager)))
                break;
            draw(peer);
            peer_vary_picture(peer);
            if (context->active)
                peer_actor_tick(peer);
        }
    }
    peer_say("closed", NULL, NULL);
    if (context->closing)
        Sleep(100); /* what was sent last is to arrive before the end does */
    peer->Disconnect(peer);
    freerdp_peer_context_free(peer);
    freerdp_peer_free(peer);
    return 0;
}

static BOOL on_accepted(freerdp_listener *listener, freerdp_peer *peer) {
    HANDLE thread = NULL;
    (void)listener;
    peer_say("connection", NULL, NULL);
    thread = CreateThread(NULL, 0, serve, peer, 0, NULL);
    if (!thread)
        return FALSE;
    CloseHandle(thread);
    return TRUE;
}

static peer_point point_of(const char *name) {
    static const char *const names[] = {"none",   "x224",    "tls",          "nla-token", "nla-result", "early", "mcs",
                                        "attach", "license", "capabilities", "picture",   "agent",      "flow",  "sign-out"};
    for (size_t i = 0; i < NS_COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (peer_point)i;
    (void)fprintf(stderr, "rdp-peer: no point %s\n", name);
    exit(2);
}

static uint32_t number_of(const char *text) {
    return (uint32_t)strtoul(text, NULL, 0);
}

/* "name=value", or a name alone. False for a word that is none of the script's. */
static bool take_word(const char *word) {
    const char *equals = strchr(word, '=');
    const char *value = equals ? equals + 1 : "1";
    char name[32];
    const struct {
        const char *name;
        uint32_t *number;
        bool *flag;
        int *plain;
        peer_point *point;
        const char **text;
    } words[] = {{.name = "certificate", .text = &script.certificate},
                 {.name = "key", .text = &script.key},
                 {.name = "password", .text = &script.password},
                 {.name = "joined", .text = &script.joined},
                 {.name = "failed", .text = &script.failed},
                 {.name = "artifacts", .text = &script.artifacts},
                 {.name = "drop-piece", .plain = &script.drop_piece},
                 {.name = "other-digest", .flag = &script.other_digest},
                 {.name = "redirect", .text = &script.redirect},
                 {.name = "strangers", .plain = &script.strangers},
                 {.name = "stall", .point = &script.stall},
                 {.name = "drop", .point = &script.drop},
                 {.name = "error-at", .point = &script.error_at},
                 {.name = "nla", .flag = &script.nla},
                 {.name = "forget", .flag = &script.forget},
                 {.name = "swap", .flag = &script.swap},
                 {.name = "cookie", .flag = &script.cookie},
                 {.name = "refuse-return", .flag = &script.refuse_return},
                 {.name = "agent", .flag = &script.agent},
                 {.name = "black", .flag = &script.black},
                 {.name = "restart", .flag = &script.restart},
                 {.name = "held-up", .flag = &script.held_up},
                 {.name = "exit", .plain = &script.exit_code},
                 {.name = "logon-error", .flag = &script.logon_error},
                 {.name = "nla-status", .number = &script.nla_status},
                 {.name = "negotiation", .number = &script.negotiation},
                 {.name = "error-info", .number = &script.error_info},
                 {.name = "logon-type", .number = &script.logon_type},
                 {.name = "logon-data", .number = &script.logon_data},
                 {.name = "early", .plain = &script.early},
                 {.name = "notify", .plain = &script.notify},
                 {.name = "flow-ms", .plain = &script.flow_ms},
                 {.name = "joined-ms", .plain = &script.joined_ms},
                 {.name = "others", .plain = &script.others},
                 {.name = "variation", .plain = &script.variation}};
    (void)snprintf(name, sizeof name, "%.*s", (int)(equals ? equals - word : (ptrdiff_t)strlen(word)), word);
    for (size_t i = 0; i < NS_COUNT_OF(words); i++) {
        if (strcmp(words[i].name, name) != 0)
            continue;
        if (words[i].text)
            *words[i].text = value;
        else if (words[i].point)
            *words[i].point = point_of(value);
        else if (words[i].flag)
            *words[i].flag = number_of(value) != 0;
        else if (words[i].plain)
            *words[i].plain = (int)number_of(value);
        else
            *words[i].number = number_of(value);
        return true;
    }
    return false;
}

/* A listener of our own: the port is the system's to choose. */
static int listen_anywhere(char port[16]) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 16) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return -1;
    (void)snprintf(port, 16, "%u", ntohs(address.sin_port));
    return fd;
}

int main(int argc, char **argv) {
    freerdp_listener *listener = freerdp_listener_new();
    char port[16];
    int fd = listen_anywhere(port);
    for (int i = 1; i < argc; i++) {
        if (!take_word(argv[i])) {
            (void)fprintf(stderr, "rdp-peer: no word %s\n", argv[i]);
            return 2;
        }
    }
    if (!listener || fd < 0)
        return 1;
    (void)WLog_SetLogLevel(WLog_GetRoot(), getenv("WLOG_LEVEL") ? WLOG_DEBUG : WLOG_OFF);
    (void)WTSRegisterWtsApiFunctionTable(FreeRDP_InitWtsApi());
    (void)winpr_InitializeSSL(WINPR_SSL_INIT_DEFAULT);
    listener->PeerAccepted = on_accepted;
    peer_say("listening", "port", port);
    for (;;) {
        int accepted = accept(fd, NULL, NULL);
        freerdp_peer *peer = accepted < 0 ? NULL : freerdp_peer_new(accepted);
        if (peer)
            (void)on_accepted(listener, peer);
    }
}
