#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/protocol.h"
#include "base/clock.h"
#include "channel.h"

/* libxrdpapi has no header; these are its calls (sesman/chansrv and xrdpapi of xrdp 0.9). */
enum { CURRENT_SESSION = -1, OPTION_DYNAMIC = 1, WRITE_LIMIT_MS = 10000, WRITE_PAUSE_US = 2000, DESCRIPTORS_LOOKED_AT = 256 };

struct channel {
    void *handle;
};

static struct library {
    void *(*open_ex)(unsigned session, const char *name, unsigned flags);
    int (*write)(void *handle, const char *bytes, unsigned size, unsigned *written);
    int (*read)(void *handle, unsigned timeout_ms, char *bytes, unsigned size, unsigned *got);
    int (*close)(void *handle);
} library;

static bool load_library(void) {
    static const char *const places[] = {"libxrdpapi.so",
                                         "libxrdpapi.so.0",
                                         "/usr/lib/x86_64-linux-gnu/xrdp/libxrdpapi.so.0",
                                         "/usr/lib/x86_64-linux-gnu/xrdp/libxrdpapi.so",
                                         "/usr/lib/xrdp/libxrdpapi.so.0",
                                         "/usr/lib64/xrdp/libxrdpapi.so.0"};
    void *loaded = NULL;
    if (library.close)
        return true;
    for (size_t i = 0; i < NS_COUNT_OF(places) && !loaded; i++)
        loaded = dlopen(places[i], RTLD_NOW | RTLD_LOCAL);
    if (!loaded)
        return false;
    /* POSIX says that dlsym's void pointer may be stored into a function pointer in this way. */
    *(void **)&library.open_ex = dlsym(loaded, "WTSVirtualChannelOpenEx");
    *(void **)&library.write = dlsym(loaded, "WTSVirtualChannelWrite");
    *(void **)&library.read = dlsym(loaded, "WTSVirtualChannelRead");
    if (library.open_ex && library.write && library.read)
        *(void **)&library.close = dlsym(loaded, "WTSVirtualChannelClose");
    return library.close != NULL;
}

/* The library forgets its socket when an open fails. Only one channel is open at a time, so that whatever is still
 * connected to xrdp's end then is such a one; without this an agent beside a person's client would run out of descriptors. */
static void close_forgotten(void) {
    for (int each = STDERR_FILENO + 1; each < DESCRIPTORS_LOOKED_AT; each++) {
        struct sockaddr_un peer = {0};
        socklen_t size = sizeof peer - 1;
        if (getpeername(each, (struct sockaddr *)&peer, &size) == 0 && peer.sun_family == AF_UNIX && strstr(peer.sun_path, "xrdpapi_"))
            (void)close(each);
    }
}

ns_status channel_open(channel **out, ns_error *error) {
    void *handle = NULL;
    *out = NULL;
    if (!load_library())
        return ns_error_set(error, NS_STATUS_NOT_FOUND, "NoXrdpLibrary", "Install xrdp on this machine.", "libxrdpapi.so was not found.");
    handle = library.open_ex((unsigned)CURRENT_SESSION, NS_AGENT_CHANNEL, OPTION_DYNAMIC);
    if (!handle) {
        close_forgotten();
        return ns_error_set(error, NS_STATUS_CLOSED, "NoConsole", NULL, "No client with the channel " NS_AGENT_CHANNEL " is connected.");
    }
    *out = calloc(1, sizeof **out);
    if (!*out) {
        (void)library.close(handle);
        return ns_error_set_memory(error);
    }
    (*out)->handle = handle;
    return NS_OK;
}

ns_status channel_read(channel *self, void *bytes, size_t size, uint32_t timeout_ms, size_t *got, ns_error *error) {
    unsigned count = 0;
    *got = 0;
    if (!library.read(self->handle, timeout_ms, bytes, (unsigned)size, &count))
        return ns_error_set(error, NS_STATUS_CLOSED, "NoConsole", NULL, "The client closed the channel.");
    *got = count;
    return NS_OK;
}

ns_status channel_write(channel *self, const void *bytes, size_t size, ns_error *error) {
    const char *p = bytes;
    uint64_t deadline = ns_clock_monotonic_ms() + WRITE_LIMIT_MS;
    while (size) {
        unsigned written = 0;
        if (!library.write(self->handle, p, (unsigned)(size > 1500 ? 1500 : size), &written))
            return ns_error_set(error, NS_STATUS_CLOSED, "NoConsole", NULL, "The client closed the channel.");
        if (written == 0) {
            if (ns_clock_monotonic_ms() > deadline)
                return ns_error_set(error, NS_STATUS_TIMEOUT, "NoConsole", NULL, "The client takes nothing from the channel.");
            (void)usleep(WRITE_PAUSE_US);
        }
        p += written;
        size -= written;
    }
    return NS_OK;
}

void channel_close(channel *self) {
    if (self)
        (void)library.close(self->handle);
    free(self);
}
