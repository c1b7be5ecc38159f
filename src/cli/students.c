/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_students(struct cli *cli)
{
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    if (cli_parse(cli, &exit_code))
        exit_code = rp_students(&cli->session, cli->arguments[0],
                                cli->arguments[1], &cli->message);
    return exit_code;
}
