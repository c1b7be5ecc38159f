/* see map.h: the map that a dry run would need. */
#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/ini.h"
#include "base/show.h"
#include "job/evidence.h"
#include "job/map.h"
#include "job/session.h"

static const char *const units[][2] = {
    [RP_UNIT_SOURCES] = { "source", "sources" },
    [RP_UNIT_RECORDS] = { "record", "records" },
    [RP_UNIT_ENROLLMENTS] = { "enrollment", "enrollments" },
    [RP_UNIT_COLUMNS] = { "column", "columns" },
    [RP_UNIT_OBJECTS] = { "object or value", "objects or values" },
};

enum rp_status
rp_map_may_write(const struct rp_policy_options *policy, struct rp_err *err)
{
    enum rp_status status;

    if (policy->write_map == NULL)
        return RP_OK;
    if (!policy->dry_run)
        return rp_fail(err, RP_E_USAGE,
                       "--write-map: a map is written by a dry run, before "
                       "anything is imported; add -n");
    status = rp_evidence_outside("--write-map", policy->write_map, err);
    return status == RP_OK ? rp_file_absent(policy->write_map, err) : status;
}

static void
put_text(struct rp_buf *out, const char *key, const char *text)
{
    if (text != NULL)
        rp_ini_put(out, key, rp_slice_str(text));
}

static void
put_list(struct rp_buf *out, const char *key, const struct rp_strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        put_text(out, key, list->items[i]);
}

/* A name in a SPEC or a list of columns. */
static void
put_name(struct rp_buf *out, struct rp_slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] != '\0' && strchr("\\+=,", name.ptr[i]) != NULL)
            rp_buf_byte(out, '\\');
        rp_buf_byte(out, name.ptr[i]);
    }
}

/* In full, so that whoever approves sees what is what. */
static void
put_spec(struct rp_buf *out, const char *key, const struct rp_spec *spec,
         const struct rp_key_shape *shape)
{
    struct rp_buf text = { 0 };

    for (size_t i = 0; i < spec->csv_count; i++) {
        rp_buf_str(&text, i == 0 ? "" : "+");
        put_name(&text, spec->csv[i]);
    }
    for (size_t i = 0; i < shape->count; i++) {
        rp_buf_str(&text, i == 0 ? "=" : "+");
        put_name(&text,
                 rp_slice_str(shape->table->columns[shape->column[i]].name));
    }
    rp_ini_put(out, key, rp_buf_view(&text));
    out->failed = out->failed || text.failed;
    rp_buf_release(&text);
}

/* An entry that is not in force, on however many lines it takes. */
static void
put_suggestion(struct rp_buf *out, const char *key, struct rp_slice name)
{
    struct rp_buf text = { 0 };
    struct rp_buf entry = { 0 };

    put_name(&text, name);
    rp_ini_put(&entry, key, rp_buf_view(&text));
    for (size_t i = 0; i < entry.len; i++) {
        if (i == 0 || entry.ptr[i - 1] == '\n')
            rp_buf_str(out, "; ");
        rp_buf_byte(out, entry.ptr[i]);
    }
    out->failed = out->failed || text.failed || entry.failed;
    rp_buf_release(&text);
    rp_buf_release(&entry);
}

static void
put_columns(struct rp_buf *out, const struct rp_plan *plan)
{
    bool first = true;

    for (size_t s = 0; s < plan->source_count; s++) {
        const struct rp_layout *layout = &plan->sources[s].layout;

        for (size_t i = 0; i < layout->width; i++) {
            char room[RP_COLUMN_LABEL_BYTES];

            if (!rp_plan_first_told(plan, s, i))
                continue;
            if (first)
                rp_buf_str(out, "; Instead of [accept column-not-carried]: "
                                "these, and no others, are not needed.\n");
            first = false;
            put_suggestion(out, "leave-out", rp_layout_label(layout, i, room));
        }
    }
}

static void
put_mapping(struct rp_buf *out, const struct rp_map_written *written)
{
    const struct rp_load_options *load = written->load;

    rp_buf_str(out, "\n[mapping]\n");
    if (load != NULL) {
        put_text(out, "key", load->key);
        put_list(out, "columns", &load->columns);
        put_list(out, "rename", &load->rename);
        return;
    }
    put_spec(out, "student", written->student, written->student_shape);
    put_spec(out, "course", written->course, written->course_shape);
    put_list(out, "leave-out", &written->policy->leave_out);
    if (written->migrate->course_index)
        put_text(out, "course-index", "yes");
    put_columns(out, written->plan);
}

