/* see json.h */
#include "report/json.h"

#include "report/jsondoor.h"
#include "report/jsonsync.h"

static void
set_names(struct rp_json_maker *maker, json_t *object, const char *name,
          const struct rp_names *names)
{
    json_t *array = rp_json_array(maker);

    for (size_t i = 0; i < names->count; i++)
        rp_json_append(maker, array, json_string(names->items[i]));
    rp_json_set(maker, object, name, array);
}

static void
set_side(struct rp_json_maker *maker, json_t *object, const char *name,
         const struct rp_side *side)
{
    json_t *json;

    if (side->table == NULL) {
        rp_json_set(maker, object, name, json_null());
        return;
    }
    json = rp_json_object(maker);
    set_names(maker, json, "csv", &side->csv);
    set_names(maker, json, "db", &side->db);
    rp_json_set(maker, object, name, json);
}

static void
set_map(struct rp_json_maker *maker, json_t *object,
        const struct rp_verdict *verdict)
{
    json_t *json;

    if (verdict->map == NULL) {
        rp_json_set(maker, object, "map", json_null());
        return;
    }
    json = rp_json_object(maker);
    rp_json_set_text(maker, json, "name", verdict->map);
    rp_json_set_text(maker, json, "sha256", verdict->map_sha256);
    rp_json_set(maker, object, "map", json);
}

static json_t *
mapping_of(struct rp_json_maker *maker, const struct rp_verdict *verdict)
{
    json_t *json = rp_json_object(maker);

    set_side(maker, json, "student", &verdict->student);
    set_side(maker, json, "course", &verdict->course);
    set_side(maker, json, "carried", &verdict->carried);
    set_names(maker, json, "where", &verdict->where);
    set_names(maker, json, "left_out", &verdict->left_out);
    set_map(maker, json, verdict);
    return json;
}

static json_t *
records_of(struct rp_json_maker *maker, const struct rp_record_counts *counts)
{
    json_t *json = rp_json_object(maker);

    rp_json_set_count(maker, json, "total", counts->total);
    rp_json_set_count(maker, json, "used", counts->used);
    rp_json_set_count(maker, json, "blank", counts->blank);
    rp_json_set_count(maker, json, "filtered", counts->filtered);
    rp_json_set_count(maker, json, "rejected", counts->rejected);
    rp_json_set_bool(maker, json, "balanced", counts->balanced);
    return json;
}

/* inserted: what that number is called */
static json_t *
enrollments_of(struct rp_json_maker *maker,
               const struct rp_enrollment_counts *counts, const char *inserted)
{
    json_t *json = rp_json_object(maker);

    rp_json_set_count(maker, json, "total", counts->total);
    rp_json_set_count(maker, json, inserted, counts->inserted);
    rp_json_set_count(maker, json, "already_present", counts->already_present);
    rp_json_set_count(maker, json, "duplicate_exact", counts->duplicate_exact);
    rp_json_set_count(maker, json, "duplicate_conflict",
                      counts->duplicate_conflict);
    rp_json_set_count(maker, json, "rejected", counts->rejected);
    rp_json_set_bool(maker, json, "balanced", counts->balanced);
    return json;
}

json_t *
rp_json_source(struct rp_json_maker *maker,
               const struct rp_source_report *source)
{
    json_t *json = rp_json_object(maker);
    json_t *classes = rp_json_object(maker);
    json_t *columns = rp_json_object(maker);

    rp_json_set_text(maker, json, "name", source->name);
    rp_json_set_count(maker, json, "bytes", source->bytes);
    rp_json_set_text(maker, json, "sha256", source->sha256);
    rp_json_set_text(maker, json, "encoding", source->encoding);
    rp_json_set_text(maker, json, "delimiter", source->delimiter);
    rp_json_set_text(maker, json, "quote", source->quote);
    rp_json_set_text(maker, json, "newline", source->newline);
    set_names(maker, json, "header", &source->header);
    set_names(maker, columns, "student", &source->student);
    set_names(maker, columns, "course", &source->course);
    set_names(maker, columns, "carried", &source->carried);
    rp_json_set(maker, json, "columns", columns);
    rp_json_set_count(maker, classes, "bom", source->bytes_bom);
    rp_json_set_count(maker, classes, "header", source->bytes_header);
    rp_json_set_count(maker, classes, "records", source->bytes_records);
    rp_json_set_count(maker, classes, "blank", source->bytes_blank);
    rp_json_set_count(maker, classes, "rejected", source->bytes_rejected);
    rp_json_set(maker, json, "byte_classes", classes);
    rp_json_set_bool(maker, json, "bytes_balanced", source->bytes_balanced);
    rp_json_set(maker, json, "records", records_of(maker, &source->records));
    rp_json_set(maker, json, "enrollments",
                enrollments_of(maker, &source->enrollments, "planned"));
    return json;
}

