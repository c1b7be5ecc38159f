/* plan.h - every link and every disposition, decided before any write.
 *
 * A plan is made from the sources and from what the database holds; from then
 * on it is only read.  What grows with the sources (claims, new links,
 * findings, rejected records) is kept in sorters and spools, so memory is
 * bounded by rp_plan_request.memory_bytes.
 *
 * A load uses the same plan: there a claim is a row of the parent, its key the
 * hash of the legacy key (see plan/rows.h).
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/be.h"
#include "base/dialect.h"
#include "base/err.h"
#include "base/finding.h"
#include "base/hash.h"
#include "base/input.h"
#include "base/layout.h"
#include "base/limits.h"
#include "base/reading.h"
#include "base/sort.h"
#include "base/spool.h"
#include "plan/ahead.h"
#include "plan/findings.h"
#include "plan/ledger.h"
#include "source/records.h"

/* One claim as the sorter holds it: 16 bytes of key (student and course id,
 * each big-endian with the sign bit turned, or a key's hash), the ordinal of
 * the record, the hash of all other fields. */
#define RP_CLAIM_KEY_BYTES 16
#define RP_CLAIM_BYTES 40

struct rp_claim {
    unsigned char key[RP_CLAIM_KEY_BYTES];
    uint64_t ordinal;
    struct rp_hash128 rest;
};

void rp_claim_pack(unsigned char bytes[RP_CLAIM_BYTES],
                   const struct rp_claim *claim);
struct rp_claim rp_claim_unpack(const unsigned char *bytes);

/* What of a claim needs to be sorted.  Ids of 32 bits, which nearly all are,
 * and sources without further columns make it 16 bytes instead of 40. */
struct rp_claim_shape {
    bool narrow; /* both ids are in 0 ... 2^32 - 1 */
    bool rest;   /* some source has columns besides the keys */
};
size_t rp_claim_key_bytes(struct rp_claim_shape shape);
size_t rp_claim_bytes(struct rp_claim_shape shape);
struct rp_claim_made;
void rp_claim_pack_as(struct rp_claim_shape shape,
                      unsigned char bytes[RP_CLAIM_BYTES], uint64_t ordinal,
                      const struct rp_claim_made *made);

/* A claim that was sorted.  Its key is two numbers, which compare as its bytes
 * do: there is one for every record, and what was put together of small moves
 * is slow to be moved as a whole. */
struct rp_claim_seen {
    uint64_t first;
    uint64_t second;
    uint64_t ordinal;
    struct rp_hash128 rest;
};
/* An id as it stands in a key: so turned, ids compare as numbers. */
#define RP_ID_SIGN ((uint64_t)1 << 63)
/* Of an id between 0 and 2^32 - 1 only the last four bytes are packed. */
#define RP_NARROW_ID_BYTES ((size_t)4)

static inline void
rp_claim_see(struct rp_claim_shape shape, const unsigned char *bytes,
             struct rp_claim_seen *out_claim)
{
    const unsigned char *behind = bytes + 2 * RP_NARROW_ID_BYTES;

    if (shape.narrow) {
        out_claim->first = RP_ID_SIGN | rp_get_be32(bytes);
        out_claim->second =
            RP_ID_SIGN | rp_get_be32(bytes + RP_NARROW_ID_BYTES);
    } else {
        out_claim->first = rp_get_be64(bytes);
        out_claim->second = rp_get_be64(bytes + 8);
        behind = bytes + RP_CLAIM_KEY_BYTES;
    }
    out_claim->ordinal = rp_get_be64(behind);
    out_claim->rest = (struct rp_hash128){ 0, 0 };
    if (shape.rest)
        out_claim->rest = rp_hash128_get(behind + 8);
}

void rp_link_pack(unsigned char key[RP_CLAIM_KEY_BYTES], int64_t student_id,
                  int64_t course_id);
void rp_link_unpack(const unsigned char *key, int64_t *out_student_id,
                    int64_t *out_course_id);

/* Where a record stands among all sources; ordinals compare as records do. */
uint64_t rp_ordinal(uint32_t source, uint64_t number);
uint32_t rp_ordinal_source(uint64_t ordinal);
uint64_t rp_ordinal_number(uint64_t ordinal);

struct rp_plan_source {
    const struct rp_input *input; /* borrowed */
    struct rp_records *records;   /* kept for looking records up again */
    struct rp_layout layout;
    const char *not_csv; /* NULL, or what the file looks like */
    struct rp_source_facts facts;
    struct rp_reading reading; /* what the importer's parser saw */
    struct rp_fates fates;     /* of its records and their claims */
    /* Of the columns that are carried nowhere: how many fields are not
     * empty.  width of them. */
    uint64_t *non_empty;
    struct rp_spool *rejects;
};

/* Records of one source, one after the other, whose link (or row, in a load)
 * the database held before. */
struct rp_already {
    uint64_t first; /* ordinal */
    uint64_t count;
};

/* How often a value of a --where column was left out. */
struct rp_filtered_value {
    uint32_t source;
    size_t column;
    struct rp_slice value; /* ptr NULL: all further values together */
    uint64_t count;
};

