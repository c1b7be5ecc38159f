/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_downgrade(struct cli *cli)
{
    struct rp_downgrade_options options = { .school = NULL };
    struct cli_import import = { .format = NULL };
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add(cli, &(struct cli_option){ .name = "export",
                                       .argument = "FILE",
                                       .help = "where the links are written "
                                               "(SCHOOL.db.student_courses"
                                               ".csv)",
                                       .text = &options.export_path });
    cli_add(cli, &(struct cli_option){ .name = "leave-out",
                                       .argument = "COL[,COL]",
                                       .help = "further columns of "
                                               "student_courses that may be "
                                               "dropped",
                                       .list = &import.leave_out });
    cli_add_proof(cli, &import);
    if (cli_parse(cli, &exit_code) && cli_take_import(cli, &import)) {
        options.school = cli->arguments[0];
        options.policy = import.policy;
        exit_code = rp_downgrade(&cli->session, &options, &cli->message);
    }
    cli_release_import(&import);
    return exit_code;
}
