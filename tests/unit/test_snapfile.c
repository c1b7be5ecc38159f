/* test_snapfile.c - a snapshot says what the database says, byte for byte the
 * same each time, and no byte of it can be changed without notice.
 */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "base/show.h"
#include "proof/snapfile.h"
#include "support/school.h"

static const struct rp_beat nobody = { NULL, NULL };

/* The database at path as a snapshot in out. */
static void
take(struct rp_db *db, const char *out)
{
    const struct rp_snapfile_request request = { .db = db,
                                                 .memory_bytes = 1 << 20 };
    struct rp_snapshot snapshot;
    struct rp_newfile *file = NULL;
    struct rp_err err;

    assert_ok(rp_db_begin_read(db, &err), &err);
    assert_ok(rp_newfile_open(out, &file, &err), &err);
    assert_ok(rp_snapfile_write(&request, file, &snapshot, &err), &err);
    assert_ok(rp_newfile_publish(file, &err), &err);
    rp_newfile_close(file);
    rp_snapshot_release(&snapshot);
    assert_true(rp_db_rollback(db));
}

/* The snapshot of a school made by sql; to be freed. */
static unsigned char *
bytes_of(const char *sql, size_t *out_len)
{
    struct test_school school;
    unsigned char *bytes;
    char *path;

    test_school_start(&school, sql);
    path = test_path(school.folder, "out");
    take(school.db, path);
    bytes = test_read(path, out_len);
    free(path);
    test_school_end(&school);
    return bytes;
}

static void
put_cell(struct rp_buf *out, const struct rp_cell *cell)
{
    rp_buf_byte(out, ' ');
    if (cell->type == RP_CELL_TEXT || cell->type == RP_CELL_BLOB)
        rp_buf_byte(out, cell->type == RP_CELL_TEXT ? 't' : 'b');
    switch (cell->type) {
    case RP_CELL_NULL:
        rp_buf_str(out, "null");
        break;
    case RP_CELL_INT:
        rp_buf_printf(out, "%lld", (long long)cell->integer);
        break;
    case RP_CELL_REAL:
        rp_buf_printf(out, "%a", cell->real);
        break;
    case RP_CELL_TEXT:
    case RP_CELL_BLOB:
        for (size_t i = 0; i < cell->bytes.len; i++)
            rp_buf_printf(out, "%02x", cell->bytes.ptr[i]);
        break;
    }
}

/* All keys of the first table, one a line, "loose" for a loose row. */
static enum rp_status
put_marks(struct rp_buf *out, const struct rp_snapfile *file,
          struct rp_err *err)
{
    size_t count = 0;
    const struct rp_table *tables = rp_snapfile_tables(file, &count);
    struct rp_snapfile_reader *reader = NULL;
    const struct rp_mark *mark = NULL;
    enum rp_status status = rp_snapfile_read(file, 0, &reader, err);
    struct rp_marks marks;

    if (status != RP_OK)
        return status;
    marks = rp_snapfile_marks(reader);
    for (;;) {
        status = marks.next(marks.ctx, &mark, err);
        if (status != RP_OK || mark == NULL)
            break;
        if (mark->key == NULL)
            rp_buf_str(out, " loose");
        for (size_t i = 0; mark->key != NULL && i < tables[0].primary.count;
             i++)
            put_cell(out, &mark->key[i]);
        rp_buf_str(out, ";");
    }
    rp_snapfile_reader_close(reader);
    return status;
}

static enum rp_status
read_all(const char *path, struct rp_buf *out, struct rp_err *err)
{
    struct rp_snapfile *file = NULL;
    enum rp_status status = rp_snapfile_open(path, &nobody, &file, err);

    if (status == RP_OK)
        status = put_marks(out, file, err);
    rp_snapfile_close(file);
    return status;
}

