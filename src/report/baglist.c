/* see baglist.h */
#include "report/baglist.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"

/* The part of name before its first slash; moves *name behind it. */
static struct rp_slice
next_component(struct rp_slice *name)
{
    const unsigned char *slash = memchr(name->ptr, '/', name->len);
    struct rp_slice component = *name;

    if (slash == NULL) {
        *name = (struct rp_slice){ NULL, 0 };
        return component;
    }
    component.len = (size_t)(slash - name->ptr);
    name->ptr += component.len + 1;
    name->len -= component.len + 1;
    return component;
}

static bool
is_allowed(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f && strchr("%\\:", byte) == NULL;
}

const char *
rp_bag_name_problem(struct rp_slice name)
{
    if (name.len == 0)
        return "is an empty name";
    if (name.ptr[name.len - 1] == '/')
        return "is a folder";
    if (name.ptr[0] == '/')
        return "is an absolute path";
    if (name.ptr[0] == '~')
        return "starts with ~";
    for (size_t i = 0; i < name.len; i++)
        if (!is_allowed(name.ptr[i]))
            return "has a character in its name that no bag may have";
    while (name.len > 0) {
        struct rp_slice component = next_component(&name);

        if (component.len == 0 || rp_slice_eq(component, RP_LIT(".")) ||
            rp_slice_eq(component, RP_LIT("..")))
            return "is a path that leads elsewhere";
    }
    return NULL;
}

bool
rp_bag_is_tag(const char *name)
{
    static const char *const tags[] = {
        RP_BAG_DECLARATION,
        RP_BAG_INFO,
        RP_BAG_MANIFEST,
        RP_BAG_TAGMANIFEST,
    };

    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        if (strcmp(name, tags[i]) == 0)
            return true;
    return false;
}

void
rp_bag_problem(struct rp_buf *problems, struct rp_slice name,
               const char *problem)
{
    rp_show(problems, name);
    rp_buf_str(problems, ": ");
    rp_buf_str(problems, problem);
    rp_buf_byte(problems, '\n');
}

static int
by_text(const void *left, const void *right)
{
    const struct rp_slice *left_line = left;
    const struct rp_slice *right_line = right;

    return rp_slice_cmp(*left_line, *right_line);
}

static size_t
count_lines(struct rp_slice text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] == '\n';
    return count;
}

/* lines has room for all lines of text; returns how many there are. */
static size_t
split_lines(struct rp_slice text, struct rp_slice *lines)
{
    size_t count = 0;
    size_t from = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\n')
            continue;
        lines[count].ptr = text.ptr + from;
        lines[count++].len = i + 1 - from;
        from = i + 1;
    }
    return count;
}

enum rp_status
rp_bag_sort_problems(struct rp_buf *problems, struct rp_err *err)
{
    struct rp_buf sorted = { 0 };
    struct rp_slice *lines;
    size_t count;

    if (problems->failed)
        return rp_buf_status(problems, err);
    lines = rp_zalloc_array(count_lines(rp_buf_view(problems)), sizeof *lines);
    if (lines == NULL)
        return rp_fail_nomem(err, "sort what is wrong with a bag");
    count = split_lines(rp_buf_view(problems), lines);
    qsort(lines, count, sizeof *lines, by_text);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !rp_slice_eq(lines[i], lines[i - 1]))
            rp_buf_slice(&sorted, lines[i]);
    rp_free(lines);
    if (sorted.failed) {
        rp_buf_release(&sorted);
        return rp_fail_nomem(err, "sort what is wrong with a bag");
    }
    rp_buf_release(problems);
    *problems = sorted;
    return RP_OK;
}

enum rp_status
rp_baglist_add(struct rp_baglist *list, struct rp_slice name,
               const struct rp_filehash *hash, struct rp_err *err)
{
    void *files = list->files;
    char *copy = rp_zalloc(name.len + 1);
    struct rp_bagfile *file;

    if (copy == NULL || rp_grow(&files, &list->cap, list->count + 1,
                                sizeof *list->files) != 0) {
        rp_free(copy);
        return rp_fail_nomem(err, "list the files of a bag");
    }
    list->files = files;
    memcpy(copy, name.ptr, name.len);
    file = &list->files[list->count];
    file->name = copy;
    file->order = list->count++;
    file->hash = *hash;
    return RP_OK;
}

static int
by_name(const void *left, const void *right)
{
    const struct rp_bagfile *left_file = left;
    const struct rp_bagfile *right_file = right;
    int order = strcmp(left_file->name, right_file->name);

    if (order != 0)
        return order;
    return (left_file->order > right_file->order) -
           (left_file->order < right_file->order);
}

void
rp_baglist_sort(struct rp_baglist *list)
{
    if (list->count > 0)
        qsort(list->files, list->count, sizeof *list->files, by_name);
}

void
rp_baglist_settle(struct rp_baglist *list)
{
    size_t kept = 0;

    rp_baglist_sort(list);
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 &&
            strcmp(list->files[kept - 1].name, list->files[i].name) == 0)
            rp_free(list->files[--kept].name);
        list->files[kept] = list->files[i];
        list->files[kept].order = kept; /* before all that is added later */
        kept++;
    }
    list->count = kept;
}

