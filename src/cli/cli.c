/* see cli.h */
#include "cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Long options without a letter get numbers behind all letters. */
#define FIRST_NUMBER 256
#define HELP_COLUMN 30
#define PAGE_COLUMNS 78U

void
cli_add(struct cli *cli, const struct cli_option *option)
{
    cli->options[cli->option_count++] = *option;
}

enum rp_exit
cli_fail(struct cli *cli, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    (void)vsnprintf(cli->message.text, sizeof cli->message.text, fmt, args);
    va_end(args);
    return RP_EXIT_UNABLE;
}

static void
add_common(struct cli *cli)
{
    cli_add(cli, &(struct cli_option){ .name = "wait",
                                       .argument = "SECONDS",
                                       .help = "for a locked database (30)",
                                       .text = &cli->wait });
    cli_add(cli, &(struct cli_option){ .name = "memory",
                                       .argument = "SIZE",
                                       .help = "to be used at most, 8M or "
                                               "more (256M)",
                                       .text = &cli->memory });
    cli_add(cli, &(struct cli_option){ .name = "progress",
                                       .argument = "WHEN",
                                       .help = "auto (on a terminal), always "
                                               "or never",
                                       .text = &cli->progress });
    cli_add(cli, &(struct cli_option){ .name = "quiet",
                                       .letter = 'q',
                                       .help = "print errors only",
                                       .flag = &cli->quiet });
    cli_add(cli, &(struct cli_option){ .name = "help",
                                       .letter = 'h',
                                       .help = "print this",
                                       .flag = &cli->help });
}

static void
print_option(const struct cli_option *option)
{
    char left[HELP_COLUMN + 1];

    (void)snprintf(left, sizeof left, "  %c%c%s--%s%s%s",
                   option->letter != 0 ? '-' : ' ',
                   option->letter != 0 ? option->letter : ' ',
                   option->letter != 0 ? ", " : "  ", option->name,
                   option->argument != NULL ? " " : "",
                   option->argument != NULL ? option->argument : "");
    (void)printf("%-*s %s\n", HELP_COLUMN, left, option->help);
}

/* All codes, wrapped. */
static void
print_codes(void)
{
    size_t column = PAGE_COLUMNS;
    const char *code;

    (void)fputs("\nCODE is one of:", stdout);
    for (size_t i = 0; (code = rp_blocking_code(i)) != NULL; i++) {
        if (column + 1 + strlen(code) > PAGE_COLUMNS) {
            (void)fputs("\n ", stdout);
            column = 1;
        }
        (void)printf(" %s", code);
        column += 1 + strlen(code);
    }
    (void)putchar('\n');
}

/* Between what every command takes and its own arguments. */
static const char *
space_before(const struct cli_command *command)
{
    return command->arguments[0] == '\0' ? "" : " ";
}

static void
print_help(const struct cli *cli)
{
    (void)printf("usage: rollproof %s [OPTION]...%s%s\n\n%s\n\n",
                 cli->command->name, space_before(cli->command),
                 cli->command->arguments, cli->command->summary);
    for (size_t i = 0; i < cli->option_count; i++)
        print_option(&cli->options[i]);
    if (cli->takes_codes)
        print_codes();
}

const char *
cli_show(char out[CLI_SHOWN_BYTES], const char *text)
{
    size_t at = 0;

    for (size_t i = 0; text[i] != '\0' && at + 5 < CLI_SHOWN_BYTES; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (byte >= ' ' && byte < 0x7f)
            out[at++] = (char)byte;
        else
            at += (size_t)snprintf(out + at, 5, "\\x%02X", byte);
    }
    out[at] = '\0';
    return out;
}

static enum rp_exit
fail_option(struct cli *cli, const char *word)
{
    const char *names[CLI_OPTIONS_MAX];
    char text[CLI_SHOWN_BYTES];
    const char *name = word;
    char bare[CLI_SHOWN_BYTES];
    int near;

    while (*name == '-')
        name++;
    (void)snprintf(bare, sizeof bare, "%.*s", (int)strcspn(name, "="), name);
    for (size_t i = 0; i < cli->option_count; i++)
        names[i] = cli->options[i].name;
    near = rp_nearest_word(bare, names, cli->option_count);
    if (near >= 0)
        return cli_fail(cli, "%s: there is no option %s; did you mean --%s?",
                        cli->command->name, cli_show(text, word), names[near]);
    return cli_fail(cli, "%s: there is no option %s; see rollproof %s --help",
                    cli->command->name, cli_show(text, word),
                    cli->command->name);
}

