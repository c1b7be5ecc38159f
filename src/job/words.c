/* see rollproof.h: rp_nearest_word, rp_blocking_code. */
#include "base/finding.h"
#include "base/mem.h"
#include "base/show.h"
#include "rollproof.h"

int
rp_nearest_word(const char *word, const char *const *words, size_t count)
{
    struct rp_slice *candidates =
        rp_zalloc_array(count + 1, sizeof *candidates);
    int near;

    if (candidates == NULL)
        return -1;
    for (size_t i = 0; i < count; i++)
        candidates[i] = rp_slice_str(words[i]);
    near = rp_nearest(rp_slice_str(word), candidates, count);
    rp_free(candidates);
    return near;
}

const char *
rp_blocking_code(size_t index)
{
    for (int code = RP_CODE_NONE + 1; code < RP_CODE_COUNT; code++) {
        if (!rp_code_blocks((enum rp_code)code))
            continue;
        if (index == 0)
            return rp_code_name((enum rp_code)code);
        index--;
    }
    return NULL;
}
