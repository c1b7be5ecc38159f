/* see planted.h: the verifier reads another key than the row has. */
#include "proof/keyring.h"
#include "fault/planted/planted.h"

/* The names are the linker's.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
enum rp_status __real_rp_keyring_key(struct rp_keyring *ring, int64_t id,
                                     struct rp_field_key *out_key,
                                     struct rp_err *err);
enum rp_status __wrap_rp_keyring_key(struct rp_keyring *ring, int64_t id,
                                     struct rp_field_key *out_key,
                                     struct rp_err *err);

enum rp_status
__wrap_rp_keyring_key(struct rp_keyring *ring, int64_t id,
                      struct rp_field_key *out_key, struct rp_err *err)
{
    static unsigned calls;

    if (planted_at("verifier-other-key", 1, &calls))
        id = id == 1 ? 2 : 1;
    return __real_rp_keyring_key(ring, id, out_key, err);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
