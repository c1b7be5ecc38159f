/* see progress.h */
#include "job/progress.h"

#include <inttypes.h>
#include <stdio.h>

#define BETWEEN_MS 100U
#define LINE_BYTES 160
/* Rates and times left of the first moments are only noise. */
#define STEADY_MS 300U

static void
put(const struct rp_progress *progress, const char *text, int len)
{
    const struct rp_sink *talk = &progress->session->talk;

    if (len > 0 && len < LINE_BYTES)
        talk->write(talk->ctx, text, (size_t)len);
}

static bool
is_watched(const struct rp_progress *progress)
{
    return progress->session->progress && !progress->session->quiet;
}

void
rp_progress_stage(struct rp_progress *progress, const char *stage,
                  const char *unit, uint64_t total)
{
    if (!is_watched(progress))
        return;
    progress->stage = stage;
    progress->unit = unit;
    progress->total = total;
    progress->began_ms = rp_now_ms();
    progress->shown_ms = 0;
    progress->ticked = 0;
    rp_progress_tick(progress, 0, 0);
}

static int
put_rate(char *out, size_t room, const struct rp_progress *progress,
         uint64_t units, uint64_t passed_ms)
{
    if (units == 0 || passed_ms < STEADY_MS)
        return 0;
    return snprintf(out, room, "  %" PRIu64 " %s/s", units * 1000 / passed_ms,
                    progress->unit);
}

static int
put_left(char *out, size_t room, const struct rp_progress *progress,
         uint64_t done, uint64_t passed_ms)
{
    uint64_t left_s;

    if (done == 0 || done > progress->total || passed_ms < STEADY_MS)
        return 0;
    left_s = (progress->total - done) / (done / passed_ms + 1) / 1000;
    return snprintf(out, room, "  %" PRIu64 ":%02" PRIu64 " left", left_s / 60,
                    left_s % 60);
}

void
rp_progress_tick(struct rp_progress *progress, uint64_t done, uint64_t units)
{
    char line[LINE_BYTES];
    uint64_t now;
    uint64_t passed;
    int len;

    if (progress->stage == NULL)
        return;
    now = rp_now_ms();
    if (progress->shown_ms != 0 && now - progress->shown_ms < BETWEEN_MS)
        return;
    progress->shown_ms = now;
    passed = now - progress->began_ms;
    len = snprintf(line, sizeof line, "\r\033[K  %-9s", progress->stage);
    if (progress->total > 0)
        len += snprintf(
            line + len, sizeof line - (size_t)len, " %3" PRIu64 "%%",
            done < progress->total ? done * 100 / progress->total : 100);
    len += put_rate(line + len, sizeof line - (size_t)len, progress, units,
                    passed);
    len +=
        put_left(line + len, sizeof line - (size_t)len, progress, done, passed);
    put(progress, line, len);
    progress->on_screen = true;
}

static enum rp_status
tick_rows(void *ctx, uint64_t rows, struct rp_err *err)
{
    struct rp_progress *progress = ctx;

    progress->ticked += rows;
    rp_progress_tick(progress, progress->ticked, progress->ticked);
    return rp_session_stopped(progress->session, err);
}

struct rp_beat
rp_progress_beat(struct rp_progress *progress)
{
    return (struct rp_beat){ tick_rows, progress };
}

void
rp_progress_end(struct rp_progress *progress)
{
    progress->stage = NULL;
    if (progress->on_screen)
        put(progress, "\r\033[K", 4);
    progress->on_screen = false;
}
