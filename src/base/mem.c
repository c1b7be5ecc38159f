/* mem.c - see mem.h. */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The first growth: small arrays are common, and are not grown one by one. */
#define LEAST_CAPACITY 16

void *
rp_zalloc(size_t bytes)
{
    return rp_zalloc_array(1, bytes);
}

void *
rp_zalloc_array(size_t count, size_t bytes)
{
    /* NULL must mean "no memory" only, also when nothing was asked for. */
    if (count == 0 || bytes == 0)
        return calloc(1, 1);
    if (count > SIZE_MAX / bytes)
        return NULL;
    return calloc(count, bytes);
}

void *
rp_zalloc_table(size_t count, size_t bytes)
{
    void *table;

    if (bytes != 0 && count > SIZE_MAX / bytes)
        return NULL;
    /* Of malloc and memset the compiler would make calloc. */
    table = rp_realloc(NULL, count * bytes);
    if (table != NULL)
        memset(table, 0, count * bytes);
    return table;
}

void *
rp_realloc(void *ptr, size_t bytes)
{
    return realloc(ptr, bytes == 0 ? 1 : bytes);
}

int
rp_grow(void **items, size_t *capacity, size_t needed, size_t element_bytes)
{
    size_t target = *capacity;
    void *moved;

    if (needed <= *capacity)
        return 0;
    if (element_bytes != 0 && needed > SIZE_MAX / element_bytes)
        return -1;
    if (target < LEAST_CAPACITY)
        target = LEAST_CAPACITY;
    while (target < needed && target <= SIZE_MAX / 2)
        target *= 2;
    if (target < needed ||
        (element_bytes != 0 && target > SIZE_MAX / element_bytes))
        target = needed;

    moved = rp_realloc(*items, target * element_bytes);
    if (moved == NULL)
        return -1;
    *items = moved;
    *capacity = target;
    return 0;
}

char *
rp_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = malloc(bytes);

    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

void
rp_free(void *ptr)
{
    free(ptr);
}