static const struct {
    const char *sql;
    const char *keys;
} key_cases[] = {
    { "CREATE TABLE t(id INTEGER PRIMARY KEY, v)", "" },
    { "CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t(id) VALUES "
      "(9223372036854775807), (-9223372036854775808), (0), (-1), (1)",
      " -9223372036854775808; -1; 0; 1; 9223372036854775807;" },
    { "CREATE TABLE t(a, b, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO t "
      "VALUES (1, 1), (2, 1), (1, 2), ('1', 2), (x'31', 2), (1.5, 2), "
      "(-0.0, 3), ('', 3), (x'', 3)",
      " 1 1; 1 2; 2 1; 2 0x1.8p+0; 2 t31; 2 b31; 3 -0x0p+0; 3 t; 3 b;" },
    { "CREATE TABLE t(k, n TEXT, v, PRIMARY KEY (k, n)); INSERT INTO t(k, n) "
      "VALUES (1, 'a'), (1.0, 'b'), (1, 'c'), (1, 'cd'), (x'6364', 'cd')",
      " 1 t61; 0x1p+0 t62; 1 t63; 1 t6364; b6364 t6364;" },
    { "CREATE TABLE t(k TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES "
      "('same front a'), ('same front b'), ('same'), ('a' || char(0) || 'b'), "
      "('a' || char(0) || 'c'), (CAST(x'ff61' AS TEXT)), (CAST(x'fe' AS "
      "TEXT))",
      " t610062; t610063; t73616d65; t73616d652066726f6e742061; "
      "t73616d652066726f6e742062; tfe; tff61;" },
    { "CREATE TABLE t(k, n, PRIMARY KEY (k, n)); INSERT INTO t VALUES (1, 2), "
      "(NULL, 1), (NULL, 1), (3, NULL)",
      " 1 2; loose; loose; loose;" },
    { "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 2), (1, 2), (NULL, '')",
      " loose; loose; loose;" },
    { "CREATE TABLE t(k TEXT COLLATE NOCASE PRIMARY KEY, v); INSERT INTO t(k) "
      "VALUES ('b'), ('A'), ('a1'), ('C')",
      " t41; t43; t6131; t62;" },
    { "CREATE TABLE t(k INTEGER, g AS (k + 1), PRIMARY KEY (k DESC)) WITHOUT "
      "ROWID; INSERT INTO t(k) VALUES (1), (300), (70000)",
      " 1; 300; 70000;" },
};

static void
the_marks_that_are_read_are_those_of_the_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(key_cases); i++) {
        struct test_school school;
        struct rp_buf out = { 0 };
        struct rp_err err;
        char *path;

        test_school_start(&school, key_cases[i].sql);
        path = test_path(school.folder, "out");
        take(school.db, path);
        assert_ok(read_all(path, &out, &err), &err);
        if (strcmp(rp_buf_cstr(&out), key_cases[i].keys) != 0)
            fail_msg("%s: %s", key_cases[i].sql, rp_buf_cstr(&out));
        rp_buf_release(&out);
        free(path);
        test_school_end(&school);
    }
}

/* A few tables of every kind. */
#define SMALL                                                                  \
    "CREATE TABLE student_courses(s INTEGER, c INTEGER, PRIMARY KEY (s, c)) "  \
    "WITHOUT ROWID; INSERT INTO student_courses VALUES (1, 10), (1, 20), "     \
    "(2, 20), (300, 10); CREATE TABLE t(k TEXT PRIMARY KEY, v); INSERT INTO "  \
    "t VALUES ('aa', 1), ('ab', NULL), (NULL, 3); CREATE TABLE bag(x); "       \
    "INSERT INTO bag VALUES (1), (1)"

static void
the_layout_is_pinned(void **state)
{
    static const char golden[] =
        /* the first line */
        "726f6c6c70726f6f662f736e617073686f742f310a"
        /* bag: no keys; two loose rows, the same */
        "000204a2888303cf80d4c3539075895840ef04a2888303cf80d4c3539075"
        "895840ef"
        /* student_courses: 1 10; 1 +10; +1 20; +298 10; no loose rows.  The key
         * is the row, so no hashes */
        "010102011402011401010201280101d40401140000"
        /* t: 'aa' and a hash; one byte shared, 'b', and a hash; one loose row
         */
        "010300026161b423e1c031ea28ca9166fc9ab23bfdf60103010162805209"
        "b6610fc699799ad6c053b8c9e8000117f34dae3c4dcc744b478ae4ab9d52"
        "b0"
        /* D, three objects, three tables */
        "66a222dbe39cc3fff359fc1e1b01b2046b5869c4741bb92819914ed0d5ee"
        "7d0000000003000000057461626c65000000036261670000000362616700"
        "000013435245415445205441424c4520626167287829000000057461626c"
        "650000000f73747564656e745f636f75727365730000000f73747564656e"
        "745f636f757273657300000054435245415445205441424c452073747564"
        "656e745f636f7572736573287320494e54454745522c206320494e544547"
        "45522c205052494d415259204b45592028732c2063292920574954484f55"
        "5420524f574944000000057461626c650000000174000000017400000025"
        "435245415445205441424c452074286b2054455854205052494d41525920"
        "4b45592c2076290000000300000003626167000000010000000178000000"
        "000000000000000022000000000000000217893b5983a4f0da5166263a9e"
        "7c19f1075ea05573f85f428f760c7c86b373a009451106079f01a986a720"
        "eb12b081de0000000f73747564656e745f636f7572736573000000020000"
        "000173000000016300000002000000000000000100000000000000150000"
        "00000000000492540d8453005fcbf3487d917a7a54bc08c1fe9d6ca95b52"
        "eaf40fa939b278ecb31c055846f05da69f81f53eedd7b6b7000000017400"
        "000002000000016b00000001760000000100000000000000000000003d00"
        "00000000000003753fb8a276c1a841c2c40faa825ae4fa56f4a5ac5b326c"
        "16af71318467ce6dcc4c693924cf47bbd856495e3fb1921a8e"
        /* the length of that, and the SHA-256 of all */
        "00000000000002355fad06c416910aaecffa92a7536b25de3a0286d55f0f"
        "614466f57565aaac4a0e";
    size_t len = 0;
    unsigned char *bytes = bytes_of(SMALL, &len);

    (void)state;
    assert_hex(((struct rp_slice){ bytes, len }), golden);
    free(bytes);
}

