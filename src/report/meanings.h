/* meanings.h - what the checks are about, in one sentence each, for people who
 * meet them for the first time.
 */
#ifndef REPORT_MEANINGS_H
#define REPORT_MEANINGS_H

/* "" for a check that this version does not know. */
const char *rp_check_meaning(const char *id);

#endif
