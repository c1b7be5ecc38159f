/* sha256.c - see sha256.h. */
#include "base/sha256.h"

#include <stdbool.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/mem.h"
#include "base/show.h"

struct rp_sha256 {
    EVP_MD_CTX *context;
    bool started;
};

/* Built in and without a configuration, SHA-256 fails for lack of memory only,
 * though libcrypto does not always call it that.  Its own queue is emptied, so
 * that no old error is told later. */
static enum rp_status
fail_crypto(const char *what, struct rp_err *err)
{
    unsigned long code = ERR_peek_error();

    ERR_clear_error();
    return rp_fail(err, RP_E_NOMEM, "no memory to %s (libcrypto error %lx)",
                   what, code);
}

/* Libcrypto 3.0 crashes in its first fetch when memory ran out while it set
 * itself up, so that is looked at first.  The machine's openssl.cnf is not
 * read: it may not decide how a proof is computed. */
static enum rp_status
set_up(struct rp_err *err)
{
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1 ||
        OSSL_LIB_CTX_get0_global_default() == NULL)
        return fail_crypto("set up libcrypto", err);
    return RP_OK;
}

enum rp_status
rp_sha256_open(struct rp_sha256 **out_sha, struct rp_err *err)
{
    struct rp_sha256 *sha;
    enum rp_status status = set_up(err);

    if (status != RP_OK)
        return status;
    sha = rp_zalloc(sizeof *sha);
    if (sha == NULL)
        return rp_fail_nomem(err, "compute SHA-256");
    sha->context = EVP_MD_CTX_new();
    if (sha->context == NULL) {
        rp_sha256_close(sha);
        return fail_crypto("compute SHA-256", err);
    }
    *out_sha = sha;
    return RP_OK;
}

static enum rp_status
start(struct rp_sha256 *sha, struct rp_err *err)
{
    if (sha->started)
        return RP_OK;
    if (EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL) != 1)
        return fail_crypto("start SHA-256", err);
    sha->started = true;
    return RP_OK;
}

enum rp_status
rp_sha256_put(struct rp_sha256 *sha, struct rp_slice bytes, struct rp_err *err)
{
    enum rp_status status = start(sha, err);

    if (status != RP_OK || bytes.len == 0)
        return status;
    if (EVP_DigestUpdate(sha->context, bytes.ptr, bytes.len) != 1)
        return fail_crypto("go on with SHA-256", err);
    return RP_OK;
}

enum rp_status
rp_sha256_finish(struct rp_sha256 *sha, unsigned char digest[RP_SHA256_BYTES],
                 struct rp_err *err)
{
    enum rp_status status = start(sha, err);

    if (status != RP_OK)
        return status;
    sha->started = false;
    if (EVP_DigestFinal_ex(sha->context, digest, NULL) != 1)
        return fail_crypto("finish SHA-256", err);
    return RP_OK;
}

void
rp_sha256_close(struct rp_sha256 *sha)
{
    if (sha == NULL)
        return;
    EVP_MD_CTX_free(sha->context);
    rp_free(sha);
}

enum rp_status
rp_sha256_hex(struct rp_slice bytes, char hex[RP_SHA256_HEX],
              struct rp_err *err)
{
    unsigned char digest[RP_SHA256_BYTES];
    enum rp_status status = set_up(err);

    if (status != RP_OK)
        return status;
    if (EVP_Digest(bytes.ptr, bytes.len, digest, NULL, EVP_sha256(), NULL) != 1)
        return fail_crypto("compute SHA-256", err);
    rp_hex(hex, digest, sizeof digest);
    return RP_OK;
}

const char *
rp_sha256_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}
