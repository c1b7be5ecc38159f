/* see verifying.h: all that is read of the school, in one transaction. */
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/show.h"
#include "job/verifying.h"

/* Of the memory: for the keys, and for a table in another order. */
#define KEYS_SHARE 4
#define LINKS_SHARE 8

const char *
rp_first_table(size_t index)
{
    static const char *const names[RP_FIRST_TABLES] = { "students", "courses",
                                                        RP_LINKS };

    return names[index];
}

bool
rp_is_first_table(const char *name)
{
    for (size_t i = 0; i < RP_FIRST_TABLES; i++)
        if (rp_name_eq(rp_first_table(i), name))
            return true;
    return false;
}

int
rp_verifying_table(const struct rp_verifying *verifying, const char *name)
{
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(verifying->schema, &count);

    for (size_t i = 0; i < count; i++)
        if (rp_name_eq(tables[i].name, name))
            return (int)i;
    return -1;
}

bool
rp_verifying_in_scope(const struct rp_verifying *verifying, const char *table)
{
    return verifying->options->all_tables || rp_is_first_table(table);
}

/* A name that is no table would allow nothing, and nobody would know. */
static enum rp_status
check_allowed_table(const struct rp_verifying *verifying, const char *table,
                    struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(verifying->schema, &count);
    struct rp_slice *names;
    int near;

    (void)rp_show_in(shown, rp_slice_str(table));
    if (!rp_verifying_in_scope(verifying, table))
        return rp_fail(err, RP_E_USAGE,
                       "--allow %s: only students, courses and "
                       "student_courses are looked at; give --all-tables as "
                       "well",
                       shown);
    if (rp_verifying_table(verifying, table) >= 0 ||
        rp_against_knows(verifying, table))
        return RP_OK;
    names = rp_zalloc_array(count + 1, sizeof *names);
    if (names == NULL)
        return rp_fail_nomem(err, "look for a table");
    for (size_t i = 0; i < count; i++)
        names[i] = rp_slice_str(tables[i].name);
    near = rp_nearest(rp_slice_str(table), names, count);
    rp_free(names);
    return rp_fail(err, RP_E_USAGE, "--allow: there is no table %s%s%s%s",
                   shown, near >= 0 ? "; did you mean " : "",
                   near >= 0 ? tables[near].name : "", near >= 0 ? "?" : "");
}

static enum rp_status
check_allowed(const struct rp_verifying *verifying, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < verifying->allow.count && status == RP_OK; i++)
        status = check_allowed_table(verifying, verifying->allow.items[i].table,
                                     err);
    return status;
}

/* Without a source only the ids are asked for. */
static void
take_ids(struct rp_key_shape *shape, const struct rp_table *parent)
{
    if (shape->table != NULL)
        return;
    shape->table = parent;
    shape->count = 1;
    shape->column[0] = (size_t)parent->rowid_column;
    shape->integer[0] = true;
}

static enum rp_status
open_keys(struct rp_verifying *verifying, const struct rp_table *students,
          const struct rp_table *courses, struct rp_err *err)
{
    struct rp_keyrings_request wanted = {
        .db = verifying->db,
        .student = &verifying->student,
        .course = &verifying->course,
        .memory_bytes = rp_session_memory(verifying->session) / KEYS_SHARE,
        .with_ids = verifying->plan != NULL,
    };

    take_ids(&verifying->student, students);
    take_ids(&verifying->course, courses);
    return rp_keyrings_open(&wanted, &verifying->keys, err);
}

/* A school without a table that fits is a finding here, not a failure. */
static enum rp_status
find_links(struct rp_verifying *verifying, struct rp_err *err)
{
    const struct rp_table *students = NULL;
    const struct rp_table *courses = NULL;
    const struct rp_table *links = rp_schema_table(verifying->schema, RP_LINKS);
    enum rp_status status =
        rp_schema_parent(verifying->schema, "students", &students, err);

    if (status == RP_OK)
        status = rp_schema_parent(verifying->schema, "courses", &courses, err);
    if (status == RP_OK && links == NULL)
        status = rp_fail(err, RP_E_USAGE,
                         "%s: there is no table " RP_LINKS
                         "; `rollproof migrate` fills it, `rollproof upgrade` "
                         "only creates it",
                         rp_db_path(verifying->db));
    if (status == RP_OK)
        status = rp_schema_links_fit(links, err);
    if (status == RP_E_USAGE) {
        (void)snprintf(verifying->schema_trouble,
                       sizeof verifying->schema_trouble, "%s", err->text);
        return RP_OK;
    }
    verifying->links = links;
    if (status == RP_OK)
        status = rp_claimed_shapes(verifying, students, courses, err);
    if (status == RP_OK)
        status = open_keys(verifying, students, courses, err);
    return status;
}

