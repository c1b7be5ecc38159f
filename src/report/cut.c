/* see cut.h */
#include "report/cut.h"

#include "report/lists.h"

/* Of RP_FINDINGS_HEADER. */
#define FIELDS 11
#define KEY_FIELD 9
#define CUT_HEADER                                                             \
    "source,record,first_line,last_line,byte_start,byte_end,code,"             \
    "disposition,column,remedy\n"

/* False when the byte has no place. */
static bool
take_header(struct rp_cut *cut, unsigned char byte)
{
    static const char header[] = RP_FINDINGS_HEADER;

    if (byte != (unsigned char)header[cut->header])
        return false;
    cut->header++;
    if (header[cut->header] == '\0')
        rp_buf_str(&cut->rest, CUT_HEADER);
    return true;
}

/* A byte of a row: is it in its place? */
static bool
take_byte(struct rp_cut *cut, unsigned char byte)
{
    if (byte == '"') {
        cut->quoted = !cut->quoted;
    } else if (!cut->quoted && byte == ',') {
        cut->field++;
    } else if (!cut->quoted && byte == '\n') {
        if (cut->field != FIELDS - 1)
            return false;
        cut->field = 0;
    }
    return cut->field < FIELDS;
}

/* Bytes of rows; those of a key, and the comma behind it, are passed by, and so
 * is all behind a byte that is out of place: it may be a key. */
static void
take_rows(struct rp_cut *cut, struct rp_slice bytes)
{
    size_t from = 0; /* what is kept from here on is not put yet */
    size_t i;

    for (i = 0; i < bytes.len && !cut->misfit; i++) {
        const bool was_key = cut->field == KEY_FIELD;

        cut->misfit = !take_byte(cut, bytes.ptr[i]);
        if (was_key) {
            from = i + 1;
        } else if (cut->field == KEY_FIELD) {
            rp_buf_put(&cut->rest, bytes.ptr + from, i + 1 - from);
            from = i + 1;
        }
    }
    rp_buf_put(&cut->rest, bytes.ptr + from, i - from);
}

enum rp_status
rp_cut_put(void *ctx, struct rp_slice bytes, struct rp_err *err)
{
    struct rp_cut *cut = ctx;
    enum rp_status status;

    rp_buf_reset(&cut->rest);
    while (bytes.len > 0 && !cut->misfit &&
           cut->header < sizeof RP_FINDINGS_HEADER - 1) {
        cut->misfit = !take_header(cut, bytes.ptr[0]);
        bytes.ptr++;
        bytes.len--;
    }
    if (bytes.len > 0 && !cut->misfit)
        take_rows(cut, bytes);
    status = rp_buf_status(&cut->rest, err);
    return status == RP_OK ? rp_bag_put(cut->to, rp_buf_view(&cut->rest), err)
                           : status;
}

enum rp_status
rp_cut_end(const struct rp_cut *cut, struct rp_err *err)
{
    if (!cut->misfit && cut->header == sizeof RP_FINDINGS_HEADER - 1 &&
        cut->field == 0 && !cut->quoted)
        return RP_OK;
    return rp_fail(err, RP_E_IO,
                   "findings.csv does not have the columns that this version "
                   "knows, so what in it is a key cannot be told; share the "
                   "evidence with the version that wrote it");
}

void
rp_cut_release(struct rp_cut *cut)
{
    rp_buf_release(&cut->rest);
}
