/* see snapdir.h: the list of tables and objects, whoever wrote it. */
#include "proof/snapdir.h"

#include <string.h>

#include "base/be.h"
#include "base/show.h"

#define HASH_BYTES 16

enum rp_status
rp_snapfile_damaged(struct rp_snapfile *file, const char *what,
                    struct rp_err *err)
{
    return rp_fail(err, RP_E_IO,
                   "%s: this snapshot is damaged or was edited: %s; take a new "
                   "one, or bring back a copy",
                   rp_buf_cstr(&file->shown), what);
}

/* What is left of the directory.  Reading past its end gives zeros and is
 * remembered. */
struct parsing {
    struct rp_snapfile *file;
    struct rp_slice left;
    bool bad;
    bool no_memory;
};

static struct rp_slice
take(struct parsing *parsing, size_t len)
{
    struct rp_slice bytes = parsing->left;

    if (parsing->bad || len > bytes.len) {
        parsing->bad = true;
        return (struct rp_slice){ NULL, 0 };
    }
    bytes.len = len;
    parsing->left.ptr += len;
    parsing->left.len -= len;
    return bytes;
}

static uint32_t
take_be32(struct parsing *parsing)
{
    const struct rp_slice be = take(parsing, 4);

    if (be.ptr == NULL)
        return 0;
    return (uint32_t)be.ptr[0] << 24 | (uint32_t)be.ptr[1] << 16 |
           (uint32_t)be.ptr[2] << 8 | (uint32_t)be.ptr[3];
}

static uint64_t
take_be64(struct parsing *parsing)
{
    const struct rp_slice be = take(parsing, 8);

    return be.ptr == NULL ? 0 : rp_get_be64(be.ptr);
}

/* As many things as are still to come, each of at least least bytes. */
static size_t
take_count(struct parsing *parsing, size_t least)
{
    const size_t count = take_be32(parsing);

    if (count > parsing->left.len / least)
        parsing->bad = true;
    return parsing->bad ? 0 : count;
}

static void *
make_array(struct parsing *parsing, size_t count, size_t bytes)
{
    void *array = rp_arena_array(&parsing->file->arena, count, bytes);

    parsing->no_memory = parsing->no_memory || array == NULL;
    return array;
}

/* Kept with a NUL behind it; "" when there is trouble. */
static struct rp_slice
take_text(struct parsing *parsing)
{
    struct rp_slice text = take(parsing, take_be32(parsing));

    if (parsing->bad)
        return RP_LIT("");
    text = rp_arena_slice(&parsing->file->arena, text);
    if (text.ptr != NULL)
        return text;
    parsing->no_memory = true;
    return RP_LIT("");
}

/* A name: no NUL within. */
static const char *
take_name(struct parsing *parsing)
{
    const struct rp_slice name = take_text(parsing);

    if (memchr(name.ptr, '\0', name.len) != NULL)
        parsing->bad = true;
    return (const char *)name.ptr;
}

static void
take_objects(struct parsing *parsing)
{
    struct rp_snapfile *file = parsing->file;
    const size_t count = take_count(parsing, 16);

    file->objects = make_array(parsing, count, sizeof *file->objects);
    if (file->objects == NULL)
        return;
    file->object_count = count;
    for (size_t i = 0; i < count; i++) {
        file->objects[i].type = take_name(parsing);
        file->objects[i].name = take_name(parsing);
        file->objects[i].table = take_name(parsing);
        file->objects[i].sql = take_text(parsing);
    }
}

static void
take_key(struct parsing *parsing, struct rp_table *table)
{
    const size_t count = take_count(parsing, 4);
    bool *used = make_array(parsing, table->column_count, sizeof *used);
    size_t *columns = make_array(parsing, count, sizeof *columns);

    if (used == NULL || columns == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        columns[i] = take_be32(parsing);
        if (columns[i] >= table->column_count || used[columns[i]]) {
            parsing->bad = true;
            return;
        }
        used[columns[i]] = true;
    }
    table->primary.columns = columns;
    table->primary.count = count;
}

static void
take_columns(struct parsing *parsing, struct rp_table *table)
{
    const size_t count = take_count(parsing, 4);

    table->columns = make_array(parsing, count, sizeof *table->columns);
    if (count == 0 || count > RP_COLUMNS_MAX)
        parsing->bad = true;
    if (table->columns == NULL || parsing->bad)
        return;
    table->column_count = count;
    for (size_t i = 0; i < count; i++)
        table->columns[i].name = take_name(parsing);
}

static void
take_digest(struct parsing *parsing, struct rp_digest *digest)
{
    struct rp_slice bytes;

    digest->fp.rows = take_be64(parsing);
    bytes = take(parsing, RP_SHA256_BYTES);
    if (bytes.ptr != NULL)
        rp_hex(digest->sha256, bytes.ptr, bytes.len);
    bytes = take(parsing, HASH_BYTES);
    if (bytes.ptr != NULL)
        digest->fp.sum = rp_hash128_get(bytes.ptr);
}

static void
take_table(struct parsing *parsing, size_t index, uint64_t end)
{
    struct rp_snapfile *file = parsing->file;
    struct rp_table *table = &file->tables[index];
    uint64_t mark_bytes;

    table->rowid_column = -1;
    table->name = take_name(parsing);
    if (index > 0 && strcmp(table->name, file->tables[index - 1].name) <= 0)
        parsing->bad = true;
    take_columns(parsing, table);
    take_key(parsing, table);
    mark_bytes = take_be64(parsing);
    if (mark_bytes > end - file->starts[index])
        parsing->bad = true;
    else
        file->starts[index + 1] = file->starts[index] + mark_bytes;
    take_digest(parsing, &file->digests[index]);
}

/* end: of the marks, where the directory begins. */
static void
take_tables(struct parsing *parsing, uint64_t end)
{
    struct rp_snapfile *file = parsing->file;
    const size_t count = take_count(parsing, 16);

    file->tables = make_array(parsing, count, sizeof *file->tables);
    file->digests = make_array(parsing, count, sizeof *file->digests);
    file->starts = make_array(parsing, count + 1, sizeof *file->starts);
    if (parsing->no_memory)
        return;
    file->table_count = count;
    file->starts[0] = RP_SNAPFILE_MAGIC_BYTES;
    for (size_t i = 0; i < count && !parsing->bad; i++)
        take_table(parsing, i, end);
    if (!parsing->bad && (file->starts[count] != end || parsing->left.len > 0))
        parsing->bad = true;
}

enum rp_status
rp_snapfile_parse(struct rp_snapfile *file, struct rp_slice directory,
                  uint64_t end, struct rp_err *err)
{
    struct parsing parsing = { .file = file, .left = directory };
    const struct rp_slice database = take(&parsing, RP_SHA256_BYTES);

    if (database.ptr != NULL)
        rp_hex(file->database, database.ptr, database.len);
    take_objects(&parsing);
    if (!parsing.no_memory)
        take_tables(&parsing, end);
    if (parsing.no_memory)
        return rp_fail_nomem(err, "read a snapshot");
    if (parsing.bad)
        return rp_snapfile_damaged(file, "its list of tables cannot be read",
                                   err);
    return RP_OK;
}
