/* shell.c - see shell.h. */
#include "support/shell.h"

#include <sys/wait.h>
#include <unistd.h>

#include "support/test.h"

int
test_run(const char *folder, const char *command)
{
    int how = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        if (chdir(folder) == 0)
            (void)execlp("sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}
