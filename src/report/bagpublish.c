/* see bag.h */
#include "report/bag.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>

#include "base/show.h"
#include "report/bagfile.h"
#include "report/baginfo.h"

#define TURN_PAUSE_NS 20000000L
#define PAUSES_PER_SECOND (1000000000L / TURN_PAUSE_NS)

/* Not a lock that blocks: whoever holds it may be stopped for good.  A file
 * system that has no locks does without. */
enum rp_status
rp_bag_take_turn(struct rp_bag *bag, unsigned seconds, struct rp_err *err)
{
    const struct timespec pause = { 0, TURN_PAUSE_NS };
    char shown[RP_SHOWN_BYTES];

    for (long left = (long)seconds * PAUSES_PER_SECOND;; left--) {
        if (flock(bag->above_fd, LOCK_EX | LOCK_NB) == 0 ||
            errno != EWOULDBLOCK)
            return RP_OK;
        if (left == 0)
            break;
        (void)nanosleep(&pause, NULL);
    }
    return rp_fail(err, RP_E_BUSY,
                   "%s: another run has been publishing evidence there for "
                   "%u seconds; wait until it ends",
                   rp_show_in(shown, rp_slice_str(bag->above)), seconds);
}

static enum rp_status
write_info(struct rp_bag *bag, const struct rp_bag_info *info,
           struct rp_err *err)
{
    struct rp_buf text = { 0 };
    uint64_t bytes = 0;
    enum rp_status status;

    for (size_t i = 0; i < bag->files.count; i++)
        bytes += bag->files.files[i].hash.bytes;
    rp_baginfo_write(&text, info, bytes, bag->files.count);
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = rp_bagfile_tag(bag, RP_BAG_INFO, rp_buf_view(&text), err);
    rp_buf_release(&text);
    return status;
}

static enum rp_status
write_manifest(struct rp_bag *bag, const char *name, struct rp_baglist *list,
               struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status;

    rp_baglist_settle(list);
    rp_baglist_manifest(list, &text);
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = rp_bagfile_tag(bag, name, rp_buf_view(&text), err);
    rp_buf_release(&text);
    return status;
}

enum rp_status
rp_bag_manifest_sha256(struct rp_bag *bag, char out_sha256[RP_SHA256_HEX],
                       struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status;

    rp_baglist_settle(&bag->files);
    rp_baglist_manifest(&bag->files, &text);
    status = rp_buf_status(&text, err);
    if (status == RP_OK)
        status = rp_sha256_hex(rp_buf_view(&text), out_sha256, err);
    rp_buf_release(&text);
    return status;
}

static enum rp_status
write_tags(struct rp_bag *bag, const struct rp_bag_info *info,
           struct rp_err *err)
{
    enum rp_status status;

    rp_baglist_settle(&bag->files);
    status =
        rp_bagfile_tag(bag, RP_BAG_DECLARATION, RP_LIT(RP_BAG_VERSION), err);
    if (status == RP_OK)
        status = write_info(bag, info, err);
    if (status == RP_OK)
        status = write_manifest(bag, RP_BAG_MANIFEST, &bag->files, err);
    if (status == RP_OK)
        status = write_manifest(bag, RP_BAG_TAGMANIFEST, &bag->tags, err);
    return status;
}

enum rp_status
rp_bag_publish(struct rp_bag *bag, const struct rp_bag_info *info,
               struct rp_err *err)
{
    enum rp_status status = write_tags(bag, info, err);

    if (status == RP_OK)
        status = rp_bag_sync(bag, err);
    if (status == RP_OK)
        status = rp_bagfile_take_name(bag, err);
    return status;
}
