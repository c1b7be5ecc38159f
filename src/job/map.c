/* see map.h */
#include "job/map.h"

#include <stddef.h>
#include <string.h>

#include "base/file.h"
#include "base/ini.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/show.h"
#include "job/session.h"
#include "source/mapping.h"

enum kind {
    TEXT,
    LIST,
    FLAG, /* yes, no */
    FULL, /* the only word of check */
};

/* A key of a section that is always called the same. */
struct map_key {
    const char *section;
    const char *name;
    enum kind kind;
    unsigned uses;
    size_t place; /* in struct rp_map */
};

#define OF_MIGRATE (RP_MAP_MIGRATE | RP_MAP_VERIFY)
#define OF_LOAD RP_MAP_LOAD
#define OF_ALL (OF_MIGRATE | OF_LOAD)
#define AT(member) offsetof(struct rp_map, member)

static const struct map_key keys[] = {
    { "mapping", "student", TEXT, OF_MIGRATE, AT(student) },
    { "mapping", "course", TEXT, OF_MIGRATE, AT(course) },
    { "mapping", "course-index", FLAG, OF_MIGRATE, AT(course_index) },
    { "mapping", "leave-out", LIST, OF_MIGRATE, AT(leave_out) },
    { "mapping", "key", TEXT, OF_LOAD, AT(key) },
    { "mapping", "columns", LIST, OF_LOAD, AT(columns) },
    { "mapping", "rename", LIST, OF_LOAD, AT(rename) },
    { "source", "header", TEXT, OF_ALL, AT(csv.header) },
    { "source", "no-header", FLAG, OF_ALL, AT(csv.no_header) },
    { "source", "delimiter", TEXT, OF_ALL, AT(csv.delimiter) },
    { "source", "quote", TEXT, OF_ALL, AT(csv.quote) },
    { "source", "where", LIST, OF_ALL, AT(where) },
    { "policy", "check", FULL, OF_ALL, AT(full_check) },
    { "policy", "max-removed", TEXT, OF_MIGRATE, AT(max_removed) },
};
#define KEYS (sizeof keys / sizeof keys[0])

static const char *const sections[] = { "mapping", "source", "policy",
                                        "accept CODE" };
#define SECTIONS (sizeof sections / sizeof sections[0])
static const struct rp_slice accept_prefix = RP_LIT_INIT("accept ");

struct reading {
    struct rp_map *map;
    enum rp_map_use use;
    const char *section; /* one of sections; NULL before the first */
    enum rp_code code;   /* of [accept CODE] */
    size_t seen[KEYS];   /* the line of a key that stands once */
    size_t seen_in_accept[3];
};

/* "; did you mean X?", or what there is. */
static enum rp_status
fail_word(const char *what, struct rp_slice word, const struct rp_slice *words,
          size_t count, struct rp_err *err)
{
    struct rp_buf all = { 0 };
    char shown[RP_SHOWN_BYTES];
    int near = rp_nearest(word, words, count);

    (void)rp_show_in(shown, word);
    if (near >= 0)
        return rp_fail(err, RP_E_USAGE, "there is no %s %s; did you mean %s?",
                       what, shown, (const char *)words[near].ptr);
    for (size_t i = 0; i < count; i++)
        rp_buf_printf(&all, "%s%s", i == 0 ? "" : ", ",
                      (const char *)words[i].ptr);
    (void)rp_fail(err, RP_E_USAGE, "there is no %s %s; there are %s", what,
                  shown, rp_buf_cstr(&all));
    rp_buf_release(&all);
    return RP_E_USAGE;
}

static enum rp_status
begin_accept(struct reading *reading, struct rp_slice name, size_t line,
             struct rp_err *err)
{
    enum rp_status status;

    name.ptr += accept_prefix.len;
    name.len -= accept_prefix.len;
    status = rp_policy_code(name, &reading->code, err);
    if (status != RP_OK)
        return status;
    reading->section = sections[SECTIONS - 1];
    reading->map->accepted[reading->code].line = line;
    memset(reading->seen_in_accept, 0, sizeof reading->seen_in_accept);
    return RP_OK;
}

