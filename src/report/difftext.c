/* see diff.h: for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/show.h"
#include "report/diff.h"
#include "report/page.h"
#include "school/cell.h"

/* A longer value is told in part, from a little before it differs. */
#define VALUE_SHOWN 60U
#define VALUE_BEFORE 12U
/* A longer key is cut. */
#define KEY_SHOWN 512U
#define CHARACTER_BYTES 4
#define HASH_BYTES 16
#define HASH_HEX 33
#define NUMBER_WIDTH 12
#define LABEL_WIDTH 10

bool
rp_diff_is_same(const struct rp_diff *diff)
{
    bool same = strcmp(diff->old.content, diff->new.content) == 0 &&
                diff->schema->count == 0;

    /* A snapshot that was edited may contradict itself. */
    for (size_t i = 0; i < diff->table_count; i++)
        same = same && diff->tables[i].same;
    return same;
}

bool
rp_diff_is_known(const struct rp_diff_table *table,
                 enum rp_difference difference)
{
    return table->matched &&
           (difference != RP_ROW_CHANGED || table->undecided == 0);
}

uint64_t
rp_diff_total(const struct rp_diff *diff, enum rp_difference difference)
{
    uint64_t total = 0;

    for (size_t i = 0; i < diff->table_count; i++)
        total += diff->tables[i].found[difference];
    return total;
}

uint64_t
rp_diff_undecided(const struct rp_diff *diff)
{
    uint64_t total = 0;

    for (size_t i = 0; i < diff->table_count; i++)
        total += diff->tables[i].undecided;
    return total;
}

static uint64_t
sum_of(const uint64_t counts[RP_DIFFERENCES])
{
    return counts[RP_ROW_MISSING] + counts[RP_ROW_ADDED] +
           counts[RP_ROW_CHANGED];
}

const char *
rp_diff_table_word(const struct rp_diff_table *table)
{
    if (!table->there_new)
        return "only in A";
    if (!table->there_old)
        return "only in B";
    if (sum_of(table->found) > 0)
        return "DIFFERS";
    if (table->undecided > 0)
        return "CANNOT BE TOLD";
    return table->same ? "same" : "same rows";
}

static void
put_side(struct rp_buf *out, const char *letter,
         const struct rp_diff_side *side, size_t width)
{
    rp_buf_printf(out, "  %s   ", letter);
    rp_page_left(out, rp_slice_str(side->name), width);
    rp_buf_printf(out, "   %s   %zu tables, %" PRIu64 " rows   content %.16s\n",
                  side->kind, side->tables, side->rows, side->content);
}

/* absent: what stands in its place when there is none. */
static void
put_number(struct rp_buf *out, uint64_t number, bool there, const char *absent)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%s", absent);
    if (there)
        (void)snprintf(text, sizeof text, "%" PRIu64, number);
    rp_page_right(out, rp_slice_str(text), NUMBER_WIDTH);
}

static void
put_table_line(struct rp_buf *out, const struct rp_diff_table *table,
               size_t width)
{
    rp_buf_str(out, "  ");
    rp_page_left(out, rp_slice_str(table->name), width);
    put_number(out, table->rows_old, table->there_old, "-");
    put_number(out, table->rows_new, table->there_new, "-");
    for (int i = 0; i < RP_DIFFERENCES; i++)
        put_number(out, table->found[i],
                   rp_diff_is_known(table, (enum rp_difference)i), "?");
    rp_buf_printf(out, "   %s\n", rp_diff_table_word(table));
}

static void
put_grid(struct rp_buf *out, const struct rp_diff *diff)
{
    static const char *const headings[] = { "A", "B", "missing", "added",
                                            "changed" };
    size_t width = strlen("student_courses");

    for (size_t i = 0; i < diff->table_count; i++) {
        const size_t needed = rp_page_width(rp_slice_str(diff->tables[i].name));

        width = needed > width ? needed : width;
    }
    rp_buf_str(out, "\n  ");
    rp_page_left(out, RP_LIT("table"), width);
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        rp_page_right(out, rp_slice_str(headings[i]), NUMBER_WIDTH);
    rp_buf_byte(out, '\n');
    for (size_t i = 0; i < diff->table_count; i++)
        put_table_line(out, &diff->tables[i], width);
}

static void
put_shown(struct rp_buf *out, const char *text)
{
    rp_show(out, rp_slice_str(text));
}

