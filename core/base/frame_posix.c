#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/frame_shared.h"

static ns_status map(ns_frame *frame, ns_error *error) {
    void *memory = mmap(NULL, frame->size, PROT_READ | PROT_WRITE, MAP_SHARED, (int)frame->handle, 0);
    if (memory == MAP_FAILED) {
        ns_status status = ns_error_set_system(error, (uint32_t)errno, "OutOfMemory", NULL, "Memory for the picture could not be mapped");
        (void)close((int)frame->handle);
        return status;
    }
    frame->header = memory;
    return NS_OK;
}

ns_status ns_frame_map_new(ns_frame *frame, size_t size, ns_error *error) {
    int fd = memfd_create("nightshift-frame", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
        ns_status status = ns_error_set_system(error, (uint32_t)errno, "OutOfMemory", NULL, "Memory for the picture could not be had");
        if (fd >= 0)
            (void)close(fd);
        return status;
    }
    /* The other process may draw, and not cut off what we look at. */
    (void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
    frame->handle = fd;
    frame->size = size;
    return map(frame, error);
}

ns_status ns_frame_map_inherited(ns_frame *frame, intptr_t handle, ns_error *error) {
    struct stat state;
    if (fstat((int)handle, &state) != 0)
        return ns_error_set_system(error, (uint32_t)errno, "RunnerFailed", NULL, "The picture's memory was not inherited");
    frame->handle = handle;
    frame->size = (size_t)state.st_size;
    return map(frame, error);
}

void ns_frame_unmap(ns_frame *frame) {
    (void)munmap(frame->header, frame->size);
    (void)close((int)frame->handle);
}

intptr_t ns_frame_handle_in_child(const ns_frame *frame) {
    (void)frame;
    return 3;
}
