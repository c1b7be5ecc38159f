/* see policy.h */
#include "plan/policy.h"

#include <string.h>

#include "base/buf.h"
#include "base/show.h"

/* Small enough that count * PERCENT_WHOLE never wraps for 2^43 records. */
#define PERCENT_SCALE 10000U
#define PERCENT_WHOLE ((uint64_t)100 * PERCENT_SCALE)
#define NUMBER_DIGITS_MAX 15

static enum rp_status
fail_code(struct rp_slice name, struct rp_err *err)
{
    struct rp_slice names[RP_CODE_COUNT];
    char shown[RP_SHOWN_BYTES];
    size_t count = 0;
    int near;

    for (int code = RP_CODE_NONE + 1; code < RP_CODE_COUNT; code++)
        if (rp_code_blocks((enum rp_code)code))
            names[count++] = rp_slice_str(rp_code_name((enum rp_code)code));
    near = rp_nearest(name, names, count);
    if (near >= 0)
        return rp_fail(err, RP_E_USAGE,
                       "--accept: no finding is called %s; did you mean %s?",
                       rp_show_in(shown, name), (const char *)names[near].ptr);
    return rp_fail(err, RP_E_USAGE,
                   "--accept: no finding is called %s; write CODE=N, CODE=P%% "
                   "or CODE=all with a code of the report",
                   rp_show_in(shown, name));
}

/* Appends the digits at *at to *value, at most most of them. */
static void
take_digits(struct rp_slice text, size_t *at, size_t most, uint64_t *value)
{
    for (; most > 0 && *at < text.len; most--, (*at)++) {
        unsigned digit = (unsigned)text.ptr[*at] - '0';

        if (digit > 9)
            return;
        *value = *value * 10 + digit;
    }
}

/* Digits with at most decimals digits behind a point, scaled by 10^decimals;
 * false when the text is anything else. */
static bool
parse_decimal(struct rp_slice text, size_t decimals, uint64_t *out_value)
{
    uint64_t value = 0;
    size_t at = 0;

    if (text.len > NUMBER_DIGITS_MAX)
        return false;
    take_digits(text, &at, NUMBER_DIGITS_MAX, &value);
    if (at == 0)
        return false;
    if (decimals > 0 && at < text.len && text.ptr[at] == '.') {
        size_t point = at++;

        take_digits(text, &at, decimals, &value);
        if (at == point + 1)
            return false;
        decimals -= at - point - 1;
    }
    for (; decimals > 0; decimals--)
        value *= 10;
    *out_value = value;
    return at == text.len;
}

bool
rp_limit_parse(struct rp_slice text, struct rp_limit *limit)
{
    if (text.len == 0 || text.len >= sizeof limit->text)
        return false;
    memcpy(limit->text, text.ptr, text.len);
    limit->text[text.len] = '\0';
    if (rp_slice_eq(text, RP_LIT("all"))) {
        limit->kind = RP_LIMIT_ALL;
        return true;
    }
    if (text.ptr[text.len - 1] == '%') {
        limit->kind = RP_LIMIT_PERCENT;
        text.len--;
        return parse_decimal(text, 4, &limit->value) &&
               limit->value <= PERCENT_WHOLE;
    }
    limit->kind = RP_LIMIT_NUMBER;
    return parse_decimal(text, 0, &limit->value);
}

static bool
percent_makes_sense(enum rp_code code)
{
    enum rp_unit unit = rp_code_unit(code);

    return unit == RP_UNIT_RECORDS || unit == RP_UNIT_ENROLLMENTS;
}

enum rp_status
rp_policy_code(struct rp_slice name, enum rp_code *out_code, struct rp_err *err)
{
    enum rp_code code = rp_code_of(name);

    if (code == RP_CODE_NONE)
        return fail_code(name, err);
    if (!rp_code_blocks(code))
        return rp_fail(err, RP_E_USAGE,
                       "--accept %s: it is a note and blocks nothing; leave "
                       "it out",
                       rp_code_name(code));
    *out_code = code;
    return RP_OK;
}

static enum rp_status
accept_one(struct rp_policy *policy, struct rp_slice item, struct rp_err *err)
{
    const unsigned char *equal = memchr(item.ptr, '=', item.len);
    struct rp_slice name = item;
    struct rp_slice text = { NULL, 0 };
    char shown[RP_SHOWN_BYTES];
    struct rp_limit *limit;
    enum rp_status status;
    enum rp_code code = RP_CODE_NONE;

    if (equal != NULL) {
        name.len = (size_t)(equal - item.ptr);
        text.ptr = equal + 1;
        text.len = item.len - name.len - 1;
    }
    status = rp_policy_code(name, &code, err);
    if (status != RP_OK)
        return status;
    limit = &policy->limits[code];
    if (limit->kind != RP_LIMIT_NONE)
        return rp_fail(err, RP_E_USAGE, "--accept %s: given twice",
                       rp_code_name(code));
    if (!rp_limit_parse(text, limit))
        return rp_fail(err, RP_E_USAGE,
                       "--accept %s: a limit is a number, a percentage or "
                       "all: %s=12, %s=0.5%%, %s=all",
                       rp_show_in(shown, item), rp_code_name(code),
                       rp_code_name(code), rp_code_name(code));
    if (limit->kind == RP_LIMIT_PERCENT && !percent_makes_sense(code))
        return rp_fail(err, RP_E_USAGE,
                       "--accept %s: it counts neither records nor "
                       "enrollments, so give a number or all",
                       rp_show_in(shown, item));
    return RP_OK;
}

enum rp_status
rp_policy_parse(struct rp_policy *policy, const char *const *accepts,
                size_t count, struct rp_err *err)
{
    enum rp_status status = RP_OK;

    memset(policy, 0, sizeof *policy);
    for (size_t i = 0; i < count && status == RP_OK; i++) {
        struct rp_slice rest = rp_slice_str(accepts[i]);

        while (status == RP_OK) {
            const unsigned char *comma = memchr(rest.ptr, ',', rest.len);
            struct rp_slice item = rest;

            if (comma != NULL)
                item.len = (size_t)(comma - rest.ptr);
            status = accept_one(policy, item, err);
            if (comma == NULL)
                break;
            rest.ptr = comma + 1;
            rest.len -= item.len + 1;
        }
    }
    return status;
}

enum rp_status
rp_limit_of_removals(const char *name, const char *text,
                     struct rp_limit *out_limit, struct rp_err *err)
{
    if (text == NULL)
        text = "0";
    if (rp_limit_parse(rp_slice_str(text), out_limit) &&
        out_limit->kind != RP_LIMIT_ALL)
        return RP_OK;
    return rp_fail(err, RP_E_USAGE,
                   "%s: give a number of links, or a part of those there are, "
                   "as in 12 or 0.5%%",
                   name);
}

bool
rp_limit_holds(const struct rp_limit *limit, uint64_t count, uint64_t total)
{
    switch (limit->kind) {
    case RP_LIMIT_NUMBER:
        return count <= limit->value;
    case RP_LIMIT_PERCENT:
        return count * PERCENT_WHOLE <= limit->value * total;
    case RP_LIMIT_ALL:
        return true;
    case RP_LIMIT_NONE:
        break;
    }
    return false;
}

bool
rp_policy_accepts(const struct rp_policy *policy, enum rp_code code,
                  uint64_t count, uint64_t total)
{
    return rp_limit_holds(&policy->limits[code], count, total);
}
