/* see cli.h */
#include "cli.h"

static void
add_options(struct cli *cli, struct rp_load_options *options,
            struct cli_list *columns, struct cli_list *rename)
{
    cli_add(cli, &(struct cli_option){ .name = "key",
                                       .argument = "COL[+COL]",
                                       .help = "the legacy key: UNIQUE, NOT "
                                               "NULL",
                                       .text = &options->key });
    cli_add(cli, &(struct cli_option){ .name = "columns",
                                       .argument = "COL[,COL]",
                                       .help = "load only these",
                                       .list = columns });
    cli_add(cli, &(struct cli_option){ .name = "rename",
                                       .argument = "OLD=NEW",
                                       .help = "another name in the table",
                                       .list = rename });
}

enum rp_exit
cmd_load(struct cli *cli)
{
    struct rp_load_options options = { .school = NULL };
    struct cli_import import = { .format = NULL };
    struct cli_list columns = { NULL, 0 };
    struct cli_list rename = { NULL, 0 };
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    add_options(cli, &options, &columns, &rename);
    cli_add_import(cli, &import);
    if (cli_parse(cli, &exit_code) && cli_take_import(cli, &import)) {
        options.school = cli->arguments[0];
        options.table = cli->arguments[1];
        options.source = cli->arguments[2];
        options.columns = cli_strings(&columns);
        options.rename = cli_strings(&rename);
        options.csv = import.csv;
        options.policy = import.policy;
        exit_code = rp_load(&cli->session, &options, &cli->message);
    }
    cli_list_release(&columns);
    cli_list_release(&rename);
    cli_release_import(&import);
    return exit_code;
}