static enum rp_status
list_orphan(void *ctx, const unsigned char *key, struct rp_err *err)
{
    struct rp_verifying *verifying = ctx;
    struct rp_listing *orphans = &verifying->found.orphans;
    struct rp_buf *line = &verifying->line;
    int64_t student_id = 0;
    int64_t course_id = 0;
    enum rp_status status;

    if (!rp_listing_wants(orphans, &verifying->room))
        return RP_OK;
    rp_link_unpack(key, &student_id, &course_id);
    rp_buf_reset(line);
    rp_buf_printf(line, "student_id %" PRId64 ", course_id %" PRId64,
                  student_id, course_id);
    status = rp_buf_status(line, err);
    return status == RP_OK ? rp_listing_put(orphans, &verifying->room,
                                            rp_buf_view(line), err)
                           : status;
}

/* Lines of trouble are strings one after the other. */
static enum rp_status
list_trouble(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_listing *trouble = &verifying->found.trouble;
    const struct rp_buf *lines = &verifying->soundness;
    enum rp_status status = RP_OK;
    size_t at = 0;

    while (at < lines->len && status == RP_OK) {
        struct rp_slice line = rp_slice_str((const char *)lines->ptr + at);

        at += line.len + 1;
        if (!rp_listing_wants(trouble, &verifying->room))
            continue;
        rp_buf_reset(&verifying->line);
        rp_show(&verifying->line, line);
        status = rp_buf_status(&verifying->line, err);
        if (status == RP_OK)
            status = rp_listing_put(trouble, &verifying->room,
                                    rp_buf_view(&verifying->line), err);
    }
    return status;
}

/* visitor: of the links, or NULL. */
static enum rp_status
read_tables(struct rp_verifying *verifying,
            const struct rp_row_visitor *visitor, struct rp_err *err)
{
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(verifying->schema, &count);
    enum rp_status status = RP_OK;

    if (verifying->next != NULL)
        return rp_rotating_scan(verifying, visitor, err);
    for (size_t i = 0; i < count && status == RP_OK; i++)
        if (rp_verifying_in_scope(verifying, tables[i].name))
            status =
                rp_rows_scan(verifying->db, &tables[i],
                             &tables[i] == verifying->links ? visitor : NULL,
                             &verifying->digests[i], err);
    return status;
}

/* Watched by the checks of the links, and by the comparison with sources. */
static enum rp_status
watch_tables(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_link_follower orphans = { list_orphan, verifying };
    struct rp_link_follower follower;
    struct rp_linkwatch_request request = {
        .links = verifying->links,
        .orphans = &orphans,
        .keys = &verifying->keys,
        .folder = rp_db_folder(verifying->db),
        .memory_bytes = rp_session_memory(verifying->session) / LINKS_SHARE,
    };
    struct rp_linkwatch *watch = NULL;
    struct rp_row_visitor visitor;
    enum rp_status status;

    if (verifying->presence != NULL) {
        follower = rp_presence_follower(verifying->presence);
        request.follower = &follower;
    }
    status = rp_linkwatch_open(&request, &watch, err);
    if (status == RP_OK) {
        visitor = rp_linkwatch_visitor(watch);
        status = read_tables(verifying, &visitor, err);
    }
    if (status == RP_OK)
        status = rp_linkwatch_finish(watch, &verifying->watched, err);
    rp_linkwatch_close(watch);
    return status;
}

static enum rp_status
scan_tables(struct rp_verifying *verifying, struct rp_err *err)
{
    size_t count = 0;

    (void)rp_schema_tables(verifying->schema, &count);
    verifying->digests = rp_zalloc_array(count + 1, sizeof *verifying->digests);
    if (verifying->digests == NULL)
        return rp_fail_nomem(err, "hold the digests");
    return verifying->links == NULL ? read_tables(verifying, NULL, err)
                                    : watch_tables(verifying, err);
}

