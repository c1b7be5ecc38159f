/* see number.h */
#include "plan/number.h"

/* So many digits are in int64 whatever they are. */
#define SAFE_DIGITS 18U

bool
rp_parse_int64(struct rp_slice text, int64_t *out_value,
               bool *out_leading_zeros)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
    size_t first = negative ? 1 : 0;
    uint64_t value = 0;

    if (text.len == first)
        return false;
    for (size_t i = first; i < text.len; i++) {
        unsigned digit = (unsigned)text.ptr[i] - '0';

        if (digit > 9 || (i >= SAFE_DIGITS && value > (limit - digit) / 10))
            return false;
        value = value * 10 + digit;
    }
    if (negative && value == 0)
        return false;
    *out_leading_zeros = text.ptr[first] == '0' && text.len > first + 1;
    if (!negative)
        *out_value = (int64_t)value;
    else
        *out_value = -(int64_t)(value - 1) - 1;
    return true;
}