/* As in findings.csv: what does not apply is nothing. */
static void
set_number(struct rp_json_maker *maker, json_t *json, const char *name,
           uint64_t number, bool applies)
{
    if (applies)
        rp_json_set_count(maker, json, name, number);
    else
        rp_json_set(maker, json, name, json_null());
}

static json_t *
position_of(struct rp_json_maker *maker, const struct rp_position *position)
{
    json_t *json = rp_json_object(maker);
    bool record = position->record > 0;
    bool lines = position->last_line > 0;
    bool bytes = position->byte_end > 0;

    set_number(maker, json, "source", position->source, position->source > 0);
    set_number(maker, json, "record", position->record, record);
    set_number(maker, json, "first_line", position->first_line, lines);
    set_number(maker, json, "last_line", position->last_line, lines);
    set_number(maker, json, "byte_start", position->byte_start, bytes);
    set_number(maker, json, "byte_end", position->byte_end, bytes);
    rp_json_set_text(maker, json, "disposition", position->disposition);
    rp_json_set_text(maker, json, "column", position->column);
    return json;
}

static json_t *
finding_of(struct rp_json_maker *maker, const struct rp_finding_report *finding)
{
    json_t *json = rp_json_object(maker);
    json_t *positions = rp_json_array(maker);

    for (size_t i = 0; i < finding->position_count; i++)
        rp_json_append(maker, positions,
                       position_of(maker, &finding->positions[i]));
    rp_json_set_text(maker, json, "code", rp_code_name(finding->code));
    rp_json_set_text(maker, json, "severity",
                     rp_code_blocks(finding->code) ? "blocking" : "note");
    rp_json_set_count(maker, json, "count", finding->count);
    rp_json_set_bool(maker, json, "accepted", finding->accepted);
    rp_json_set_text(maker, json, "limit", finding->limit);
    rp_json_set_text(maker, json, "detail", finding->detail);
    rp_json_set_count(maker, json, "listed", finding->listed);
    rp_json_set(maker, json, "positions", positions);
    rp_json_set_text(maker, json, "reason", finding->reason);
    rp_json_set_text(maker, json, "approved_by", finding->approved_by);
    return json;
}

/* One moment of a table: null where the table was not there. */
static void
set_rows(struct rp_json_maker *maker, json_t *json, const char *name,
         const uint64_t *rows)
{
    if (rows == NULL)
        rp_json_set(maker, json, name, json_null());
    else
        rp_json_set_count(maker, json, name, *rows);
}

static json_t *
table_of(struct rp_json_maker *maker, const struct rp_table_report *table)
{
    json_t *json = rp_json_object(maker);
    bool before = table->there_before;
    bool after = table->there_after;

    rp_json_set_text(maker, json, "table", table->table);
    rp_json_set_text(maker, json, "role", rp_role_name(table->role));
    set_rows(maker, json, "rows_before", before ? &table->rows_before : NULL);
    set_rows(maker, json, "rows_after", after ? &table->rows_after : NULL);
    rp_json_set_text(maker, json, "digest_before",
                     before ? table->digest_before : NULL);
    rp_json_set_text(maker, json, "digest_after",
                     after ? table->digest_after : NULL);
    rp_json_set_text(maker, json, "fingerprint_before",
                     before ? table->fingerprint_before : NULL);
    rp_json_set_text(maker, json, "fingerprint_after",
                     after ? table->fingerprint_after : NULL);
    rp_json_set_count(maker, json, "missing", table->missing);
    rp_json_set_count(maker, json, "added", table->added);
    rp_json_set_count(maker, json, "changed", table->changed);
    rp_json_set_bool(maker, json, "same", table->same);
    return json;
}

