/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_check_evidence(struct cli *cli)
{
    struct rp_check_options options = { .evidence = NULL };
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add(cli, &(struct cli_option){ .name = "alone",
                                       .help = "this folder only, not the "
                                               "runs before it",
                                       .flag = &options.alone });
    if (!cli_parse(cli, &exit_code))
        return exit_code;
    options.evidence = cli->arguments[0];
    return rp_check_evidence(&cli->session, &options, &cli->message);
}
