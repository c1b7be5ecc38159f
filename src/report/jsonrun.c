/* see json.h */
#include "report/json.h"

#include "base/hash.h"
#include "base/sha256.h"
#include "base/show.h"
#include "report/jsondoor.h"
#include "report/jsonget.h"
#include "school/db.h"

/* Both compilers know the word; only one says its own name in it. */
#if defined(__clang__)
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* Names of hosts, paths and arguments may hold any byte. */
static json_t *
shown_of(struct rp_json_maker *maker, struct rp_slice text)
{
    struct rp_buf shown = { 0 };
    json_t *value = NULL;

    rp_show(&shown, text);
    if (shown.failed)
        maker->failed = true;
    else
        value = json_string(rp_buf_cstr(&shown));
    rp_buf_release(&shown);
    return value;
}

static void
set_shown(struct rp_json_maker *maker, json_t *object, const char *name,
          const char *text)
{
    if (text == NULL)
        rp_json_set(maker, object, name, json_null());
    else
        rp_json_set(maker, object, name, shown_of(maker, rp_slice_str(text)));
}

static void
set_argv(struct rp_json_maker *maker, json_t *root, const struct rp_run *run)
{
    json_t *argv = rp_json_array(maker);

    for (size_t i = 0; i < run->argc; i++)
        rp_json_append(maker, argv,
                       shown_of(maker, rp_slice_str(run->argv[i])));
    rp_json_set(maker, root, "argv", argv);
}

static void
set_versions(struct rp_json_maker *maker, json_t *root,
             const struct rp_run *run)
{
    json_t *versions = rp_json_object(maker);

    set_shown(maker, versions, "rollproof", run->program);
    set_shown(maker, versions, "compiler", COMPILER);
    set_shown(maker, versions, "sqlite", rp_db_version());
    set_shown(maker, versions, "sqlite_source", rp_db_source_id());
    set_shown(maker, versions, "xxhash", rp_hash_version());
    set_shown(maker, versions, "openssl", rp_sha256_version());
    set_shown(maker, versions, "jansson", jansson_version_str());
    rp_json_set(maker, root, "versions", versions);
}

/* What could not be looked at before is looked at now. */
static void
set_libraries(struct rp_json_maker *maker, json_t *root,
              const struct rp_libraries *known)
{
    struct rp_libraries own = { 0 };
    const struct rp_libraries *libraries = known;
    json_t *array = rp_json_array(maker);

    if (libraries == NULL || !libraries->looked) {
        libraries = &own;
        if (rp_libraries_look(&own, NULL) != RP_OK)
            maker->failed = true;
    }
    for (size_t i = 0; i < libraries->count; i++) {
        const struct rp_library *library = &libraries->items[i];
        json_t *object = rp_json_object(maker);

        rp_json_set(maker, object, "path", shown_of(maker, library->path));
        rp_json_set(maker, object, "sha256",
                    library->sha256[0] == '\0' ? json_null()
                                               : json_string(library->sha256));
        rp_json_append(maker, array, object);
    }
    rp_json_set(maker, root, "libraries", array);
    rp_libraries_release(&own);
}

enum rp_status
rp_json_run(struct rp_buf *out, const struct rp_run *run, struct rp_err *err)
{
    struct rp_json_maker maker = { false };
    json_t *root;

    rp_json_begin();
    root = rp_json_object(&maker);
    set_shown(&maker, root, "started", run->started);
    set_shown(&maker, root, "finished", run->finished);
    set_shown(&maker, root, "host", run->host);
    set_shown(&maker, root, "user", run->user);
    set_shown(&maker, root, "folder", run->folder);
    set_shown(&maker, root, "database", run->database);
    set_shown(&maker, root, "evidence", run->evidence);
    set_argv(&maker, root, run);
    if (run->way_back != NULL)
        set_shown(&maker, root, "way_back", run->way_back);
    rp_json_set_count(&maker, root, "lock_ms", run->lock_ms);
    set_versions(&maker, root, run);
    set_libraries(&maker, root, run->libraries);
    return rp_json_finish(&maker, root, out, "run.json", err);
}

enum rp_status
rp_json_run_lock(struct rp_slice run, const char *name, uint64_t *out_lock_ms,
                 struct rp_err *err)
{
    struct rp_json_reader reader = { .name = name, .err = err };
    json_t *root = NULL;
    enum rp_status status = rp_json_load(run, name, &root, err);
    uint64_t lock_ms;

    if (status != RP_OK)
        return status;
    rp_json_at(&reader, "run");
    lock_ms = rp_json_get_count(&reader, root, "lock_ms");
    json_decref(root);
    if (reader.status == RP_OK)
        *out_lock_ms = lock_ms;
    return reader.status;
}