static enum rp_status
on_section(void *ctx, struct rp_slice name, size_t line, struct rp_err *err)
{
    struct rp_slice names[SECTIONS];
    struct reading *reading = ctx;

    if (name.len > accept_prefix.len &&
        memcmp(name.ptr, accept_prefix.ptr, accept_prefix.len) == 0)
        return begin_accept(reading, name, line, err);
    for (size_t i = 0; i < SECTIONS; i++)
        names[i] = rp_slice_str(sections[i]);
    for (size_t i = 0; i < SECTIONS - 1; i++) {
        if (rp_slice_eq(name, names[i])) {
            reading->section = sections[i];
            return RP_OK;
        }
    }
    return fail_word("section", name, names, SECTIONS, err);
}

/* What a value is refused for by those who will use it. */
static enum rp_status
try_mapping(const char *name, const char *value, struct rp_err *err)
{
    struct rp_mapping_texts texts = { .student = "#1", .course = "#1" };
    struct rp_mapping *mapping = NULL;
    enum rp_status status;

    if (strcmp(name, "student") == 0)
        texts.student = value;
    if (strcmp(name, "course") == 0)
        texts.course = value;
    if (strcmp(name, "where") == 0) {
        texts.where = &value;
        texts.where_count = 1;
    }
    if (strcmp(name, "leave-out") == 0) {
        texts.leave_out = &value;
        texts.leave_out_count = 1;
    }
    status = rp_mapping_open(&texts, &mapping, err);
    rp_mapping_close(mapping);
    return status;
}

static enum rp_status
try_dialect(const char *name, const char *value, struct rp_err *err)
{
    struct rp_csv_options options = { .delimiter = NULL };
    struct rp_dialect_asked asked = { .delimiter_name = { NULL, 0 } };
    enum rp_status status;

    if (strcmp(name, "header") == 0)
        options.header = value;
    /* Only together can they be the same. */
    if (strcmp(name, "delimiter") == 0) {
        options.delimiter = value;
        options.quote = value[0] == '"' ? "'" : NULL;
    }
    if (strcmp(name, "quote") == 0) {
        options.quote = value;
        options.delimiter = value[0] == ',' ? "tab" : NULL;
    }
    status = rp_dialect_parse(&options, &asked, err);
    rp_dialect_release(&asked);
    return status;
}

static enum rp_status
try_policy(const char *name, const char *value, struct rp_err *err)
{
    struct rp_limit limit;

    return strcmp(name, "max-removed") == 0
               ? rp_limit_of_removals(name, value, &limit, err)
               : RP_OK;
}

static enum rp_status
take_flag(const struct map_key *key, struct rp_slice value, bool *out,
          struct rp_err *err)
{
    const char *words = key->kind == FULL ? "full" : "yes or no";

    *out =
        rp_slice_eq(value, key->kind == FULL ? RP_LIT("full") : RP_LIT("yes"));
    if (*out || (key->kind == FLAG && rp_slice_eq(value, RP_LIT("no"))))
        return RP_OK;
    return rp_fail(err, RP_E_USAGE, "%s: write %s", key->name, words);
}

static enum rp_status
add_text(struct rp_map_list *list, const char *text, struct rp_err *err)
{
    void *items = list->items;

    if (text == NULL || rp_grow(&items, &list->capacity, list->count + 1,
                                sizeof *list->items) != 0)
        return rp_fail_nomem(err, "hold a map");
    list->items = items;
    list->items[list->count++] = text;
    return RP_OK;
}

static enum rp_status
take_text(struct rp_map *map, const struct map_key *key, struct rp_slice value,
          struct rp_err *err)
{
    const char *text = (const char *)rp_arena_slice(&map->arena, value).ptr;
    unsigned char *place = (unsigned char *)map + key->place;
    enum rp_status status;

    if (text == NULL)
        return rp_fail_nomem(err, "hold a map");
    if (value.len == 0)
        return rp_fail(err, RP_E_USAGE,
                       "%s has no value; give it one, or leave the line out",
                       key->name);
    status = try_mapping(key->name, text, err);
    if (status == RP_OK)
        status = try_dialect(key->name, text, err);
    if (status == RP_OK)
        status = try_policy(key->name, text, err);
    if (status != RP_OK)
        return status;
    if (key->kind == LIST)
        return add_text((struct rp_map_list *)(void *)place, text, err);
    memcpy(place, &text, sizeof text);
    return RP_OK;
}