static void
the_same_content_gives_the_same_bytes(void **state)
{
    size_t first_len = 0;
    size_t second_len = 0;
    unsigned char *first = bytes_of(SMALL, &first_len);
    unsigned char *second =
        bytes_of("PRAGMA page_size = 512; PRAGMA journal_mode = wal; " SMALL
                 "; DELETE FROM bag; INSERT INTO bag VALUES (1); INSERT INTO "
                 "bag SELECT * FROM bag; VACUUM",
                 &second_len);

    (void)state;
    assert_same(((struct rp_slice){ first, first_len }),
                ((struct rp_slice){ second, second_len }));
    free(first);
    free(second);
}

/* What must not be accepted is refused, and by its name. */
static void
check_refused(const char *path, struct rp_slice bytes, const char *what)
{
    struct rp_buf out = { 0 };
    struct rp_err err = { RP_OK, "" };

    test_write(path, bytes);
    if (read_all(path, &out, &err) != RP_E_IO)
        fail_msg("accepted: %s", what);
    assert_holds(err.text, "out");
    assert_holds(err.text, what);
    rp_buf_release(&out);
}

static void
a_byte_that_changed_is_noticed_wherever_it_is(void **state)
{
    size_t len = 0;
    unsigned char *bytes = bytes_of(SMALL, &len);
    char *folder = test_folder();
    char *path = test_path(folder, "out");

    (void)state;
    for (size_t i = 0; i < len; i++) {
        const unsigned char kept = bytes[i];
        const bool in_magic = i < strlen(RP_SNAPFILE_MAGIC);

        for (unsigned bit = 0; bit < 8; bit += 7) {
            bytes[i] = (unsigned char)(kept ^ 1U << bit);
            check_refused(path, (struct rp_slice){ bytes, len },
                          in_magic ? "snapshot" : "damaged");
        }
        bytes[i] = kept;
    }
    free(path);
    test_folder_remove(folder);
    free(bytes);
}

static void
a_file_that_was_cut_or_grew_is_refused(void **state)
{
    size_t len = 0;
    unsigned char *bytes = bytes_of(SMALL, &len);
    struct rp_buf longer = { 0 };
    char *folder = test_folder();
    char *path = test_path(folder, "out");

    (void)state;
    for (size_t i = 0; i < len; i++)
        check_refused(path, (struct rp_slice){ bytes, i }, "snapshot");
    rp_buf_put(&longer, bytes, len);
    rp_buf_byte(&longer, 0);
    check_refused(path, rp_buf_view(&longer), "damaged");
    rp_buf_release(&longer);
    free(path);
    test_folder_remove(folder);
    free(bytes);
}

/* Somebody who edits also writes the SHA-256 that fits. */
static void
seal(unsigned char *bytes, size_t len)
{
    char hex[RP_SHA256_HEX];
    struct rp_err err;

    assert_ok(rp_sha256_hex((struct rp_slice){ bytes, len - RP_SHA256_BYTES },
                            hex, &err),
              &err);
    rp_unhex(bytes + len - RP_SHA256_BYTES, hex, RP_SHA256_BYTES);
}

/* All its tables, through. */
static enum rp_status
walk(const char *path, struct rp_err *err)
{
    struct rp_snapfile *file = NULL;
    size_t count = 0;
    enum rp_status status = rp_snapfile_open(path, &nobody, &file, err);

    if (status == RP_OK)
        (void)rp_snapfile_tables(file, &count);
    for (size_t i = 0; i < count && status == RP_OK; i++) {
        struct rp_snapfile_reader *reader = NULL;
        const struct rp_mark *mark = NULL;
        struct rp_marks marks;

        status = rp_snapfile_read(file, i, &reader, err);
        if (status != RP_OK)
            break;
        marks = rp_snapfile_marks(reader);
        do
            status = marks.next(marks.ctx, &mark, err);
        while (status == RP_OK && mark != NULL);
        rp_snapfile_reader_close(reader);
    }
    rp_snapfile_close(file);
    return status;
}

