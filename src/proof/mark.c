/* see mark.h */
#include "proof/mark.h"

#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "school/cell.h"

/* The hash of a loose row, and its words. */
#define HASH_BYTES 16
#define ENTRY_BYTES (HASH_BYTES + RP_ROW_NAME_BYTES)

enum rp_status
rp_markkey_init(struct rp_markkey *key, size_t count, struct rp_err *err)
{
    key->cells = rp_zalloc_array(count + 1, sizeof *key->cells);
    key->bytes = rp_zalloc_array(count + 1, sizeof *key->bytes);
    if (key->cells == NULL || key->bytes == NULL)
        return rp_fail_nomem(err, "keep a key");
    key->count = count;
    return RP_OK;
}

enum rp_status
rp_markkey_set(struct rp_markkey *key, size_t place, const struct rp_cell *cell,
               struct rp_err *err)
{
    struct rp_buf *bytes = &key->bytes[place];

    key->cells[place] = *cell;
    if (cell->type != RP_CELL_TEXT && cell->type != RP_CELL_BLOB)
        return RP_OK;
    rp_buf_reset(bytes);
    rp_buf_slice(bytes, cell->bytes);
    key->cells[place].bytes = rp_buf_view(bytes);
    return rp_buf_status(bytes, err);
}

void
rp_markkey_release(struct rp_markkey *key)
{
    for (size_t i = 0; i < key->count; i++)
        rp_buf_release(&key->bytes[i]);
    rp_free(key->bytes);
    rp_free(key->cells);
    memset(key, 0, sizeof *key);
}

int
rp_markkey_order(const struct rp_cell *left, const struct rp_cell *right,
                 size_t count)
{
    int order = 0;

    for (size_t i = 0; i < count && order == 0; i++)
        order = rp_cell_order(&left[i], &right[i]);
    return order;
}

/* A cut must not split a character. */
static size_t
cut(struct rp_slice text)
{
    if (text.len >= RP_ROW_NAME_BYTES)
        text.len = RP_ROW_NAME_BYTES - 1;
    return rp_utf8_valid_prefix(text);
}

/* No more than what is kept: a blob may be large. */
static void
put_words(struct rp_buf *out, const struct rp_cell *cell)
{
    struct rp_cell front = *cell;

    if (front.bytes.len > RP_ROW_NAME_BYTES)
        front.bytes.len = RP_ROW_NAME_BYTES;
    rp_cell_show(out, &front);
}

static void
copy_name(unsigned char out[RP_ROW_NAME_BYTES], const struct rp_buf *name)
{
    const size_t len = cut(rp_buf_view(name));

    memset(out, 0, RP_ROW_NAME_BYTES);
    if (len > 0)
        memcpy(out, name->ptr, len);
}

/* Plain, without quotes: what a person looks up. */
static void
put_plain(struct rp_buf *out, const struct rp_cell *cell)
{
    struct rp_slice front = cell->bytes;

    if (cell->type != RP_CELL_TEXT) {
        put_words(out, cell);
        return;
    }
    if (front.len > RP_ROW_NAME_BYTES)
        front.len = RP_ROW_NAME_BYTES;
    rp_show(out, front);
}

void
rp_mark_name(struct rp_buf *out, const struct rp_mark *mark, size_t key_count)
{
    const size_t start = out->len;

    if (mark->key == NULL)
        rp_buf_str(out, mark->name);
    for (size_t i = 0; mark->key != NULL && i < key_count; i++) {
        if (i > 0)
            rp_buf_byte(out, ' ');
        put_plain(out, &mark->key[i]);
    }
    if (out->len > start)
        out->len = start +
                   cut((struct rp_slice){ out->ptr + start, out->len - start });
}

static enum rp_status
open_rows(struct rp_loose *loose, struct rp_err *err)
{
    const struct rp_sort_shape shape = { ENTRY_BYTES, HASH_BYTES,
                                         loose->memory_bytes };

    return rp_sorter_open(&shape, loose->folder, &loose->rows, err);
}

enum rp_status
rp_loose_add(struct rp_loose *loose, struct rp_hash128 hash,
             const struct rp_cell *cells, size_t count, struct rp_err *err)
{
    unsigned char entry[ENTRY_BYTES];
    enum rp_status status = RP_OK;

    if (loose->rows == NULL)
        status = open_rows(loose, err);
    if (status != RP_OK)
        return status;
    rp_buf_reset(&loose->text);
    for (size_t i = 0; i < count && loose->text.len < RP_ROW_NAME_BYTES; i++) {
        if (i > 0)
            rp_buf_str(&loose->text, ", ");
        put_words(&loose->text, &cells[i]);
    }
    status = rp_buf_status(&loose->text, err);
    if (status != RP_OK)
        return status;
    rp_hash128_put(entry, hash);
    copy_name(entry + HASH_BYTES, &loose->text);
    return rp_sorter_add(loose->rows, entry, err);
}

uint64_t
rp_loose_count(const struct rp_loose *loose)
{
    return loose->rows == NULL ? 0 : rp_sorter_count(loose->rows);
}

enum rp_status
rp_loose_finish(struct rp_loose *loose, struct rp_err *err)
{
    return loose->rows == NULL ? RP_OK : rp_sorter_finish(loose->rows, err);
}

enum rp_status
rp_loose_next(struct rp_loose *loose, const struct rp_mark **out_mark,
              struct rp_err *err)
{
    const unsigned char *entry = NULL;
    enum rp_status status = RP_OK;

    if (loose->rows != NULL)
        status = rp_sorter_next(loose->rows, &entry, err);
    if (status != RP_OK)
        return status;
    if (entry != NULL) {
        loose->mark.hash = rp_hash128_get(entry);
        loose->mark.name = (const char *)entry + HASH_BYTES;
    }
    *out_mark = entry == NULL ? NULL : &loose->mark;
    return RP_OK;
}

void
rp_loose_release(struct rp_loose *loose)
{
    rp_sorter_close(loose->rows);
    rp_buf_release(&loose->text);
    memset(loose, 0, sizeof *loose);
}
