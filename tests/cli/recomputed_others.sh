#!/bin/sh
# As recomputed.sh: what upgrades, downgrades, maps and schools of others leave.
. "${ROLLPROOF_ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}/tests/support/lib.sh"
. "$root/tests/support/recompute.sh"

recomputed 5 cli/ids.sh
recomputed 5 cli/map.sh
recomputed 2 cli/seed.sh
recomputed 30 cli/downgrade.sh
recomputed 3 cli/alembic.sh
