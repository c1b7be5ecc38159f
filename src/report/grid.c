/* see grid.h */
#include "report/grid.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report/page.h"

/* How much of a digest a person can compare at a glance. */
#define DIGEST_SHOWN 8
#define NUMBERS 5

enum number {
    BEFORE,
    AFTER,
    MISSING,
    ADDED,
    CHANGED,
};

static const char *const headings[NUMBERS] = {
    [BEFORE] = "before", [AFTER] = "after",     [MISSING] = "missing",
    [ADDED] = "added",   [CHANGED] = "changed",
};

struct grid {
    size_t name_width;
    size_t widths[NUMBERS]; /* with the blanks to the left */
};

/* 20 digits are the most that 64 bits need. */
struct cell {
    char text[24];
};

static bool
is_summed_up(const struct rp_table_report *table)
{
    return table->role == RP_ROLE_BYSTANDER && table->same;
}

static struct cell
cell_of(const struct rp_table_report *table, enum number number)
{
    const uint64_t values[NUMBERS] = {
        [BEFORE] = table->rows_before, [AFTER] = table->rows_after,
        [MISSING] = table->missing,    [ADDED] = table->added,
        [CHANGED] = table->changed,
    };
    bool absent = (number == BEFORE && !table->there_before) ||
                  (number == AFTER && !table->there_after);
    struct cell cell = { "-" };

    /* What the declared table gained is what the sums are about. */
    if (number >= MISSING && table->role == RP_ROLE_DECLARED)
        cell.text[0] = '\0';
    else if (!absent)
        (void)snprintf(cell.text, sizeof cell.text, "%" PRIu64, values[number]);
    return cell;
}

static void
widen(size_t *width, size_t needed)
{
    if (*width < needed)
        *width = needed;
}

static struct grid
measure(const struct rp_verdict *verdict)
{
    struct grid grid = {
        .name_width = strlen("student_courses"),
        .widths = { 11, 11, 10, 7, 9 },
    };

    for (size_t i = 0; i < verdict->table_count; i++) {
        const struct rp_table_report *table = &verdict->tables[i];

        if (is_summed_up(table))
            continue;
        widen(&grid.name_width, rp_page_width(rp_slice_str(table->table)));
        for (int number = BEFORE; number < NUMBERS; number++) {
            struct cell cell = cell_of(table, (enum number)number);

            widen(&grid.widths[number], strlen(cell.text) + 2);
        }
    }
    return grid;
}

static void
put_headings(struct rp_buf *out, const struct grid *grid)
{
    rp_buf_str(out, "  ");
    rp_page_left(out, RP_LIT("table"), grid->name_width);
    for (size_t i = 0; i < NUMBERS; i++)
        rp_page_right(out, rp_slice_str(headings[i]), grid->widths[i]);
    rp_buf_str(out, "   digest\n");
}

const char *
rp_grid_plan_kept(const struct rp_verdict *verdict)
{
    static const char *const ids[] = {
        [RP_KIND_MIGRATE] = "links-as-planned",
        [RP_KIND_LOAD] = "rows-as-planned",
        [RP_KIND_UPGRADE] = "links-as-planned",
        [RP_KIND_DOWNGRADE] = "links-exported",
    };
    const enum rp_kind kind = rp_verdict_kind(verdict);
    const struct rp_check *check = rp_verdict_check(verdict, ids[kind]);

    if (check == NULL || check->result == RP_SKIPPED)
        return "NOT CHECKED";
    if (kind == RP_KIND_DOWNGRADE)
        return check->result == RP_PASS ? "exported" : "NOT EXPORTED";
    return check->result == RP_PASS ? "as planned" : "NOT AS PLANNED";
}

static void
put_digest(struct rp_buf *out, const struct rp_verdict *verdict,
           const struct rp_table_report *table)
{
    rp_buf_str(out, "   ");
    if (table->role == RP_ROLE_DECLARED)
        rp_buf_str(out, rp_grid_plan_kept(verdict));
    else if (!table->same)
        rp_buf_str(out, "CHANGED");
    else if (table->there_before)
        rp_buf_printf(out, "%.*s... same", DIGEST_SHOWN, table->digest_before);
    else
        rp_buf_str(out, "same");
    rp_buf_byte(out, '\n');
}

static void
put_table(struct rp_buf *out, const struct rp_verdict *verdict,
          const struct rp_table_report *table, const struct grid *grid)
{
    rp_buf_str(out, "  ");
    rp_page_left(out, rp_slice_str(table->table), grid->name_width);
    for (int number = BEFORE; number < NUMBERS; number++) {
        struct cell cell = cell_of(table, (enum number)number);

        rp_page_right(out, rp_slice_str(cell.text), grid->widths[number]);
    }
    put_digest(out, verdict, table);
}

void
rp_grid_tables(struct rp_buf *out, const struct rp_verdict *verdict)
{
    struct grid grid = measure(verdict);
    size_t unchanged = 0;

    put_headings(out, &grid);
    for (size_t i = 0; i < verdict->table_count; i++) {
        if (is_summed_up(&verdict->tables[i]))
            unchanged++;
        else
            put_table(out, verdict, &verdict->tables[i], &grid);
    }
    if (unchanged > 0) {
        rp_buf_str(out, "  ");
        rp_page_left(out, RP_LIT("other tables"), grid.name_width);
        rp_buf_printf(out, "%7zu unchanged\n", unchanged);
    }
}
