/* shell.h - words for a line that a person pastes into a shell. */
#ifndef BASE_SHELL_H
#define BASE_SHELL_H

#include "base/buf.h"

/* text as one word of a POSIX shell, in quotes when it needs them.  Whatever
 * bytes it has, the shell makes the same bytes of it again, and the terminal
 * that shows the word obeys none of them: controls, bidirectional marks and
 * bytes that are no UTF-8 are spelt out for printf.  A line feed stays one. */
void rp_put_shell_word(struct rp_buf *out, const char *text);
/* A path likewise; one that begins with - gets a ./ so that it is no option,
 * one with file: so that it is no URI. */
void rp_put_shell_path(struct rp_buf *out, const char *path);

#endif
