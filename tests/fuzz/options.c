/* options.c - what a user may write behind --student, --course, --where,
 * --leave-out and --accept, and any header to go with it.
 *
 * The lines of an input are, in this order: student, course, where, leave-out,
 * accept; each further line is the name of a column.
 */
#include "fuzz/fuzzcheck.h"
#include "plan/policy.h"
#include "source/mapping.h"

#define LINES_MAX 40
#define OPTIONS 5

static void
check_layout(const struct rp_layout *layout)
{
    for (size_t i = 0; i < layout->student.count; i++)
        fuzz_check(layout->student.column[i] < layout->width, "student key");
    for (size_t i = 0; i < layout->course.count; i++)
        fuzz_check(layout->course.column[i] < layout->width, "course key");
    for (size_t i = 0; i < layout->filter_count; i++)
        fuzz_check(layout->filters[i].column < layout->width, "filter");
    fuzz_check(layout->student.count > 0 && layout->course.count > 0,
               "both sides have a key");
}

static void
try_mapping(char *const lines[], size_t count)
{
    const char *const where = lines[2];
    const char *const leave_out = lines[3];
    const struct rp_mapping_texts texts = {
        .student = lines[0],
        .course = lines[1],
        .where = &where,
        .where_count = where[0] != '\0',
        .leave_out = &leave_out,
        .leave_out_count = leave_out[0] != '\0',
    };
    struct rp_slice names[LINES_MAX];
    struct rp_source_columns columns = { "source.csv", names, 0, true };
    struct rp_mapping *mapping = NULL;
    struct rp_layout layout = { 0 };
    struct rp_err err;
    enum rp_status status = rp_mapping_open(&texts, &mapping, &err);

    if (status != RP_OK) {
        fuzz_check_err(status, &err);
        return;
    }
    for (size_t i = OPTIONS; i < count; i++)
        names[columns.width++] = rp_slice_str(lines[i]);
    status = rp_mapping_resolve(mapping, &columns, &layout, &err);
    if (status == RP_OK)
        check_layout(&layout);
    else
        fuzz_check_err(status, &err);
    rp_layout_release(&layout);
    rp_mapping_close(mapping);
}

static void
try_policy(const char *accept)
{
    struct rp_policy policy;
    struct rp_err err;
    enum rp_status status = rp_policy_parse(&policy, &accept, 1, &err);

    if (status != RP_OK) {
        fuzz_check_err(status, &err);
        return;
    }
    for (int code = 0; code < RP_CODE_COUNT; code++) {
        const struct rp_limit *limit = &policy.limits[code];
        bool accepts = rp_policy_accepts(&policy, (enum rp_code)code, 1, 1);

        fuzz_check(limit->kind != RP_LIMIT_NONE || !accepts,
                   "what was not accepted is not accepted");
        fuzz_check(limit->kind != RP_LIMIT_ALL || accepts,
                   "all accepts anything");
        fuzz_check(limit->kind == RP_LIMIT_NONE ||
                       rp_code_blocks((enum rp_code)code),
                   "a note is not accepted");
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *text = malloc(len + 1);
    char *lines[LINES_MAX];
    size_t count = 0;

    if (text == NULL)
        return -1;
    if (len > 0)
        memcpy(text, bytes, len);
    text[len] = '\0';
    for (char *at = text; at != NULL && count < LINES_MAX; count++) {
        lines[count] = at;
        at = strchr(at, '\n');
        if (at != NULL)
            *at++ = '\0';
    }
    if (count > OPTIONS) {
        try_mapping(lines, count);
        try_policy(lines[4]);
    }
    free(text);
    return 0;
}
