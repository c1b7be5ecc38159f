/* shell.h - what somebody without rollproof would type. */
#ifndef SUPPORT_SHELL_H
#define SUPPORT_SHELL_H

/* Runs command by sh in folder; its exit code, -1 when it had none. */
int test_run(const char *folder, const char *command);

#endif
