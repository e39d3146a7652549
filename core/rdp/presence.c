/* Whether somebody is signed in, where no logon notification says so: the clipboard's server side runs inside the session (rdpclip
 * on Windows, chansrv under xrdp) and announces itself on its static channel, [MS-RDPECLIP] 2.2.2.2. A sign-in screen has
 * none. Nothing is ever answered, so no clipboard is shared. */
#include <freerdp/channels/channels.h>
#include <freerdp/svc.h>
#include <stdlib.h>
#include <string.h>

#include "rdp/internal.h"

typedef struct presence {
    CHANNEL_ENTRY_POINTS_FREERDP_EX entry_points;
    void *init_handle;
    DWORD open_handle;
    ns_rdp_session *session;
} presence;

static VOID VCAPITYPE on_open_event(LPVOID context, DWORD handle, UINT event, LPVOID data, UINT32 size, UINT32 total, UINT32 flags) {
    presence *self = context;
    (void)handle;
    (void)data;
    (void)size;
    (void)total;
    (void)flags;
    if (event != CHANNEL_EVENT_DATA_RECEIVED || self->session->present)
        return;
    self->session->present = true;
    self->session->observer.logon(self->session->observer.context, "", 0);
}

static VOID VCAPITYPE on_init_event(LPVOID context, LPVOID init_handle, UINT event, LPVOID data, UINT size) {
    presence *self = context;
    (void)init_handle;
    (void)data;
    (void)size;
    if (event == CHANNEL_EVENT_CONNECTED)
        (void)self->entry_points.pVirtualChannelOpenEx(self->init_handle, &self->open_handle, (PCHAR)(uintptr_t) "cliprdr", on_open_event);
    else if (event == CHANNEL_EVENT_DISCONNECTED)
        (void)self->entry_points.pVirtualChannelCloseEx(self->init_handle, self->open_handle);
    else if (event == CHANNEL_EVENT_TERMINATED)
        free(self);
}

static BOOL VCAPITYPE entry(PCHANNEL_ENTRY_POINTS_EX points, PVOID init_handle) {
    CHANNEL_DEF definition = {.name = "cliprdr", .options = CHANNEL_OPTION_INITIALIZED | CHANNEL_OPTION_ENCRYPT_RDP | CHANNEL_OPTION_SHOW_PROTOCOL};
    presence *self = calloc(1, sizeof *self);
    if (!self)
        return FALSE;
    memcpy(&self->entry_points, points, sizeof self->entry_points);
    self->init_handle = init_handle;
    self->session = self->entry_points.pExtendedData;
    if (self->entry_points.pVirtualChannelInitEx(self, NULL, init_handle, &definition, 1, VIRTUAL_CHANNEL_VERSION_WIN2000, on_init_event) ==
        CHANNEL_RC_OK)
        return TRUE;
    free(self);
    return FALSE;
}

bool ns_rdp_presence_load(ns_rdp_session *session) {
    rdpContext *context = session->instance->context;
    return freerdp_channels_client_load_ex(context->channels, context->settings, entry, session) == 0;
}
