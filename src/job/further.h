/* further.h - the columns of student_courses that are no part of a link, and
 * may go with it only when --leave-out names them.
 */
#ifndef JOB_FURTHER_H
#define JOB_FURTHER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "rollproof.h"
#include "school/schema.h"

bool rp_further_is(const struct rp_table *links, size_t column);
/* Each is named by one of leave_out (COL[,COL...]), and nothing else is;
 * RP_E_USAGE says what to write. */
enum rp_status rp_further_check(const struct rp_table *links,
                                const struct rp_strings *leave_out,
                                struct rp_err *err) RP_MUST_CHECK;

#endif