/* One of RP_SAMPLE_RECORDS; code says why it is in no link. */
struct rp_traced {
    uint32_t source;
    uint64_t record, first_line, last_line, byte_start, byte_end;
    enum rp_code code;
    bool linked;
    unsigned char key[RP_CLAIM_KEY_BYTES];
};

struct rp_plan {
    struct rp_plan_source *sources;
    size_t source_count;
    struct rp_ledger ledger;
    struct rp_findings *findings;
    struct rp_sorter *claims; /* all that was not rejected, repeats too */
    struct rp_claim_shape claim_shape;
    struct rp_spool *added;   /* 16-byte keys, distinct, sorted: to insert */
    struct rp_sorter *chosen; /* rows: 8-byte ordinals of records to insert */
    struct rp_spool *collapsed;
    struct rp_spool *already; /* struct rp_already, in the order of records */
    struct rp_filtered_value *filtered;
    size_t filtered_count;
    struct rp_arena values; /* of filtered */
    struct rp_traced traced[RP_SAMPLE_RECORDS];
    size_t traced_count;
};

/* What a record claims, decided by plan/links or plan/rows. */
struct rp_claim_made {
    enum rp_code code; /* RP_CODE_NONE, or why the claim is rejected */
    bool trimmed;
    bool leading_zeros;
    unsigned char key[RP_CLAIM_KEY_BYTES];
    struct rp_hash128 rest;
};

/* A record that is used. */
struct rp_claim_asked {
    uint64_t ordinal;
    const struct rp_layout *layout;
    const struct rp_slice *fields;
};

/* The two kinds of claims differ only in this. */
struct rp_claimer {
    /* Wants to see all records before it is asked what they claim, and to hear
     * when that was the last; NULL: it does not. */
    enum rp_status (*foresee)(void *ctx, const struct rp_claim_asked *asked,
                              struct rp_err *err);
    enum rp_status (*foreseen)(void *ctx, struct rp_err *err);
    /* What does each of these records claim?  At most RP_BATCH_RECORDS at once;
     * they are asked about in their order, in one sweep or several. */
    enum rp_status (*claim)(void *ctx, const struct rp_claim_asked *asked,
                            size_t count, struct rp_claim_made *out_made,
                            struct rp_err *err);
    /* The claims that the database holds already, in the order of their keys;
     * *out_more is false at the end.  NULL: it holds none. */
    enum rp_status (*present)(void *ctx, struct rp_claim *out_claim,
                              bool *out_more, struct rp_err *err);
    /* A link that is there is there; a row that is there is compared, and the
     * ordinals of those to insert are wanted. */
    bool rows;
    bool narrow;       /* see rp_claim_shape; not for rows */
    size_t held_bytes; /* of the plan's memory, while records are read */
    void *ctx;
};

/* A finding about the school: a trigger, a function the schema calls. */
struct rp_remark {
    enum rp_code code;
    const char *object;
};

/* Makes the layout of one source, once its header is known. */
struct rp_layouter {
    enum rp_status (*layout)(void *ctx, const char *source_name,
                             const struct rp_records *records,
                             struct rp_layout *out_layout, struct rp_err *err);
    void *ctx;
};

/* Called once in RP_TICK_RECORDS records: bytes of all sources that were
 * read, and records. */
#define RP_TICK_RECORDS 4096U
struct rp_ticker {
    void (*tick)(void *ctx, uint64_t bytes, uint64_t records);
    void *ctx;
};

struct rp_plan_request {
    const struct rp_dialect *dialect;
    struct rp_input *const *inputs;
    size_t input_count;
    const struct rp_layouter *layouter;
    const struct rp_claimer *claimer;
    const struct rp_remark *remarks;
    size_t remark_count;
    const char *folder; /* for what does not fit into memory */
    size_t memory_bytes;
    const volatile sig_atomic_t *stop; /* may be NULL */
    const struct rp_ticker *ticker;    /* may be NULL */
    struct rp_ahead *ahead; /* who reads while this is decided, or NULL */
};

/* A plan without sources, which plans nothing: for a run that only changes the
 * schema.  It has no findings. */
enum rp_status rp_plan_open_empty(const char *folder, struct rp_plan **out_plan,
                                  struct rp_err *err) RP_MUST_CHECK;
/* Opens all sources, reads their headers and makes their layouts: everything
 * that is the user's mistake shows here, before anything is locked. */
enum rp_status rp_plan_open(const struct rp_plan_request *request,
                            struct rp_plan **out_plan, struct rp_err *err)
    RP_MUST_CHECK;
/* Reads all records and decides. */
enum rp_status rp_plan_make(struct rp_plan *plan,
                            const struct rp_plan_request *request,
                            struct rp_err *err) RP_MUST_CHECK;
void rp_plan_close(struct rp_plan *plan);

/* Is that column carried nowhere, and no earlier source has one of its name
 * that is not carried either? */
bool rp_plan_first_told(const struct rp_plan *plan, size_t source,
                        size_t column);

/* The key of a record as findings.csv shows it: student | course. */
void rp_plan_key_text(const struct rp_layout *layout,
                      const struct rp_slice *fields, struct rp_buf *out);

#endif
