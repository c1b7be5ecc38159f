/* jsonsync.h - the member "sync" of verdict.json, for the files that use
 * jansson: only there when the run could remove links.
 */
#ifndef REPORT_JSONSYNC_H
#define REPORT_JSONSYNC_H

#include <jansson.h>

#include "proof/verdict.h"
#include "report/jsondoor.h"
#include "report/jsonget.h"

/* In json.c and jsonread.c: what a source is. */
json_t *rp_json_source(struct rp_json_maker *maker,
                       const struct rp_source_report *source);
void rp_json_read_source(struct rp_json_reader *reader, const json_t *json,
                         struct rp_source_report *source);

void rp_json_set_sync(struct rp_json_maker *maker, json_t *root,
                      const struct rp_verdict *verdict);
void rp_json_get_sync(struct rp_json_reader *reader, const json_t *root,
                      struct rp_verdict *verdict);

#endif