static enum rp_status
fail_twice(struct rp_slice key, size_t line, struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    return rp_fail(err, RP_E_USAGE,
                   "%s stands in line %zu already; keep one of them",
                   rp_show_in(shown, key), line);
}

/* Keys of [accept CODE]. */
static enum rp_status
take_limit(struct reading *reading, struct rp_slice value, struct rp_err *err)
{
    struct rp_map *map = reading->map;
    struct rp_policy policy;
    struct rp_buf text = { 0 };
    const char *accept;
    enum rp_status status;

    /* A comma would begin the acceptance of another code. */
    if (memchr(value.ptr, ',', value.len) != NULL)
        return rp_fail(err, RP_E_USAGE,
                       "limit: it holds a comma; every code has a section of "
                       "its own");
    rp_buf_printf(&text, "%s=%s", rp_code_name(reading->code),
                  (const char *)value.ptr);
    status = rp_buf_status(&text, err);
    accept =
        status == RP_OK ? rp_arena_str(&map->arena, rp_buf_cstr(&text)) : NULL;
    rp_buf_release(&text);
    if (status == RP_OK && accept != NULL)
        status = rp_policy_parse(&policy, &accept, 1, err);
    if (status != RP_OK)
        return status;
    map->accepted[reading->code].limit = accept;
    return add_text(&map->accept, accept, err);
}

static enum rp_status
take_accept(struct reading *reading, struct rp_slice key, struct rp_slice value,
            size_t line, struct rp_err *err)
{
    static const char *const names[3] = { "limit", "reason", "approved-by" };
    struct rp_map_accept *accept = &reading->map->accepted[reading->code];
    struct rp_slice words[3];
    const char *text;
    size_t at = 0;

    for (size_t i = 0; i < 3; i++)
        words[i] = rp_slice_str(names[i]);
    while (at < 3 && !rp_slice_eq(key, words[at]))
        at++;
    if (at == 3)
        return fail_word("key", key, words, 3, err);
    if (reading->seen_in_accept[at] != 0)
        return fail_twice(key, reading->seen_in_accept[at], err);
    reading->seen_in_accept[at] = line;
    if (at == 0)
        return take_limit(reading, value, err);
    if (rp_slice_trim(value).len == 0)
        return RP_OK;
    text = (const char *)rp_arena_slice(&reading->map->arena, value).ptr;
    if (text == NULL)
        return rp_fail_nomem(err, "hold a map");
    *(at == 1 ? &accept->reason : &accept->approved_by) = text;
    return RP_OK;
}

/* Which key of the section that is being read; RP_E_USAGE when it has none of
 * that name. */
static enum rp_status
find_key(const struct reading *reading, struct rp_slice key, size_t *out_at,
         struct rp_err *err)
{
    struct rp_slice words[KEYS];
    size_t count = 0;

    for (size_t i = 0; i < KEYS; i++) {
        struct rp_slice name = rp_slice_str(keys[i].name);

        if (strcmp(keys[i].section, reading->section) != 0)
            continue;
        if (rp_slice_eq(key, name)) {
            *out_at = i;
            return RP_OK;
        }
        if ((keys[i].uses & (unsigned)reading->use) != 0)
            words[count++] = name;
    }
    return fail_word("key", key, words, count, err);
}

static enum rp_status
take_key(struct reading *reading, const struct map_key *key,
         struct rp_slice value, struct rp_err *err)
{
    unsigned char *place = (unsigned char *)reading->map + key->place;

    if ((key->uses & (unsigned)reading->use) == 0)
        return rp_fail(err, RP_E_USAGE,
                       "%s: is of %s; leave it out, or give each a map of its "
                       "own",
                       key->name,
                       (key->uses & OF_LOAD) != 0 ? "load" : "migrate");
    if (key->kind == FLAG || key->kind == FULL)
        return take_flag(key, value, (bool *)(void *)place, err);
    return take_text(reading->map, key, value, err);
}

