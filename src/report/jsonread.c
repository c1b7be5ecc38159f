/* see json.h */
#include "report/json.h"

#include <string.h>

#include "base/show.h"
#include "report/jsondoor.h"
#include "report/jsonget.h"
#include "report/jsonsync.h"

/* The index of the text among names. */
static int
get_named(struct rp_json_reader *reader, const json_t *object,
          const char *member, const char *const names[3])
{
    const char *text = rp_json_get_text(reader, object, member);

    for (int i = 0; text != NULL && i < 3; i++)
        if (strcmp(text, names[i]) == 0)
            return i;
    rp_json_wrong(reader, member, "is a word that this version does not know");
    return 0;
}

/* Numbers above ours are those of later versions. */
static void
check_schema(struct rp_json_reader *reader, const char *schema)
{
    static const char family[] = "rollproof/verdict/";
    const size_t len = sizeof family - 1;

    if (schema == NULL || strcmp(schema, RP_VERDICT_SCHEMA) == 0)
        return;
    if (strncmp(schema, family, len) != 0 || schema[len] < '1' ||
        schema[len] > '9' ||
        schema[len + strspn(schema + len, "0123456789")] != '\0')
        rp_json_wrong(reader, "schema", "is not " RP_VERDICT_SCHEMA);
    else if (reader->status == RP_OK)
        reader->status = rp_fail(
            reader->err, RP_E_IO,
            "%s: has the schema %.40s and was written by a newer rollproof, "
            "%.20s; this one reads " RP_VERDICT_SCHEMA ": use that one",
            reader->name, schema, reader->writer);
}

static void
read_head(struct rp_json_reader *reader, const json_t *root,
          struct rp_verdict *verdict)
{
    const char *const outcomes[3] = {
        rp_outcome_name(RP_PROVED),
        rp_outcome_name(RP_PROVED_WITH_EXCEPTIONS),
        rp_outcome_name(RP_NOT_PROVED),
    };
    const char *schema = rp_json_get_text(reader, root, "schema");
    int outcome;

    verdict->program = rp_json_get_text(reader, root, "rollproof");
    reader->writer = verdict->program;
    check_schema(reader, schema);
    verdict->command = rp_json_get_text(reader, root, "command");
    verdict->school = rp_json_get_text(reader, root, "school");
    verdict->declared = rp_json_get_text(reader, root, "declared");
    outcome = get_named(reader, root, "verdict", outcomes);
    verdict->outcome = (enum rp_outcome)outcome;
    verdict->committed = rp_json_get_bool(reader, root, "committed");
    verdict->dry_run = rp_json_get_bool(reader, root, "dry_run");
    verdict->shared = json_object_get(root, "shared") != NULL &&
                      rp_json_get_bool(reader, root, "shared");
}

static struct rp_side
get_side(struct rp_json_reader *reader, const json_t *mapping,
         const char *member, const char *table)
{
    const json_t *json = rp_json_get(reader, mapping, member);
    struct rp_side side = { 0 };

    if (json == NULL || json_is_null(json))
        return side;
    side.table = table;
    side.csv = rp_json_get_names(reader, json, "csv");
    side.db = rp_json_get_names(reader, json, "db");
    return side;
}

static void
read_map(struct rp_json_reader *reader, const json_t *mapping,
         struct rp_verdict *verdict)
{
    const json_t *json = rp_json_get(reader, mapping, "map");

    if (json == NULL || json_is_null(json))
        return;
    verdict->map = rp_json_get_text(reader, json, "name");
    verdict->map_sha256 = rp_json_get_text(reader, json, "sha256");
}

static void
read_mapping(struct rp_json_reader *reader, const json_t *root,
             struct rp_verdict *verdict)
{
    const json_t *mapping = rp_json_get_object(reader, root, "mapping");

    rp_json_at(reader, "mapping");
    verdict->student = get_side(reader, mapping, "student", "students");
    verdict->course = get_side(reader, mapping, "course", "courses");
    verdict->carried = get_side(reader, mapping, "carried", verdict->declared);
    verdict->where = rp_json_get_names(reader, mapping, "where");
    verdict->left_out = rp_json_get_names(reader, mapping, "left_out");
    read_map(reader, mapping, verdict);
    rp_json_at(reader, "");
}

