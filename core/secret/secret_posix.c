#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system.h"
#include "base/text.h"
#include "secret/secret.h"

/* A blob: one byte of version, the nonce, the tag, the ciphertext (NIST SP 800-38D). */
enum { KEY_SIZE = 32, NONCE_SIZE = 12, TAG_SIZE = 16, HEADER_SIZE = 1 + NONCE_SIZE + TAG_SIZE, VERSION = 1 };

static const char key_remedy[] = "Keep the key file with mode 600 and owned by you; without it, set the connections' passwords again.";

static ns_status read_key(const char *path, uint8_t key[KEY_SIZE], ns_error *error) {
    struct stat state;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t got = 0;
    if (fd < 0)
        return ns_error_set_system(error, (uint32_t)errno, "CredentialNotFound", key_remedy, "The key file %s could not be opened", path);
    if (fstat(fd, &state) != 0 || (state.st_mode & 077) != 0 || state.st_uid != geteuid()) {
        (void)close(fd);
        return ns_error_set(error, NS_STATUS_REFUSED, "CredentialNotFound", key_remedy, "The key file %s may be read by others, so it is not used.",
                            path);
    }
    got = read(fd, key, KEY_SIZE);
    (void)close(fd);
    if (got != KEY_SIZE)
        return ns_error_set(error, NS_STATUS_REFUSED, "CredentialNotFound", key_remedy, "The key file %s is damaged.", path);
    return NS_OK;
}

/* Written under another name and linked in place, so that of two programs that start at once one wins and both use it. */
static ns_status make_key(const char *path, ns_error *error) {
    uint8_t key[KEY_SIZE];
    char temporary[4200];
    int fd = -1;
    bool written = false;
    ns_status status = ns_system_random(key, sizeof key, error);
    if (status != NS_OK)
        return status;
    (void)snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
    fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
        written = write(fd, key, sizeof key) == (ssize_t)sizeof key && fsync(fd) == 0;
        written = close(fd) == 0 && written;
    }
    if (!written || (link(temporary, path) != 0 && errno != EEXIST))
        status = ns_error_set_system(error, (uint32_t)errno, "FileNotWritten", "Make room and check the folder's rights.",
                                     "The key file %s could not be written", path);
    (void)unlink(temporary);
    ns_wipe(key, sizeof key);
    return status;
}

static ns_status load_key(bool make, uint8_t key[KEY_SIZE], ns_error *error) {
    char *folder = ns_system_key_folder();
    char path[4096];
    ns_status status = NS_OK;
    if (!folder)
        return ns_error_set(error, NS_STATUS_SYSTEM, "CredentialNotFound", "Set HOME.", "There is no folder for the key file.");
    (void)snprintf(path, sizeof path, "%s/secret.key", folder);
    if (make && !ns_system_file_exists(path)) {
        status = ns_system_make_folder(folder, error);
        if (status == NS_OK)
            status = make_key(path, error);
    }
    free(folder);
    return status == NS_OK ? read_key(path, key, error) : status;
}

ns_status ns_secret_protect(const ns_secret *secret, const char *bound_to, ns_secret_blob *out, ns_error *error) {
    uint8_t key[KEY_SIZE];
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    uint8_t *bytes = malloc(HEADER_SIZE + secret->size);
    int size = 0;
    bool sealed = false;
    ns_status status = load_key(true, key, error);
    out->bytes = NULL;
    out->size = 0;
    if (status != NS_OK)
        goto cleanup;
    if (!cipher || !bytes) {
        status = ns_error_set_memory(error);
        goto cleanup;
    }
    bytes[0] = VERSION;
    status = ns_system_random(bytes + 1, NONCE_SIZE, error);
    if (status != NS_OK)
        goto cleanup;
    sealed = EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), key, bytes + 1, NULL) == 1 &&
             EVP_EncryptUpdate(cipher, NULL, &size, (const unsigned char *)bound_to, (int)strlen(bound_to)) == 1 &&
             EVP_EncryptUpdate(cipher, bytes + HEADER_SIZE, &size, (const unsigned char *)secret->bytes, (int)secret->size) == 1 &&
             EVP_EncryptFinal_ex(cipher, bytes + HEADER_SIZE + size, &size) == 1 &&
             EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, bytes + 1 + NONCE_SIZE) == 1;
    if (!sealed) {
        status = ns_error_set(error, NS_STATUS_SYSTEM, "SystemError", NULL, "The password could not be protected.");
        goto cleanup;
    }
    out->bytes = bytes;
    out->size = HEADER_SIZE + secret->size;
    bytes = NULL;
cleanup:
    ns_wipe(key, sizeof key);
    EVP_CIPHER_CTX_free(cipher);
    free(bytes);
    return status;
}

ns_status ns_secret_unprotect(const ns_secret_blob *blob, const char *bound_to, ns_secret *out, ns_error *error) {
    uint8_t key[KEY_SIZE];
    EVP_CIPHER_CTX *cipher = NULL;
    uint8_t *plain = NULL;
    size_t size = blob->size > HEADER_SIZE ? blob->size - HEADER_SIZE : 0;
    int written = 0;
    uint8_t tag[TAG_SIZE];
    bool opened = false;
    ns_status status = NS_OK;
    if (size == 0 || size > 4096 || blob->bytes[0] != VERSION)
        return ns_error_set(error, NS_STATUS_REFUSED, "CredentialNotFound", "Set the connection's password again.",
                            "The stored password is damaged.");
    status = load_key(false, key, error);
    if (status != NS_OK)
        return status;
    cipher = EVP_CIPHER_CTX_new();
    plain = malloc(size);
    if (!cipher || !plain) {
        status = ns_error_set_memory(error);
        goto cleanup;
    }
    memcpy(tag, blob->bytes + 1 + NONCE_SIZE, TAG_SIZE);
    opened = EVP_DecryptInit_ex2(cipher, EVP_aes_256_gcm(), key, blob->bytes + 1, NULL) == 1 &&
             EVP_DecryptUpdate(cipher, NULL, &written, (const unsigned char *)bound_to, (int)strlen(bound_to)) == 1 &&
             EVP_DecryptUpdate(cipher, plain, &written, blob->bytes + HEADER_SIZE, (int)size) == 1 &&
             EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) == 1 && EVP_DecryptFinal_ex(cipher, plain + written, &written) == 1;
    status = opened ? ns_secret_set(out, plain, size, error)
                    : ns_error_set(error, NS_STATUS_REFUSED, "CredentialNotFound", "Set the connection's password again.",
                                   "The stored password was protected under another key, or was altered.");
cleanup:
    ns_wipe(key, sizeof key);
    EVP_CIPHER_CTX_free(cipher);
    if (plain)
        ns_wipe(plain, size);
    free(plain);
    return status;
}
