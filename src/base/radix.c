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

/* Bytes that are counted in one pass over the records. */
#define COUNTED_MAX 8

/* The bytes of the key that differ and are sorted by next, from the last on,
 * and how often each has each value. */
struct counted {
    size_t at[COUNTED_MAX];
    size_t count;
    size_t values[COUNTED_MAX][BYTE_VALUES];
};

/* Takes the bytes in front of end that differ, as many as there is room for.
 * Returns where the next ones end. */
static size_t
take_bytes(const struct rp_radix *radix, size_t end, struct counted *counted)
{
    memset(counted, 0, sizeof *counted);
    while (end > 0 && counted->count < COUNTED_MAX) {
        end--;
        if (radix->differs[end] != 0)
            counted->at[counted->count++] = end;
    }
    return end;
}

static void
count_values(const struct rp_radix *radix, struct counted *counted)
{
    for (size_t i = 0; i < radix->count; i++) {
        const unsigned char *record = record_at(radix, i);

        for (size_t b = 0; b < counted->count; b++)
            counted->values[b][record[counted->at[b]]]++;
    }
}

/* Moves every record to its place.  Usual sizes are spelled out by the caller:
 * the compiler makes plain moves of them. */
static inline void
scatter(const struct rp_radix *radix, size_t at, size_t *starts, size_t bytes)
{
    const unsigned char *record = radix->records;

    for (size_t i = 0; i < radix->count; i++) {
        size_t place = starts[record[at]]++;

        memcpy(radix->scratch + place * bytes, record, bytes);
        record += bytes;
    }
}

static void
sort_by_byte(struct rp_radix *radix, size_t at, const size_t *values)
{
    unsigned char *sorted = radix->scratch;
    size_t starts[BYTE_VALUES] = { 0 };

    for (size_t value = 1; value < BYTE_VALUES; value++)
        starts[value] = starts[value - 1] + values[value - 1];
    switch (radix->record_bytes) {
    case 16:
        scatter(radix, at, starts, 16);
        break;
    case 24:
        scatter(radix, at, starts, 24);
        break;
    case 32:
        scatter(radix, at, starts, 32);
        break;
    case 40:
        scatter(radix, at, starts, 40);
        break;
    default:
        scatter(radix, at, starts, radix->record_bytes);
        break;
    }
    radix->scratch = radix->records;
    radix->records = sorted;
}

void
rp_radix_sort(struct rp_radix *radix)
{
    size_t end = radix->key_bytes;

    if (radix->count < 2 || radix->key_bytes == 0 || in_order(radix))
        return;
    find_differences(radix);
    while (end > 0) {
        struct counted counted;

        end = take_bytes(radix, end, &counted);
        count_values(radix, &counted);
        for (size_t b = 0; b < counted.count; b++)
            sort_by_byte(radix, counted.at[b], counted.values[b]);
    }
}