/* "table NAME", "index NAME on TABLE", "TABLE: column NAME" */
static void
put_subject(struct rp_buf *out, const struct rp_schema_change *change)
{
    if (change->what == RP_SCHEMA_OBJECT) {
        rp_buf_printf(out, "%s ", change->type);
        put_shown(out, change->name);
        if (strcmp(change->name, change->table) == 0)
            return;
        rp_buf_str(out, " on ");
        put_shown(out, change->table);
        return;
    }
    put_shown(out, change->table);
    rp_buf_printf(out, ": %s", change->type);
    if (change->what == RP_SCHEMA_COLUMN) {
        rp_buf_byte(out, ' ');
        put_shown(out, change->name);
    }
}

static void
put_change(struct rp_buf *out, const struct rp_schema_change *change)
{
    rp_buf_str(out, "    ");
    put_subject(out, change);
    if (change->old == NULL || change->new == NULL) {
        rp_buf_str(out,
                   change->old == NULL ? ": only in B\n" : ": only in A\n");
        return;
    }
    if (change->what == RP_SCHEMA_OBJECT) {
        rp_buf_str(out, ": another SQL\n      A  ");
        put_shown(out, change->old);
        rp_buf_str(out, "\n      B  ");
        put_shown(out, change->new);
        rp_buf_byte(out, '\n');
        return;
    }
    rp_buf_str(out, ": (");
    put_shown(out, change->old);
    rp_buf_str(out, ") in A, (");
    put_shown(out, change->new);
    rp_buf_str(out, ") in B\n");
}

static void
put_schema(struct rp_buf *out, const struct rp_schemadiff *schema)
{
    if (schema->count > 0)
        rp_buf_str(out, "\n  schema\n");
    for (size_t i = 0; i < schema->count; i++)
        put_change(out, &schema->changes[i]);
}

static enum rp_status
put_head(struct rp_buf *out, const struct rp_diff *diff, struct rp_err *err)
{
    size_t width = rp_page_width(rp_slice_str(diff->old.name));
    const size_t other = rp_page_width(rp_slice_str(diff->new.name));

    width = other > width ? other : width;
    rp_buf_printf(out, "rollproof %s   diff %s %s\n\n", diff->program,
                  diff->old.name, diff->new.name);
    put_side(out, "A", &diff->old, width);
    put_side(out, "B", &diff->new, width);
    put_grid(out, diff);
    put_schema(out, diff->schema);
    return rp_buf_status(out, err);
}

static enum rp_status
put_table(struct rp_buf *out, const struct rp_diff_table *table,
          struct rp_err *err)
{
    const char *before = "   shown ";

    rp_buf_printf(out, "\n  %s", table->name);
    for (size_t i = 0; i < RP_DIFFERENCES; i++) {
        if (table->found[i] == 0)
            continue;
        rp_buf_printf(out, "%s%" PRIu64 " of %" PRIu64 " %s", before,
                      table->shown[i], table->found[i],
                      rp_difference_name((enum rp_difference)i));
        before = ", ";
    }
    rp_buf_byte(out, '\n');
    return rp_buf_status(out, err);
}

static void
put_hash(struct rp_buf *out, struct rp_hash128 hash)
{
    unsigned char be[HASH_BYTES];
    char hex[HASH_HEX];

    rp_hash128_put(be, hash);
    rp_hex(hex, be, sizeof be);
    rp_buf_printf(out, "hash %s", hex);
}

/* Bytes of text or of a blob, or nothing. */
static struct rp_slice
bytes_of(const struct rp_cell *cell)
{
    if (cell->type == RP_CELL_TEXT || cell->type == RP_CELL_BLOB)
        return cell->bytes;
    return RP_LIT("");
}

/* No part begins or ends within a character; bytes that are none are not
 * followed far. */
static size_t
begin_of(struct rp_slice text, size_t at)
{
    size_t begin = at;

    while (begin > 0 && at - begin < CHARACTER_BYTES - 1 && begin < text.len &&
           (text.ptr[begin] & 0xc0) == 0x80)
        begin--;
    return begin;
}

/* At most most bytes of a value, from from on. */
static void
put_part(struct rp_buf *out, const struct rp_cell *cell, size_t from,
         size_t most)
{
    const struct rp_slice bytes = bytes_of(cell);
    struct rp_cell part = *cell;
    size_t end;

    if (bytes.len <= most) {
        rp_cell_show(out, cell);
        return;
    }
    from = begin_of(bytes, from < bytes.len ? from : bytes.len);
    end = bytes.len - from < most ? bytes.len : begin_of(bytes, from + most);
    part.bytes = (struct rp_slice){ bytes.ptr + from, end - from };
    rp_buf_str(out, from > 0 ? "..." : "");
    rp_cell_show(out, &part);
    rp_buf_printf(out, "%s (%zu bytes)", end < bytes.len ? "..." : "",
                  bytes.len);
}