static void
a_sealed_lie_is_refused_or_harmless(void **state)
{
    size_t len = 0;
    unsigned char *bytes = bytes_of(SMALL, &len);
    char *folder = test_folder();
    char *path = test_path(folder, "out");
    uint64_t refused = 0;

    (void)state;
    for (size_t i = 0; i < len - RP_SHA256_BYTES; i++) {
        static const unsigned char lies[] = { 0x01, 0x80, 0xff };
        const unsigned char kept = bytes[i];

        for (size_t k = 0; k < sizeof lies; k++) {
            struct rp_err err = { RP_OK, "" };

            bytes[i] = (unsigned char)(kept ^ lies[k]);
            seal(bytes, len);
            test_write(path, (struct rp_slice){ bytes, len });
            if (walk(path, &err) == RP_OK)
                continue;
            refused++;
            assert_int_equal(err.status, RP_E_IO);
            assert_holds(err.text, "out: ");
        }
        bytes[i] = kept;
    }
    /* All of the marks, and every number. */
    assert_true(refused > len);
    free(path);
    test_folder_remove(folder);
    free(bytes);
}

/* The marks read well, but are not those that the digest is of. */
static void
hashes_that_do_not_add_up_are_refused(void **state)
{
    static const size_t places[] = { 24, 40, 83, 130 }; /* in four hashes */
    size_t len = 0;
    unsigned char *bytes = bytes_of(SMALL, &len);
    char *folder = test_folder();
    char *path = test_path(folder, "out");

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(places); i++) {
        struct rp_err err = { RP_OK, "" };

        bytes[places[i]] ^= 1;
        seal(bytes, len);
        test_write(path, (struct rp_slice){ bytes, len });
        assert_int_equal(walk(path, &err), RP_E_IO);
        assert_holds(err.text, i == 0 ? "damaged" : "contradicts itself");
        bytes[places[i]] ^= 1;
    }
    free(path);
    test_folder_remove(folder);
    free(bytes);
}

/* SQLite keeps none: it makes NULL of it. */
static void
a_number_that_is_none_is_refused(void **state)
{
    static const unsigned char half[] = { 0x3f, 0xe0, 0, 0, 0, 0, 0, 0 };
    struct rp_err err = { RP_OK, "" };
    size_t len = 0;
    unsigned char *bytes = bytes_of("CREATE TABLE t(k PRIMARY KEY, v);"
                                    "INSERT INTO t VALUES (0.5, 1), (2, 3)",
                                    &len);
    char *folder = test_folder();
    char *path = test_path(folder, "out");
    size_t at = 0;

    (void)state;
    while (memcmp(bytes + at, half, sizeof half) != 0)
        assert_true(++at + sizeof half <= len);
    bytes[at] = 0x7f;
    bytes[at + 1] = 0xf8;
    seal(bytes, len);
    test_write(path, (struct rp_slice){ bytes, len });
    assert_int_equal(walk(path, &err), RP_E_IO);
    assert_holds(err.text, "damaged");
    free(bytes);
    free(path);
    test_folder_remove(folder);
}

static void
what_is_no_snapshot_is_told_so(void **state)
{
    char *folder = test_folder();
    char *path = test_path(folder, "out");
    struct rp_snapfile *file = NULL;
    struct rp_err err;

    (void)state;
    assert_int_equal(rp_snapfile_open(path, &nobody, &file, &err), RP_E_IO);
    assert_holds(err.text, "cannot be opened");
    assert_false(rp_snapfile_is(path));
    assert_int_equal(rp_snapfile_open(folder, &nobody, &file, &err), RP_E_IO);
    assert_holds(err.text, "is not a file");
    check_refused(path, RP_LIT("SQLite format 3"), "is not a snapshot");
    assert_false(rp_snapfile_is(path));
    check_refused(path, RP_LIT("rollproof/snapshot/2\nand more"),
                  "another version");
    assert_true(rp_snapfile_is(path));
    free(path);
    test_folder_remove(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_marks_that_are_read_are_those_of_the_rows),
        cmocka_unit_test(the_layout_is_pinned),
        cmocka_unit_test(the_same_content_gives_the_same_bytes),
        cmocka_unit_test(a_byte_that_changed_is_noticed_wherever_it_is),
        cmocka_unit_test(a_file_that_was_cut_or_grew_is_refused),
        cmocka_unit_test(a_sealed_lie_is_refused_or_harmless),
        cmocka_unit_test(hashes_that_do_not_add_up_are_refused),
        cmocka_unit_test(a_number_that_is_none_is_refused),
        cmocka_unit_test(what_is_no_snapshot_is_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
