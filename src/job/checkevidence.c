/* see rollproof.h: rp_check_evidence. */
#include <inttypes.h>
#include <string.h>

#include "job/session.h"
#include "report/bagchain.h"
#include "report/bagsource.h"
#include "report/page.h"
#include "rollproof.h"

struct checking {
    const struct rp_check_options *options;
    struct rp_buf problems;
    struct rp_buf said; /* when there is no problem */
};

static void
say_chain(struct checking *checking, size_t before,
          const struct rp_bagrun *first)
{
    if (before == 0)
        rp_buf_str(&checking->said, "runs before it: none\n");
    else
        rp_buf_printf(&checking->said,
                      "runs before it: %zu, unbroken back to %s\n", before,
                      first->self.name);
}

static void
say_original(struct checking *checking, const struct rp_bagname *original)
{
    rp_buf_printf(&checking->said,
                  "a shared copy of %s, whose manifest-sha256.txt has the "
                  "SHA-256\n%s\n",
                  original->name, original->manifest);
}

/* The runs beside it, by whatever path it was named. */
static enum rp_status
follow_chain(struct checking *checking, int root, struct rp_err *err)
{
    struct rp_bagruns runs = { .items = NULL };
    struct rp_buf above = { 0 };
    const struct rp_bagrun *run = NULL;
    const struct rp_bagrun *first = NULL;
    size_t before = 0;
    enum rp_status status;

    rp_buf_printf(&above, "%s/..", checking->options->evidence);
    status = rp_buf_status(&above, err);
    if (status == RP_OK)
        status = rp_bagruns_read(rp_buf_cstr(&above), &runs, err);
    if (status == RP_OK)
        run = rp_bagruns_at(&runs, root);
    if (run != NULL && run->problem == NULL) {
        rp_bagchain_follow(&runs, run, &checking->problems, &before, &first);
        say_chain(checking, before, first);
    }
    rp_bagruns_release(&runs);
    rp_buf_release(&above);
    return status;
}

static enum rp_status
check_bag(struct checking *checking, struct rp_err *err)
{
    struct rp_bagsource source = { .root = -1 };
    enum rp_status status = rp_bagsource_open(
        checking->options->evidence, &source, &checking->problems, err);

    if (status != RP_OK)
        return status;
    rp_buf_printf(&checking->said,
                  "complete and unaltered: %" PRIu64 " files\n", source.found);
    if (source.info.original.named)
        say_original(checking, &source.info.original);
    else if (!checking->options->alone)
        status = follow_chain(checking, source.root, err);
    rp_bagsource_close(&source);
    return status;
}

/* Each line of lines with the name of the bag before it. */
static void
put_lines(struct checking *checking, const struct rp_bagrun *run,
          struct rp_slice lines)
{
    while (lines.len > 0) {
        const unsigned char *end = memchr(lines.ptr, '\n', lines.len);
        size_t len = end == NULL ? lines.len : (size_t)(end - lines.ptr) + 1;

        rp_buf_printf(&checking->problems, "%s/", run->self.name);
        rp_buf_put(&checking->problems, lines.ptr, len);
        lines.ptr += len;
        lines.len -= len;
    }
}

static enum rp_status
check_one(struct checking *checking, const struct rp_bagrun *run,
          uint64_t *files, struct rp_err *err)
{
    struct rp_buf dir = { 0 };
    struct rp_buf problems = { 0 };
    uint64_t found = 0;
    enum rp_status status;

    rp_buf_printf(&dir, "%s/%s", checking->options->evidence, run->folder);
    status = rp_buf_status(&dir, err);
    if (status == RP_OK)
        status = rp_bag_check(rp_buf_cstr(&dir), &problems, &found, err);
    put_lines(checking, run, rp_buf_view(&problems));
    *files += found;
    rp_buf_release(&dir);
    rp_buf_release(&problems);
    return status;
}

static void
say_all(struct checking *checking, const struct rp_bagruns *runs,
        uint64_t files)
{
    const struct rp_bagrun *last = rp_bagruns_latest(runs);
    const struct rp_bagrun *first = NULL;
    size_t before = 0;
    size_t shared = 0;

    for (size_t i = 0; i < runs->count; i++)
        shared += runs->items[i].info.original.named ? 1 : 0;
    rp_buf_str(&checking->said, "complete and unaltered: ");
    rp_page_count(&checking->said, runs->count - shared, "run");
    if (shared > 0)
        rp_buf_printf(&checking->said, ", %zu shared", shared);
    if (runs->unfinished > 0)
        rp_buf_printf(&checking->said, ", %zu unfinished", runs->unfinished);
    rp_buf_printf(&checking->said, ", %" PRIu64 " files\n", files);
    if (last == NULL)
        return;
    rp_bagchain_follow(runs, last, &checking->problems, &before, &first);
    rp_buf_printf(&checking->said, "one chain, from %s to %s\n",
                  first->self.name, last->self.name);
}

static enum rp_status
check_folder(struct checking *checking, const struct rp_bagruns *runs,
             struct rp_err *err)
{
    enum rp_status status = RP_OK;
    uint64_t files = 0;

    for (size_t i = 0; i < runs->count && status == RP_OK; i++)
        status = check_one(checking, &runs->items[i], &files, err);
    if (status != RP_OK)
        return status;
    rp_bagchain_judge(runs, &checking->problems);
    if (checking->problems.len == 0)
        say_all(checking, runs, files);
    return RP_OK;
}

static enum rp_status
check(struct checking *checking, struct rp_err *err)
{
    const char *dir = checking->options->evidence;
    struct rp_bagruns runs = { .items = NULL };
    enum rp_status status = RP_OK;

    if (!rp_bag_is_one(dir))
        status = rp_bagruns_read(dir, &runs, err);
    if (status == RP_E_NOMEM)
        return status;
    /* What cannot be read as a folder of bags is told as a bag is. */
    status = runs.count > 0 ? check_folder(checking, &runs, err)
                            : check_bag(checking, err);
    rp_bagruns_release(&runs);
    if (status == RP_OK)
        status = rp_buf_status(&checking->problems, err);
    return status == RP_OK ? rp_buf_status(&checking->said, err) : status;
}

enum rp_exit
rp_check_evidence(const struct rp_session *session,
                  const struct rp_check_options *options,
                  struct rp_message *message)
{
    struct checking checking = { .options = options };
    struct rp_err err = { RP_OK, "" };
    enum rp_status status = check(&checking, &err);
    enum rp_exit exit_code = rp_exit_of(status, &err, message);

    if (status == RP_OK && checking.problems.len > 0) {
        rp_print(session, &checking.problems);
        exit_code = RP_EXIT_DIFFERENT;
    } else if (status == RP_OK) {
        rp_print(session, &checking.said);
    }
    rp_buf_release(&checking.problems);
    rp_buf_release(&checking.said);
    return exit_code;
}