static void
put_key(struct rp_buf *out, const struct rp_table *table,
        const struct rp_mark *mark)
{
    for (size_t i = 0; i < table->primary.count; i++) {
        rp_buf_str(out, i == 0 ? "" : ", ");
        put_shown(out, table->columns[table->primary.columns[i]].name);
        rp_buf_byte(out, ' ');
        put_part(out, &mark->key[i], 0, KEY_SHOWN);
    }
}

/* Where two values begin to differ, and a little before it. */
static size_t
first_shown(const struct rp_cell *old, const struct rp_cell *new)
{
    const struct rp_slice left = bytes_of(old);
    const struct rp_slice right = bytes_of(new);
    const size_t len = left.len < right.len ? left.len : right.len;
    size_t at = 0;

    if (left.ptr == NULL || right.ptr == NULL)
        return 0;
    while (at < len && left.ptr[at] == right.ptr[at])
        at++;
    return at < VALUE_BEFORE ? 0 : at - VALUE_BEFORE;
}

static void
put_cells(struct rp_buf *out, const struct rp_pairing *pairing,
          const struct rp_cell *old_cells, const struct rp_cell *new_cells)
{
    const struct rp_table *table = rp_pairing_old(pairing);
    const char *before = "   ";

    for (size_t i = 0; i < pairing->column_count; i++) {
        const struct rp_cell *old = &old_cells[pairing->old_columns[i]];
        const struct rp_cell *new = &new_cells[pairing->new_columns[i]];
        const size_t from = first_shown(old, new);

        if (rp_cell_same(old, new))
            continue;
        rp_buf_str(out, before);
        put_shown(out, table->columns[pairing->old_columns[i]].name);
        rp_buf_byte(out, ' ');
        put_part(out, old, from, VALUE_SHOWN);
        rp_buf_str(out, " -> ");
        put_part(out, new, from, VALUE_SHOWN);
        before = ", ";
    }
}

void
rp_diff_row_text(struct rp_buf *out, const struct rp_diff_row *row)
{
    const struct rp_mark *mark = row->old != NULL ? row->old : row->new;
    const struct rp_table *table = row->old != NULL
                                       ? rp_pairing_old(row->pairing)
                                       : rp_pairing_new(row->pairing);

    if (mark->key != NULL)
        put_key(out, table, mark);
    else if (mark->name[0] != '\0')
        rp_buf_printf(out, "(%s)", mark->name);
    else
        put_hash(out, mark->hash);
    if (row->old != NULL && row->new != NULL && row->old->cells != NULL &&
        row->new->cells != NULL)
        put_cells(out, row->pairing, row->old->cells, row->new->cells);
}

static enum rp_status
put_row(struct rp_buf *out, const struct rp_diff_row *row, struct rp_err *err)
{
    rp_buf_str(out, "    ");
    rp_page_left(out, rp_slice_str(rp_difference_name(row->difference)),
                 LABEL_WIDTH);
    rp_diff_row_text(out, row);
    rp_buf_byte(out, '\n');
    return rp_buf_status(out, err);
}

static enum rp_status
put_end(struct rp_buf *out, const struct rp_diff *diff, struct rp_err *err)
{
    const uint64_t undecided = rp_diff_undecided(diff);

    if (rp_diff_is_same(diff)) {
        rp_buf_str(out, "\n  SAME\n");
        return rp_buf_status(out, err);
    }
    rp_buf_str(out, "\n  DIFFERENT: ");
    for (int i = 0; i < RP_DIFFERENCES; i++)
        rp_buf_printf(out, "%" PRIu64 " %s, ",
                      rp_diff_total(diff, (enum rp_difference)i),
                      rp_difference_name((enum rp_difference)i));
    rp_buf_printf(out, "%zu in the schema\n", diff->schema->count);
    if (undecided > 0)
        rp_buf_printf(out,
                      "  %" PRIu64 " rows could not be compared: their key "
                      "or columns are others now, and a snapshot knows a row "
                      "by all of them; or hashes were forged\n",
                      undecided);
    return rp_buf_status(out, err);
}

const struct rp_diff_writer rp_diff_text = { put_head, put_table, put_row,
                                             put_end };
