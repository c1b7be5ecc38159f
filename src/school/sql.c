/* sql.c - see sql.h. */
#include "school/sql.h"

#include <assert.h>
#include <stddef.h>

#include "school/change.h"

/* clang-format off */
static const struct rp_sql_text texts[RP_SQL_MAX] = {
    [RP_SQL_CELL_SIZE_CHECK] = {
        "PRAGMA cell_size_check = ON", "check cell sizes" },
    [RP_SQL_NO_MMAP] = {
        "PRAGMA mmap_size = 0", "read without mmap" },
    [RP_SQL_QUERY_ONLY] = {
        "PRAGMA query_only = ON", "write nothing" },
    [RP_SQL_ENCODING] = {
        "PRAGMA encoding", "open it" },
    [RP_SQL_JOURNAL_MODE] = {
        "PRAGMA main.journal_mode", "ask for the journal mode" },
    [RP_SQL_DATA_VERSION] = {
        "PRAGMA main.data_version", "ask whether others wrote" },
    [RP_SQL_SYNCHRONOUS_EXTRA] = {
        "PRAGMA main.synchronous = EXTRA", "ask for durable writes" },
    [RP_SQL_FOREIGN_KEYS_ON] = {
        "PRAGMA foreign_keys = ON", "enforce foreign keys" },
    [RP_SQL_FOREIGN_KEYS_OFF] = {
        "PRAGMA foreign_keys = OFF", "leave foreign keys to the proof" },

    [RP_SQL_BEGIN_READ] = { "BEGIN", "begin to read" },
    [RP_SQL_BEGIN_WRITE] = { "BEGIN IMMEDIATE", "begin to write" },
    [RP_SQL_FIRST_READ] = {
        "SELECT count(*) FROM main.sqlite_schema", "begin to read" },
    [RP_SQL_COMMIT] = { "COMMIT", "commit" },
    [RP_SQL_ROLLBACK] = { "ROLLBACK", "roll back" },

    [RP_SQL_OBJECTS] = {
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema"
        " ORDER BY type COLLATE BINARY, name COLLATE BINARY",
        "read the schema" },
    [RP_SQL_TABLES] = {
        "SELECT name, wr, strict FROM temp.pragma_table_list"
        " WHERE schema = 'main' AND type IN ('table', 'shadow')"
        "   AND name <> 'sqlite_schema'"
        "   AND name NOT LIKE 'sqlite@_stat%' ESCAPE '@'"
        " ORDER BY name COLLATE BINARY",
        "list the tables" },
    [RP_SQL_COLUMNS] = {
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden"
        "  FROM temp.pragma_table_xinfo(?1, 'main') ORDER BY cid",
        "list a table's columns" },
    [RP_SQL_INDEXES] = {
        "SELECT name, \"unique\", origin, partial"
        "  FROM temp.pragma_index_list(?1, 'main')"
        " ORDER BY name COLLATE BINARY",
        "list a table's indexes" },
    [RP_SQL_INDEX_COLUMNS] = {
        "SELECT cid FROM temp.pragma_index_xinfo(?1, 'main')"
        " WHERE key ORDER BY seqno",
        "list an index's columns" },
    [RP_SQL_INDEX_ODD] = {
        "SELECT count(*) FROM temp.pragma_index_xinfo(?1, 'main')"
        " WHERE key AND (\"desc\" OR coll <> 'BINARY')",
        "look at an index's order" },

    /* One line more than RP_SOUNDNESS_LINES_MAX. */
    [RP_SQL_QUICK_CHECK] = {
        "PRAGMA main.quick_check(10001)", "quick_check" },
    [RP_SQL_INTEGRITY_CHECK] = {
        "PRAGMA main.integrity_check(10001)", "integrity_check" },
    [RP_SQL_FOREIGN_KEY_CHECK] = {
        "PRAGMA main.foreign_key_check", "foreign_key_check" },

    [RP_SQL_FILL] = {
        "INSERT INTO main.student_courses(student_id, course_id)"
        " SELECT student_id, course_id FROM temp.rollproof_links",
        "fill student_courses" },
    [RP_SQL_LINKS_INDEX] = {
        "SELECT i.name FROM temp.pragma_table_list AS t,"
        "       temp.pragma_index_list(t.name, 'main') AS i"
        " WHERE t.schema = 'main' AND t.wr AND i.origin = 'pk'"
        "   AND t.name = 'student_courses' COLLATE NOCASE",
        "find the key of student_courses" },
    [RP_SQL_COUNT_LINKS] = {
        "SELECT count(*) FROM main.student_courses NOT INDEXED",
        "count student_courses" },
    [RP_SQL_FIND_LINK] = {
        "SELECT 1 FROM main.student_courses"
        " WHERE student_id = ?1 AND course_id = ?2",
        "look for a link" },
    [RP_SQL_ADD_LINK] = {
        "INSERT INTO main.student_courses(student_id, course_id)"
        " VALUES (?1, ?2)",
        "add a link" },
    [RP_SQL_REMOVE_LINK] = {
        "DELETE FROM main.student_courses"
        " WHERE student_id = ?1 AND course_id = ?2",
        "remove a link" },
    [RP_SQL_DROP_LINKS] = {
        "DROP TABLE main.student_courses", "drop student_courses" },
    /* The sorter's runs are as large as the cache, and are fastest when they
     * stay in that of the processor: on 10,000,000 links CREATE INDEX took 6 s
     * with 1-2 MB, 13 s with 64 MB, 19-28 s with 256 MB. */
    [RP_SQL_SORTER_CACHE] = {
        "PRAGMA main.cache_size = -1536", "make an index" },
    [RP_SQL_COURSE_INDEX] = {
        RP_COURSE_INDEX_SQL, "make the index on course_id" },
};
/* clang-format on */

const struct rp_sql_text *
rp_sql_text(enum rp_sql id)
{
    assert(id < RP_SQL_MAX && texts[id].sql != NULL);
    return &texts[id];
}
