/* sql.h - every fixed SQL statement of the program, in one table.
 *
 * Values are bound by ?1.  Statements that name a user's tables or columns are
 * not here: rp_db_sql builds them.  "main." and "temp." stand where a user
 * could have given one of his own tables or views the name that we mean: what
 * is looked up in temp is either ours or SQLite's.
 */
#ifndef SCHOOL_SQL_H
#define SCHOOL_SQL_H

enum rp_sql {
    RP_SQL_CELL_SIZE_CHECK,
    RP_SQL_NO_MMAP,
    RP_SQL_QUERY_ONLY,
    RP_SQL_ENCODING,
    RP_SQL_JOURNAL_MODE,
    RP_SQL_DATA_VERSION,
    RP_SQL_SYNCHRONOUS_EXTRA,
    RP_SQL_FOREIGN_KEYS_ON,
    RP_SQL_FOREIGN_KEYS_OFF,
    RP_SQL_BEGIN_READ,
    RP_SQL_BEGIN_WRITE,
    RP_SQL_FIRST_READ,
    RP_SQL_COMMIT,
    RP_SQL_ROLLBACK,
    RP_SQL_OBJECTS,
    RP_SQL_TABLES,
    RP_SQL_COLUMNS,
    RP_SQL_INDEXES,
    RP_SQL_INDEX_COLUMNS,
    RP_SQL_INDEX_ODD,
    RP_SQL_QUICK_CHECK,
    RP_SQL_INTEGRITY_CHECK,
    RP_SQL_FOREIGN_KEY_CHECK,
    RP_SQL_FILL,
    RP_SQL_LINKS_INDEX,
    RP_SQL_COUNT_LINKS,
    RP_SQL_FIND_LINK,
    RP_SQL_ADD_LINK,
    RP_SQL_REMOVE_LINK,
    RP_SQL_DROP_LINKS,
    RP_SQL_SORTER_CACHE,
    RP_SQL_COURSE_INDEX,
    RP_SQL_MAX,
};

struct rp_sql_text {
    const char *sql;
    const char *what; /* in messages */
};

const struct rp_sql_text *rp_sql_text(enum rp_sql id);

#endif
