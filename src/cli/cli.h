/* cli.h - the program's frame: commands, their options, help, exit.
 *
 * A command is a row in the table of main.c and a file of its own.  Options
 * are declared as a table; parsing (getopt_long: options and arguments in any
 * order), --help and "did you mean" follow from it.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "rollproof.h"

#define CLI_OPTIONS_MAX 32

#if defined(__GNUC__)
#define CLI_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define CLI_PRINTF(fmt, args)
#endif

/* A list option that may be repeated. */
struct cli_list {
    const char **items;
    size_t count;
};

struct cli_option {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* NULL: a flag */
    const char *help;
    /* Exactly one of these is where it goes. */
    bool *flag;
    const char **text;
    struct cli_list *list;
};

struct cli;

struct cli_command {
    const char *name;
    const char *arguments; /* "SCHOOL.db SOURCE.csv..." */
    const char *summary;
    int least; /* arguments; -1 for most: no bound */
    int most;
    bool writes; /* a failure to print comes after COMMIT */
    enum rp_exit (*run)(struct cli *cli);
};

struct cli {
    const struct cli_command *command;
    struct rp_session session;
    struct rp_message message;
    int argc; /* behind the command's name */
    char **argv;
    /* What is left when the options are taken. */
    const char *const *arguments;
    size_t argument_count;
    struct cli_option options[CLI_OPTIONS_MAX];
    size_t option_count;
    /* Of options that every command has. */
    bool help;
    bool quiet;
    const char *wait;
    const char *memory;
    const char *progress;
    bool takes_codes; /* --help lists the codes of --accept */
};

/* Declares an option; the target is one of flag, text and list. */
void cli_add(struct cli *cli, const struct cli_option *option);
/* Adds the options that all commands have, parses, checks the number of
 * arguments.  False: *out_exit is what to return (0 after --help). */
bool cli_parse(struct cli *cli, enum rp_exit *out_exit);
struct rp_strings cli_strings(const struct cli_list *list);
/* An argument may hold anything; only plain bytes reach the terminal. */
#define CLI_SHOWN_BYTES 512
const char *cli_show(char out[CLI_SHOWN_BYTES], const char *text);
/* "text", "json", "html", up to last; NULL is text. */
bool cli_format(struct cli *cli, const char *text, enum rp_format last,
                enum rp_format *out_format);
/* "20", "all"; NULL leaves *out_limit as it is. */
bool cli_limit(struct cli *cli, const char *text, size_t *out_limit);
enum rp_exit cli_fail(struct cli *cli, const char *fmt, ...) CLI_PRINTF(2, 3);
void cli_list_release(struct cli_list *list);

/* How a source is divided: its options, and what of them cannot be. */
void cli_add_csv(struct cli *cli, struct rp_csv_options *csv);
bool cli_take_csv(struct cli *cli, const struct rp_csv_options *csv);
/* The word of --check. */
bool cli_take_check(struct cli *cli, const char *check);

/* Options that migrate and load share. */
struct cli_import {
    struct rp_csv_options csv;
    struct rp_policy_options policy;
    struct cli_list accept;
    struct cli_list where;
    struct cli_list leave_out;
    const char *format;
    const char *check;
};
void cli_add_import(struct cli *cli, struct cli_import *import);
/* Of these, those of every run that is proved: evidence, format, check and
 * dry-run. */
void cli_add_proof(struct cli *cli, struct cli_import *import);
/* After parsing: lists and words into import->csv and import->policy. */
bool cli_take_import(struct cli *cli, struct cli_import *import);
void cli_release_import(struct cli_import *import);

/* Options of commands that CI and monitoring watch over. */
void cli_add_telling(struct cli *cli, struct rp_telling_options *telling);

enum rp_exit cmd_migrate(struct cli *cli);
enum rp_exit cmd_load(struct cli *cli);
enum rp_exit cmd_upgrade(struct cli *cli);
enum rp_exit cmd_downgrade(struct cli *cli);
enum rp_exit cmd_verify(struct cli *cli);
enum rp_exit cmd_snapshot(struct cli *cli);
enum rp_exit cmd_diff(struct cli *cli);
enum rp_exit cmd_courses(struct cli *cli);
enum rp_exit cmd_students(struct cli *cli);
enum rp_exit cmd_enroll(struct cli *cli);
enum rp_exit cmd_withdraw(struct cli *cli);
enum rp_exit cmd_status(struct cli *cli);
enum rp_exit cmd_report(struct cli *cli);
enum rp_exit cmd_check_evidence(struct cli *cli);
enum rp_exit cmd_share(struct cli *cli);
enum rp_exit cmd_self_test(struct cli *cli);

#endif