/* A table, as it is now, for the verdict; NULL digest: it is not there. */
static enum rp_status
put_table(struct rp_verdict *verdict, const char *name,
          const struct rp_digest *digest, struct rp_err *err)
{
    struct rp_table_report *report = &verdict->tables[verdict->table_count];
    struct rp_buf shown = { 0 };
    char hex[RP_FP_HEX];

    rp_show(&shown, rp_slice_str(name));
    report->table = rp_arena_str(&verdict->arena, rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    if (report->table == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    report->role = rp_name_eq(name, RP_LINKS) ? RP_ROLE_DECLARED
                   : rp_name_eq(name, "students") || rp_name_eq(name, "courses")
                       ? RP_ROLE_PRESERVED
                       : RP_ROLE_BYSTANDER;
    verdict->table_count++;
    if (digest == NULL)
        return RP_OK;
    rp_fp_hex(hex, &digest->fp);
    report->there_after = true;
    report->rows_after = digest->fp.rows;
    report->digest_after = rp_arena_str(&verdict->arena, digest->sha256);
    report->fingerprint_after = rp_arena_str(&verdict->arena, hex);
    if (report->digest_after == NULL || report->fingerprint_after == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    return RP_OK;
}

/* The three, also when one is not there; then all others by name. */
static enum rp_status
put_tables(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_verdict *verdict = &verifying->found.verdict;
    size_t count = 0;
    const struct rp_table *tables = rp_schema_tables(verifying->schema, &count);
    enum rp_status status = RP_OK;

    verdict->tables = rp_arena_array(&verdict->arena, RP_FIRST_TABLES + count,
                                     sizeof *verdict->tables);
    if (verdict->tables == NULL)
        return rp_fail_nomem(err, "hold the verdict");
    for (size_t i = 0; i < RP_FIRST_TABLES && status == RP_OK; i++) {
        int at = rp_verifying_table(verifying, rp_first_table(i));

        status = put_table(verdict, rp_first_table(i),
                           at < 0 ? NULL : &verifying->digests[at], err);
    }
    for (size_t i = 0; i < count && status == RP_OK; i++)
        if (!rp_is_first_table(tables[i].name) &&
            verifying->options->all_tables)
            status =
                put_table(verdict, tables[i].name, &verifying->digests[i], err);
    return status;
}

/* what: of one, of several. */
static enum rp_status
check_count(struct rp_verifying *verifying, const char *id, uint64_t count,
            const char *const what[2], struct rp_err *err)
{
    struct rp_buf texts[2] = { { 0 }, { 0 } };

    rp_buf_printf(&texts[0], "0 %s", what[1]);
    rp_buf_printf(&texts[1], "%" PRIu64 " %s", count, what[count != 1]);
    return rp_verifying_check(verifying, id, count == 0 ? RP_PASS : RP_FAIL,
                              texts, err);
}

static enum rp_status
check_schema(struct rp_verifying *verifying, struct rp_err *err)
{
    struct rp_buf texts[2] = { { 0 }, { 0 } };
    const char *trouble = verifying->schema_trouble;

    rp_buf_str(&texts[0], "the three tables fit");
    rp_buf_str(&texts[1],
               trouble[0] == '\0' ? "the three tables fit" : trouble);
    return rp_verifying_check(verifying, "schema-fits",
                              trouble[0] == '\0' ? RP_PASS : RP_FAIL, texts,
                              err);
}

static enum rp_status
check_invariants(struct rp_verifying *verifying, struct rp_err *err)
{
    static const char *const orphans[] = {
        "link without a student or a course",
        "links without a student or a course"
    };
    static const char *const repeats[] = { "link that is there twice",
                                           "links that are there twice" };
    static const char *const trouble[] = { "line of trouble",
                                           "lines of trouble" };
    static const char *const unseen[] = {
        "line of trouble, CHECK constraints not looked at: the school may "
        "only be read",
        "lines of trouble, CHECK constraints not looked at: the school may "
        "only be read"
    };
    enum rp_status status = check_schema(verifying, err);

    if (status == RP_OK && verifying->links != NULL)
        status = check_count(verifying, "links-reference-rows",
                             verifying->watched.orphans, orphans, err);
    if (status == RP_OK && verifying->links != NULL)
        status = check_count(verifying, "links-once",
                             verifying->watched.repeats, repeats, err);
    if (status == RP_OK)
        status = check_count(
            verifying, "database-sound", verifying->found.trouble.total,
            rp_db_sees_checks(verifying->db) ? trouble : unseen, err);
    return status;
}

enum rp_status
rp_verifying_look(struct rp_verifying *verifying, struct rp_err *err)
{
    enum rp_status status =
        rp_schema_open(verifying->db, &verifying->schema, err);

    if (status == RP_OK)
        status = check_allowed(verifying, err);
    if (status == RP_OK)
        status = find_links(verifying, err);
    if (status == RP_OK)
        status = rp_claimed_read(verifying, err);
    rp_progress_stage(&verifying->progress, "verifying", "", 0);
    if (status == RP_OK)
        status = rp_db_soundness(verifying->db, verifying->options->full_check,
                                 &verifying->soundness, err);
    if (status == RP_OK)
        status = list_trouble(verifying, err);
    if (status == RP_OK)
        status = scan_tables(verifying, err);
    if (status == RP_OK)
        status = put_tables(verifying, err);
    if (status == RP_OK)
        status = check_invariants(verifying, err);
    if (status == RP_OK)
        status = rp_claimed_finish(verifying, err);
    if (status == RP_OK)
        status = rp_against_compare(verifying, err);
    return status;
}
