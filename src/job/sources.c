/* see sources.h */
#include "job/sources.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

enum rp_status
rp_sources_open(const struct rp_strings *paths, const char *folder,
                const volatile sig_atomic_t *stop,
                struct rp_sources *out_sources, struct rp_err *err)
{
    struct rp_sources sources = { NULL, 0 };
    enum rp_status status = RP_OK;
    size_t standard = 0;

    if (paths->count == 0 || paths->count > RP_SOURCES_MAX)
        return rp_fail(err, RP_E_USAGE, "give 1 to %d sources", RP_SOURCES_MAX);
    sources.inputs = rp_zalloc_array(paths->count, sizeof(struct rp_input *));
    if (sources.inputs == NULL)
        return rp_fail_nomem(err, "open the sources");
    for (size_t i = 0; i < paths->count && status == RP_OK; i++) {
        bool is_stdin = strcmp(paths->items[i], "-") == 0;

        standard += is_stdin ? 1 : 0;
        if (standard > 1)
            status = rp_fail(err, RP_E_USAGE,
                             "standard input (-) can be read only once");
        else if (is_stdin)
            status = rp_input_stdin(folder, stop, &sources.inputs[i], err);
        else
            status =
                rp_input_open(paths->items[i], folder, &sources.inputs[i], err);
        sources.count += status == RP_OK ? 1 : 0;
    }
    if (status == RP_OK)
        *out_sources = sources;
    else
        rp_sources_close(&sources);
    return status;
}

void
rp_sources_close(struct rp_sources *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        rp_input_close(sources->inputs[i]);
    rp_free(sources->inputs);
    sources->inputs = NULL;
    sources->count = 0;
}
