/* shape.h - which columns of a parent a SPEC of the command line means. */
#ifndef JOB_SHAPE_H
#define JOB_SHAPE_H

#include "base/err.h"
#include "school/keys.h"
#include "school/schema.h"
#include "source/mapping.h"

/* option: "--student" or "--course", for messages. */
enum rp_status rp_shape_of(const struct rp_table *parent,
                           const struct rp_spec *spec, const char *option,
                           struct rp_key_shape *out_shape, struct rp_err *err)
    RP_MUST_CHECK;

#endif
