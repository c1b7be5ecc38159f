/* see jsonget.h */
#include "report/jsonget.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/show.h"
#include "report/json.h"

/* Takes the next line from text; without the comma behind a member. */
static struct rp_slice
next_line(struct rp_slice *text)
{
    struct rp_slice line = *text;
    const unsigned char *end =
        text->len == 0 ? NULL : memchr(text->ptr, '\n', text->len);
    size_t taken = text->len;

    if (end != NULL) {
        line.len = (size_t)(end - text->ptr);
        taken = line.len + 1;
    }
    if (taken > 0)
        text->ptr += taken;
    text->len -= taken;
    if (line.len > 0 && line.ptr[line.len - 1] == ',')
        line.len--;
    return line;
}

/* Names the first line of text that is not that of ours. */
static void
refuse_line(struct rp_json_reader *reader, struct rp_slice text,
            struct rp_slice ours)
{
    char shown[RP_SHOWN_BYTES];
    struct rp_slice line;
    size_t number = 0;

    do {
        line = next_line(&text);
        number++;
    } while (rp_slice_eq(line, next_line(&ours)) && text.len > 0);
    (void)snprintf(reader->place, sizeof reader->place, "line %zu, ", number);
    rp_json_wrong(reader, rp_show_in(shown, rp_slice_trim(line)),
                  "is not what this version writes there");
}

void
rp_json_check_whole(struct rp_json_reader *reader, struct rp_slice text,
                    const struct rp_verdict *verdict)
{
    struct rp_buf ours = { 0 };

    if (reader->status == RP_OK)
        reader->status = rp_json_verdict(&ours, verdict, reader->err);
    if (reader->status == RP_OK && !rp_slice_eq(rp_buf_view(&ours), text))
        refuse_line(reader, text, rp_buf_view(&ours));
    rp_buf_release(&ours);
}
