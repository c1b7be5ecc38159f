/* see workload.h */
#include "workload.h"

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "school/change.h"
#include "school/keys.h"
#include "source/records.h"

#define PATH_BYTES 4096

const struct rp_dialect workload_dialect = {
    .delimiter = ',',
    .quote = '"',
    .has_header = true,
};

/* What the stages of one side need in memory. */
static enum rp_status
keep_fields(struct workload_source *source, const struct rp_record *record,
            struct rp_err *err)
{
    if (rp_grow((void **)&source->fields, &source->field_capacity,
                source->field_count + WORKLOAD_SIDES,
                sizeof *source->fields) != 0)
        return rp_fail_nomem(err, "hold the fields");
    for (size_t i = 0; i < WORKLOAD_SIDES; i++)
        source->fields[source->field_count++] =
            rp_arena_slice(&source->memory, record->fields[i]);
    return RP_OK;
}

static enum rp_status
read_fields(struct workload_source *source, struct rp_err *err)
{
    const struct rp_record *record = NULL;
    struct rp_records *records = NULL;
    enum rp_status status =
        rp_records_open(source->input, &workload_dialect, &records, err);

    while (status == RP_OK) {
        status = rp_records_next(records, &record, err);
        if (status != RP_OK || record == NULL)
            break;
        if (record->class == RP_RECORD_DATA)
            status = keep_fields(source, record, err);
    }
    rp_records_close(records);
    return status;
}

static enum rp_status
open_resolver(const struct workload *workload, const char *table,
              const char *column, struct rp_resolver **out_resolver,
              struct rp_err *err)
{
    const struct rp_slice name = rp_slice_str(column);
    const struct rp_key_request request = {
        .option = table,
        .csv = &name,
        .db = &name,
        .csv_count = 1,
        .db_count = 1,
    };
    const struct rp_table *parent = NULL;
    struct rp_key_shape shape;
    const struct rp_resolver_request wanted = {
        .db = workload->db,
        .shape = &shape,
        .memory_bytes = SIZE_MAX,
    };
    enum rp_status status =
        rp_schema_parent(workload->schema, table, &parent, err);

    if (status == RP_OK)
        status = rp_keys_shape(parent, &request, &shape, err);
    if (status == RP_OK)
        status = rp_resolver_open(&wanted, out_resolver, err);
    return status;
}

static enum rp_status
open_source(const struct workload *workload, const char *folder,
            struct workload_source *source, struct rp_err *err)
{
    char path[PATH_BYTES];
    enum rp_status status;

    (void)snprintf(path, sizeof path, "%s/%s", folder, source->file);
    status =
        rp_input_open(path, rp_db_folder(workload->db), &source->input, err);
    if (status == RP_OK)
        status = open_resolver(workload, "students", source->student,
                               &source->resolver[0], err);
    if (status == RP_OK)
        status = open_resolver(workload, "courses", source->course,
                               &source->resolver[1], err);
    return status == RP_OK ? read_fields(source, err) : status;
}

static void
close_source(struct workload_source *source)
{
    rp_input_close(source->input);
    for (size_t i = 0; i < WORKLOAD_SIDES; i++)
        rp_resolver_close(source->resolver[i]);
    rp_arena_release(&source->memory);
    rp_free(source->fields);
}

static void
forget_schema(struct workload *workload)
{
    rp_schema_close(workload->schema);
    workload->schema = NULL;
}

enum rp_status
workload_open(struct workload *workload, const char *school, const char *folder,
              struct rp_err *err)
{
    const struct rp_db_config config = { .mode = RP_DB_WRITE };
    enum rp_status status;

    *workload = (struct workload){
        .ids = { .file = "enr_int.csv", .student = "id", .course = "id" },
        .texts = { .file = "enr_key.csv",
                   .student = "student_number",
                   .course = "course_code" },
    };
    status = rp_db_open(school, &config, &workload->db, err);
    if (status == RP_OK)
        status = rp_schema_open(workload->db, &workload->schema, err);
    if (status == RP_OK)
        status = open_source(workload, folder, &workload->ids, err);
    if (status == RP_OK)
        status = open_source(workload, folder, &workload->texts, err);
    forget_schema(workload);
    return status;
}

void
workload_close(struct workload *workload)
{
    close_source(&workload->ids);
    close_source(&workload->texts);
    forget_schema(workload);
    rp_db_close(workload->db);
}

enum rp_status
workload_create_links(struct rp_db *db, struct rp_err *err)
{
    const struct rp_table *students = NULL;
    const struct rp_table *courses = NULL;
    struct rp_schema *schema = NULL;
    struct rp_buf sql = { 0 };
    enum rp_status status = rp_schema_open(db, &schema, err);

    if (status == RP_OK)
        status = rp_schema_parent(schema, "students", &students, err);
    if (status == RP_OK)
        status = rp_schema_parent(schema, "courses", &courses, err);
    if (status == RP_OK)
        status = rp_schema_links_sql(students, courses, &sql, err);
    if (status == RP_OK)
        status = rp_db_exec(db, rp_buf_cstr(&sql), err);
    rp_schema_close(schema);
    rp_buf_release(&sql);
    return status;
}

enum rp_status
workload_begin(struct workload *workload, struct rp_err *err)
{
    enum rp_status status = rp_db_begin_write(workload->db, false, err);

    if (status == RP_OK)
        status = workload_create_links(workload->db, err);
    if (status == RP_OK)
        status = rp_db_flush(workload->db, err);
    return status == RP_OK
               ? rp_schema_open(workload->db, &workload->schema, err)
               : status;
}

enum rp_status
workload_rollback(struct workload *workload, enum rp_status status,
                  struct rp_err *err)
{
    forget_schema(workload);
    if (!rp_db_rollback(workload->db) && status == RP_OK)
        return rp_fail(err, RP_E_DB, "%s: no rollback",
                       rp_db_path(workload->db));
    return status;
}
