/* arena.h - many small pieces of memory that are given back together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

struct rp_arena_block;

/* All-zero is a valid empty arena. */
struct rp_arena {
    struct rp_arena_block *last;
};

/* Zeroed, aligned for any type; NULL without memory. */
void *rp_arena_alloc(struct rp_arena *arena, size_t bytes);
/* count * bytes, checked for overflow; a valid pointer also for count 0. */
void *rp_arena_array(struct rp_arena *arena, size_t count, size_t bytes);
/* Copies with a NUL behind them; ptr NULL without memory. */
char *rp_arena_str(struct rp_arena *arena, const char *text);
struct rp_slice rp_arena_slice(struct rp_arena *arena, struct rp_slice bytes);
void rp_arena_release(struct rp_arena *arena);

#endif