static enum rp_status
on_entry(void *ctx, struct rp_slice key, struct rp_slice value, size_t line,
         struct rp_err *err)
{
    struct reading *reading = ctx;
    enum rp_status status;
    size_t at = 0;

    if (reading->section == NULL)
        return rp_fail(err, RP_E_USAGE,
                       "a key stands below a heading: [mapping], [source], "
                       "[policy] or [accept CODE]");
    if (reading->section == sections[SECTIONS - 1])
        return take_accept(reading, key, value, line, err);
    status = find_key(reading, key, &at, err);
    if (status != RP_OK)
        return status;
    if (keys[at].kind != LIST && reading->seen[at] != 0)
        return fail_twice(key, reading->seen[at], err);
    reading->seen[at] = line;
    return take_key(reading, &keys[at], value, err);
}

/* Where a key stands. */
static size_t
line_of(const struct reading *reading, const char *key)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(keys[i].name, key) == 0)
            return reading->seen[i];
    return 0;
}

/* What can only be wrong together. */
static enum rp_status
check_whole(const struct reading *reading, const char *path, struct rp_err *err)
{
    const struct rp_map *map = reading->map;
    struct rp_dialect_asked asked = { .delimiter_name = { NULL, 0 } };
    char shown[RP_SHOWN_BYTES];
    struct rp_err why;
    enum rp_status status;

    (void)rp_show_in(shown, rp_slice_str(path));
    for (int code = 0; code < RP_CODE_COUNT; code++)
        if (map->accepted[code].line != 0 && map->accepted[code].limit == NULL)
            return rp_fail(err, RP_E_USAGE,
                           "%s:%zu: accepts without a limit; write limit = N, "
                           "P%% or all below the heading",
                           shown, map->accepted[code].line);
    if (map->csv.no_header && map->csv.header != NULL)
        return rp_fail(err, RP_E_USAGE,
                       "%s:%zu: header already says that the file has no "
                       "header line; leave no-header out",
                       shown, line_of(reading, "no-header"));
    status = rp_dialect_parse(&map->csv, &asked, &why);
    rp_dialect_release(&asked);
    if (status == RP_OK)
        return RP_OK;
    if (status != RP_E_USAGE)
        return rp_fail(err, status, "%s", why.text);
    /* Each is one character; what is left is that they are the same. */
    return rp_fail(err, status, "%s:%zu: %.1500s", shown,
                   map->csv.quote != NULL ? line_of(reading, "quote")
                                          : line_of(reading, "delimiter"),
                   why.text);
}

static enum rp_status
name_map(struct rp_map *map, const char *path, struct rp_err *err)
{
    const char *slash = strrchr(path, '/');
    char shown[RP_SHOWN_BYTES];

    map->name = rp_arena_str(
        &map->arena,
        rp_show_in(shown, rp_slice_str(slash == NULL ? path : slash + 1)));
    if (map->name == NULL)
        return rp_fail_nomem(err, "hold a map");
    return rp_sha256_hex(rp_buf_view(&map->bytes), map->sha256, err);
}

enum rp_status
rp_map_open(const char *path, enum rp_map_use use, struct rp_map *out_map,
            struct rp_err *err)
{
    struct rp_map map = { .name = NULL };
    struct reading reading = { .map = &map, .use = use };
    const struct rp_ini_visitor visitor = { on_section, on_entry, &reading };
    enum rp_status status =
        rp_file_read(path, RP_MAP_MAX_BYTES, &map.bytes, err);

    if (status == RP_OK)
        status = rp_ini_read(rp_buf_view(&map.bytes), path, &visitor, err);
    if (status == RP_OK)
        status = check_whole(&reading, path, err);
    if (status == RP_OK)
        status = name_map(&map, path, err);
    if (status == RP_OK)
        *out_map = map;
    else
        rp_map_release(&map);
    return status;
}

void
rp_map_release(struct rp_map *map)
{
    rp_arena_release(&map->arena);
    rp_buf_release(&map->bytes);
    rp_free(map->leave_out.items);
    rp_free(map->columns.items);
    rp_free(map->rename.items);
    rp_free(map->where.items);
    rp_free(map->accept.items);
    memset(map, 0, sizeof *map);
}