static void
read_records(struct rp_json_reader *reader, const json_t *json,
             struct rp_record_counts *counts)
{
    counts->total = rp_json_get_count(reader, json, "total");
    counts->used = rp_json_get_count(reader, json, "used");
    counts->blank = rp_json_get_count(reader, json, "blank");
    counts->filtered = rp_json_get_count(reader, json, "filtered");
    counts->rejected = rp_json_get_count(reader, json, "rejected");
    counts->balanced = rp_json_get_bool(reader, json, "balanced");
}

/* inserted: what that number is called */
static void
read_enrollments(struct rp_json_reader *reader, const json_t *json,
                 const char *inserted, struct rp_enrollment_counts *counts)
{
    counts->total = rp_json_get_count(reader, json, "total");
    counts->inserted = rp_json_get_count(reader, json, inserted);
    counts->already_present =
        rp_json_get_count(reader, json, "already_present");
    counts->duplicate_exact =
        rp_json_get_count(reader, json, "duplicate_exact");
    counts->duplicate_conflict =
        rp_json_get_count(reader, json, "duplicate_conflict");
    counts->rejected = rp_json_get_count(reader, json, "rejected");
    counts->balanced = rp_json_get_bool(reader, json, "balanced");
}

void
rp_json_read_source(struct rp_json_reader *reader, const json_t *json,
                    struct rp_source_report *source)
{
    const json_t *classes;
    const json_t *counts;
    const json_t *columns;

    source->name = rp_json_get_text(reader, json, "name");
    source->bytes = rp_json_get_count(reader, json, "bytes");
    source->sha256 = rp_json_get_text(reader, json, "sha256");
    source->encoding = rp_json_get_text(reader, json, "encoding");
    source->delimiter = rp_json_get_text(reader, json, "delimiter");
    source->quote = rp_json_get_text(reader, json, "quote");
    source->newline = rp_json_get_text(reader, json, "newline");
    source->header = rp_json_get_names(reader, json, "header");
    columns = rp_json_get_object(reader, json, "columns");
    source->student = rp_json_get_names(reader, columns, "student");
    source->course = rp_json_get_names(reader, columns, "course");
    source->carried = rp_json_get_names(reader, columns, "carried");
    classes = rp_json_get_object(reader, json, "byte_classes");
    source->bytes_bom = rp_json_get_count(reader, classes, "bom");
    source->bytes_header = rp_json_get_count(reader, classes, "header");
    source->bytes_records = rp_json_get_count(reader, classes, "records");
    source->bytes_blank = rp_json_get_count(reader, classes, "blank");
    source->bytes_rejected = rp_json_get_count(reader, classes, "rejected");
    source->bytes_balanced = rp_json_get_bool(reader, json, "bytes_balanced");
    counts = rp_json_get_object(reader, json, "records");
    read_records(reader, counts, &source->records);
    counts = rp_json_get_object(reader, json, "enrollments");
    read_enrollments(reader, counts, "planned", &source->enrollments);
}

static void
read_sources(struct rp_json_reader *reader, const json_t *root,
             struct rp_verdict *verdict)
{
    const json_t *array = rp_json_get_array(reader, root, "sources");
    size_t count = json_array_size(array);

    verdict->sources =
        rp_json_make_array(reader, count, sizeof *verdict->sources);
    for (size_t i = 0; reader->status == RP_OK && i < count; i++) {
        rp_json_at_element(reader, "sources", i);
        rp_json_read_source(reader, json_array_get(array, i),
                            &verdict->sources[i]);
    }
    verdict->source_count = count;
    rp_json_at(reader, "");
}

static void
read_totals(struct rp_json_reader *reader, const json_t *root,
            struct rp_verdict *verdict)
{
    const json_t *counts = rp_json_get_object(reader, root, "records");

    rp_json_at(reader, "records");
    read_records(reader, counts, &verdict->records);
    rp_json_at(reader, "");
    counts = rp_json_get_object(reader, root, "enrollments");
    rp_json_at(reader, "enrollments");
    read_enrollments(reader, counts, "inserted", &verdict->enrollments);
    rp_json_at(reader, "");
}

/* null is 0, as where a number does not apply. */
static uint64_t
get_number(struct rp_json_reader *reader, const json_t *json,
           const char *member)
{
    const json_t *value = rp_json_get(reader, json, member);

    return json_is_null(value) ? 0 : rp_json_get_count(reader, json, member);
}

