/* What the files of core/rdp share. Private to core/rdp. */
#ifndef NS_RDP_INTERNAL_H
#define NS_RDP_INTERNAL_H

#include <freerdp/client.h>
#include <freerdp/client/channels.h>
#include <freerdp/freerdp.h>
#include <freerdp/graphics.h>
#include <freerdp/transport_io.h>

#include "base/message.h"
#include "model/native_code.h"
#include "rdp/addresses.h"
#include "rdp/session.h"

enum { NS_RDP_QUEUE_MAXIMUM = 64 };

struct ns_rdp_session {
    const ns_rdp_options *options;
    ns_rdp_observer observer;
    freerdp *instance;
    const char *phase;
    /* Connection */
    rdpTransportIo transport; /* FreeRDP's own calls, which ours wrap */
    int socket_fd;            /* -1 before; only for shutting it down */
    int connections;          /* searches for an address */
    bool reached;             /* an address answered: */
    size_t address;           /* the dialer's number of it */
    bool tls_begun;
    bool nla_submitted;  /* the credential went out */
    bool nla_passed;     /* and was taken */
    bool not_authorized; /* early user authorization said no, [MS-RDPBCGR] 2.2.10.2 */
    uint32_t nla_status; /* the NTSTATUS that CredSSP carried, [MS-CSSP] 2.2.1; 0 for none */
    bool cookie;         /* the machine gave one */
    bool no_return;      /* the session is being left: a broken connection stays broken */
    bool refused_on_return;
    bool redirected;          /* the machine sent the session to another one, [MS-RDPBCGR] 2.2.13 */
    char accepted_sha256[65]; /* the certificate of the first connection; a later one must show the same */
    bool too_late;            /* for a sign-in: whoever asked for it has lost the run, or is gone */
    const char *untrusted;    /* why the machine gets no password: a result code; NULL for nothing */
    bool connected;           /* PostConnect was reached */
    const char *connect_code; /* result code of a failed connect; NULL for none */
    /* What the machine told */
    bool logged_on;
    bool present;              /* something that runs inside a session answered */
    uint32_t logon_error;      /* the last one that was not taken back; 0 for none */
    uint32_t logon_error_data; /* what came with it */
    /* Picture */
    uint64_t painted_at; /* ms, monotonic */
    bool pictured;
    bool still_told;
    UINT32 decoder_width;
    UINT32 decoder_height;
    pBitmap_Decompress decompress; /* FreeRDP's own, which ours wraps */
    /* Channel */
    GENERIC_CHANNEL_CALLBACK *channel; /* the open one, NULL for none; session thread */
    bool channel_seen;
    uint32_t channels; /* opened so far: the number of the open one */
    ns_message_reader reader;
    bool protocol_broken;
    bool leaving; /* what closes now closes because of us */
    /* From other threads, under the lock */
    CRITICAL_SECTION lock;
    cJSON *queue[NS_RDP_QUEUE_MAXIMUM];
    uint32_t queue_for[NS_RDP_QUEUE_MAXIMUM]; /* the channel that each is for */
    size_t queued;
    bool keep_awake;
    bool stopped;
    HANDLE wake;
};

typedef struct ns_rdp_context {
    rdpClientContext client; /* FreeRDP wants its own first */
    ns_rdp_session *session;
} ns_rdp_context;

/* context.c: what every file here needs of the session that FreeRDP calls back for */
ns_rdp_session *ns_rdp_session_of(const rdpContext *context);
void ns_rdp_enter_phase(ns_rdp_session *session, const char *name, const char *detail);

/* channel.c */
bool ns_rdp_channel_register(void);
BOOL ns_rdp_channel_load(freerdp *instance);
void ns_rdp_channel_flush(ns_rdp_session *session);

/* certificate.c: FreeRDP's VerifyX509Certificate. */
int ns_rdp_verify_certificate(freerdp *instance, const BYTE *data, size_t length, const char *hostname, UINT16 port, DWORD flags);

/* connect.c */
/* What the machine chose has CredSSP. */
bool ns_rdp_uses_credssp(const ns_rdp_session *session);
void ns_rdp_connect_install(ns_rdp_session *session);

/* decoder.c: in LoadChannels, before a connection is made, and after gdi_init. */
bool ns_rdp_decoder_begin_small(ns_rdp_session *session);
bool ns_rdp_decoder_give_size(ns_rdp_session *session);
bool ns_rdp_decoder_install(ns_rdp_session *session);

/* presence.c: in LoadChannels. */
bool ns_rdp_presence_load(ns_rdp_session *session);

/* reconnect.c: whether the session is there again. */
bool ns_rdp_reconnect(ns_rdp_session *session);

/* offer.c: asks, on a connection of its own, whether the machine offers sign-in by Microsoft Entra. */
bool ns_rdp_offers_entra(ns_rdp_session *session);

/* ending.c */
/* Why an open connection broke when nobody said: by whether the machine still answers. Takes up to four and a half seconds. */
const char *ns_rdp_ask_why_closed(ns_rdp_session *session);
void ns_rdp_classify(ns_rdp_session *session, ns_rdp_end *end);

#endif
