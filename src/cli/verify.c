/* see cli.h */
#include <string.h>

#include "cli.h"

enum rp_exit
cmd_verify(struct cli *cli)
{
    struct rp_verify_options options = { .school = NULL };
    const char *check = NULL;
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add(cli, &(struct cli_option){ .name = "against",
                                       .argument = "EVIDENCE",
                                       .help = "does the school still match "
                                               "it?",
                                       .text = &options.against });
    cli_add(cli, &(struct cli_option){ .name = "check",
                                       .argument = "full",
                                       .help = "integrity_check and "
                                               "foreign_key_check as well",
                                       .text = &check });
    if (!cli_parse(cli, &exit_code))
        return exit_code;
    if (check != NULL && strcmp(check, "full") != 0)
        return cli_fail(cli, "--check: the only word is full");
    options.school = cli->arguments[0];
    options.full_check = check != NULL;
    return rp_verify(&cli->session, &options, &cli->message);
}
