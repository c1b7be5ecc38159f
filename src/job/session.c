/* see session.h */
#include "job/session.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/show.h"

#define TALK_BYTES 2400

void
rp_talk(const struct rp_session *session, const char *fmt, ...)
{
    char line[TALK_BYTES];
    va_list args;
    int len;

    if (session->quiet)
        return;
    va_start(args, fmt);
    len = vsnprintf(line, sizeof line - 1, fmt, args);
    va_end(args);
    if (len < 0)
        return;
    if (len > (int)sizeof line - 2)
        len = (int)sizeof line - 2;
    line[len] = '\n';
    session->talk.write(session->talk.ctx, line, (size_t)len + 1);
}

void
rp_talk_lock(const struct rp_session *session, uint64_t lock_ms)
{
    rp_talk(session,
            "rollproof: the database was locked for %" PRIu64 ".%03" PRIu64
            " s",
            lock_ms / 1000, lock_ms % 1000);
}

void
rp_print(const struct rp_session *session, const struct rp_buf *text)
{
    if (!session->quiet && text->len > 0)
        session->out.write(session->out.ctx, (const char *)text->ptr,
                           text->len);
}

enum rp_exit
rp_exit_of(enum rp_status status, const struct rp_err *err,
           struct rp_message *message)
{
    message->text[0] = '\0';
    if (status == RP_OK)
        return RP_EXIT_DONE;
    (void)snprintf(message->text, sizeof message->text, "%s", err->text);
    switch (status) {
    case RP_E_BUSY:
        return RP_EXIT_BUSY;
    case RP_E_INTERRUPTED:
        return RP_EXIT_INTERRUPTED;
    case RP_E_AFTER_COMMIT:
        return RP_EXIT_UNFINISHED;
    case RP_OK:
    case RP_E_USAGE:
    case RP_E_IO:
    case RP_E_NOMEM:
    case RP_E_DB:
    case RP_E_CHANGED:
        break;
    }
    return RP_EXIT_UNABLE;
}

const char *
rp_path_name(const char *path, char shown[RP_SHOWN_BYTES])
{
    const char *slash = strrchr(path, '/');

    return rp_show_in(shown, rp_slice_str(slash == NULL ? path : slash + 1));
}

size_t
rp_session_memory(const struct rp_session *session)
{
    if (session->memory_bytes == 0)
        return RP_MEMORY_DEFAULT_BYTES;
    if (session->memory_bytes < RP_MEMORY_LEAST_BYTES)
        return RP_MEMORY_LEAST_BYTES;
    return session->memory_bytes;
}

enum rp_status
rp_session_open(const struct rp_session *session, const char *school,
                enum rp_db_mode mode, struct rp_db **out_db, struct rp_err *err)
{
    struct rp_db_config config = {
        .mode = mode,
        .wait_seconds = session->wait_seconds,
        .stop = session->stop,
        .hash_beside = rp_session_threads(session) > 1,
    };

    if (session->wait_seconds == RP_WAIT_DEFAULT)
        config.wait_seconds = RP_WAIT_DEFAULT_SECONDS;
    else if (session->wait_seconds == RP_WAIT_NONE)
        config.wait_seconds = 0;
    return rp_db_open(school, &config, out_db, err);
}

unsigned
rp_session_threads(const struct rp_session *session)
{
    if (session->threads != 0)
        return session->threads;
    return sysconf(_SC_NPROCESSORS_ONLN) > 1 ? 2 : 1;
}

enum rp_status
rp_session_stopped(const struct rp_session *session, struct rp_err *err)
{
    if (session->stop == NULL || *session->stop == 0)
        return RP_OK;
    return rp_fail(err, RP_E_INTERRUPTED,
                   "interrupted; everything was rolled back, nothing was "
                   "written");
}

