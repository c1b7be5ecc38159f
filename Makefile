# make            the program, build/rollproof
# make help       this list
# make demo       install what is missing, build, show what the program does
# make test       install what is missing, build, run every test
# make check      build, run the unit tests only
# make same       a hundred runs by two compilers' programs, the same bytes
# make browser    what people see of report.html, in Debian's chromium
# make lint       format, layers, both compilers, clang-tidy, cppcheck
# make analyze    gcc -fanalyzer over src
# make memcheck   the unit tests under valgrind
# make fuzz       every fuzz target for FUZZ_SECONDS (60) each
# make bench      measure, other tools beside it; tools/bench tells more
# make bench-stages        each stage alone
# make bench-instructions  what each stage executes
# make bench-table         the tables of README.md
# make bench-locks         what an application notices meanwhile
# make install    program, manual page, header, library; PREFIX and DESTDIR
# make clean      remove build/
#
# SAN=1 builds with the address and undefined behaviour sanitizers in
# build/san, CC=clang in build/clang; WERROR= lets warnings pass; V=1 shows
# whole commands.

ifeq ($(origin CC),default)
CC = gcc
endif
CLANG := $(findstring clang,$(CC))
BUILD ?= build$(if $(SAN),/san)$(if $(CLANG),/clang)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
JOBS ?= $(shell nproc)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif
Q := $(if $(V),,@)

WERROR ?= -Werror
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
  -Wdouble-promotion -Wstrict-prototypes -Wmissing-prototypes \
  -Wmissing-declarations -Wold-style-definition -Wredundant-decls \
  -Wnested-externs -Wvla -Walloca -Wundef -Wdate-time -Wcast-qual \
  -Wbad-function-cast -Wpointer-arith -Wwrite-strings -Wformat=2 \
  -Wfloat-equal -Wnull-dereference -Wswitch-enum -Wunused-macros
WARN_GCC := -Warith-conversion -Wcast-align=strict -Wformat-signedness \
  -Wimplicit-fallthrough=5 -Wduplicated-cond -Wduplicated-branches \
  -Wlogical-op -Wjump-misses-init -Wtrampolines
SANITIZERS := address,undefined,float-divide-by-zero,float-cast-overflow
SANITIZE := $(if $(SAN),-fsanitize=$(SANITIZERS) -fno-sanitize-recover=all)

CFLAGS ?= -O2 -g
# The program is optimized as a whole, which spares it 7 to 13 % of its CPU
# time (make bench); tests link the same objects file by file, since calls that
# are inlined cannot be replaced by faults.
LTO ?= $(if $(SAN)$(CLANG),,yes)
STD := -std=c11 -D_POSIX_C_SOURCE=200809L
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -fno-common
WARNINGS = $(WARN) $(if $(CLANG),,$(WARN_GCC)) $(WERROR)
INCLUDE = $(if $(filter src/cli/%,$<),-Iinclude,-Isrc -Iinclude -Itests)
COMPILE = $(CC) $(STD) $(CFLAGS) $(if $(LTO),-flto -ffat-lto-objects) \
  $(HARDEN) $(WARNINGS) $(SANITIZE) -MMD -MP $(CPPFLAGS) $(INCLUDE)
LINK = $(CC) -pie $(SANITIZE) $(if $(LTO),-fno-lto) $(LDFLAGS)
LINK_WHOLE = $(CC) -pie $(SANITIZE) $(if $(LTO),$(CFLAGS) \
  -flto=auto $(WERROR)) $(LDFLAGS)
LDLIBS := -lcsv -lsqlite3 -lxxhash -lcrypto -ljansson -linih -lpthread
VALGRIND := valgrind -q --error-exitcode=9 --leak-check=full \
  --errors-for-leak-kinds=definite,possible

TOOLS := $(wildcard tools/*.c)
TOOLS_SUPPORT := $(wildcard tools/support/*.c)
SRC := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CLI := $(wildcard src/cli/*.c)
# Files that go into the evidence, as C.
MADE := $(BUILD)/src/report/verify.c
SHIMS := tests/support/failmalloc.c tests/support/killat.c
SUPPORT := $(filter-out $(SHIMS),$(wildcard tests/support/*.c))
UNIT := $(wildcard tests/unit/test_*.c)
TESTS := $(UNIT) $(wildcard tests/promise/*.c tests/cli/*.c tests/fault/*.c)
PLANTED := $(wildcard tests/fault/planted/*.c)
SCRIPTS := $(foreach room,unit promise cli fault,$(wildcard tests/$(room)/*.sh))
FUZZ := $(wildcard tests/fuzz/*.c)
FUZZ_SUPPORT := tests/support/twins.c
HEADERS := $(wildcard src/*/*.h include/*.h tests/*/*.h \
  tests/fault/planted/*.h tools/*/*.h)
