/* The agent in the scripted session: greets, runs a flow that only takes time, obeys or does not. What it knows of its run
 * outlives a connection, as it would in a real session. */
#include <freerdp/channels/channels.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winpr/wtsapi.h>

#include "agent/artifacts.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/png.h"
#include "peer.h"

static char nonce[NS_AGENT_NONCE_SIZE]; /* of the run that goes on */
static int64_t started_at;
static artifacts files; /* that the flow made */
static int pieces;      /* of them, asked for so far */

void peer_send_error_info(freerdp_peer *peer, uint32_t code) {
    freerdp_set_error_info(peer->context->rdp, code);
    (void)freerdp_send_error_info(peer->context->rdp);
}

static bool write_channel(peer_context *context, const uint8_t *bytes, size_t size, void *to) {
    ULONG written = 0;
    const bool whole = WTSVirtualChannelWrite(context->channel, (PCHAR)(uintptr_t)bytes, (ULONG)size, &written);
    (void)to;
    /* What is queued goes out before anything else is done. */
    return whole && (!context->variation.on || WTSVirtualChannelManagerCheckFileDescriptor(context->manager));
}

static void send_to_client(peer_context *context, cJSON *message) {
    ns_text bytes;
    ns_error error;
    ns_text_init(&bytes, (size_t)NS_MESSAGE_MAXIMUM + NS_MESSAGE_HEADER);
    if (message && ns_message_write(&bytes, message, &error) == NS_OK)
        (void)peer_vary(context, PART_AGENT, (const uint8_t *)bytes.bytes, bytes.size, write_channel, NULL);
    ns_text_clear(&bytes);
    cJSON_Delete(message);
}

static void greet(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    const rdpSettings *settings = peer->context->settings;
    ns_agent_hello hello = {.version = "scripted", .os = "scripted", .session_id = "7", .depth = 32, .scale = 100};
    if (context->script->forget) {
        nonce[0] = 0;
        started_at = 0;
    }
    if (!started_at)
        started_at = ns_clock_utc_ms() - context->script->joined_ms;
    (void)snprintf(hello.user, sizeof hello.user, "%s", freerdp_settings_get_string(settings, FreeRDP_Username));
    (void)snprintf(hello.nonce, sizeof hello.nonce, "%s", nonce);
    hello.session_started_at = started_at;
    hello.session_age = ns_clock_utc_ms() - started_at;
    hello.joined = ns_joined_parse(context->script->joined ? context->script->joined : "new");
    hello.others = context->script->others;
    hello.width = freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth);
    hello.height = freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight);
    send_to_client(context, ns_agent_hello_write(&hello));
}

static void tell_exited(peer_context *context) {
    cJSON *message = ns_agent_message("exited", nonce);
    (void)ns_json_add_integer(message, "code", context->script->exit_code);
    (void)ns_json_add_integer(message, "durationMs", context->script->flow_ms);
    send_to_client(context, message);
}

static void tell_failed(peer_context *context) {
    cJSON *message = ns_agent_message("failed", nonce);
    (void)ns_json_add_string(message, "code", context->script->failed);
    (void)ns_json_add_string(message, "message", "It says so.");
    send_to_client(context, message);
}

static void tell_strangers(peer_context *context) {
    for (int i = 0; i < context->script->strangers; i++) {
        cJSON *message = ns_agent_message("other-user", nonce);
        (void)ns_json_add_string(message, "user", "somebody");
        send_to_client(context, message);
    }
}

static void tell_ending(peer_context *context, const char *reason) {
    cJSON *message = ns_agent_message("ending", nonce);
    (void)ns_json_add_string(message, "reason", reason);
    send_to_client(context, message);
}

static void on_screenshot(peer_context *context) {
    uint8_t pixels[16 * 16 * 4];
    uint8_t *png = NULL;
    size_t size = 0;
    ns_error error;
    ns_text text;
    cJSON *message = ns_agent_message("screenshot", nonce);
    ns_text_init(&text, 65536);
    memset(pixels, 0x7F, sizeof pixels);
    if (ns_png_encode(pixels, 16, 16, &png, &size, &error) == NS_OK)
        (void)ns_base64_append(&text, png, size);
    (void)ns_json_add_string(message, "data", ns_text_string(&text));
    (void)cJSON_AddBoolToObject(message, "last", true);
    send_to_client(context, message);
    ns_text_clear(&text);
    free(png);
}

static void sign_out(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    send_to_client(context, ns_agent_message("bye", nonce));
    peer_send_error_info(peer, 0x0C); /* LOGOFF_BY_USER */
    context->closing = true;
    nonce[0] = 0;
    started_at = 0;
}

static void send_of_files(void *context, cJSON *message) {
    peer_context *self = context;
    cJSON *digest = cJSON_GetObjectItemCaseSensitive(message, "sha256");
    if (digest && self->script->other_digest)
        digest->valuestring[0] = digest->valuestring[0] == '0' ? '1' : '0';
    send_to_client(self, message);
}

static void begin_files(const peer_context *context, const cJSON *order) {
    artifacts_clear(&files);
    (void)artifacts_begin(&files, ns_json_string(order, "artifacts", ""), context->script->artifacts);
    files.since = 0;
}

static void tell_started(peer_context *context) {
    cJSON *message = ns_agent_message("started", nonce);
    (void)ns_json_add_string(message, "line", "scripted");
    send_to_client(context, message);
}

static void on_files(freerdp_peer *peer, const cJSON *order) {
    peer_context *context = (peer_context *)peer->context;
    if (strcmp(ns_json_string(order, "type", ""), "artifacts") == 0) {
        artifacts_tell(&files, nonce, send_of_files, context);
    } else if (++pieces == context->script->drop_piece) {
        peer_say("dropped", NULL, NULL);
        peer_break(peer);
        context->closing = true;
    } else {
        artifacts_answer(&files, order, send_of_files, context);
    }
}

