/* see number.h */
#include "plan/number.h"

/* So many digits are in int64 whatever they are. */
#define SAFE_DIGITS 18U

/* Digits that are in int64 whatever they are; false when one is none. */
static bool
read_few(const unsigned char *digits, size_t count, uint64_t *out_value)
{
    uint64_t value = 0;
    unsigned odd = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)digits[i] - '0';

        odd |= digit > 9;
        value = value * 10 + digit;
    }
    *out_value = value;
    return odd == 0;
}

static bool
read_many(const unsigned char *digits, size_t count, uint64_t limit,
          uint64_t *out_value)
{
    uint64_t value = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)digits[i] - '0';

        if (digit > 9 || value > (limit - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out_value = value;
    return true;
}

bool
rp_parse_int64(struct rp_slice text, int64_t *out_value,
               bool *out_leading_zeros)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    const unsigned char *digits = text.ptr + (negative ? 1 : 0);
    size_t count = text.len - (negative ? 1 : 0);
    uint64_t value = 0;

    if (count == 0)
        return false;
    if (count <= SAFE_DIGITS ? !read_few(digits, count, &value)
                             : !read_many(digits, count, limit, &value))
        return false;
    if (negative && value == 0)
        return false;
    *out_leading_zeros = digits[0] == '0' && count > 1;
    if (!negative)
        *out_value = (int64_t)value;
    else
        *out_value = -(int64_t)(value - 1) - 1;
    return true;
}
