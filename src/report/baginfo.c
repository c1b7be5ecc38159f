/* see baginfo.h */
#include "report/baginfo.h"

#include <inttypes.h>
#include <string.h>

/* What stands in every bag-info.txt: whoever finds the folder reads it. */
#define EVIDENCE                                                               \
    "Evidence of one run of rollproof: what it proved about an import of "     \
    "school records. Read data/README.txt first."
#define SHARED                                                                 \
    "A copy of evidence of one run of rollproof, without cells of its "        \
    "sources and without names of persons. Read data/README.txt first."

#define OXUM "Payload-Oxum"
#define PREVIOUS "Previous"
#define ORIGINAL "Original"
#define SHARED_MANIFEST "Shared-Manifest-SHA256"

static void
put_bag(struct rp_buf *out, const char *which, const struct rp_bagname *bag)
{
    if (!bag->named)
        return;
    rp_buf_printf(out, "%s-Bag: %s\n", which, bag->name);
    rp_buf_printf(out, "%s-Manifest-SHA256: %s\n", which, bag->manifest);
    rp_buf_printf(out, "%s-Tagmanifest-SHA256: %s\n", which, bag->tagmanifest);
}

/* The oxum is a quick look whether all of the payload arrived (RFC 8493,
 * 2.2.2). */
void
rp_baginfo_write(struct rp_buf *out, const struct rp_bag_info *info,
                 uint64_t bytes, uint64_t files)
{
    static const struct rp_bagname none = { .named = false };
    const struct rp_bagname *previous =
        info->previous != NULL ? info->previous : &none;
    const struct rp_bagname *original =
        info->original != NULL ? info->original : &none;

    rp_buf_printf(out, "Bag-Software-Agent: %s\n", info->agent);
    rp_buf_printf(out, "Bagging-Date: %s\n", info->date);
    rp_buf_printf(out, OXUM ": %" PRIu64 ".%" PRIu64 "\n", bytes, files);
    rp_buf_printf(out, "External-Description: %s\n",
                  original->named ? SHARED : EVIDENCE);
    put_bag(out, PREVIOUS, previous);
    put_bag(out, ORIGINAL, original);
    if (info->shared_manifest != NULL)
        rp_buf_printf(out, SHARED_MANIFEST ": %s\n", info->shared_manifest);
}

static bool
take_hash(struct rp_slice value, char out_hash[RP_SHA256_HEX])
{
    if (out_hash[0] != '\0' || value.len != RP_SHA256_HEX - 1)
        return false;
    for (size_t i = 0; i < value.len; i++)
        if (value.ptr[i] == '\0' ||
            strchr("0123456789abcdef", value.ptr[i]) == NULL)
            return false;
    memcpy(out_hash, value.ptr, value.len);
    out_hash[value.len] = '\0';
    return true;
}

static bool
take_name(struct rp_slice value, struct rp_bagname *out_bag)
{
    if (out_bag->named || value.len == 0 || value.len >= sizeof out_bag->name ||
        memchr(value.ptr, '\0', value.len) != NULL ||
        memchr(value.ptr, '/', value.len) != NULL)
        return false;
    out_bag->named = true;
    memcpy(out_bag->name, value.ptr, value.len);
    out_bag->name[value.len] = '\0';
    return true;
}

/* Digits of *value up to its end or a byte that is none. */
static bool
take_number(struct rp_slice *value, uint64_t *out_number)
{
    uint64_t number = 0;
    size_t digits = 0;

    while (digits < value->len && value->ptr[digits] >= '0' &&
           value->ptr[digits] <= '9') {
        const unsigned digit = value->ptr[digits] - (unsigned)'0';

        if (number > (UINT64_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
        digits++;
    }
    value->ptr += digits;
    value->len -= digits;
    *out_number = number;
    return digits > 0;
}

static bool
take_oxum(struct rp_slice value, struct rp_baginfo *out_info)
{
    if (out_info->has_oxum || !take_number(&value, &out_info->oxum_bytes) ||
        value.len == 0 || value.ptr[0] != '.')
        return false;
    value.ptr++;
    value.len--;
    out_info->has_oxum = take_number(&value, &out_info->oxum_files);
    return out_info->has_oxum && value.len == 0;
}

/* which-Bag, which-Manifest-SHA256, which-Tagmanifest-SHA256; *out_right stays
 * when label is none of these. */
static bool
take_bag(struct rp_slice label, const char *which, struct rp_slice value,
         struct rp_bagname *out_bag)
{
    const size_t len = strlen(which);

    if (label.len <= len || memcmp(label.ptr, which, len) != 0)
        return true;
    label.ptr += len;
    label.len -= len;
    if (rp_slice_eq(label, RP_LIT("-Bag")))
        return take_name(value, out_bag);
    if (rp_slice_eq(label, RP_LIT("-Manifest-SHA256")))
        return take_hash(value, out_bag->manifest);
    if (rp_slice_eq(label, RP_LIT("-Tagmanifest-SHA256")))
        return take_hash(value, out_bag->tagmanifest);
    return true;
}

static bool
take_line(struct rp_slice line, struct rp_baginfo *out_info)
{
    const unsigned char *colon =
        line.len == 0 ? NULL : memchr(line.ptr, ':', line.len);
    struct rp_slice label = line;
    struct rp_slice value;

    if (colon == NULL || line.ptr[0] == ' ' || colon == line.ptr)
        return false;
    label.len = (size_t)(colon - line.ptr);
    value.ptr = colon + 1;
    value.len = line.len - label.len - 1;
    if (value.len == 0 || value.ptr[0] != ' ')
        return false;
    value.ptr++;
    value.len--;
    if (rp_slice_eq(label, RP_LIT(OXUM)))
        return take_oxum(value, out_info);
    if (rp_slice_eq(label, RP_LIT(SHARED_MANIFEST)))
        return take_hash(value, out_info->shared_manifest);
    return take_bag(label, PREVIOUS, value, &out_info->previous) &&
           take_bag(label, ORIGINAL, value, &out_info->original);
}

/* A bag is named with both hashes, or not at all. */
static bool
is_whole(const struct rp_bagname *bag)
{
    const bool manifest = bag->manifest[0] != '\0';
    const bool tagmanifest = bag->tagmanifest[0] != '\0';

    return bag->named == manifest && bag->named == tagmanifest;
}

bool
rp_baginfo_read(struct rp_slice text, struct rp_baginfo *out_info)
{
    bool right = true;

    *out_info = (struct rp_baginfo){ .has_oxum = false };
    while (right && text.len > 0) {
        const unsigned char *end = memchr(text.ptr, '\n', text.len);
        struct rp_slice line = text;

        if (end == NULL)
            return false;
        line.len = (size_t)(end - text.ptr);
        text.ptr += line.len + 1;
        text.len -= line.len + 1;
        right = take_line(line, out_info);
    }
    return right && out_info->has_oxum && is_whole(&out_info->previous) &&
           is_whole(&out_info->original);
}
