/* recordkeys.h - the rows that a record means, for one record after the other.
 *
 * Where both rings are in memory, keys are looked up.  Where one is spilled,
 * the sources are read once before for their keys, which are matched by
 * sorting; what was found then is handed out record by record.
 */
#ifndef PROOF_RECORDKEYS_H
#define PROOF_RECORDKEYS_H

#include <stdint.h>

#include "base/err.h"
#include "proof/claims.h"
#include "proof/keyrings.h"

struct rp_recordkeys;

/* The rings of request are with ids; request must live as long. */
enum rp_status rp_recordkeys_open(const struct rp_claims_request *request,
                                  struct rp_recordkeys **out_keys,
                                  struct rp_err *err) RP_MUST_CHECK;
/* Both keys of the next record of data that passes the filter. */
enum rp_status rp_recordkeys_next(struct rp_recordkeys *keys,
                                  const struct rp_layout *layout,
                                  const struct rp_slice *fields,
                                  struct rp_field_key out_keys[2],
                                  struct rp_err *err) RP_MUST_CHECK;
/* What the source was when it was read for its keys; NULL: it was not. */
const struct rp_second_facts *
rp_recordkeys_facts(const struct rp_recordkeys *keys, size_t source);
void rp_recordkeys_close(struct rp_recordkeys *keys);

#endif
