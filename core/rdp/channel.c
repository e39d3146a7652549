/* The dynamic virtual channel NSHIFT ([MS-RDPEDYC]): what the agent sends becomes messages, and what is queued for it is
 * written from the session's thread. */
#include <freerdp/addin.h>
#include <freerdp/channels/channels.h>
#include <freerdp/client/cmdline.h>
#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "rdp/internal.h"

typedef struct plugin {
    GENERIC_DYNVC_PLUGIN base; /* FreeRDP wants its own first */
    ns_rdp_session *session;
} plugin;

static ns_rdp_session *session_of(GENERIC_CHANNEL_CALLBACK *callback) {
    const plugin *self = (plugin *)callback->plugin;
    return self->session;
}

static UINT on_open(IWTSVirtualChannelCallback *channel) {
    GENERIC_CHANNEL_CALLBACK *callback = (GENERIC_CHANNEL_CALLBACK *)channel;
    ns_rdp_session *session = session_of(callback);
    if (session->channel)
        return CHANNEL_RC_ALREADY_OPEN; /* one agent at a time: the first keeps it */
    session->channel = callback;
    session->channel_seen = true;
    ns_message_reader_clear(&session->reader);
    session->observer.channel(session->observer.context, true, ++session->channels);
    return CHANNEL_RC_OK;
}

static UINT on_data(IWTSVirtualChannelCallback *channel, wStream *data) {
    GENERIC_CHANNEL_CALLBACK *callback = (GENERIC_CHANNEL_CALLBACK *)channel;
    ns_rdp_session *session = session_of(callback);
    ns_status status = NS_OK;
    cJSON *message = NULL;
    ns_error error;
    if (session->channel != callback || session->protocol_broken)
        return CHANNEL_RC_OK;
    status = ns_message_reader_add(&session->reader, Stream_ConstPointer(data), Stream_GetRemainingLength(data), &error);
    while (status == NS_OK) {
        status = ns_message_reader_next(&session->reader, &message, &error);
        if (status != NS_OK || !message)
            break;
        session->no_return = session->no_return || strcmp(ns_json_string(message, "type", ""), "ending") == 0;
        session->observer.message(session->observer.context, message);
        cJSON_Delete(message);
    }
    session->protocol_broken = status != NS_OK;
    return CHANNEL_RC_OK;
}

static UINT on_close(IWTSVirtualChannelCallback *channel) {
    GENERIC_CHANNEL_CALLBACK *callback = (GENERIC_CHANNEL_CALLBACK *)channel;
    ns_rdp_session *session = session_of(callback);
    if (session->channel == callback) {
        session->channel = NULL;
        if (!session->leaving)
            session->observer.channel(session->observer.context, false, session->channels);
    }
    free(callback);
    return CHANNEL_RC_OK;
}

static const IWTSVirtualChannelCallback callbacks = {on_data, on_open, on_close, NULL};

static UINT plugin_init(GENERIC_DYNVC_PLUGIN *base, rdpContext *context, rdpSettings *settings) {
    plugin *self = (plugin *)base;
    (void)settings;
    self->session = ns_rdp_session_of(context);
    return CHANNEL_RC_OK;
}

static UINT VCAPITYPE plugin_entry(IDRDYNVC_ENTRY_POINTS *entry_points) {
    return freerdp_generic_DVCPluginEntry(entry_points, "nshift", NS_AGENT_CHANNEL, sizeof(plugin), sizeof(GENERIC_CHANNEL_CALLBACK), &callbacks,
                                          plugin_init, NULL);
}

static PVIRTUALCHANNELENTRY provide(LPCSTR name, LPCSTR subsystem, LPCSTR type, DWORD flags) {
    if ((flags & FREERDP_ADDIN_CHANNEL_DYNAMIC) && strcmp(name, "nshift") == 0) {
        UINT(VCAPITYPE * entry)(IDRDYNVC_ENTRY_POINTS *) = plugin_entry;
        PVIRTUALCHANNELENTRY out = NULL;
        memcpy(&out, &entry, sizeof out);
        return out;
    }
    return freerdp_channels_load_static_addin_entry(name, subsystem, type, flags);
}

bool ns_rdp_channel_register(void) {
    return freerdp_register_addin_provider(provide, 0) == CHANNEL_RC_OK;
}

BOOL ns_rdp_channel_load(freerdp *instance) {
    const char *arguments[] = {"nshift"};
    rdpSettings *settings = instance->context->settings;
    return ns_rdp_decoder_begin_small(ns_rdp_session_of(instance->context)) && ns_rdp_presence_load(ns_rdp_session_of(instance->context)) &&
           freerdp_client_add_dynamic_channel(settings, 1, arguments) && freerdp_client_load_addins(instance->context->channels, settings);
}

void ns_rdp_channel_flush(ns_rdp_session *session) {
    for (;;) {
        cJSON *message = NULL;
        uint32_t channel = 0;
        ns_text bytes;
        ns_error error;
        EnterCriticalSection(&session->lock);
        if (session->queued) {
            message = session->queue[0];
            channel = session->queue_for[0];
            memmove(session->queue, session->queue + 1, --session->queued * sizeof *session->queue);
            memmove(session->queue_for, session->queue_for + 1, session->queued * sizeof *session->queue_for);
        }
        LeaveCriticalSection(&session->lock);
        if (!message)
            return;
        ns_text_init(&bytes, (size_t)NS_MESSAGE_MAXIMUM + NS_MESSAGE_HEADER);
        if (session->channel && channel == session->channels && ns_message_write(&bytes, message, &error) == NS_OK)
            (void)session->channel->channel->Write(session->channel->channel, (ULONG)bytes.size, (BYTE *)bytes.bytes, NULL);
        ns_text_wipe(&bytes);
        cJSON_Delete(message);
    }
}