static void obey(freerdp_peer *peer, const cJSON *order) {
    peer_context *context = (peer_context *)peer->context;
    const char *type = ns_json_string(order, "type", "");
    peer_say("order", "type", type);
    if (strcmp(type, "run") == 0) {
        (void)snprintf(nonce, sizeof nonce, "%s", ns_json_string(order, "nonce", ""));
        context->act_at = ns_clock_monotonic_ms() + 300;
        context->flow_end_at = ns_clock_monotonic_ms() + (uint64_t)context->script->flow_ms;
        if (context->script->failed)
            tell_failed(context);
        else
            tell_started(context);
        tell_strangers(context);
        if (context->script->artifacts)
            begin_files(context, order);
    } else if (context->script->stall == POINT_FLOW || context->script->stall == POINT_SIGN_OUT) {
        return;
    } else if (strcmp(type, "ping") == 0) {
        send_to_client(context, ns_agent_message("pong", nonce));
    } else if (strcmp(type, "screenshot") == 0) {
        on_screenshot(context);
    } else if (strcmp(type, "facts") == 0) {
        cJSON *message = NULL;
        (void)snprintf(nonce, sizeof nonce, "%s", ns_json_string(order, "nonce", ""));
        message = ns_agent_message("facts", nonce);
        (void)ns_json_add_string(message, "data",
                                 "eyJmYWN0cyI6W3sibmFtZSI6ImFnZW50LmVsZXZhdGVkIiwidmFsdWUiOnRydWV9XX0="); /* agent.elevated is true */
        (void)cJSON_AddBoolToObject(message, "last", true);
        send_to_client(context, message);
    } else if (context->script->artifacts && strncmp(type, "artifact", strlen("artifact")) == 0) {
        on_files(peer, order);
    } else if (strcmp(type, "lock") == 0) {
        cJSON *message = ns_agent_message("locked", nonce);
        (void)cJSON_AddBoolToObject(message, "locked", true);
        send_to_client(context, message);
    } else if (strcmp(type, "signout") == 0) {
        sign_out(peer);
    }
}

static void open_channel(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    PULONG session = NULL;
    DWORD size = 0;
    if (context->channel || !context->script->agent || WTSVirtualChannelManagerGetDrdynvcState(context->manager) != DRDYNVC_STATE_READY ||
        !WTSQuerySessionInformationA(context->manager, WTS_CURRENT_SESSION, WTSSessionId, (LPSTR *)&session, &size))
        return;
    context->channel = WTSVirtualChannelOpenEx(*session, (LPSTR)(uintptr_t)NS_AGENT_CHANNEL, WTS_CHANNEL_OPTION_DYNAMIC);
    WTSFreeMemory(session);
    ns_message_reader_init(&context->reader);
    if (context->channel && context->script->swap && !context->swapped) {
        context->swap_at = ns_clock_monotonic_ms() + 300; /* FreeRDP closes for the client only what the client has opened */
    } else if (context->channel && !context->script->swap) {
        greet(peer);
        if (nonce[0]) { /* the flow went on while nobody listened */
            context->flow_end_at = ns_clock_monotonic_ms() + (uint64_t)context->script->flow_ms;
            context->acted = true;
        }
    }
}

/* The agent greets and is gone, and somebody else has the channel, all before the order can come. */
static void swap(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    if (!context->swap_at || ns_clock_monotonic_ms() < context->swap_at)
        return;
    context->swap_at = 0;
    greet(peer);
    (void)WTSVirtualChannelManagerCheckFileDescriptor(context->manager); /* what is queued goes out */
    (void)WTSVirtualChannelClose(context->channel);
    context->channel = NULL;
    context->swapped = true;
    open_channel(peer);
}

static void read_orders(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    BYTE bytes[8192];
    ULONG got = 0;
    ns_error error;
    while (context->channel && WTSVirtualChannelRead(context->channel, 0, (PCHAR)bytes, sizeof bytes, &got) && got > 0) {
        cJSON *order = NULL;
        if (ns_message_reader_add(&context->reader, bytes, got, &error) != NS_OK)
            return;
        while (!context->closing && ns_message_reader_next(&context->reader, &order, &error) == NS_OK && order) {
            obey(peer, order);
            cJSON_Delete(order);
            order = NULL;
        }
    }
}

/* What the script does while the flow runs. */
static void act(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    const peer_script *script = context->script;
    context->acted = true;
    if (script->restart) {
        tell_ending(context, "restart");
        if (script->held_up)
            tell_ending(context, "none");
        else
            context->down_at = ns_clock_monotonic_ms() + 200; /* what is written to a channel goes out with the next look at it */
    } else if (script->error_info && script->error_at == POINT_FLOW) {
        peer_send_error_info(peer, script->error_info);
        context->closing = true;
    } else if (peer_drop_at(peer, POINT_FLOW)) {
        context->closing = true;
    }
}

void peer_actor_tick(freerdp_peer *peer) {
    peer_context *context = (peer_context *)peer->context;
    const uint64_t now = ns_clock_monotonic_ms();
    open_channel(peer);
    swap(peer);
    read_orders(peer);
    if (context->act_at && !context->acted && now >= context->act_at)
        act(peer);
    if (context->down_at && now >= context->down_at) {
        peer_send_error_info(peer, 0x0C);
        context->closing = true;
    }
    if (context->flow_end_at && now >= context->flow_end_at && !context->closing && context->script->stall != POINT_FLOW) {
        context->flow_end_at = 0;
        tell_exited(context);
    }
}