static bool
add_item(struct cli_list *list, const char *text)
{
    const char **items =
        realloc(list->items, (list->count + 1) * sizeof *items);

    if (items == NULL)
        return false;
    items[list->count++] = text;
    list->items = items;
    return true;
}

static bool
take(const struct cli_option *option, const char *text)
{
    if (option->flag != NULL)
        *option->flag = true;
    else if (option->text != NULL)
        *option->text = text;
    else
        return add_item(option->list, text);
    return true;
}

struct tables {
    struct option longs[CLI_OPTIONS_MAX + 1];
    char letters[2 * CLI_OPTIONS_MAX + 2];
};

/* The leading ':' makes a missing argument an answer of its own. */
static void
make_tables(const struct cli *cli, struct tables *tables)
{
    char *letter = tables->letters;

    memset(tables, 0, sizeof *tables);
    *letter++ = ':';
    for (size_t i = 0; i < cli->option_count; i++) {
        const struct cli_option *option = &cli->options[i];

        tables->longs[i].name = option->name;
        tables->longs[i].has_arg = option->argument != NULL;
        tables->longs[i].val = FIRST_NUMBER + (int)i;
        if (option->letter != 0)
            *letter++ = option->letter;
        if (option->letter != 0 && option->argument != NULL)
            *letter++ = ':';
    }
}

static const struct cli_option *
option_of(const struct cli *cli, int value)
{
    for (size_t i = 0; i < cli->option_count; i++)
        if (value == FIRST_NUMBER + (int)i ||
            (value < FIRST_NUMBER && cli->options[i].letter == value))
            return &cli->options[i];
    return NULL;
}

static bool
parse_options(struct cli *cli)
{
    struct tables tables;
    int value;

    make_tables(cli, &tables);
    opterr = 0;
    optind = 1;
    while ((value = getopt_long(cli->argc, cli->argv, tables.letters,
                                tables.longs, NULL)) != -1) {
        const char *word = cli->argv[optind - 1];
        const struct cli_option *option = option_of(cli, value);

        if (value == ':') {
            char text[CLI_SHOWN_BYTES];

            (void)cli_fail(cli,
                           "%s: %s needs a value; see rollproof %s "
                           "--help",
                           cli->command->name, cli_show(text, word),
                           cli->command->name);
            return false;
        }
        if (option == NULL) {
            (void)fail_option(cli, word);
            return false;
        }
        /* As a variable is that a script has not set. */
        if (optarg != NULL && optarg[0] == '\0') {
            (void)cli_fail(cli, "%s: the value of --%s is empty; give %s",
                           cli->command->name, option->name, option->argument);
            return false;
        }
        if (!take(option, optarg)) {
            (void)cli_fail(cli, "no memory for the options");
            return false;
        }
    }
    return true;
}

/* "64M" -> bytes; false when it is no size. */
static bool
parse_size(const char *text, size_t *out_bytes)
{
    static const char units[] = "kmgKMG";
    unsigned shift = 0;
    char *end = NULL;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || text[0] == '-')
        return false;
    if (*end != '\0') {
        const char *unit = strchr(units, *end);

        if (unit == NULL || end[1] != '\0')
            return false;
        shift = 10U * (unsigned)((unit - units) % 3 + 1);
    }
    if (value > SIZE_MAX >> shift)
        return false;
    *out_bytes = (size_t)value << shift;
    return true;
}

static bool
take_progress(struct cli *cli)
{
    const char *when = cli->progress == NULL ? "auto" : cli->progress;

    if (strcmp(when, "auto") == 0)
        cli->session.progress = isatty(STDERR_FILENO) == 1;
    else if (strcmp(when, "always") == 0)
        cli->session.progress = true;
    else if (strcmp(when, "never") != 0)
        (void)cli_fail(cli, "--progress: give auto, always or never");
    return cli->message.text[0] == '\0';
}

