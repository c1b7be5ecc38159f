/* limits.h - every bound of the program, in one place. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define RP_ERR_TEXT_BYTES 2048

/* A field longer than this is no key and no grade: field-too-large. */
#define RP_FIELD_MAX_BYTES ((size_t)1 << 20)
/* All fields of a record together; also what a record may span. */
#define RP_RECORD_MAX_BYTES ((size_t)4 << 20)
/* SQLite allows no more columns in a table. */
#define RP_COLUMNS_MAX 2000
/* Columns of one composite key. */
#define RP_KEY_COLUMNS_MAX 16
/* Sources in one run: 15 bits of a record's ordinal. */
#define RP_SOURCES_MAX 32767
/* The number of a record within its source: 48 bits of its ordinal. */
#define RP_RECORD_NUMBER_MAX (((uint64_t)1 << 48) - 1)

/* Records that are looked at together: enough to look all their keys up at
 * once, few enough to stay in the CPU's first cache. */
#define RP_BATCH_RECORDS 64

/* Places remembered in a source, for looking a record up again. */
#define RP_PLACES_MAX ((size_t)1024)

/* How much of a source is read at once. */
#define RP_READ_BYTES ((size_t)256 << 10)
/* A source that has a NUL or a magic number in here is not CSV. */
#define RP_PROBE_BYTES ((size_t)4096)

#define RP_SHA256_BYTES 32
#define RP_SHA256_HEX 65 /* with the final NUL */
#define RP_FP_HEX 33     /* with the final NUL */

/* Bytes of rows that are handed to SHA-256 at once. */
#define RP_HASH_BATCH_BYTES ((size_t)128 << 10)
/* SQLite opens no longer path, its journal's included. */
#define RP_DB_PATH_MAX_BYTES 500
/* SQLite takes a page cache of no more KiB than an int holds. */
#define RP_CACHE_MAX_BYTES ((size_t)1 << 40)
/* Lines of trouble that one check of the database may list. */
#define RP_SOUNDNESS_LINES_MAX 10000

/* Of each code, the positions that stand in a verdict; findings.csv holds all
 * of them. */
#define RP_POSITIONS_MAX 25
/* Records traced from source to link in the evidence. */
#define RP_SAMPLE_RECORDS 25
/* A longer verdict.json is not read back. */
#define RP_VERDICT_MAX_BYTES ((size_t)64 << 20)
/* Names of tables and columns and all SQL of a snapshot. */
#define RP_SNAPSHOT_DIRECTORY_MAX_BYTES ((uint64_t)64 << 20)
/* Files of one bag, the bytes of a manifest that lists them, folders within
 * folders: what a bag from elsewhere may ask of its reader. */
#define RP_BAG_FILES_MAX 40000
#define RP_BAG_MANIFEST_MAX_BYTES ((size_t)16 << 20)
#define RP_BAG_DEPTH_MAX 8
/* The name of a bag's folder as rp_show writes it, with the final NUL: each of
 * 255 bytes may become \xNN. */
#define RP_BAG_NAME_BYTES 1024
/* How long a run waits for others that publish in the same folder. */
#define RP_BAG_TURN_SECONDS 30
/* Metrics of before are read for one number. */
#define RP_METRICS_MAX_BYTES ((size_t)1 << 20)
/* A map is written by people. */
#define RP_MAP_MAX_BYTES ((size_t)1 << 20)

#define RP_MEMORY_DEFAULT_BYTES ((size_t)256 << 20)
#define RP_MEMORY_LEAST_BYTES ((size_t)8 << 20)
#define RP_WAIT_DEFAULT_SECONDS 30

#endif
