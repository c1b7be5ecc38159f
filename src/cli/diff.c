/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_diff(struct cli *cli)
{
    struct rp_diff_options options = { .a = NULL };
    const char *format = NULL;
    const char *limit = NULL;
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add(cli, &(struct cli_option){ .name = "limit",
                                       .argument = "N",
                                       .help = "rows named of each table and "
                                               "kind, or all (20)",
                                       .text = &limit });
    cli_add(cli, &(struct cli_option){ .name = "format",
                                       .argument = "FORMAT",
                                       .help = "text, or json: one object a "
                                               "line",
                                       .text = &format });
    if (!cli_parse(cli, &exit_code))
        return exit_code;
    if (!cli_limit(cli, limit, &options.limit) ||
        !cli_format(cli, format, RP_FORMAT_JSON, &options.format))
        return RP_EXIT_UNABLE;
    options.a = cli->arguments[0];
    options.b = cli->arguments[1];
    return rp_diff(&cli->session, &options, &cli->message);
}
