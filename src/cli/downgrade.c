/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_downgrade(struct cli *cli)
{
    struct rp_downgrade_options options = { .school = NULL };
    struct cli_list leave_out = { NULL, 0 };
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
                                       .list = &leave_out });
    if (cli_parse(cli, &exit_code)) {
        options.school = cli->arguments[0];
        options.leave_out = cli_strings(&leave_out);
        exit_code = rp_downgrade(&cli->session, &options, &cli->message);
    }
    cli_list_release(&leave_out);
    return exit_code;
}
