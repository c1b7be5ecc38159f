/* see conclude.h: where evidence goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/show.h"
#include "job/conclude.h"
#include "job/evidence.h"
#include "report/bagchain.h"

/* 20261122T153000Z-4f1c */
#define STAMP_CHARS 17
#define ID_DIGITS 4
#define ID_MASK 0xffffU
/* The first run of a second leaves room for others behind it. */
#define FIRST_ID_MASK 0x7fffU

void
rp_evidence_folder(const char *school, struct rp_buf *out_folder)
{
    rp_buf_str(out_folder, school);
    rp_buf_str(out_folder, ".evidence");
}

void
rp_evidence_parent(struct rp_buf *out, const char *dir)
{
    const char *slash = strrchr(dir, '/');

    if (slash == NULL)
        rp_buf_str(out, ".");
    else if (slash == dir)
        rp_buf_str(out, "/");
    else
        rp_buf_put(out, dir, (size_t)(slash - dir));
}

static unsigned
random_id(void)
{
    unsigned char bytes[2] = { 0, 0 };
    FILE *random = fopen("/dev/urandom", "rb");

    if (random == NULL || fread(bytes, 1, sizeof bytes, random) != sizeof bytes)
        bytes[1] = (unsigned char)getpid();
    if (random != NULL)
        (void)fclose(random);
    return ((unsigned)bytes[0] << 8 | bytes[1]) & FIRST_ID_MASK;
}

/* Sorted by name, runs stand in their order also within a second. */
static unsigned
next_id(const struct rp_bagrun *latest, const char *stamp)
{
    if (latest == NULL || strlen(latest->folder) != STAMP_CHARS + ID_DIGITS ||
        strncmp(latest->folder, stamp, STAMP_CHARS) != 0)
        return random_id();
    return ((unsigned)strtoul(latest->folder + STAMP_CHARS, NULL, 16) + 1) &
           ID_MASK;
}

static enum rp_status
put_new_name(const char *school, struct rp_buf *out_dir, struct rp_err *err)
{
    struct rp_bagruns runs = { .items = NULL };
    char compact[20];
    char stamp[24];
    char iso[24];
    enum rp_status status;

    rp_now_utc(compact, iso);
    (void)snprintf(stamp, sizeof stamp, "%s-", compact);
    rp_evidence_folder(school, out_dir);
    status = rp_buf_status(out_dir, err);
    if (status == RP_OK)
        status = rp_bagruns_read(rp_buf_cstr(out_dir), &runs, err);
    if (status == RP_OK)
        rp_buf_printf(out_dir, "/%s%04x", stamp,
                      next_id(rp_bagruns_latest(&runs), stamp));
    rp_bagruns_release(&runs);
    return status;
}

enum rp_status
rp_evidence_place(const char *asked, const char *school, struct rp_buf *out_dir,
                  struct rp_err *err)
{
    struct stat there;
    enum rp_status status = rp_evidence_outside("--evidence", asked, err);

    if (status != RP_OK)
        return status;
    if (asked != NULL)
        rp_buf_str(out_dir, asked);
    else
        status = put_new_name(school, out_dir, err);
    while (out_dir->len > 1 && out_dir->ptr[out_dir->len - 1] == '/')
        out_dir->len--;
    if (status == RP_OK)
        status = rp_buf_status(out_dir, err);
    if (status == RP_OK && lstat(rp_buf_cstr(out_dir), &there) == 0) {
        char shown[RP_SHOWN_BYTES];

        return rp_fail(err, RP_E_USAGE,
                       "%s is there already; --evidence names the new folder "
                       "itself",
                       rp_show_in(shown, rp_buf_view(out_dir)));
    }
    return status;
}