static json_t *
check_of(struct rp_json_maker *maker, const struct rp_check *check)
{
    json_t *json = rp_json_object(maker);

    rp_json_set_text(maker, json, "id", check->id);
    rp_json_set_text(maker, json, "result", rp_result_name(check->result));
    rp_json_set_text(maker, json, "expected", check->expected);
    rp_json_set_text(maker, json, "actual", check->actual);
    return json;
}

static void
set_head(struct rp_json_maker *maker, json_t *root,
         const struct rp_verdict *verdict)
{
    rp_json_set_text(maker, root, "schema", RP_VERDICT_SCHEMA);
    rp_json_set_text(maker, root, "rollproof", verdict->program);
    rp_json_set_text(maker, root, "command", verdict->command);
    rp_json_set_text(maker, root, "school", verdict->school);
    rp_json_set_text(maker, root, "declared", verdict->declared);
    rp_json_set_text(maker, root, "verdict", rp_outcome_name(verdict->outcome));
    rp_json_set_bool(maker, root, "committed", verdict->committed);
    rp_json_set_bool(maker, root, "dry_run", verdict->dry_run);
    if (verdict->shared)
        rp_json_set_bool(maker, root, "shared", true);
}

static void
set_sources(struct rp_json_maker *maker, json_t *root,
            const struct rp_verdict *verdict)
{
    json_t *sources = rp_json_array(maker);

    for (size_t i = 0; i < verdict->source_count; i++)
        rp_json_append(maker, sources,
                       rp_json_source(maker, &verdict->sources[i]));
    rp_json_set(maker, root, "sources", sources);
}

static void
set_findings(struct rp_json_maker *maker, json_t *root,
             const struct rp_verdict *verdict)
{
    json_t *findings = rp_json_array(maker);

    for (size_t i = 0; i < verdict->finding_count; i++)
        rp_json_append(maker, findings,
                       finding_of(maker, &verdict->findings[i]));
    rp_json_set(maker, root, "findings", findings);
    rp_json_set_count(maker, root, "listed", verdict->listed);
}

static void
set_proof(struct rp_json_maker *maker, json_t *root,
          const struct rp_verdict *verdict)
{
    json_t *tables = rp_json_array(maker);
    json_t *checks = rp_json_array(maker);

    for (size_t i = 0; i < verdict->table_count; i++)
        rp_json_append(maker, tables, table_of(maker, &verdict->tables[i]));
    for (size_t i = 0; i < verdict->check_count; i++)
        rp_json_append(maker, checks, check_of(maker, &verdict->checks[i]));
    rp_json_set(maker, root, "tables", tables);
    rp_json_set(maker, root, "checks", checks);
}

enum rp_status
rp_json_verdict(struct rp_buf *out, const struct rp_verdict *verdict,
                struct rp_err *err)
{
    struct rp_json_maker maker = { false };
    json_t *root;

    rp_json_begin();
    root = rp_json_object(&maker);
    set_head(&maker, root, verdict);
    rp_json_set(&maker, root, "mapping", mapping_of(&maker, verdict));
    set_sources(&maker, root, verdict);
    rp_json_set(&maker, root, "records", records_of(&maker, &verdict->records));
    rp_json_set(&maker, root, "enrollments",
                enrollments_of(&maker, &verdict->enrollments, "inserted"));
    rp_json_set_sync(&maker, root, verdict);
    set_findings(&maker, root, verdict);
    set_proof(&maker, root, verdict);
    return rp_json_finish(&maker, root, out, "verdict.json", err);
}
