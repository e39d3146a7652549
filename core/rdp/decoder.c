/* FreeRDP gives the planar decoder 18 bytes for every pixel of the desktop, though a server sends the desktop in tiles.
 * Here the decoder begins small and grows to the largest bitmap that really comes, before it is decoded. For a
 * session of 1920 x 1080 that is 37 MB less. FreeRDP makes its decoders first of all, and clearing such a one takes longer than
 * all else before the connection: so it is shown a small desktop then. */
#include <freerdp/codec/planar.h>
#include <freerdp/codecs.h>
#include <freerdp/graphics.h>

#include "rdp/internal.h"

enum { FIRST_SIDE = 64, TILE = 4, SIDE_MAXIMUM = 8192 };

static bool set_size(ns_rdp_session *session, UINT32 width, UINT32 height) {
    rdpSettings *settings = session->instance->context->settings;
    return freerdp_settings_set_uint32(settings, FreeRDP_DesktopWidth, width) && freerdp_settings_set_uint32(settings, FreeRDP_DesktopHeight, height);
}

/* What was checked and derived of the real size has been by then, and the machine is told later. */
bool ns_rdp_decoder_begin_small(ns_rdp_session *session) {
    return set_size(session, FIRST_SIDE, FIRST_SIDE);
}

bool ns_rdp_decoder_give_size(ns_rdp_session *session) {
    return set_size(session, session->options->width, session->options->height);
}

static BOOL fit(ns_rdp_session *session, rdpContext *context, UINT32 width, UINT32 height) {
    if (width > SIDE_MAXIMUM || height > SIDE_MAXIMUM)
        return FALSE;
    if (width <= session->decoder_width && height <= session->decoder_height)
        return TRUE;
    if (width > session->decoder_width)
        session->decoder_width = width;
    if (height > session->decoder_height)
        session->decoder_height = height;
    return freerdp_bitmap_planar_context_reset(context->codecs->planar, session->decoder_width, session->decoder_height);
}

static BOOL on_decompress(rdpContext *context, rdpBitmap *bitmap, const BYTE *data, UINT32 width, UINT32 height, UINT32 bpp, UINT32 length,
                          BOOL compressed, UINT32 codec_id) {
    ns_rdp_session *session = ns_rdp_session_of(context);
    return fit(session, context, width, height) && session->decompress(context, bitmap, data, width, height, bpp, length, compressed, codec_id);
}

bool ns_rdp_decoder_install(ns_rdp_session *session) {
    rdpContext *context = session->instance->context;
    rdpBitmap prototype = *context->graphics->Bitmap_Prototype;
    session->decompress = prototype.Decompress;
    prototype.Decompress = on_decompress;
    graphics_register_bitmap(context->graphics, &prototype);
    /* A reset never gives memory back, so a new one takes its place. */
    freerdp_bitmap_planar_context_free(context->codecs->planar);
    context->codecs->planar = freerdp_bitmap_planar_context_new(0, TILE, TILE);
    session->decoder_width = TILE;
    session->decoder_height = TILE;
    return context->codecs->planar != NULL;
}
