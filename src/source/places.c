/* places.c - see places.h. */
#include "source/places.h"

#include <assert.h>

uint64_t
rp_places_due(const struct rp_places *places)
{
    return ((uint64_t)places->count << places->stride_log2) + 1;
}

/* Every other place stays. */
static void
thin_out(struct rp_places *places)
{
    places->count /= 2;
    for (size_t i = 1; i < places->count; i++)
        places->at[i] = places->at[2 * i];
    places->stride_log2++;
}

void
rp_places_note(struct rp_places *places, const struct rp_place *place)
{
    assert(place->number == rp_places_due(places));
    /* The number of places is even, so this one is due as well then. */
    if (places->count == RP_PLACES_MAX)
        thin_out(places);
    places->at[places->count++] = *place;
}

const struct rp_place *
rp_places_find(const struct rp_places *places, uint64_t number)
{
    uint64_t i = (number - 1) >> places->stride_log2;

    assert(number > 0);
    if (places->count == 0)
        return NULL;
    return &places->at[i < places->count ? i : places->count - 1];
}
