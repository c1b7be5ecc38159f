/* planted.h - the real program with one fault, chosen by ROLLPROOF_FAULT.
 *
 * The linker (--wrap) sends every call of F to __wrap_F in this folder, and
 * __real_F is F itself.  Without a fault each wrapper only passes on, so the
 * program is the real one; with one, the proof must not pass
 * (tests/promise/p4_verifier_trusts_nobody.sh).
 */
#ifndef FAULT_PLANTED_H
#define FAULT_PLANTED_H

#include <stdbool.h>

/* Is this the fault that was chosen?  at counts the calls with it: true once,
 * at the n-th. */
bool planted_at(const char *fault, unsigned n, unsigned *calls);
bool planted(const char *fault);

#endif
