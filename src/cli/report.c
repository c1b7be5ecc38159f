/* see cli.h */
#include "cli.h"

enum rp_exit
cmd_report(struct cli *cli)
{
    const char *text = NULL;
    enum rp_format format = RP_FORMAT_TEXT;
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    cli_add(cli, &(struct cli_option){ .name = "format",
                                       .argument = "text|json|html",
                                       .help = "of the report (text)",
                                       .text = &text });
    if (!cli_parse(cli, &exit_code) ||
        !cli_format(cli, text, RP_FORMAT_HTML, &format))
        return exit_code;
    return rp_report(&cli->session, cli->arguments[0], format, &cli->message);
}
