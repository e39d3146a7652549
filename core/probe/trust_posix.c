#include "probe/trust.h"

X509_STORE *ns_trust_store(void) {
    X509_STORE *store = X509_STORE_new();
    if (store)
        (void)X509_STORE_set_default_paths(store);
    return store;
}