CHECKED := $(SRC) $(CLI) $(SUPPORT) $(SHIMS) $(TESTS) $(PLANTED) $(TOOLS) \
  $(TOOLS_SUPPORT)

LIB := $(BUILD)/librollproof.a
SUPPORT_LIB := $(BUILD)/tests/libsupport.a
TOOLS_LIB := $(BUILD)/tools/libsupport.a
PROGRAM := $(BUILD)/rollproof
TOOL_BINS := $(TOOLS:%.c=$(BUILD)/%)
UNIT_BINS := $(UNIT:%.c=$(BUILD)/%)
TEST_BINS := $(TESTS:%.c=$(BUILD)/%)
PLANTED_BIN := $(BUILD)/tests/fault/planted/rollproof
SHIM_LIBS := $(SHIMS:tests/support/%.c=$(BUILD)/tests/%.so)
RUN_TESTS := ROLLPROOF_ROOT='$(CURDIR)' ROLLPROOF_BIN='$(abspath $(PROGRAM))' \
  ROLLPROOF_BUILD='$(abspath $(BUILD))' JOBS=$(JOBS) tools/run-tests

# Packages come first when the goal is one for a fresh machine.
NEEDS := $(if $(filter demo test bench%,$(MAKECMDGOALS)),setup-build) \
  $(if $(filter lint same analyze memcheck fuzz bench-instructions, \
  $(MAKECMDGOALS)),setup-lint) $(if $(filter browser,$(MAKECMDGOALS)), \
  setup-browser)

.PHONY: all help demo test check same browser lint analyze memcheck fuzz bench \
  install bench-stages bench-instructions bench-table bench-locks clean \
  build-tests build-tools setup-build setup-lint setup-browser format layers \
  builds tidy cppcheck
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM)
build-tests: $(PROGRAM) $(TEST_BINS) $(SHIM_LIBS) $(PLANTED_BIN)
build-tools: $(TOOL_BINS)
help:
	@sed -n 's/^# make/make/p' Makefile
setup-build:
	@tools/setup build
setup-lint: setup-build
	@tools/setup lint
setup-browser: setup-build
	@tools/setup browser

$(BUILD)/%.o: %.c | $(NEEDS)
	@mkdir -p $(@D) && echo '  $(CC) $<'
	$(Q)$(COMPILE) -c $< -o $@
$(BUILD)/%.o: $(BUILD)/%.c | $(NEEDS)
	$(Q)$(COMPILE) -c $< -o $@
