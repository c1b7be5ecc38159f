/* see loading.h */
#include <string.h>

#include "base/show.h"
#include "base/sort.h"
#include "job/loading.h"
#include "plan/number.h"

struct id_check {
    struct rp_loading *load;
    size_t column;
    struct rp_sorter *ids;
};

/* field is a cell: "a value" will do in a log. */
static enum rp_status
fail_id(const struct id_check *check, struct rp_slice field, const char *why,
        struct rp_err *err)
{
    const bool told = check->load->session->values && field.ptr != NULL;
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE,
                   "%s: the column id would be the primary key, but %s is %s; "
                   "write --rename id=NEW",
                   rp_input_name(check->load->sources.inputs[0]),
                   told ? rp_show_in(shown, field) : "a value", why);
}

static enum rp_status
check_id(const struct id_check *check, struct rp_slice field,
         struct rp_err *err)
{
    unsigned char packed[RP_CLAIM_KEY_BYTES];
    bool zeros = false;
    int64_t id = 0;

    if (!rp_parse_int64(field, &id, &zeros) || zeros)
        return fail_id(check, field, "no decimal integer", err);
    rp_link_pack(packed, id, 0);
    return rp_sorter_add(check->ids, packed, err);
}

static enum rp_status
check_ids(void *ctx, const struct rp_slice *const *records, size_t count,
          struct rp_err *err)
{
    const struct id_check *check = ctx;
    enum rp_status status = RP_OK;

    for (size_t i = 0; i < count && status == RP_OK; i++)
        status = check_id(check, records[i][check->column], err);
    return status;
}

static enum rp_status
check_distinct(const struct id_check *check, struct rp_err *err)
{
    const struct rp_slice no_field = { NULL, 0 };
    unsigned char last[RP_CLAIM_KEY_BYTES];
    bool has_last = false;
    const unsigned char *packed = NULL;
    enum rp_status status = rp_sorter_finish(check->ids, err);

    while (status == RP_OK) {
        status = rp_sorter_next(check->ids, &packed, err);
        if (status != RP_OK || packed == NULL)
            break;
        if (has_last && memcmp(last, packed, sizeof last) == 0)
            return fail_id(check, no_field, "there twice", err);
        memcpy(last, packed, sizeof last);
        has_last = true;
    }
    return status;
}

enum rp_status
rp_loading_check_ids(struct rp_loading *load, struct rp_err *err)
{
    const struct rp_row_shape *shape = &load->columns.shape;
    struct rp_sort_shape sort = { RP_CLAIM_KEY_BYTES, RP_CLAIM_KEY_BYTES,
                                  load->request.memory_bytes /
                                      RP_PRESENT_SHARE };
    struct rp_claims_request request = {
        .plan = load->plan,
        .dialect = &load->dialect.dialect,
        .stop = load->session->stop,
    };
    struct id_check check = { .load = load };
    struct rp_second_visitor visitor = { check_ids, &check };
    struct rp_second_facts facts;
    enum rp_status status;

    if (load->plan->sources[0].not_csv != NULL || shape->id < 0)
        return RP_OK;
    check.column = shape->csv[shape->id];
    status = rp_sorter_open(&sort, load->request.folder, &check.ids, err);
    if (status == RP_OK)
        status = rp_claims_parse(&request, 0, &visitor, &facts, err);
    if (status == RP_OK)
        status = check_distinct(&check, err);
    rp_sorter_close(check.ids);
    return status;
}
