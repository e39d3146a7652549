#include "search_path.h"

ns_status search_path_keep(bool everybody, bool present, ns_error *error) {
    (void)everybody;
    (void)present;
    return ns_error_set(error, NS_STATUS_REFUSED, "NoSearchPath", "Put a link to nightshiftctl into a folder that is on PATH.",
                        "The search path is kept in the registry on Windows only.");
}
