/* shares.h - how --memory is divided among those who work at the same time.
 *
 * The planner (three quarters) and the verifier (a quarter) may work side by
 * side.  The planner's keys of students and courses take at most half of its
 * part; what they leave goes to the claims, and, once those are sorted and
 * take half as much, to what is made of them.  A table of keys that would pass
 * its bound is given up: its keys are matched by sorting instead.
 */
#ifndef BASE_SHARES_H
#define BASE_SHARES_H

#define RP_PLAN_BYTES(memory) ((memory) / 4 * 3)
#define RP_PROOF_BYTES(memory) ((memory) / 4)

/* Of either part's keys, what the first of the two parents may take: nearly
 * all, since students are many and courses are few. */
#define RP_FIRST_PARENT_BYTES(keys) ((keys) / 16 * 15)

#endif
