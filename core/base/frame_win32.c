#include "base/frame_shared.h"

static ns_status map(ns_frame *frame, ns_error *error) {
    MEMORY_BASIC_INFORMATION information = {0};
    frame->header = MapViewOfFile((HANDLE)frame->handle, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, 0);
    if (!frame->header) {
        DWORD failure = GetLastError();
        CloseHandle((HANDLE)frame->handle);
        return ns_error_set_system(error, failure, "OutOfMemory", NULL, "Memory for the picture could not be mapped");
    }
    (void)VirtualQuery(frame->header, &information, sizeof information);
    frame->size = information.RegionSize;
    return NS_OK;
}

ns_status ns_frame_map_new(ns_frame *frame, size_t size, ns_error *error) {
    SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, NULL, TRUE};
    HANDLE mapping = CreateFileMappingW(INVALID_HANDLE_VALUE, &inheritable, PAGE_READWRITE, (DWORD)((uint64_t)size >> 32), (DWORD)size, NULL);
    if (!mapping)
        return ns_error_set_system(error, GetLastError(), "OutOfMemory", NULL, "Memory for the picture could not be had");
    frame->handle = (intptr_t)mapping;
    return map(frame, error);
}

ns_status ns_frame_map_inherited(ns_frame *frame, intptr_t handle, ns_error *error) {
    frame->handle = handle;
    return map(frame, error);
}

void ns_frame_unmap(ns_frame *frame) {
    UnmapViewOfFile(frame->header);
    CloseHandle((HANDLE)frame->handle);
}

intptr_t ns_frame_handle_in_child(const ns_frame *frame) {
    return frame->handle;
}
