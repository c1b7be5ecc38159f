/* see bagchain.h */
#include "report/bagchain.h"

#include <string.h>

#include "report/baglist.h"

static bool
names(const struct rp_bagname *name, const struct rp_bagrun *run)
{
    return name->named && strcmp(name->name, run->self.name) == 0;
}

/* A shared copy is made of a run and is none. */
static bool
is_run(const struct rp_bagrun *run)
{
    return run->problem == NULL && !run->info.original.named;
}

const struct rp_bagrun *
rp_bagruns_find(const struct rp_bagruns *runs, const char *name)
{
    for (size_t i = 0; i < runs->count; i++)
        if (strcmp(runs->items[i].self.name, name) == 0)
            return &runs->items[i];
    return NULL;
}

static bool
is_named(const struct rp_bagruns *runs, const struct rp_bagrun *run)
{
    for (size_t i = 0; i < runs->count; i++)
        if (is_run(&runs->items[i]) && &runs->items[i] != run &&
            names(&runs->items[i].info.previous, run))
            return true;
    return false;
}

const struct rp_bagrun *
rp_bagruns_latest(const struct rp_bagruns *runs)
{
    const struct rp_bagrun *last = NULL;

    /* Of a circle, which nobody makes by accident, the last by name. */
    for (size_t i = runs->count; i > 0; i--) {
        const struct rp_bagrun *run = &runs->items[i - 1];

        if (!is_run(run))
            continue;
        if (!is_named(runs, run))
            return run;
        if (last == NULL)
            last = run;
    }
    return last;
}

static void
tell(struct rp_buf *problems, const char *name, const char *problem,
     const char *about)
{
    rp_buf_printf(problems, "%s: %s%s\n", name, problem, about);
}

/* The run before run, NULL when there is none or it is not the one that was
 * named, which is told. */
static const struct rp_bagrun *
step_back(const struct rp_bagruns *runs, const struct rp_bagrun *run,
          struct rp_buf *problems)
{
    const struct rp_bagname *named = &run->info.previous;
    const struct rp_bagrun *previous;

    if (!named->named)
        return NULL;
    previous = rp_bagruns_find(runs, named->name);
    if (previous == NULL) {
        tell(problems, named->name, "is missing: the run before ",
             run->self.name);
        return NULL;
    }
    if (previous->problem != NULL) {
        tell(problems, named->name, previous->problem, "");
        return NULL;
    }
    if (strcmp(named->manifest, previous->self.manifest) == 0 &&
        strcmp(named->tagmanifest, previous->self.tagmanifest) == 0)
        return previous;
    tell(problems, named->name,
         "is not as it was: its manifests are not those named by ",
         run->self.name);
    return NULL;
}

/* Hashes cannot go in a circle, but whoever reads a folder need not believe
 * that: no run is visited twice. */
void
rp_bagchain_follow(const struct rp_bagruns *runs, const struct rp_bagrun *run,
                   struct rp_buf *problems, size_t *out_count,
                   const struct rp_bagrun **out_first)
{
    const struct rp_bagrun *previous = step_back(runs, run, problems);

    *out_count = 0;
    *out_first = run;
    while (previous != NULL && *out_count < runs->count) {
        ++*out_count;
        *out_first = previous;
        previous = step_back(runs, previous, problems);
    }
}

/* True when the two cannot both be in one chain, which is told. */
static bool
judge_pair(const struct rp_bagrun *left, const struct rp_bagrun *right,
           struct rp_buf *problems)
{
    const struct rp_bagname *before = &right->info.previous;
    const struct rp_bagname *other = &left->info.previous;

    if (!is_run(left) || before->named != other->named)
        return false;
    if (!before->named) {
        tell(problems, right->self.name,
             "names no run before it, and neither does ", left->self.name);
        return true;
    }
    if (strcmp(before->name, other->name) != 0)
        return false;
    rp_buf_printf(problems,
                  "%s: names %s as the run before it, and so does %s\n",
                  right->self.name, before->name, left->self.name);
    return true;
}

void
rp_bagchain_judge(const struct rp_bagruns *runs, struct rp_buf *problems)
{
    for (size_t i = 0; i < runs->count; i++) {
        bool told = !is_run(&runs->items[i]);

        if (!told)
            (void)step_back(runs, &runs->items[i], problems);
        /* One line for each run that is one too many. */
        for (size_t j = 0; j < i && !told; j++)
            told = judge_pair(&runs->items[j], &runs->items[i], problems);
    }
}