uint64_t
rp_now_ms(void)
{
    struct timespec now = { 0, 0 };

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void
rp_now_utc(char compact[20], char iso[24])
{
    time_t now = time(NULL);
    struct tm parts;

    memset(&parts, 0, sizeof parts);
    (void)gmtime_r(&now, &parts);
    (void)strftime(compact, 20, "%Y%m%dT%H%M%SZ", &parts);
    (void)strftime(iso, 24, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

struct named_byte {
    const char *name;
    unsigned char byte;
};
static const struct named_byte delimiters[] = {
    { "comma", ',' }, { "semicolon", ';' }, { "tab", '\t' },
    { "space", ' ' }, { "pipe", '|' },
};
#define DELIMITERS (sizeof delimiters / sizeof delimiters[0])

static bool
fit_for_dialect(unsigned char byte)
{
    return byte != '\n' && byte != '\r' && byte != '\0' && byte < 0x80;
}

static enum rp_status
parse_delimiter(const char *text, struct rp_dialect_asked *asked,
                struct rp_err *err)
{
    char shown[RP_SHOWN_BYTES];

    asked->dialect.delimiter = ',';
    for (size_t i = 0; text != NULL && i < DELIMITERS; i++)
        if (strcmp(delimiters[i].name, text) == 0)
            asked->dialect.delimiter = delimiters[i].byte;
    if (text != NULL && text[0] != '\0' && text[1] == '\0')
        asked->dialect.delimiter = (unsigned char)text[0];
    else if (text != NULL && asked->dialect.delimiter == ',' &&
             strcmp(text, "comma") != 0)
        return rp_fail(err, RP_E_USAGE,
                       "--delimiter %s: give one character, or one of tab, "
                       "space, comma, semicolon, pipe",
                       rp_show_in(shown, rp_slice_str(text)));
    for (size_t i = 0; i < DELIMITERS; i++)
        if (delimiters[i].byte == asked->dialect.delimiter)
            asked->delimiter_name = rp_slice_str(delimiters[i].name);
    return RP_OK;
}

static enum rp_status
parse_names(const char *header, struct rp_dialect_asked *asked,
            struct rp_err *err)
{
    size_t len = strlen(header);
    size_t count = 1;
    size_t from = 0;

    for (size_t i = 0; i < len; i++)
        count += header[i] == ',' ? 1 : 0;
    asked->names = rp_zalloc_array(count, sizeof *asked->names);
    asked->bytes = (unsigned char *)rp_strdup(header);
    if (asked->names == NULL || asked->bytes == NULL)
        return rp_fail_nomem(err, "hold the names of --header");
    for (size_t i = 0; i < count; i++) {
        size_t end = from + strcspn(header + from, ",");

        if (end == from)
            return rp_fail(err, RP_E_USAGE,
                           "--header: name %zu is empty; write A,B,C", i + 1);
        asked->names[i] = (struct rp_slice){ asked->bytes + from, end - from };
        from = end + 1;
    }
    asked->dialect.names = asked->names;
    asked->dialect.name_count = count;
    return RP_OK;
}

enum rp_status
rp_dialect_parse(const struct rp_csv_options *options,
                 struct rp_dialect_asked *out_asked, struct rp_err *err)
{
    struct rp_dialect_asked asked = { .dialect = { .quote = '"' } };
    enum rp_status status = parse_delimiter(options->delimiter, &asked, err);

    if (status != RP_OK)
        return status;
    if (options->quote != NULL && strlen(options->quote) != 1)
        return rp_fail(err, RP_E_USAGE, "--quote: give one character");
    if (options->quote != NULL)
        asked.dialect.quote = (unsigned char)options->quote[0];
    if (!fit_for_dialect(asked.dialect.delimiter) ||
        !fit_for_dialect(asked.dialect.quote))
        return rp_fail(err, RP_E_USAGE,
                       "--delimiter and --quote take one ASCII character "
                       "that is no line end");
    if (asked.dialect.delimiter == asked.dialect.quote)
        return rp_fail(err, RP_E_USAGE,
                       "--delimiter and --quote are the same character");
    asked.dialect.has_header = !options->no_header && options->header == NULL;
    if (options->header != NULL)
        status = parse_names(options->header, &asked, err);
    if (status == RP_OK)
        *out_asked = asked;
    else
        rp_dialect_release(&asked);
    return status;
}

void
rp_dialect_release(struct rp_dialect_asked *asked)
{
    rp_free(asked->names);
    rp_free(asked->bytes);
    memset(asked, 0, sizeof *asked);
}
