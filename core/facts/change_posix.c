#include "facts/change.h"

static ns_status not_here(ns_error *error) {
    return ns_error_set(error, NS_STATUS_NOT_FOUND, "FactsNotAvailable", "Run Nightshift on Windows for this.",
                        "A machine's registry can be read and changed from Windows only.");
}

ns_status ns_registry_read_numbers(const char *host, ns_registry_number *numbers, size_t count, ns_error *error) {
    (void)host;
    (void)numbers;
    (void)count;
    return not_here(error);
}

ns_status ns_registry_write_numbers(const char *host, const ns_registry_number *numbers, const ns_registry_number *before, size_t count,
                                    ns_error *error) {
    (void)host;
    (void)numbers;
    (void)before;
    (void)count;
    return not_here(error);
}
