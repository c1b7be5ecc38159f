/* test_schema.c - what is read of a schema, compared as a whole. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "school/schema.h"
#include "support/school.h"

static const char affinity_letters[] = {
    [RP_AFFINITY_BLOB] = 'B',    [RP_AFFINITY_TEXT] = 'T',
    [RP_AFFINITY_NUMERIC] = 'N', [RP_AFFINITY_INTEGER] = 'I',
    [RP_AFFINITY_REAL] = 'R',
};

/* (a,b): the names of a key's columns; the first of all is the primary one
 * when pk stands before it. */
static void
put_key(struct rp_buf *out, const struct rp_table *table,
        const struct rp_unique *key)
{
    rp_buf_byte(out, '(');
    for (size_t i = 0; i < key->count; i++) {
        rp_buf_str(out, i == 0 ? "" : ",");
        rp_buf_str(out, table->columns[key->columns[i]].name);
    }
    rp_buf_byte(out, ')');
}

/* name: column affinity ! (NOT NULL) = (default), ...; keys; what else */
static void
put_table(struct rp_buf *out, const struct rp_table *table)
{
    rp_buf_printf(out, "%s:", table->name);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct rp_column *column = &table->columns[i];

        rp_buf_printf(
            out, " %s %c%s%s", column->name, affinity_letters[column->affinity],
            column->not_null ? "!" : "", column->has_default ? "=" : "");
    }
    if (table->primary.count > 0) {
        rp_buf_str(out, " pk");
        put_key(out, table, &table->primary);
    }
    for (size_t i = 0; i < table->unique_count; i++) {
        rp_buf_byte(out, ' ');
        put_key(out, table, &table->uniques[i]);
    }
    if (table->rowid_column >= 0)
        rp_buf_printf(out, " rowid=%s",
                      table->columns[table->rowid_column].name);
    assert_int_equal(table->primary_index != NULL, table->without_rowid);
    rp_buf_str(out, table->without_rowid ? " without-rowid" : "");
    rp_buf_str(out, table->has_generated ? " generated" : "");
    rp_buf_byte(out, '\n');
}

static char *
describe(struct rp_db *db)
{
    struct rp_schema *schema = NULL;
    struct rp_buf out = { 0 };
    struct rp_err err;
    size_t count;
    const struct rp_table *tables;
    char *text;

    assert_ok(rp_schema_open(db, &schema, &err), &err);
    tables = rp_schema_tables(schema, &count);
    for (size_t i = 0; i < count; i++)
        put_table(&out, &tables[i]);
    text = test_copy(rp_buf_cstr(&out));
    rp_buf_release(&out);
    rp_schema_close(schema);
    return text;
}

