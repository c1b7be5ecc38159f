/* see cli.h: the table of commands. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define SIGNAL_BASE 128

/* The only thing a signal handler may touch. */
static volatile sig_atomic_t stop_signal;

static const struct cli_command commands[] = {
    { "load", "SCHOOL.db students|courses FILE.csv",
      "canonical rows from CSV, proved by reading back", 3, 3, true, cmd_load },
    { "migrate", "SCHOOL.db SOURCE.csv...",
      "the main job: plan, hash, create, fill, re-hash, prove, commit", 2, -1,
      true, cmd_migrate },
    { "upgrade", "SCHOOL.db", "only create student_courses", 1, 1, true,
      cmd_upgrade },
    { "downgrade", "SCHOOL.db", "export the links, then drop student_courses",
      1, 1, true, cmd_downgrade },
    { "verify", "SCHOOL.db", "check the invariants of a school now", 1, 1,
      false, cmd_verify },
    { "snapshot", "SCHOOL.db OUT", "key and hash of every row, for later", 2, 2,
      true, cmd_snapshot },
    { "diff", "A B", "what differs between two schools or snapshots, by row", 2,
      2, false, cmd_diff },
    { "courses", "SCHOOL.db STUDENT", "the courses of a student, as CSV", 2, 2,
      false, cmd_courses },
    { "students", "SCHOOL.db COURSE", "the roster of a course, as CSV", 2, 2,
      false, cmd_students },
    { "enroll", "SCHOOL.db STUDENT COURSE...", "add links, all or none", 3, -1,
      true, cmd_enroll },
    { "withdraw", "SCHOOL.db STUDENT COURSE...", "remove links, all or none", 3,
      -1, true, cmd_withdraw },
    { "status", "SCHOOL.db", "migrated or not, counts, digests, evidence", 1, 1,
      false, cmd_status },
    { "report", "EVIDENCE", "print a verdict again", 1, 1, false, cmd_report },
    { "check-evidence", "EVIDENCE", "is the folder complete and unaltered?", 1,
      1, false, cmd_check_evidence },
    { "share", "EVIDENCE OUT", "a copy of evidence without personal data", 2, 2,
      false, cmd_share },
    { "self-test", "", "plant faults in a scratch school; are all caught?", 0,
      0, false, cmd_self_test },
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static void
on_signal(int number)
{
    stop_signal = number;
}

/* Asked twice, the program ends at once; SQLite's journal then rolls back. */
static void
catch_signals(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND;
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    action.sa_flags = 0;
    (void)sigaction(SIGPIPE, &action, NULL);
}

static void
write_to(void *ctx, const char *bytes, size_t len)
{
    /* A failure shows in ferror when the program ends. */
    (void)fwrite(bytes, 1, len, ctx);
}

static void
print_help(FILE *out)
{
    (void)fputs("usage: rollproof COMMAND [OPTION]... ARGUMENT...\n\n"
                "Imports legacy CSV enrollments into student_courses of a "
                "SQLite database and\nproves that nothing was lost, or "
                "refuses and rolls back.\n\n",
                out);
    for (size_t i = 0; i < COMMANDS; i++)
        (void)fprintf(out, "  %-15s %s\n", commands[i].name,
                      commands[i].summary);
    (void)fputs(
        "\nrollproof COMMAND --help tells more; rollproof --version.\n\n"
        "Exit codes: 0 done (proved, same), 1 differences found, 2 could not "
        "be done,\n3 not proved and rolled back, 4 committed but unfinished, "
        "75 database busy.\n",
        out);
}

static int
fail_unknown(const char *word)
{
    const char *names[COMMANDS];
    char shown[CLI_SHOWN_BYTES];
    int near;

    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    near = rp_nearest_word(word, names, COMMANDS);
    (void)cli_show(shown, word);
    if (near >= 0)
        (void)fprintf(stderr,
                      "rollproof: there is no command %s; did you mean %s?\n",
                      shown, names[near]);
    else if (word[0] == '-')
        (void)fprintf(stderr,
                      "rollproof: %s: options follow the command: rollproof "
                      "COMMAND [OPTION]... ARGUMENT...\n",
                      shown);
    else
        (void)fprintf(stderr,
                      "rollproof: there is no command %s; rollproof --help "
                      "lists them\n",
                      shown);
    return RP_EXIT_UNABLE;
}

static const struct cli_command *
find_command(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/* A result that nobody could read is no result. */
static int
close_output(const struct cli_command *command, int exit_code)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return exit_code;
    (void)fputs("rollproof: standard output could not be written\n", stderr);
    if (exit_code != RP_EXIT_DONE)
        return exit_code;
    return command->writes ? RP_EXIT_UNFINISHED : RP_EXIT_UNABLE;
}

static int
run(const struct cli_command *command, int argc, char **argv)
{
    struct cli cli;
    const char **written;
    enum rp_exit done;
    int exit_code;

    memset(&cli, 0, sizeof cli);
    cli.command = command;
    cli.argc = argc - 1;
    cli.argv = argv + 1;
    cli.session.out = (struct rp_sink){ write_to, stdout };
    cli.session.talk = (struct rp_sink){ write_to, stderr };
    cli.session.stop = &stop_signal;
    /* getopt reorders argv, and run.json tells it as it was written. */
    written = malloc((size_t)argc * sizeof *written);
    if (written != NULL) {
        memcpy(written, argv, (size_t)argc * sizeof *written);
        cli.session.argv = written;
        cli.session.argc = (size_t)argc;
    }
    done = command->run(&cli);
    exit_code = (int)done;
    if (cli.message.text[0] != '\0')
        (void)fprintf(stderr, "rollproof: %s\n", cli.message.text);
    free(written);
    if (exit_code == RP_EXIT_INTERRUPTED && stop_signal != 0)
        exit_code = SIGNAL_BASE + (int)stop_signal;
    return close_output(command, exit_code);
}

int
main(int argc, char **argv)
{
    const struct cli_command *command;

    if (argc < 2) {
        print_help(stderr);
        return RP_EXIT_UNABLE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return RP_EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)puts("rollproof " RP_VERSION);
        return RP_EXIT_DONE;
    }
    command = find_command(argv[1]);
    if (command == NULL)
        return fail_unknown(argv[1]);
    catch_signals();
    return run(command, argc, argv);
}
