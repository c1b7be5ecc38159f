/* see arena.h */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define BLOCK_BYTES ((size_t)16 << 10)

struct rp_arena_block {
    struct rp_arena_block *before;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static struct rp_arena_block *
add_block(struct rp_arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct rp_arena_block *block;

    if (size > SIZE_MAX - sizeof *block)
        return NULL;
    block = rp_zalloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->size = size;
    block->before = arena->last;
    arena->last = block;
    return block;
}

void *
rp_arena_alloc(struct rp_arena *arena, size_t bytes)
{
    const size_t step = alignof(max_align_t);
    struct rp_arena_block *block = arena->last;
    void *piece;

    if (bytes > SIZE_MAX - step)
        return NULL;
    bytes = (bytes + step - 1) / step * step;
    if (block == NULL || block->size - block->used < bytes)
        block = add_block(arena, bytes);
    if (block == NULL)
        return NULL;
    piece = block->bytes + block->used;
    block->used += bytes;
    return piece;
}

void *
rp_arena_array(struct rp_arena *arena, size_t count, size_t bytes)
{
    if (bytes != 0 && count > SIZE_MAX / bytes)
        return NULL;
    return rp_arena_alloc(arena, count * bytes);
}

char *
rp_arena_str(struct rp_arena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = rp_arena_alloc(arena, bytes);

    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

struct rp_slice
rp_arena_slice(struct rp_arena *arena, struct rp_slice bytes)
{
    unsigned char *copy = rp_arena_alloc(arena, bytes.len + 1);

    if (copy == NULL)
        return (struct rp_slice){ NULL, 0 };
    if (bytes.len > 0)
        memcpy(copy, bytes.ptr, bytes.len);
    return (struct rp_slice){ copy, bytes.len };
}

void
rp_arena_release(struct rp_arena *arena)
{
    while (arena->last != NULL) {
        struct rp_arena_block *block = arena->last;

        arena->last = block->before;
        rp_free(block);
    }
}