static const struct {
    const char *what;
    const char *sql;
    const char *tables;
} schemas[] = {
    { "nothing", "", "" },
    { "the affinities",
      "CREATE TABLE t(a INT, b BIGINT UNSIGNED, c VARCHAR(9), d CLOB, e TEXT,"
      " f BLOB, g, h REAL, i FLOAT, j DOUBLE PRECISION, k NUMERIC, l DECIMAL,"
      " m DATE, n FLOATING POINT, o CHARINT, p STRING, q integer)",
      "t: a I b I c T d T e T f B g B h R i R j R k N l N m N n I o I p N q I"
      "\n" },
    { "the affinities of a STRICT table",
      "CREATE TABLE t(a INT, b INTEGER, c REAL, d TEXT, e BLOB, f ANY) STRICT",
      "t: a I b I c R d T e B f B\n" },
    { "ANY means nothing in an ordinary table", "CREATE TABLE t(a ANY)",
      "t: a N\n" },
    { "the rowid by its name",
      "CREATE TABLE t(name TEXT, id INTEGER PRIMARY KEY)",
      "t: name T id I pk(id) (id) rowid=id\n" },
    { "the rowid, by a table constraint and another case",
      "CREATE TABLE t(Id InTeGeR NOT NULL, PRIMARY KEY (\"id\" ASC))",
      "t: Id I! pk(Id) (Id) rowid=Id\n" },
    { "keys that are not the rowid",
      "CREATE TABLE a(id INT PRIMARY KEY);"
      "CREATE TABLE b(id INTEGER PRIMARY KEY DESC);"
      "CREATE TABLE c(id INTEGER PRIMARY KEY) WITHOUT ROWID;"
      "CREATE TABLE d(id INTEGER, x, PRIMARY KEY (id, x));"
      "CREATE TABLE e(id INTEGER UNIQUE);"
      "CREATE TABLE f(id INTEGER, PRIMARY KEY (id DESC))",
      "a: id I pk(id) (id)\n"
      "b: id I pk(id) (id)\n"
      "c: id I! pk(id) (id) without-rowid\n"
      "d: id I x B pk(id,x) (id,x)\n"
      "e: id I (id)\n"
      "f: id I pk(id) (id) rowid=id\n" },
    { "a primary key in its own order",
      "CREATE TABLE t(a, b, c, PRIMARY KEY (c, a)) WITHOUT ROWID",
      "t: a B! b B c B! pk(c,a) (c,a) without-rowid\n" },
    { "a primary key that says a column twice",
      "CREATE TABLE t(a, b, PRIMARY KEY (a, a, b))",
      "t: a B b B pk(a,b) (a,b)\n" },
    { "every unique key, and no other",
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a UNIQUE, b TEXT COLLATE NOCASE"
      " UNIQUE, c, d, e, UNIQUE (d, c));"
      "CREATE UNIQUE INDEX i1 ON t(e) WHERE e IS NOT NULL;"
      "CREATE UNIQUE INDEX i2 ON t(lower(e));"
      "CREATE UNIQUE INDEX i3 ON t(e, c);"
      "CREATE UNIQUE INDEX i4 ON t(d, lower(e));"
      "CREATE INDEX i5 ON t(e)",
      "t: id I a B b T c B d B e B pk(id) (id) (e,c) (a) (b) (d,c) rowid=id"
      "\n" },
    { "what has a default",
      "CREATE TABLE t(a DEFAULT 1, b NOT NULL DEFAULT '', c DEFAULT NULL,"
      " d NOT NULL, e DEFAULT CURRENT_TIMESTAMP, f DEFAULT (1 + 1))",
      "t: a B= b B!= c B d B! e B= f B=\n" },
    { "generated columns are not stored, and no key",
      "CREATE TABLE t(x AS (a + 1), a, y AS (a + 2) STORED, b UNIQUE);"
      "CREATE UNIQUE INDEX i ON t(y); CREATE UNIQUE INDEX j ON t(b, a)",
      "t: a B b B (b,a) (b) generated\n" },
    { "a generated column that calls what nobody knows",
      "CREATE TABLE t(a, b); PRAGMA writable_schema = ON;"
      "UPDATE sqlite_schema SET sql = 'CREATE TABLE t(a, b AS (nobody(a)))'",
      "t: a B generated\n" },
    { "names in the order of their bytes",
      "CREATE TABLE b(x); CREATE TABLE B2(x); CREATE TABLE \"a b\"(x);"
      "CREATE TABLE \"\"(x)",
      ": x B\nB2: x B\na b: x B\nb: x B\n" },
    { "shadow tables and sqlite_sequence, neither virtual tables, views nor "
      "statistics",
      "CREATE TABLE s(id INTEGER PRIMARY KEY AUTOINCREMENT);"
      "CREATE VIEW v AS SELECT * FROM s; CREATE INDEX i ON s(id); ANALYZE;"
      "CREATE VIRTUAL TABLE f USING fts5(body, content='')",
      "f_config: k B! v B pk(k) (k) without-rowid\n"
      "f_data: id I block B pk(id) (id) rowid=id\n"
      "f_docsize: id I sz B pk(id) (id) rowid=id\n"
      "f_idx: segid B! term B! pgno B pk(segid,term) (segid,term) "
      "without-rowid\n"
      "s: id I pk(id) (id) rowid=id\n"
      "sqlite_sequence: name B seq B\n" },
    { "tables that carry the names of what reads them",
      "CREATE VIEW pragma_table_list AS SELECT 'forged' AS name;"
      "CREATE TABLE pragma_table_xinfo(forged); CREATE TABLE t(a);"
      "CREATE TABLE pragma_index_list(x UNIQUE);"
      "CREATE VIEW pragma_index_xinfo AS SELECT 1 AS cid",
      "pragma_index_list: x B (x)\npragma_table_xinfo: forged B\nt: a B\n" },
};

static void
tables_are_read_as_they_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(schemas); i++) {
        struct test_school school;
        char *tables;

        test_school_start(&school, schemas[i].sql);
        tables = describe(school.db);
        if (strcmp(tables, schemas[i].tables) != 0)
            fail_msg("%s: expected\n%sbut got\n%s", schemas[i].what,
                     schemas[i].tables, tables);
        free(tables);
        test_school_end(&school);
    }
}

static struct rp_schema *
schema_of(struct test_school *school)
{
    struct rp_schema *schema = NULL;
    struct rp_err err;

    assert_ok(rp_schema_open(school->db, &schema, &err), &err);
    return schema;
}

static void
two_thousand_columns_are_read(void **state)
{
    struct test_school school;
    struct rp_buf sql = { 0 };
    struct rp_schema *schema;
    const struct rp_table *table;

    (void)state;
    rp_buf_str(&sql, "CREATE TABLE wide(c0");
    for (int i = 1; i < RP_COLUMNS_MAX; i++)
        rp_buf_printf(&sql, ", c%d", i);
    rp_buf_str(&sql, ", PRIMARY KEY (c1999, c0))");
    test_school_start(&school, rp_buf_cstr(&sql));
    schema = schema_of(&school);
    table = rp_schema_table(schema, "wide");
    assert_non_null(table);
    assert_int_equal(table->column_count, RP_COLUMNS_MAX);
    assert_string_equal(table->columns[1234].name, "c1234");
    assert_int_equal(table->primary.count, 2);
    assert_int_equal(table->primary.columns[0], 1999);
    assert_int_equal(table->primary.columns[1], 0);
    rp_schema_close(schema);
    rp_buf_release(&sql);
    test_school_end(&school);
}

