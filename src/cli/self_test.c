/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_self_test(struct cli *cli)
{
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    if (cli_parse(cli, &exit_code))
        exit_code = rp_self_test(&cli->session, &cli->message);
    return exit_code;
}