static bool
take_common(struct cli *cli)
{
    char text[CLI_SHOWN_BYTES];
    char *end = NULL;
    unsigned long seconds;

    cli->session.quiet = cli->quiet;
    cli->session.values = isatty(STDERR_FILENO) == 1;
    if (!take_progress(cli))
        return false;
    if (cli->memory != NULL &&
        (!parse_size(cli->memory, &cli->session.memory_bytes) ||
         cli->session.memory_bytes < (size_t)8 << 20)) {
        (void)cli_fail(cli, "--memory %s: give 8M or more, as 64M or 1G",
                       cli_show(text, cli->memory));
        return false;
    }
    if (cli->wait == NULL)
        return true;
    errno = 0;
    seconds = strtoul(cli->wait, &end, 10);
    if (errno != 0 || end == cli->wait || *end != '\0' || cli->wait[0] == '-' ||
        seconds > 86400) {
        (void)cli_fail(cli, "--wait %s: give a number of seconds",
                       cli_show(text, cli->wait));
        return false;
    }
    cli->session.wait_seconds = seconds == 0 ? RP_WAIT_NONE : (unsigned)seconds;
    return true;
}

bool
cli_parse(struct cli *cli, enum rp_exit *out_exit)
{
    int count;

    add_common(cli);
    *out_exit = RP_EXIT_UNABLE;
    if (!parse_options(cli))
        return false;
    if (cli->help) {
        print_help(cli);
        *out_exit = RP_EXIT_DONE;
        return false;
    }
    count = cli->argc - optind;
    if (count < cli->command->least ||
        (cli->command->most >= 0 && count > cli->command->most)) {
        (void)cli_fail(cli, "usage: rollproof %s [OPTION]...%s%s",
                       cli->command->name, space_before(cli->command),
                       cli->command->arguments);
        return false;
    }
    cli->arguments = (const char *const *)cli->argv + optind;
    cli->argument_count = (size_t)count;
    for (int i = 0; i < count; i++)
        if (cli->arguments[i][0] == '\0') {
            (void)cli_fail(cli,
                           "argument %d is empty; usage: rollproof %s "
                           "[OPTION]...%s%s",
                           i + 1, cli->command->name,
                           space_before(cli->command), cli->command->arguments);
            return false;
        }
    return take_common(cli);
}

struct rp_strings
cli_strings(const struct cli_list *list)
{
    return (struct rp_strings){ list->items, list->count };
}

bool
cli_format(struct cli *cli, const char *text, enum rp_format last,
           enum rp_format *out_format)
{
    static const char *const names[] = { "text", "json", "html" };
    char out[CLI_SHOWN_BYTES];

    *out_format = RP_FORMAT_TEXT;
    if (text == NULL)
        return true;
    for (unsigned format = 0; format <= (unsigned)last && format < 3; format++)
        if (strcmp(text, names[format]) == 0) {
            *out_format = (enum rp_format)format;
            return true;
        }
    (void)cli_fail(cli, "--format %s: give %s", cli_show(out, text),
                   last == RP_FORMAT_HTML ? "text, json or html"
                                          : "text or json");
    return false;
}

bool
cli_limit(struct cli *cli, const char *text, size_t *out_limit)
{
    unsigned long long limit = RP_SHOW_ALL;
    char *end = NULL;

    if (text == NULL)
        return true;
    errno = 0;
    if (strcmp(text, "all") != 0)
        limit = strtoull(text, &end, 10);
    if (end != NULL && (errno != 0 || end == text || *end != '\0' ||
                        text[0] == '-' || limit > RP_SHOW_ALL)) {
        char shown[CLI_SHOWN_BYTES];

        (void)cli_fail(cli, "--limit %s: give a number of rows, or all",
                       cli_show(shown, text));
    }
    *out_limit = limit == 0 ? RP_SHOW_NONE : (size_t)limit;
    return cli->message.text[0] == '\0';
}

void
cli_list_release(struct cli_list *list)
{
    free(list->items);
    memset(list, 0, sizeof *list);
}
