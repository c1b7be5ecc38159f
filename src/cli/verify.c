/* see cli.h */
#include <errno.h>
#include <stdlib.h>

#include "cli.h"

#define ROTATE_MAX 9999UL

struct verify {
    struct rp_verify_options options;
    struct cli_list against;
    struct cli_list allow;
    struct cli_list sources;
    struct cli_list where;
    struct cli_list leave_out;
    struct cli_list accept;
    const char *check;
    const char *limit;
    const char *rotate;
};

static void
add_then(struct cli *cli, struct verify *verify)
{
    cli_add(cli, &(struct cli_option){ .name = "against",
                                       .argument = "BEFORE",
                                       .help = "evidence or a snapshot: is the "
                                               "school what it was? repeatable",
                                       .list = &verify->against });
    cli_add(cli, &(struct cli_option){ .name = "allow",
                                       .argument = "CHANGE:TABLE",
                                       .help = "added, missing or changed "
                                               "rows, [=N|P%]; repeatable",
                                       .list = &verify->allow });
    cli_add(cli, &(struct cli_option){ .name = "all-tables",
                                       .help = "and not only students, "
                                               "courses, student_courses",
                                       .flag = &verify->options.all_tables });
    cli_add(cli, &(struct cli_option){ .name = "rotate",
                                       .argument = "K",
                                       .help = "when all is well: replace the "
                                               "snapshot, keep K old ones",
                                       .text = &verify->rotate });
}

static bool
take_rotate(struct cli *cli, const char *text,
            struct rp_verify_options *options)
{
    char *end = NULL;
    unsigned long keep;

    if (text == NULL)
        return true;
    errno = 0;
    keep = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' ||
        keep > ROTATE_MAX) {
        char shown[CLI_SHOWN_BYTES];

        (void)cli_fail(cli,
                       "--rotate %s: give the number of old ones to keep, "
                       "0 to 9999",
                       cli_show(shown, text));
        return false;
    }
    options->rotate = true;
    options->rotate_keep = (unsigned)keep;
    return true;
}

static void
add_sources(struct cli *cli, struct verify *verify)
{
    cli->takes_codes = true;
    cli_add(cli, &(struct cli_option){ .name = "source",
                                       .argument = "SOURCE.csv",
                                       .help = "is every enrollment of it a "
                                               "link? repeatable",
                                       .list = &verify->sources });
    cli_add(cli, &(struct cli_option){ .name = "student",
                                       .argument = "SPEC",
                                       .help = "as in migrate (student_id)",
                                       .text = &verify->options.student });
    cli_add(cli, &(struct cli_option){ .name = "course",
                                       .argument = "SPEC",
                                       .help = "as in migrate (course_id)",
                                       .text = &verify->options.course });
    cli_add_csv(cli, &verify->options.csv);
    cli_add(cli, &(struct cli_option){ .name = "where",
                                       .argument = "COL=V[,V]",
                                       .help = "only records with this value; "
                                               "repeatable, all must hold",
                                       .list = &verify->where });
    cli_add(cli, &(struct cli_option){ .name = "leave-out",
                                       .argument = "COL[,COL]",
                                       .help = "as in migrate; here it plays "
                                               "no part",
                                       .list = &verify->leave_out });
    cli_add(cli,
            &(struct cli_option){ .name = "accept",
                                  .argument = "CODE=N|P%|all",
                                  .help = "what of the sources can be no "
                                          "link, up to this limit; repeatable",
                                  .list = &verify->accept });
    cli_add(cli, &(struct cli_option){ .name = "map",
                                       .argument = "FILE.ini",
                                       .help = "the map of the migration, in "
                                               "place of these options",
                                       .text = &verify->options.map });
}

enum rp_exit
cmd_verify(struct cli *cli)
{
    struct verify verify = { .check = NULL };
    struct rp_verify_options *options = &verify.options;
    enum rp_exit exit_code = RP_EXIT_UNABLE;

    add_then(cli, &verify);
    add_sources(cli, &verify);
    cli_add(cli, &(struct cli_option){ .name = "limit",
                                       .argument = "N",
                                       .help = "lines of each list, or all "
                                               "(20)",
                                       .text = &verify.limit });
    cli_add(cli, &(struct cli_option){ .name = "check",
                                       .argument = "full",
                                       .help = "integrity_check and "
                                               "foreign_key_check as well",
                                       .text = &verify.check });
    cli_add_telling(cli, &options->telling);
    if (cli_parse(cli, &exit_code) && cli_take_check(cli, verify.check) &&
        cli_take_csv(cli, &options->csv) &&
        cli_limit(cli, verify.limit, &options->limit) &&
        take_rotate(cli, verify.rotate, options)) {
        options->school = cli->arguments[0];
        options->against = cli_strings(&verify.against);
        options->allow = cli_strings(&verify.allow);
        options->sources = cli_strings(&verify.sources);
        options->where = cli_strings(&verify.where);
        options->leave_out = cli_strings(&verify.leave_out);
        options->accept = cli_strings(&verify.accept);
        options->full_check = verify.check != NULL;
        exit_code = rp_verify(&cli->session, options, &cli->message);
    }
    cli_list_release(&verify.against);
    cli_list_release(&verify.allow);
    cli_list_release(&verify.sources);
    cli_list_release(&verify.where);
    cli_list_release(&verify.leave_out);
    cli_list_release(&verify.accept);
    return exit_code;
}
