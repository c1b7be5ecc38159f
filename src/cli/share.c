/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_share(struct cli *cli)
{
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    if (cli_parse(cli, &exit_code))
        exit_code = rp_share(&cli->session, cli->arguments[0],
                             cli->arguments[1], &cli->message);
    return exit_code;
}
