/* see cli.h */
#include <string.h>

#include "cli.h"

/* The work has two halves, the import and the proof. */
static bool
take_threads(struct cli *cli, const char *text)
{
    if (text == NULL)
        return true;
    if (strcmp(text, "1") != 0 && strcmp(text, "2") != 0) {
        (void)cli_fail(cli, "--threads: give 1 or 2");
        return false;
    }
    cli->session.threads = text[0] == '1' ? 1 : 2;
    return true;
}

static void
add_sync(struct cli *cli, struct rp_migrate_options *options,
         struct cli_list *previous)
{
    cli_add(cli, &(struct cli_option){ .name = "sync",
                                       .help = "remove links that only the "
                                               "previous delivery claims",
                                       .flag = &options->sync });
    cli_add(cli, &(struct cli_option){ .name = "previous",
                                       .argument = "OLD.csv",
                                       .help = "with --sync: that delivery, "
                                               "imported before; repeatable",
                                       .list = previous });
    cli_add(cli, &(struct cli_option){ .name = "max-removed",
                                       .argument = "N|P%",
                                       .help = "with --sync: at most so many "
                                               "links, or so many of them (0)",
                                       .text = &options->max_removed });
}

enum rp_exit
cmd_migrate(struct cli *cli)
{
    struct rp_migrate_options options = { .school = NULL };
    struct cli_import import = { .format = NULL };
    struct cli_list previous = { NULL, 0 };
    const char *threads = NULL;
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add(cli, &(struct cli_option){ .name = "student",
                                       .argument = "SPEC",
                                       .help = "CSVCOL[+CSVCOL...]"
                                               "[=DBCOL[+DBCOL...]] "
                                               "(student_id)",
                                       .text = &options.student });
    cli_add(cli, &(struct cli_option){ .name = "course",
                                       .argument = "SPEC",
                                       .help = "the same for courses "
                                               "(course_id)",
                                       .text = &options.course });
    cli_add(cli, &(struct cli_option){ .name = "into",
                                       .argument = "NEW.db",
                                       .help = "migrate a copy; SCHOOL.db is "
                                               "only read",
                                       .text = &options.into });
    add_sync(cli, &options, &previous);
    cli_add(cli, &(struct cli_option){ .name = "course-index",
                                       .help = "add an index on course_id "
                                               "after the fill",
                                       .flag = &options.course_index });
    cli_add(cli, &(struct cli_option){ .name = "leave-out",
                                       .argument = "COL[,COL]",
                                       .help = "columns that are not carried",
                                       .list = &import.leave_out });
    cli_add_import(cli, &import);
    cli_add_telling(cli, &options.telling);
    cli_add(cli, &(struct cli_option){ .name = "threads",
                                       .argument = "N",
                                       .help = "1 or 2 (as many as there are "
                                               "processors)",
                                       .text = &threads });
    if (cli_parse(cli, &exit_code) && cli_take_import(cli, &import) &&
        take_threads(cli, threads)) {
        options.school = cli->arguments[0];
        options.sources =
            (struct rp_strings){ cli->arguments + 1, cli->argument_count - 1 };
        options.previous = cli_strings(&previous);
        options.csv = import.csv;
        options.policy = import.policy;
        exit_code = rp_migrate(&cli->session, &options, &cli->message);
    }
    cli_list_release(&previous);
    cli_release_import(&import);
    return exit_code;
}
