/* radix.c - see radix.h. */
#include "base/radix.h"

#include <stdbool.h>
#include <stdint.h>
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

/* Eight bytes at a time where there are eight. */
static void
add_differences(const struct rp_radix *radix, const unsigned char *record,
                const unsigned char *first)
{
    unsigned char *differs = radix->differs;
    size_t at = 0;

    for (; at + sizeof(uint64_t) <= radix->key_bytes; at += sizeof(uint64_t)) {
        uint64_t seen;
        uint64_t one;
        uint64_t other;

        memcpy(&seen, differs + at, sizeof seen);
        memcpy(&one, record + at, sizeof one);
        memcpy(&other, first + at, sizeof other);
        seen |= one ^ other;
        memcpy(differs + at, &seen, sizeof seen);
    }
    for (; at < radix->key_bytes; at++)
        differs[at] |= (unsigned char)(record[at] ^ first[at]);
}

static void
find_differences(const struct rp_radix *radix)
{
    unsigned char *differs = radix->differs;
    const unsigned char *first = radix->records;

    memset(differs, 0, radix->key_bytes);
    for (size_t i = 1; i < radix->count; i++)
        add_differences(radix, record_at(radix, i), first);
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
    case 40:
        memcpy(to, from, 40);
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
