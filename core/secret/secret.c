#include "secret/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/names.h"

ns_status ns_secret_set(ns_secret *secret, const void *bytes, size_t size, ns_error *error) {
    const char *rule = "Give a password of 1 to 256 characters on one line.";
    char *copy = NULL;
    ptrdiff_t count = 0;
    ns_secret_clear(secret);
    if (size == 0 || size > (size_t)NS_PASSWORD_MAXIMUM * 4 || memchr(bytes, 0, size) || memchr(bytes, '\n', size) || memchr(bytes, '\r', size))
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidPassword", rule,
                            "This cannot be a password: it is empty, too long or has a line break.");
    copy = malloc(size + 1);
    if (!copy)
        return ns_error_set_memory(error);
    memcpy(copy, bytes, size);
    copy[size] = 0;
    secret->bytes = copy;
    secret->size = size;
    count = ns_utf8_count(copy);
    if (count < 0 || count > NS_PASSWORD_MAXIMUM) {
        ns_secret_clear(secret);
        return ns_error_set(error, NS_STATUS_INVALID, "InvalidPassword", rule, "This cannot be a password: it is too long or not UTF-8 text.");
    }
    return NS_OK;
}

void ns_secret_clear(ns_secret *secret) {
    if (secret->bytes) {
        ns_wipe(secret->bytes, secret->size);
        free(secret->bytes);
    }
    secret->bytes = NULL;
    secret->size = 0;
}
