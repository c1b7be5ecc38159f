/* verify.h - the files of verify/ in the evidence: a program that recomputes a
 * verdict without rollproof, and the page that goes with it.
 *
 * They stand beside this header as verify.py and verify.txt, and the build
 * turns them into these arrays (Makefile).  Nothing of a run is in them, so
 * they are the same in every bag of one version.
 */
#ifndef REPORT_VERIFY_H
#define REPORT_VERIFY_H

#include <stddef.h>

extern const unsigned char rp_verify_py[];
extern const size_t rp_verify_py_bytes;
extern const unsigned char rp_verify_txt[];
extern const size_t rp_verify_txt_bytes;

#endif
