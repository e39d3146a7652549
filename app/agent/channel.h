/* The session's end of the virtual channel NSHIFT: WTSVirtualChannelOpenEx, on Windows from wtsapi32
 * (https://learn.microsoft.com/windows/win32/api/wtsapi32/nf-wtsapi32-wtsvirtualchannelopenex), under xrdp from its
 * libxrdpapi. A byte stream both ways. One reading thread; writes are serialised by the caller. */
#ifndef NS_AGENT_CHANNEL_H
#define NS_AGENT_CHANNEL_H

#include <stddef.h>

#include "base/status.h"

typedef struct channel channel;

/* NS_STATUS_CLOSED when no client is connected now; it may be later. */
NS_MUST_USE ns_status channel_open(channel **out, ns_error *error);
/* Waits up to timeout_ms; *got = 0 and NS_OK when nothing came. NS_STATUS_CLOSED when the other side is gone. */
NS_MUST_USE ns_status channel_read(channel *self, void *bytes, size_t size, uint32_t timeout_ms, size_t *got, ns_error *error);
/* All of it. NS_STATUS_CLOSED, or NS_STATUS_TIMEOUT when nobody takes it for ten seconds. */
NS_MUST_USE ns_status channel_write(channel *self, const void *bytes, size_t size, ns_error *error);
void channel_close(channel *self);

#endif
