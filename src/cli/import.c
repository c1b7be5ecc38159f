/* see cli.h: options that migrate and load share. */
#include <string.h>

#include "cli.h"

void
cli_add_csv(struct cli *cli, struct rp_csv_options *csv)
{
    cli_add(cli, &(struct cli_option){ .name = "no-header",
                                       .help = "the first record is data",
                                       .flag = &csv->no_header });
    cli_add(cli,
            &(struct cli_option){ .name = "header",
                                  .argument = "A,B",
                                  .help = "names for a file without a header",
                                  .text = &csv->header });
    cli_add(cli, &(struct cli_option){ .name = "delimiter",
                                       .argument = "C",
                                       .help = "one character, or tab, space, "
                                               "comma, semicolon, pipe",
                                       .text = &csv->delimiter });
    cli_add(cli, &(struct cli_option){ .name = "quote",
                                       .argument = "C",
                                       .help = "instead of \"",
                                       .text = &csv->quote });
}

void
cli_add_import(struct cli *cli, struct cli_import *import)
{
    cli->takes_codes = true;
    cli_add_csv(cli, &import->csv);
    cli_add(cli, &(struct cli_option){ .name = "where",
                                       .argument = "COL=V[,V]",
                                       .help = "only records with this value; "
                                               "repeatable, all must hold",
                                       .list = &import->where });
    cli_add(cli,
            &(struct cli_option){ .name = "accept",
                                  .argument = "CODE=N|P%|all",
                                  .help = "let a blocking finding pass, up to "
                                          "this limit; repeatable",
                                  .list = &import->accept });
    cli_add(cli, &(struct cli_option){ .name = "map",
                                       .argument = "FILE.ini",
                                       .help = "states all that decides what "
                                               "is imported, in place of "
                                               "options",
                                       .text = &import->policy.map });
    cli_add(cli, &(struct cli_option){ .name = "write-map",
                                       .argument = "FILE.ini",
                                       .help = "with -n: write a map that "
                                               "accepts exactly what is found",
                                       .text = &import->policy.write_map });
    cli_add_proof(cli, import);
}

void
cli_add_proof(struct cli *cli, struct cli_import *import)
{
    cli_add(cli, &(struct cli_option){ .name = "evidence",
                                       .argument = "DIR",
                                       .help = "where evidence is written; "
                                               "must not exist",
                                       .text = &import->policy.evidence });
    cli_add(cli, &(struct cli_option){ .name = "format",
                                       .argument = "text|json|html",
                                       .help = "of the printed report (text)",
                                       .text = &import->format });
    cli_add(cli, &(struct cli_option){ .name = "check",
                                       .argument = "full",
                                       .help = "integrity_check and "
                                               "foreign_key_check as well",
                                       .text = &import->check });
    cli_add(cli, &(struct cli_option){ .name = "dry-run",
                                       .letter = 'n',
                                       .help = "everything, then ROLLBACK; "
                                               "exits as a real run would",
                                       .flag = &import->policy.dry_run });
}

void
cli_add_telling(struct cli *cli, struct rp_telling_options *telling)
{
    cli_add(cli, &(struct cli_option){ .name = "junit",
                                       .argument = "FILE",
                                       .help = "the verdict for CI, as JUnit "
                                               "XML, in place of FILE",
                                       .text = &telling->junit });
    cli_add(cli, &(struct cli_option){ .name = "metrics",
                                       .argument = "FILE",
                                       .help = "the verdict for Prometheus, "
                                               "in place of FILE",
                                       .text = &telling->metrics });
}

bool
cli_take_check(struct cli *cli, const char *check)
{
    if (check == NULL || strcmp(check, "full") == 0)
        return true;
    (void)cli_fail(cli, "--check: the only word is full");
    return false;
}

bool
cli_take_csv(struct cli *cli, const struct rp_csv_options *csv)
{
    if (!csv->no_header || csv->header == NULL)
        return true;
    (void)cli_fail(cli, "--header already says that the file has no "
                        "header line; leave --no-header out");
    return false;
}

bool
cli_take_import(struct cli *cli, struct cli_import *import)
{
    import->policy.accept = cli_strings(&import->accept);
    import->policy.where = cli_strings(&import->where);
    import->policy.leave_out = cli_strings(&import->leave_out);
    import->policy.full_check = import->check != NULL;
    return cli_take_check(cli, import->check) &&
           cli_take_csv(cli, &import->csv) &&
           cli_format(cli, import->format, RP_FORMAT_HTML,
                      &import->policy.format);
}

void
cli_release_import(struct cli_import *import)
{
    cli_list_release(&import->accept);
    cli_list_release(&import->where);
    cli_list_release(&import->leave_out);
}