static void
put_source(struct rp_buf *out, const struct rp_map_written *written)
{
    const struct rp_csv_options *csv = written->csv;

    rp_buf_str(out, "\n[source]\n");
    put_text(out, "delimiter",
             csv->delimiter == NULL ? "comma" : csv->delimiter);
    put_text(out, "quote", csv->quote == NULL ? "\"" : csv->quote);
    put_text(out, "header", csv->header);
    if (csv->no_header)
        put_text(out, "no-header", "yes");
    put_list(out, "where", &written->policy->where);
}

static void
put_policy(struct rp_buf *out, const struct rp_map_written *written)
{
    const struct rp_sync_report *sync = written->verdict->sync;

    if (written->policy->full_check || sync != NULL)
        rp_buf_str(out, "\n[policy]\n");
    if (written->policy->full_check)
        put_text(out, "check", "full");
    if (sync != NULL)
        rp_buf_printf(out,
                      "; Links that only the previous delivery claims; "
                      "removed.csv of the dry run names\n; them.\n"
                      "max-removed = %" PRIu64 "\n",
                      sync->removed);
}

static void
put_accept(struct rp_buf *out, const struct rp_finding_report *finding,
           bool load)
{
    static const char *const rows[2] = { "row", "rows" };
    const enum rp_unit counted = rp_code_unit(finding->code);
    const char *const *unit =
        load && counted == RP_UNIT_ENROLLMENTS ? rows : units[counted];
    const char *reason = finding->accepted ? finding->reason : NULL;
    const char *approver = finding->accepted ? finding->approved_by : NULL;

    rp_buf_printf(out, "\n[accept %s]\n; %" PRIu64 " %s",
                  rp_code_name(finding->code), finding->count,
                  unit[finding->count == 1 ? 0 : 1]);
    if (finding->detail != NULL)
        rp_buf_printf(out, ": %s", finding->detail);
    rp_buf_printf(out, "\nlimit = %" PRIu64 "\n", finding->count);
    put_text(out, "reason", reason == NULL ? "" : reason);
    put_text(out, "approved-by", approver == NULL ? "" : approver);
}

static void
put_map(struct rp_buf *out, const struct rp_map_written *written)
{
    const struct rp_verdict *verdict = written->verdict;

    rp_buf_printf(out,
                  "; A map for rollproof %s, written by a dry run of "
                  "rollproof %s.\n",
                  verdict->command, verdict->program);
    for (size_t i = 0; i < verdict->source_count; i++)
        rp_buf_printf(out, "; It read %s, sha256 %s.\n",
                      verdict->sources[i].name, verdict->sources[i].sha256);
    rp_buf_str(out, "; What it accepts is exactly what was found there, and is "
                    "approved by nobody until\n; somebody says so: reason and "
                    "approved-by are printed in the report.\n");
    put_mapping(out, written);
    put_source(out, written);
    put_policy(out, written);
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (verdict->findings[i].count > 0 &&
            rp_code_blocks(verdict->findings[i].code))
            put_accept(out, &verdict->findings[i], written->load != NULL);
}

/* Only that nobody has said how many links may go. */
static bool
may_be_allowed(const struct rp_verdict *verdict, const struct rp_check *check)
{
    return strcmp(check->id, "removals-allowed") == 0 &&
           verdict->sync != NULL && verdict->sync->forbidden == NULL;
}

/* A check that keeps the run from being proved whatever is accepted. */
static const struct rp_check *
failed_check(const struct rp_verdict *verdict)
{
    for (size_t i = 0; i < verdict->check_count; i++) {
        const struct rp_check *check = &verdict->checks[i];

        if (check->result != RP_PASS &&
            strcmp(check->id, "committed-state-reread") != 0 &&
            !may_be_allowed(verdict, check))
            return check;
    }
    return NULL;
}

enum rp_status
rp_map_write(const struct rp_map_written *written, struct rp_err *err)
{
    const char *path = written->policy->write_map;
    const struct rp_check *failed = failed_check(written->verdict);
    struct rp_buf text = { 0 };
    char shown[RP_SHOWN_BYTES];
    enum rp_status status;

    if (path == NULL)
        return RP_OK;
    if (failed != NULL) {
        rp_talk(written->session,
                "rollproof: %s is not written: the check %s did not pass, and "
                "no acceptance helps against that",
                rp_show_in(shown, rp_slice_str(path)), failed->id);
        return RP_OK;
    }
    put_map(&text, written);
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = rp_file_make(path, rp_buf_view(&text), err);
    rp_buf_release(&text);
    if (status == RP_OK)
        rp_talk(written->session,
                "rollproof: %s accepts exactly what was found; look at it, and "
                "state in it why, and who says so",
                rp_show_in(shown, rp_slice_str(path)));
    return status;
}
