#include <stddef.h>

#include "service.h"

ns_status service_check(ns_error *error) {
    return ns_error_set(error, NS_STATUS_REFUSED, "NoServices", "Use installer/nightshift-worker.service, for systemd.",
                        "Services of Windows are on Windows only.");
}

char *service_own_user(void) {
    return NULL;
}

ns_status service_install(const service_setup *setup, ns_error *error) {
    (void)setup;
    return service_check(error);
}

ns_status service_remove(ns_error *error) {
    return service_check(error);
}

ns_status service_run(ns_status (*work)(void *context, ns_error *error), void *context, HANDLE stop, HANDLE stop_now, ns_error *error) {
    (void)work;
    (void)context;
    (void)stop;
    (void)stop_now;
    return service_check(error);
}