const struct rp_bagfile *
rp_baglist_find(const struct rp_baglist *list, const char *name)
{
    size_t from = 0;
    size_t to = list->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        int order = strcmp(name, list->files[middle].name);

        if (order == 0)
            return &list->files[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

static int
compare_nocase(const char *left, const char *right)
{
    for (;; left++, right++) {
        int left_byte = *left >= 'A' && *left <= 'Z' ? *left + 32 : *left;
        int right_byte = *right >= 'A' && *right <= 'Z' ? *right + 32 : *right;

        if (left_byte != right_byte || left_byte == '\0')
            return left_byte - right_byte;
    }
}

static int
by_name_nocase(const void *left, const void *right)
{
    const char *const *left_name = left;
    const char *const *right_name = right;
    int order = compare_nocase(*left_name, *right_name);

    return order != 0 ? order : strcmp(*left_name, *right_name);
}

enum rp_status
rp_baglist_tell_alike(const struct rp_baglist *list, struct rp_buf *problems,
                      struct rp_err *err)
{
    const char **names = rp_zalloc_array(list->count, sizeof *names);

    if (names == NULL)
        return rp_fail_nomem(err, "list the files of a bag");
    for (size_t i = 0; i < list->count; i++)
        names[i] = list->files[i].name;
    qsort(names, list->count, sizeof *names, by_name_nocase);
    for (size_t i = 1; i < list->count; i++)
        if (compare_nocase(names[i], names[i - 1]) == 0 &&
            strcmp(names[i], names[i - 1]) != 0)
            rp_buf_printf(problems,
                          "%s: differs from %s only in upper and lower case\n",
                          names[i], names[i - 1]);
    rp_free(names);
    return RP_OK;
}

void
rp_baglist_release(struct rp_baglist *list)
{
    for (size_t i = 0; i < list->count; i++)
        rp_free(list->files[i].name);
    rp_free(list->files);
    *list = (struct rp_baglist){ 0 };
}

void
rp_baglist_manifest(const struct rp_baglist *list, struct rp_buf *out)
{
    for (size_t i = 0; i < list->count; i++)
        rp_buf_printf(out, "%s  %s\n", list->files[i].hash.hex,
                      list->files[i].name);
}

/* Only what this program writes: 64 digits, two blanks, the name. */
static bool
is_entry(struct rp_slice line)
{
    const size_t digits = RP_SHA256_HEX - 1;

    if (line.len <= digits + 2)
        return false;
    for (size_t i = 0; i < digits; i++)
        if (line.ptr[i] == '\0' ||
            strchr("0123456789abcdef", line.ptr[i]) == NULL)
            return false;
    return line.ptr[digits] == ' ' && line.ptr[digits + 1] == ' ';
}

/* One line, without its end, of the manifest that is called manifest. */
static enum rp_status
parse_entry(struct rp_slice line, const char *manifest, struct rp_baglist *list,
            struct rp_buf *problems, struct rp_err *err)
{
    const size_t digits = RP_SHA256_HEX - 1;
    struct rp_filehash hash = { 0 };
    const char *problem;

    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        rp_bag_problem(problems, rp_slice_str(manifest),
                       "has lines that end in CR LF: it was altered on its "
                       "way");
        return RP_OK;
    }
    if (!is_entry(line)) {
        rp_bag_problem(problems, rp_slice_str(manifest),
                       "has a line that is no hash, two blanks and a name");
        return RP_OK;
    }
    memcpy(hash.hex, line.ptr, digits);
    line.ptr += digits + 2;
    line.len -= digits + 2;
    problem = rp_bag_name_problem(line);
    if (problem != NULL) {
        rp_bag_problem(problems, line, problem);
        return RP_OK;
    }
    return rp_baglist_add(list, line, &hash, err);
}

static void
tell_repeats(const struct rp_baglist *list, const char *manifest,
             struct rp_buf *problems)
{
    for (size_t i = 1; i < list->count; i++) {
        const char *name = list->files[i].name;

        if (strcmp(name, list->files[i - 1].name) == 0)
            rp_buf_printf(problems, "%s: stands twice in %s\n", name, manifest);
    }
}

enum rp_status
rp_baglist_parse(struct rp_slice text, const char *name,
                 struct rp_baglist *list, struct rp_buf *problems,
                 struct rp_err *err)
{
    enum rp_status status = RP_OK;

    while (status == RP_OK && text.len > 0) {
        const unsigned char *end = memchr(text.ptr, '\n', text.len);
        struct rp_slice line = text;

        if (end == NULL) {
            rp_bag_problem(problems, rp_slice_str(name),
                           "ends in the middle of a line");
            break;
        }
        line.len = (size_t)(end - text.ptr);
        text.ptr += line.len + 1;
        text.len -= line.len + 1;
        status = parse_entry(line, name, list, problems, err);
    }
    rp_baglist_sort(list);
    tell_repeats(list, name, problems);
    return status;
}
