/* see findings.h */
#include "plan/findings.h"

#include <assert.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/spool.h"

/* One finding in the spool: the numbers, the lengths of its texts, each
 * big-endian, then the texts one behind the other. */
#define TEXTS 5
#define NUMBERS 5
#define HEAD_BYTES (4 + 8 * NUMBERS + 4 * TEXTS)

struct rp_findings {
    struct rp_spool *spool;
    struct rp_buf packed; /* the one that is being added */
    uint64_t count;
};

struct rp_findings_reader {
    struct rp_spool_reader *spool;
    struct rp_buf texts; /* of the last one that was given out */
};

enum rp_status
rp_findings_open(const char *folder, size_t memory_bytes,
                 struct rp_findings **out_findings, struct rp_err *err)
{
    struct rp_findings *findings = rp_zalloc(sizeof *findings);
    enum rp_status status;

    if (findings == NULL)
        return rp_fail_nomem(err, "hold findings");
    status = rp_spool_open(folder, memory_bytes, &findings->spool, err);
    if (status != RP_OK) {
        rp_findings_close(findings);
        return status;
    }
    *out_findings = findings;
    return RP_OK;
}

static void
pack(struct rp_buf *out, const struct rp_finding *finding)
{
    const struct rp_slice texts[TEXTS] = {
        finding->code, finding->disposition, finding->column,
        finding->key,  finding->remedy,
    };

    rp_buf_be32(out, finding->source);
    rp_buf_be64(out, finding->record);
    rp_buf_be64(out, finding->first_line);
    rp_buf_be64(out, finding->last_line);
    rp_buf_be64(out, finding->byte_start);
    rp_buf_be64(out, finding->byte_end);
    for (size_t i = 0; i < TEXTS; i++) {
        assert(texts[i].len <= UINT32_MAX);
        rp_buf_be32(out, (uint32_t)texts[i].len);
    }
    for (size_t i = 0; i < TEXTS; i++)
        rp_buf_slice(out, texts[i]);
}

enum rp_status
rp_findings_add(struct rp_findings *findings, const struct rp_finding *finding,
                struct rp_err *err)
{
    enum rp_status status;

    rp_buf_reset(&findings->packed);
    pack(&findings->packed, finding);
    status = rp_buf_status(&findings->packed, err);
    if (status == RP_OK)
        status =
            rp_spool_put(findings->spool, rp_buf_view(&findings->packed), err);
    if (status == RP_OK)
        findings->count++;
    return status;
}

uint64_t
rp_findings_count(const struct rp_findings *findings)
{
    return findings->count;
}

void
rp_findings_close(struct rp_findings *findings)
{
    if (findings == NULL)
        return;
    rp_spool_close(findings->spool);
    rp_buf_release(&findings->packed);
    rp_free(findings);
}

enum rp_status
rp_findings_read(const struct rp_findings *findings,
                 struct rp_findings_reader **out_reader, struct rp_err *err)
{
    struct rp_findings_reader *reader = rp_zalloc(sizeof *reader);
    enum rp_status status;

    if (reader == NULL)
        return rp_fail_nomem(err, "read findings");
    status = rp_spool_read(findings->spool, &reader->spool, err);
    if (status != RP_OK) {
        rp_findings_reader_close(reader);
        return status;
    }
    *out_reader = reader;
    return RP_OK;
}

/* Takes bytes of the head from *at on, which it moves. */
static uint64_t
take(const unsigned char **at, size_t bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | (*at)[i];
    *at += bytes;
    return value;
}

/* All texts of one finding into the reader's memory. */
static enum rp_status
read_texts(struct rp_findings_reader *reader, size_t bytes, struct rp_err *err)
{
    unsigned char *room;
    size_t got = 0;
    enum rp_status status;

    rp_buf_reset(&reader->texts);
    room = rp_buf_room(&reader->texts, bytes);
    status = rp_buf_status(&reader->texts, err);
    if (status == RP_OK)
        status = rp_spool_next(reader->spool, room, bytes, &got, err);
    assert(status != RP_OK || got == bytes);
    if (status == RP_OK)
        reader->texts.len = bytes;
    return status;
}

static enum rp_status
unpack(struct rp_findings_reader *reader, const unsigned char *head,
       struct rp_finding *finding, struct rp_err *err)
{
    struct rp_slice *const texts[TEXTS] = {
        &finding->code, &finding->disposition, &finding->column,
        &finding->key,  &finding->remedy,
    };
    size_t bytes = 0;
    size_t from = 0;
    enum rp_status status;

    finding->source = (uint32_t)take(&head, 4);
    finding->record = take(&head, 8);
    finding->first_line = take(&head, 8);
    finding->last_line = take(&head, 8);
    finding->byte_start = take(&head, 8);
    finding->byte_end = take(&head, 8);
    for (size_t i = 0; i < TEXTS; i++) {
        texts[i]->len = (size_t)take(&head, 4);
        bytes += texts[i]->len;
    }
    status = read_texts(reader, bytes, err);
    if (status != RP_OK)
        return status;
    for (size_t i = 0; i < TEXTS; i++) {
        texts[i]->ptr = reader->texts.ptr + from;
        from += texts[i]->len;
    }
    return RP_OK;
}

enum rp_status
rp_findings_next(struct rp_findings_reader *reader,
                 struct rp_finding *out_finding, bool *out_more,
                 struct rp_err *err)
{
    unsigned char head[HEAD_BYTES];
    struct rp_finding finding = { 0 };
    size_t got = 0;
    enum rp_status status;

    status = rp_spool_next(reader->spool, head, sizeof head, &got, err);
    if (status != RP_OK)
        return status;
    if (got == 0) {
        *out_more = false;
        return RP_OK;
    }
    assert(got == sizeof head);
    status = unpack(reader, head, &finding, err);
    if (status != RP_OK)
        return status;
    *out_finding = finding;
    *out_more = true;
    return RP_OK;
}

void
rp_findings_reader_close(struct rp_findings_reader *reader)
{
    if (reader == NULL)
        return;
    rp_spool_reader_close(reader->spool);
    rp_buf_release(&reader->texts);
    rp_free(reader);
}
