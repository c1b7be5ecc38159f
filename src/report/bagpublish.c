/* see bag.h */
#include "report/bag.h"

#include <inttypes.h>

#include "report/bagfile.h"

/* What stands in every bag-info.txt: whoever finds the folder reads it. */
static const char description[] =
    "External-Description: Evidence of one run of rollproof: what it proved "
    "about an import of school records. Read data/README.txt first.\n";

/* How many bytes and files the payload has: a quick look whether all of it
 * arrived (RFC 8493, 2.2.2). */
static void
put_oxum(struct rp_buf *out, const struct rp_baglist *files)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < files->count; i++)
        bytes += files->files[i].hash.bytes;
    rp_buf_printf(out, "Payload-Oxum: %" PRIu64 ".%zu\n", bytes, files->count);
}

static enum rp_status
write_info(struct rp_bag *bag, const struct rp_bag_info *info,
           struct rp_err *err)
{
    struct rp_buf text = { 0 };
    enum rp_status status;

    rp_buf_printf(&text, "Bag-Software-Agent: %s\n", info->agent);
    rp_buf_printf(&text, "Bagging-Date: %s\n", info->date);
    put_oxum(&text, &bag->files);
    rp_buf_str(&text, description);
    if (info->previous != NULL)
        rp_buf_printf(&text, "Previous-Bag: %s\n", info->previous);
    if (info->previous_manifest != NULL)
        rp_buf_printf(&text, "Previous-Manifest-SHA256: %s\n",
                      info->previous_manifest);
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
