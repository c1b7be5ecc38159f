/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_snapshot(struct cli *cli)
{
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    if (!cli_parse(cli, &exit_code))
        return exit_code;
    return rp_snapshot(&cli->session, cli->arguments[0], cli->arguments[1],
                       &cli->message);
}
