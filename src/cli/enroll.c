/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_enroll(struct cli *cli)
{
    enum rp_exit exit_code = RP_EXIT_UNABLE;
    struct rp_link_options options;

    if (!cli_parse(cli, &exit_code))
        return exit_code;
    options.school = cli->arguments[0];
    options.student = cli->arguments[1];
    options.courses =
        (struct rp_strings){ cli->arguments + 2, cli->argument_count - 2 };
    return rp_enroll(&cli->session, &options, &cli->message);
}
