/* idset.c - see idset.h. */
#include "base/idset.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"

#define WORD_BITS RP_IDSET_WORD_BITS
/* Words that are always worth having. */
#define WORDS_AT_LEAST 1024U

static uint64_t
place_of(const struct rp_idset *set, int64_t id)
{
    return (uint64_t)id - (uint64_t)set->first;
}

static bool
add_sparse(struct rp_idset *set, int64_t id)
{
    void *ids = set->ids;

    if (rp_grow(&ids, &set->id_capacity, (size_t)set->count + 1,
                sizeof *set->ids) != 0)
        return false;
    set->ids = ids;
    set->ids[set->count++] = id;
    return true;
}

/* The bits become numbers. */
static bool
make_sparse(struct rp_idset *set)
{
    uint64_t places = place_of(set, set->last) + 1;

    set->count = 0;
    set->sparse = true;
    for (uint64_t place = 0; place < places; place++) {
        bool there =
            (set->words[place / WORD_BITS] >> place % WORD_BITS & 1) != 0;

        if (there && !add_sparse(set, (int64_t)((uint64_t)set->first + place)))
            return false;
    }
    rp_free(set->words);
    set->words = NULL;
    set->word_capacity = 0;
    return true;
}

static bool
add_dense(struct rp_idset *set, int64_t id)
{
    uint64_t place = place_of(set, id);
    size_t word = (size_t)(place / WORD_BITS);
    size_t before = set->word_capacity;
    void *words = set->words;

    if (rp_grow(&words, &set->word_capacity, word + 1, sizeof *set->words) != 0)
        return false;
    set->words = words;
    if (set->word_capacity > before)
        memset(set->words + before, 0,
               (set->word_capacity - before) * sizeof *set->words);
    set->words[word] |= (uint64_t)1 << place % WORD_BITS;
    set->count++;
    return true;
}

bool
rp_idset_add(struct rp_idset *set, int64_t id)
{
    bool added;

    assert(set->count == 0 || id > set->last);
    if (set->count == 0)
        set->first = id;
    if (!set->sparse &&
        place_of(set, id) / WORD_BITS > set->count + WORDS_AT_LEAST &&
        !make_sparse(set))
        return false;
    added = set->sparse ? add_sparse(set, id) : add_dense(set, id);
    set->last = id;
    return added;
}

bool
rp_idset_search(const struct rp_idset *set, int64_t id)
{
    size_t low = 0;
    size_t high = (size_t)set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (set->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->ids[low] == id;
}

size_t
rp_idset_bytes(const struct rp_idset *set)
{
    return set->word_capacity * sizeof *set->words +
           set->id_capacity * sizeof *set->ids;
}

void
rp_idset_release(struct rp_idset *set)
{
    rp_free(set->words);
    rp_free(set->ids);
    memset(set, 0, sizeof *set);
}