static void
names_are_found_in_any_case_but_the_exact_one_first(void **state)
{
    struct test_school school;
    struct rp_schema *schema;
    const struct rp_table *table;

    (void)state;
    test_school_start(&school, "CREATE TABLE Students(Id, \"\xc3\x84\", x);"
                               "CREATE VIEW courses AS SELECT 1;"
                               "CREATE TRIGGER t AFTER INSERT ON students "
                               "BEGIN SELECT 1; END;"
                               "CREATE TRIGGER other DELETE ON STUDENTS "
                               "BEGIN SELECT 1; END");
    schema = schema_of(&school);
    table = rp_schema_table(schema, "sTUDENTS");
    assert_non_null(table);
    assert_string_equal(table->name, "Students");
    assert_holds(table->sql, "CREATE TABLE Students(Id");
    assert_null(rp_schema_table(schema, "courses"));
    assert_null(rp_schema_table(schema, "student"));
    assert_int_equal(rp_table_column(table, RP_LIT("ID")), 0);
    assert_int_equal(rp_table_column(table, RP_LIT("\xc3\x84")), 1);
    assert_int_equal(rp_table_column(table, RP_LIT("\xc3\xa4")), -1);
    assert_int_equal(rp_table_column(table, RP_LIT("")), -1);

    assert_string_equal(rp_schema_object(schema, "Courses")->type, "view");
    assert_string_equal(rp_schema_object(schema, "students")->type, "table");
    assert_null(rp_schema_object(schema, "t"));
    assert_int_equal(rp_schema_trigger_count(schema, "students"), 2);
    assert_int_equal(rp_schema_trigger_count(schema, "courses"), 0);
    rp_schema_close(schema);
    test_school_end(&school);
}

static void
names_with_quotes_and_line_ends_are_read(void **state)
{
    static const char sql[] =
        "CREATE TABLE \"a\"\"b\n'c\"(\"d\"\"e\n\" INTEGER "
        "PRIMARY KEY, \"x\xff\" UNIQUE)";
    struct test_school school;
    struct rp_schema *schema;
    const struct rp_table *table;

    (void)state;
    test_school_start(&school, sql);
    schema = schema_of(&school);
    table = rp_schema_table(schema, "A\"b\n'c");
    assert_non_null(table);
    assert_string_equal(table->columns[0].name, "d\"e\n");
    assert_string_equal(table->columns[1].name, "x\xff");
    assert_int_equal(table->unique_count, 2);
    assert_int_equal(table->rowid_column, 0);
    assert_string_equal(table->sql, sql);
    rp_schema_close(schema);
    test_school_end(&school);
}

static void
objects_stand_in_the_order_of_type_and_name(void **state)
{
    struct test_school school;
    struct rp_schema *schema;
    struct rp_buf out = { 0 };
    const struct rp_object *objects;
    size_t count;

    (void)state;
    test_school_start(&school, "CREATE TABLE b(x UNIQUE);"
                               "CREATE TABLE B2(x); CREATE INDEX i ON b(x);"
                               "CREATE VIEW a AS SELECT 1");
    schema = schema_of(&school);
    objects = rp_schema_objects(schema, &count);
    for (size_t i = 0; i < count; i++)
        rp_buf_printf(&out, "%s %s %s %s\n", objects[i].type, objects[i].name,
                      objects[i].table, (const char *)objects[i].sql.ptr);
    assert_bytes(rp_buf_view(&out), "index i b CREATE INDEX i ON b(x)\n"
                                    "index sqlite_autoindex_b_1 b \n"
                                    "table B2 B2 CREATE TABLE B2(x)\n"
                                    "table b b CREATE TABLE b(x UNIQUE)\n"
                                    "view a a CREATE VIEW a AS SELECT 1\n");
    rp_buf_release(&out);
    rp_schema_close(schema);
    test_school_end(&school);
}

static void
a_schema_that_cannot_be_read_is_a_failure(void **state)
{
    struct test_school school;
    struct rp_schema *schema = NULL;
    struct rp_err err = { 0 };

    (void)state;
    test_school_start(&school, "CREATE TABLE t(x); CREATE TABLE u(x);");
    test_sql(school.path, "PRAGMA writable_schema = ON;"
                          "UPDATE sqlite_schema SET sql = 'CREATE TABLE (' "
                          "WHERE name = 'u'");
    test_sql(school.path, "PRAGMA user_version = 9");
    test_sql(school.path, "PRAGMA writable_schema = ON; PRAGMA schema_version "
                          "= 99");
    assert_int_equal(rp_schema_open(school.db, &schema, &err), RP_E_DB);
    assert_null(schema);
    assert_holds(err.text, "malformed database schema (u)");
    assert_holds(err.text, "bring back a backup");
    test_school_end(&school);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read_as_they_are),
        cmocka_unit_test(two_thousand_columns_are_read),
        cmocka_unit_test(names_are_found_in_any_case_but_the_exact_one_first),
        cmocka_unit_test(names_with_quotes_and_line_ends_are_read),
        cmocka_unit_test(objects_stand_in_the_order_of_type_and_name),
        cmocka_unit_test(a_schema_that_cannot_be_read_is_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
