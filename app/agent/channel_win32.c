#include "base/wts.h"

#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "channel.h"

/* CHANNEL_PDU_HEADER precedes each read, [MS-RDPBCGR] 2.2.6.1.1; at most CHANNEL_CHUNK_LENGTH bytes follow. */
enum { HEADER_SIZE = 8, CHUNK_SIZE = 1600, WRITE_LIMIT_MS = 10000 };

struct channel {
    HANDLE file;
    OVERLAPPED reading;
    bool pending;
    unsigned char buffer[HEADER_SIZE + CHUNK_SIZE];
    DWORD filled; /* bytes of the buffer not taken yet, from `taken` on */
    DWORD taken;
};

/* The file handle belongs to the channel handle; ours is a copy that outlives it. */
static HANDLE file_of(HANDLE handle) {
    PVOID answer = NULL;
    DWORD size = 0;
    HANDLE copy = NULL;
    if (WTSVirtualChannelQuery(handle, WTSVirtualFileHandle, &answer, &size) && size == sizeof(HANDLE))
        (void)DuplicateHandle(GetCurrentProcess(), *(HANDLE *)answer, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS);
    WTSFreeMemory(answer);
    return copy;
}

static ns_status closed(ns_error *error) {
    return ns_error_set_system(error, GetLastError(), "NoConsole", NULL, "The client closed the channel"), NS_STATUS_CLOSED;
}

ns_status channel_open(channel **out, ns_error *error) {
    char name[] = NS_AGENT_CHANNEL;
    HANDLE handle = WTSVirtualChannelOpenEx(WTS_CURRENT_SESSION, name, WTS_CHANNEL_OPTION_DYNAMIC);
    channel *self = NULL;
    *out = NULL;
    if (!handle)
        return ns_error_set(error, NS_STATUS_CLOSED, "NoConsole", NULL, "No client with the channel " NS_AGENT_CHANNEL " is connected.");
    self = calloc(1, sizeof *self);
    if (self) {
        self->file = file_of(handle);
        self->reading.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    }
    (void)WTSVirtualChannelClose(handle);
    if (!self || !self->file || !self->reading.hEvent) {
        channel_close(self);
        return ns_error_set(error, NS_STATUS_CLOSED, "NoConsole", NULL, "The channel " NS_AGENT_CHANNEL " could not be used.");
    }
    *out = self;
    return NS_OK;
}

static ns_status fill(channel *self, uint32_t timeout_ms, ns_error *error) {
    DWORD count = 0;
    if (!self->pending) {
        (void)ResetEvent(self->reading.hEvent);
        if (!ReadFile(self->file, self->buffer, sizeof self->buffer, NULL, &self->reading) && GetLastError() != ERROR_IO_PENDING)
            return closed(error);
        self->pending = true;
    }
    if (WaitForSingleObject(self->reading.hEvent, timeout_ms) == WAIT_TIMEOUT)
        return NS_OK;
    self->pending = false;
    if (!GetOverlappedResult(self->file, &self->reading, &count, FALSE))
        return closed(error);
    if (count > HEADER_SIZE) {
        self->taken = HEADER_SIZE;
        self->filled = count - HEADER_SIZE;
    }
    return NS_OK;
}

ns_status channel_read(channel *self, void *bytes, size_t size, uint32_t timeout_ms, size_t *got, ns_error *error) {
    *got = 0;
    if (self->filled == 0) {
        ns_status status = fill(self, timeout_ms, error);
        if (status != NS_OK)
            return status;
    }
    *got = self->filled < size ? self->filled : size;
    memcpy(bytes, self->buffer + self->taken, *got);
    self->taken += (DWORD)*got;
    self->filled -= (DWORD)*got;
    return NS_OK;
}

ns_status channel_write(channel *self, const void *bytes, size_t size, ns_error *error) {
    const char *p = bytes;
    OVERLAPPED writing = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
    ns_status status = writing.hEvent ? NS_OK : ns_error_set_memory(error);
    while (status == NS_OK && size) {
        DWORD count = 0;
        (void)ResetEvent(writing.hEvent);
        if (!WriteFile(self->file, p, (DWORD)(size > CHUNK_SIZE ? CHUNK_SIZE : size), NULL, &writing) && GetLastError() != ERROR_IO_PENDING) {
            status = closed(error);
            break;
        }
        if (WaitForSingleObject(writing.hEvent, WRITE_LIMIT_MS) == WAIT_TIMEOUT) {
            (void)CancelIo(self->file);
            (void)GetOverlappedResult(self->file, &writing, &count, TRUE);
            status = ns_error_set(error, NS_STATUS_TIMEOUT, "NoConsole", NULL, "The client takes nothing from the channel.");
        } else if (!GetOverlappedResult(self->file, &writing, &count, FALSE)) {
            status = closed(error);
        }
        p += count;
        size -= count;
    }
    if (writing.hEvent)
        CloseHandle(writing.hEvent);
    return status;
}

void channel_close(channel *self) {
    if (!self)
        return;
    if (self->file) {
        DWORD count = 0;
        (void)CancelIo(self->file);
        if (self->pending)
            (void)GetOverlappedResult(self->file, &self->reading, &count, TRUE);
        CloseHandle(self->file);
    }
    if (self->reading.hEvent)
        CloseHandle(self->reading.hEvent);
    free(self);
}
