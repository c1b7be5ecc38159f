/* bag.c - a manifest that somebody else may have written, and a bag with it. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/fuzzcheck.h"
#include "report/bag.h"
#include "report/baginfo.h"
#include "report/baglist.h"

static char folder[] = "/dev/shm/rollproof-fuzz-XXXXXX";

static void
write_file(const char *name, const void *bytes, size_t len)
{
    char path[128];
    int fd;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    fuzz_check(fd >= 0 && write(fd, bytes, len) == (ssize_t)len,
               "a file can be written");
    (void)close(fd);
}

static void
remove_folder(void)
{
    static const char *const names[] = {
        "data/a",    "data",          RP_BAG_DECLARATION,
        RP_BAG_INFO, RP_BAG_MANIFEST, RP_BAG_TAGMANIFEST
    };
    char path[128];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    (void)rmdir(folder);
}

static void
make_folder(void)
{
    char path[128];

    fuzz_check(mkdtemp(folder) != NULL, "a folder can be made");
    (void)atexit(remove_folder);
    (void)snprintf(path, sizeof path, "%s/data", folder);
    (void)mkdir(path, 0700);
    write_file("data/a", "a", 1);
    write_file(RP_BAG_DECLARATION, RP_BAG_VERSION, sizeof RP_BAG_VERSION - 1);
    write_file(RP_BAG_INFO, "\n", 1);
}

/* A manifest without problems is written as it was read. */
static void
check_list(struct rp_slice text, bool *out_sound)
{
    struct rp_baglist list = { 0 };
    struct rp_buf problems = { 0 };
    struct rp_buf again = { 0 };
    struct rp_err err;

    fuzz_check(rp_baglist_parse(text, "manifest", &list, &problems, &err) ==
                   RP_OK,
               "any manifest can be parsed");
    for (size_t i = 0; i < list.count; i++)
        fuzz_check(rp_bag_name_problem(rp_slice_str(list.files[i].name)) ==
                           NULL &&
                       rp_baglist_find(&list, list.files[i].name) != NULL,
                   "names are safe and found");
    *out_sound = problems.len == 0;
    if (*out_sound) {
        rp_baglist_manifest(&list, &again);
        fuzz_check(again.len == text.len, "nothing of a sound one is lost");
    }
    rp_baglist_release(&list);
    rp_buf_release(&problems);
    rp_buf_release(&again);
}

/* What is read as a bag-info.txt names bags by whole hashes. */
static void
check_info(struct rp_slice text)
{
    struct rp_baginfo info;

    if (!rp_baginfo_read(text, &info))
        return;
    fuzz_check(info.has_oxum, "the size of the payload is told");
    fuzz_check(!info.previous.named ||
                   (strlen(info.previous.manifest) == RP_SHA256_HEX - 1 &&
                    strlen(info.previous.tagmanifest) == RP_SHA256_HEX - 1 &&
                    strchr(info.previous.name, '/') == NULL),
               "a bag is named whole");
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static bool made;
    struct rp_slice text = { bytes, len };
    struct rp_buf problems = { 0 };
    uint64_t files = 0;
    struct rp_err err;
    enum rp_status status;
    bool sound;

    if (!made)
        make_folder();
    made = true;
    check_list(text, &sound);
    check_info(text);
    write_file(RP_BAG_MANIFEST, bytes, len);
    write_file(RP_BAG_TAGMANIFEST, bytes, len);
    status = rp_bag_check(folder, &problems, &files, &err);
    if (status != RP_OK)
        fuzz_check_err(status, &err);
    else
        fuzz_check(problems.len > 0, "no manifest is its own tag manifest");
    rp_buf_release(&problems);
    return 0;
}
