/* radix.c - see radix.h. */
#include "base/radix.h"

#include <stdbool.h>
#include <string.h>

#define BYTE_VALUES 256

static const unsigned char *
record_at(const struct rp_radix *radix, size_t index)
{
    return radix->records + index * radix->record_bytes;
}

/* Registrars export sorted lists: often there is nothing to do. */
static bool
in_order(const struct rp_radix *radix)
{
    for (size_t i = 1; i < radix->count; i++)
        if (memcmp(record_at(radix, i - 1), record_at(radix, i),
                   radix->key_bytes) > 0)
            return false;
    return true;
}

static void
find_differences(const struct rp_radix *radix)
{
    unsigned char *differs = radix->differs;
    const unsigned char *first = radix->records;

    memset(differs, 0, radix->key_bytes);
    for (size_t i = 1; i < radix->count; i++) {
        const unsigned char *record = record_at(radix, i);

        for (size_t at = 0; at < radix->key_bytes; at++)
            differs[at] |= (unsigned char)(record[at] ^ first[at]);
    }
}

/* Usual sizes are spelled out: the compiler turns them into plain moves. */
static void
copy_record(unsigned char *to, const unsigned char *from, size_t bytes)
{
    switch (bytes) {
    case 8:
        memcpy(to, from, 8);
        break;
    case 16:
        memcpy(to, from, 16);
        break;
    case 24:
        memcpy(to, from, 24);
        break;
    default:
        memcpy(to, from, bytes);
        break;
    }
}

static void
sort_by_byte(struct rp_radix *radix, size_t at)
{
    unsigned char *sorted = radix->scratch;
    size_t starts[BYTE_VALUES + 1] = { 0 };

    for (size_t i = 0; i < radix->count; i++)
        starts[record_at(radix, i)[at] + 1]++;
    for (size_t value = 1; value < BYTE_VALUES; value++)
        starts[value] += starts[value - 1];
    for (size_t i = 0; i < radix->count; i++) {
        const unsigned char *record = record_at(radix, i);
        size_t place = starts[record[at]]++;

        copy_record(sorted + place * radix->record_bytes, record,
                    radix->record_bytes);
    }
    radix->scratch = radix->records;
    radix->records = sorted;
}

void
rp_radix_sort(struct rp_radix *radix)
{
    if (radix->count < 2 || radix->key_bytes == 0 || in_order(radix))
        return;
    find_differences(radix);
    for (size_t at = radix->key_bytes; at-- > 0;)
        if (radix->differs[at] != 0)
            sort_by_byte(radix, at);
}
