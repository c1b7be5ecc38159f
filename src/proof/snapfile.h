/* snapfile.h - a snapshot of a school as a file: key and hash of every row,
 * digest and columns of every table, the SQL of the schema.
 *
 * rollproof/snapshot/1, be32 and be64 big-endian, lp(b) = be32(len) || b:
 *
 *     file      = "rollproof/snapshot/1\n" || marks* || directory
 *                 || be64(bytes of directory) || SHA-256 of all before it
 *     marks     = the rows of one table, see proof/markput.h
 *     directory = D || be32(n) object* || be32(n) table*
 *     object    = lp(type) lp(name) lp(table) lp(sql)   what D covers, in
 *                 the same order
 *     table     = lp(name) || be32(n) lp(column)* || be32(n) be32(column)*
 *                 || be64(bytes of its marks) || be64(rows) || T || S
 *                 by name; the second list is the key, as indexes into the
 *                 columns; the marks stand in the same order
 *     D, T, S     32, 32 and 16 bytes, as in base/canon.h
 *
 * Tables, columns and keys are those that the digests cover (DESIGN: "T
 * covers").  The file holds keys and no other value.
 *
 * Promise: the same content gives the same bytes, whenever, wherever and by
 * whatever connection it is taken.  Whoever opens it reads all of it and
 * compares its SHA-256 first, so a file that was damaged or edited is named and
 * never believed.  A later layout gets another number in the first line.
 */
#ifndef PROOF_SNAPFILE_H
#define PROOF_SNAPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/beat.h"
#include "base/err.h"
#include "base/newfile.h"
#include "proof/mark.h"
#include "proof/snapshot.h"
#include "school/db.h"
#include "school/rows.h"
#include "school/schema.h"

#define RP_SNAPFILE_MAGIC "rollproof/snapshot/1\n"
/* What every version begins with. */
#define RP_SNAPFILE_ANY "rollproof/snapshot/"

struct rp_snapfile_request {
    struct rp_db *db; /* in a transaction */
    size_t memory_bytes;
    struct rp_beat beat;
    struct rp_watched watched; /* sees the rows of its table, too */
};

/* All tables of db into out, which the caller publishes.  out_snapshot: the
 * schema and the digests, to be released, without soundness. */
enum rp_status rp_snapfile_write(const struct rp_snapfile_request *request,
                                 struct rp_newfile *out,
                                 struct rp_snapshot *out_snapshot,
                                 struct rp_err *err) RP_MUST_CHECK;

/* Does the file at path begin like a snapshot, of whatever version?  False
 * when it cannot be read at all.  Not for a database that is open: closing
 * the file again would drop SQLite's locks. */
bool rp_snapfile_is(const char *path);

struct rp_snapfile;

/* RP_E_IO: no such file, not a snapshot, of another version, damaged. */
enum rp_status rp_snapfile_open(const char *path, const struct rp_beat *beat,
                                struct rp_snapfile **out_file,
                                struct rp_err *err) RP_MUST_CHECK;
void rp_snapfile_close(struct rp_snapfile *file);

/* As given, shown. */
const char *rp_snapfile_path(const struct rp_snapfile *file);
/* By name, memcmp order; of a column only the name is known. */
const struct rp_table *rp_snapfile_tables(const struct rp_snapfile *file,
                                          size_t *out_count);
/* One for each table. */
const struct rp_digest *rp_snapfile_digests(const struct rp_snapfile *file);
const struct rp_object *rp_snapfile_objects(const struct rp_snapfile *file,
                                            size_t *out_count);
/* D of RPCE-1, in hexadecimal. */
const char *rp_snapfile_database(const struct rp_snapfile *file);

/* The marks of the table of that index.  At the end their sum must be S. */
struct rp_snapfile_reader;
enum rp_status rp_snapfile_read(const struct rp_snapfile *file, size_t table,
                                struct rp_snapfile_reader **out_reader,
                                struct rp_err *err) RP_MUST_CHECK;
struct rp_marks rp_snapfile_marks(struct rp_snapfile_reader *reader);
void rp_snapfile_reader_close(struct rp_snapfile_reader *reader);

#endif
