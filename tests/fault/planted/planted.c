/* see planted.h */
#include "fault/planted/planted.h"

#include <stdlib.h>
#include <string.h>

bool
planted(const char *fault)
{
    const char *chosen = getenv("ROLLPROOF_FAULT");

    return chosen != NULL && strcmp(chosen, fault) == 0;
}

bool
planted_at(const char *fault, unsigned n, unsigned *calls)
{
    if (!planted(fault))
        return false;
    return ++*calls == n;
}