static void
read_position(struct rp_json_reader *reader, const json_t *json,
              size_t source_count, struct rp_position *position)
{
    uint64_t source = get_number(reader, json, "source");

    if (source > source_count)
        rp_json_wrong(reader, "positions",
                      "tell of a source that is not there");
    position->source = (size_t)source;
    position->record = get_number(reader, json, "record");
    position->first_line = get_number(reader, json, "first_line");
    position->last_line = get_number(reader, json, "last_line");
    position->byte_start = get_number(reader, json, "byte_start");
    position->byte_end = get_number(reader, json, "byte_end");
    position->disposition =
        rp_json_get_text_or_null(reader, json, "disposition");
    position->column = rp_json_get_text_or_null(reader, json, "column");
}

static void
read_positions(struct rp_json_reader *reader, const json_t *json,
               size_t source_count, struct rp_finding_report *finding)
{
    const json_t *array = rp_json_get_array(reader, json, "positions");
    size_t count = json_array_size(array);

    finding->listed = rp_json_get_count(reader, json, "listed");
    if (count > RP_POSITIONS_MAX || count > finding->listed)
        rp_json_wrong(reader, "positions", "are more than there can be");
    finding->positions =
        rp_json_make_array(reader, count, sizeof *finding->positions);
    for (size_t i = 0; reader->status == RP_OK && i < count; i++)
        read_position(reader, json_array_get(array, i), source_count,
                      &finding->positions[i]);
    finding->position_count = count;
}

/* The severity belongs to the code; it stands there for other readers. */
static void
read_finding(struct rp_json_reader *reader, const json_t *json,
             struct rp_finding_report *finding)
{
    const char *code = rp_json_get_text(reader, json, "code");
    const char *severity = rp_json_get_text(reader, json, "severity");

    finding->code = rp_code_of(rp_slice_str(code));
    if (finding->code == RP_CODE_NONE)
        rp_json_wrong(reader, "code",
                      "is a word that this version does not know");
    else if (severity != NULL &&
             strcmp(severity,
                    rp_code_blocks(finding->code) ? "blocking" : "note") != 0)
        rp_json_wrong(reader, "severity", "does not belong to this code");
    finding->count = rp_json_get_count(reader, json, "count");
    finding->accepted = rp_json_get_bool(reader, json, "accepted");
    finding->limit = rp_json_get_text_or_null(reader, json, "limit");
    finding->detail = rp_json_get_text_or_null(reader, json, "detail");
    finding->reason = rp_json_get_text_or_null(reader, json, "reason");
    finding->approved_by =
        rp_json_get_text_or_null(reader, json, "approved_by");
}

static void
read_findings(struct rp_json_reader *reader, const json_t *root,
              struct rp_verdict *verdict)
{
    const json_t *array = rp_json_get_array(reader, root, "findings");
    size_t count = json_array_size(array);

    verdict->findings =
        rp_json_make_array(reader, count, sizeof *verdict->findings);
    for (size_t i = 0; reader->status == RP_OK && i < count; i++) {
        rp_json_at_element(reader, "findings", i);
        read_finding(reader, json_array_get(array, i), &verdict->findings[i]);
        read_positions(reader, json_array_get(array, i), verdict->source_count,
                       &verdict->findings[i]);
    }
    verdict->finding_count = count;
    rp_json_at(reader, "");
    verdict->listed = rp_json_get_count(reader, root, "listed");
}

/* A table before or after; null rows say that it was not there. */
struct moment {
    bool there;
    uint64_t rows;
    const char *digest;
    const char *fingerprint;
};

static void
need_null(struct rp_json_reader *reader, const json_t *json, const char *member)
{
    const json_t *value = rp_json_get(reader, json, member);

    if (value != NULL && !json_is_null(value))
        rp_json_wrong(reader, member, "tells of a table that was not there");
}

/* members: of rows, digest and fingerprint */
static struct moment
get_moment(struct rp_json_reader *reader, const json_t *json,
           const char *const members[3])
{
    const json_t *rows = rp_json_get(reader, json, members[0]);
    struct moment moment = { .there = !json_is_null(rows) };

    if (!moment.there) {
        need_null(reader, json, members[1]);
        need_null(reader, json, members[2]);
        return moment;
    }
    moment.rows = rp_json_get_count(reader, json, members[0]);
    moment.digest = rp_json_get_text(reader, json, members[1]);
    moment.fingerprint = rp_json_get_text(reader, json, members[2]);
    return moment;
}