$(MADE): src/report/verify.py src/report/verify.txt
	@mkdir -p $(@D) && echo '  od $^'
	$(Q){ echo '#include "report/verify.h"'; for file in $(^F); do \
	  name=rp_verify_$${file##*.}; \
	  echo "const unsigned char $$name[] = {"; \
	  od -An -v -tx1 src/report/$$file | sed 's/[0-9a-f][0-9a-f]/0x&,/g'; \
	  echo "}; const size_t $${name}_bytes = sizeof $$name;"; \
	  done; } >$@
$(LIB): $(SRC:%.c=$(BUILD)/%.o) $(MADE:%.c=%.o)
$(SUPPORT_LIB): $(SUPPORT:%.c=$(BUILD)/%.o)
$(TOOLS_LIB): $(TOOLS_SUPPORT:%.c=$(BUILD)/%.o)
$(LIB) $(SUPPORT_LIB) $(TOOLS_LIB):
	$(Q)rm -f $@ && ar rcsD $@ $^
$(PROGRAM): $(CLI:%.c=$(BUILD)/%.o) $(LIB)
	$(Q)$(LINK_WHOLE) $^ $(LDLIBS) -o $@
$(TOOL_BINS): %: %.o $(TOOLS_LIB) $(LIB)
	$(Q)$(LINK) $^ $(LDLIBS) -o $@
$(TEST_BINS): %: %.o $(SUPPORT_LIB) $(LIB)
	$(Q)$(LINK) $^ -lcmocka $(LDLIBS) -o $@
$(SHIM_LIBS): $(BUILD)/tests/%.so: tests/support/%.c | $(NEEDS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(STD) $(CFLAGS) $(WARNINGS) -fPIC -shared $< -o $@
# The program itself, but calls of F go to __wrap_F where there is one.
$(PLANTED_BIN): $(PLANTED:%.c=$(BUILD)/%.o) $(CLI:%.c=$(BUILD)/%.o) $(LIB)
	$(Q)$(LINK) $$(sed -n 's/^__wrap_\([a-z_0-9]*\)(.*/-Wl,--wrap=\1/p' \
	  $(PLANTED)) $^ $(LDLIBS) -o $@

demo: $(PROGRAM)
	@tools/demo $(PROGRAM)
test: build-tests
	@$(RUN_TESTS) $(TEST_BINS) $(SCRIPTS)
check: $(UNIT_BINS)
	@$(RUN_TESTS) $(UNIT_BINS)
memcheck: $(UNIT_BINS)
	@WRAPPER='$(VALGRIND)' $(RUN_TESTS) $(UNIT_BINS)
same: $(PROGRAM) | $(NEEDS)
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/clang
	@$(RUN_TESTS) tests/promise/p5_hundred_runs.sh
browser: $(PROGRAM) | $(NEEDS)
	@$(RUN_TESTS) $(wildcard tests/browser/*.sh)
bench bench-stages bench-instructions bench-table: $(PROGRAM) $(TOOL_BINS)
	@BUILD='$(BUILD)' tools/bench $(@:bench%=%)

bench-locks: $(PROGRAM) $(TOOL_BINS)
	@tools/locks '$(BUILD)'

lint: format layers builds tidy cppcheck
format: | $(NEEDS)
	@echo '  clang-format'
	$(Q)clang-format --dry-run -Werror $(CHECKED) $(FUZZ) $(HEADERS)
layers:
	tools/check-layers
builds: | $(NEEDS)
	@$(MAKE) --no-print-directory CC=gcc BUILD=build build-tests build-tools
	@$(MAKE) --no-print-directory CC=clang BUILD=build/clang build-tests \
	  build-tools
tidy: $(CHECKED:%=$(BUILD)/tidy/%.ok)
$(BUILD)/tidy/%.ok: % $(HEADERS) .clang-tidy | $(NEEDS)
	@mkdir -p $(@D) && echo '  clang-tidy $<'
	$(Q)clang-tidy --quiet $< -- $(STD) $(INCLUDE) 2>$@.log || \
	  { cat $@.log; exit 1; }
	@mv $@.log $@
cppcheck: | $(NEEDS)
	cppcheck -q -j$(JOBS) --std=c11 --inline-suppr --error-exitcode=1 \
	  --enable=warning,style,performance,portability -Isrc -Iinclude -Itests \
	  --suppress=missingIncludeSystem $(filter -D%,$(STD)) \
	  -D__BYTE_ORDER__=1234 -D__ORDER_LITTLE_ENDIAN__=1234 $(CHECKED)
# gcc 12 loses what is stored through a pointer that it found in an array, and
# takes the list of an option for a leak; SAN=1 looks for leaks there.
$(BUILD)/analyze/src/cli/cli.o: ANALYZE := -Wno-analyzer-malloc-leak
analyze: $(patsubst %.c,$(BUILD)/analyze/%.o,$(SRC) $(CLI))
$(BUILD)/analyze/%.o: %.c $(HEADERS) | $(NEEDS)
	@mkdir -p $(@D) && echo '  gcc -fanalyzer $<'
	$(Q)gcc $(STD) -O1 -fanalyzer $(ANALYZE) $(WERROR) $(INCLUDE) -c $< -o $@

fuzz: $(FUZZ:tests/fuzz/%.c=$(BUILD)/fuzz/%.ran)
$(BUILD)/fuzz/twins: FUZZ_FLAGS := -include tests/fuzz/small.h
$(BUILD)/fuzz/%: tests/fuzz/%.c $(SRC) $(MADE) $(FUZZ_SUPPORT) $(HEADERS) | \
  $(NEEDS)
	@mkdir -p $(@D)/corpus/$* && echo '  clang $@'
	$(Q)clang $(STD) -O1 -g -fsanitize=fuzzer,address,undefined $(INCLUDE) \
	  -fno-sanitize-recover=all $(FUZZ_FLAGS) $< $(SRC) $(MADE) \
	  $(FUZZ_SUPPORT) $(LDLIBS) -o $@
$(BUILD)/fuzz/%.ran: $(BUILD)/fuzz/%
	$< -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$<. -verbosity=0 \
	  $(@D)/corpus/$* $(wildcard tests/fuzz/corpus/$*)

install: $(PROGRAM) $(LIB)
	install -D $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/rollproof
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/include include/rollproof.h
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib $(LIB)
	$(if $(wildcard src/cli/rollproof.1),install -D -m 644 \
	  -t $(DESTDIR)$(PREFIX)/share/man/man1 src/cli/rollproof.1)
clean:
	rm -rf build

-include $(CHECKED:%.c=$(BUILD)/%.d)
