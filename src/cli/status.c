/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_status(struct cli *cli)
{
    struct rp_status_options options = { .school = NULL };
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add(cli, &(struct cli_option){ .name = "finish",
                                       .help = "complete and publish evidence "
                                               "of an interrupted run",
                                       .flag = &options.finish });
    cli_add(cli, &(struct cli_option){ .name = "evidence",
                                       .argument = "DIR",
                                       .help = "of this folder "
                                               "(SCHOOL.db.evidence/)",
                                       .text = &options.evidence });
    if (!cli_parse(cli, &exit_code))
        return exit_code;
    options.school = cli->arguments[0];
    return rp_status(&cli->session, &options, &cli->message);
}
