/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_upgrade(struct cli *cli)
{
    struct rp_upgrade_options options = { .school = NULL };
    struct cli_import import = { .format = NULL };
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add_proof(cli, &import);
    if (cli_parse(cli, &exit_code) && cli_take_import(cli, &import)) {
        options.school = cli->arguments[0];
        options.policy = import.policy;
        exit_code = rp_upgrade(&cli->session, &options, &cli->message);
    }
    cli_release_import(&import);
    return exit_code;
}