static void
read_table(struct rp_json_reader *reader, const json_t *json,
           struct rp_table_report *table)
{
    static const char *const at_first[3] = { "rows_before", "digest_before",
                                             "fingerprint_before" };
    static const char *const at_last[3] = { "rows_after", "digest_after",
                                            "fingerprint_after" };
    const char *const roles[3] = {
        rp_role_name(RP_ROLE_PRESERVED),
        rp_role_name(RP_ROLE_DECLARED),
        rp_role_name(RP_ROLE_BYSTANDER),
    };
    struct moment moment;
    int role;

    table->table = rp_json_get_text(reader, json, "table");
    role = get_named(reader, json, "role", roles);
    table->role = (enum rp_role)role;
    moment = get_moment(reader, json, at_first);
    table->there_before = moment.there;
    table->rows_before = moment.rows;
    table->digest_before = moment.digest;
    table->fingerprint_before = moment.fingerprint;
    moment = get_moment(reader, json, at_last);
    table->there_after = moment.there;
    table->rows_after = moment.rows;
    table->digest_after = moment.digest;
    table->fingerprint_after = moment.fingerprint;
    table->missing = rp_json_get_count(reader, json, "missing");
    table->added = rp_json_get_count(reader, json, "added");
    table->changed = rp_json_get_count(reader, json, "changed");
    table->same = rp_json_get_bool(reader, json, "same");
}

static void
read_tables(struct rp_json_reader *reader, const json_t *root,
            struct rp_verdict *verdict)
{
    const json_t *array = rp_json_get_array(reader, root, "tables");
    size_t count = json_array_size(array);

    verdict->tables =
        rp_json_make_array(reader, count, sizeof *verdict->tables);
    for (size_t i = 0; reader->status == RP_OK && i < count; i++) {
        rp_json_at_element(reader, "tables", i);
        read_table(reader, json_array_get(array, i), &verdict->tables[i]);
    }
    verdict->table_count = count;
    rp_json_at(reader, "");
}

static void
read_checks(struct rp_json_reader *reader, const json_t *root,
            struct rp_verdict *verdict)
{
    const char *const results[3] = {
        rp_result_name(RP_PASS),
        rp_result_name(RP_FAIL),
        rp_result_name(RP_SKIPPED),
    };
    const json_t *array = rp_json_get_array(reader, root, "checks");
    size_t count = json_array_size(array);

    verdict->checks =
        rp_json_make_array(reader, count, sizeof *verdict->checks);
    for (size_t i = 0; reader->status == RP_OK && i < count; i++) {
        const json_t *json = json_array_get(array, i);
        struct rp_check *check = &verdict->checks[i];
        int result;

        rp_json_at_element(reader, "checks", i);
        check->id = rp_json_get_text(reader, json, "id");
        result = get_named(reader, json, "result", results);
        check->result = (enum rp_result)result;
        check->expected = rp_json_get_text_or_null(reader, json, "expected");
        check->actual = rp_json_get_text_or_null(reader, json, "actual");
    }
    verdict->check_count = count;
    rp_json_at(reader, "");
}

enum rp_status
rp_json_read(struct rp_slice text, const char *name,
             struct rp_verdict *out_verdict, struct rp_err *err)
{
    struct rp_verdict verdict = { 0 };
    struct rp_json_reader reader = {
        .name = name,
        .arena = &verdict.arena,
        .err = err,
    };
    json_t *root = NULL;
    enum rp_status status = rp_json_load(text, name, &root, err);

    if (status != RP_OK)
        return status;
    read_head(&reader, root, &verdict);
    read_mapping(&reader, root, &verdict);
    read_sources(&reader, root, &verdict);
    read_totals(&reader, root, &verdict);
    rp_json_get_sync(&reader, root, &verdict);
    read_findings(&reader, root, &verdict);
    read_tables(&reader, root, &verdict);
    read_checks(&reader, root, &verdict);
    json_decref(root);
    rp_json_check_whole(&reader, text, &verdict);
    if (reader.status != RP_OK) {
        rp_verdict_release(&verdict);
        return reader.status;
    }
    *out_verdict = verdict;
    return RP_OK;
}
