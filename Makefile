# SPDX-License-Identifier: GPL-3.0-or-later
# iccsim: `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.

BUILD   ?= release
PREFIX  ?= /usr/local
VERSION := 0.1.0
B       := build/$(BUILD)
SHARE   := $(PREFIX)/share/iccsim
COMMIT  := $(or $(shell .ci/commit 2>/dev/null),unknown)
# What makes numbers, whatever it is compiled with: a sweep's store goes on with it alone.
MAKES_NUMBERS := $(shell cat $(sort $(wildcard $(addsuffix /*.[ch],models models/* sim/base sim/engine sim/scenario sim/montecarlo))) \
                  models/*.def models/*/*.def sim/study/point.c 2>/dev/null | sha256sum | cut -c 1-16)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
        -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wdouble-promotion -Wno-missing-field-initializers
# Same bits everywhere: no fused multiply-add; gcc 12's superword vectoriser slows the heap and the samplers down. Nobody looks
# at errno or at floating-point flags, so that choices between numbers need not branch.
BITS := -ffp-contract=off -fno-fast-math -fno-trapping-math -fno-math-errno -fno-tree-slp-vectorize \
        -fno-builtin-exp -fno-builtin-log -fno-builtin-pow

OPT_release := -O3 -g
OPT_debug   := -O0 -g3
OPT_san     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O1 -g --coverage -fprofile-update=atomic -fprofile-abs-path
OPT_fuzz    := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer
ifndef OPT_$(BUILD)
$(error BUILD=$(BUILD): allowed are release, debug, san, tsan, cov and fuzz)
endif
# ThreadSanitizer does not understand libgomp: that build uses clang with its own OpenMP runtime. Only clang has libFuzzer.
ifneq ($(filter $(BUILD),tsan fuzz),)
CC := clang
endif

# MPI=1: with Open MPI, into build/mpi; `mpirun -n 4 build/mpi/iccsim sweep FILE` (README).
ifdef MPI
B        := build/mpi
CC       := mpicc
CPPFLAGS += -DICCSIM_MPI
endif

# All cores for a single goal, unless -j was given: what is on the command line wins.
ifeq ($(MAKELEVEL),0)
ifneq ($(filter 0 1,$(words $(MAKECMDGOALS))),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
endif

COMPILER := $(shell $(CC) --version 2>/dev/null | head -n 1)
# LTO=1: gcc optimises the program and the benchmarks across files, for the same bits with 4 % fewer instructions; but a
# fresh clone takes twice as long to build. The many test programs link the plain half of the same objects.
ifdef LTO
FAT   := -flto=auto -ffat-lto-objects
PLAIN := -fno-lto
endif
# To clang the macros NAN and INFINITY are floats that become doubles.
ifneq ($(findstring clang,$(COMPILER)),)
WARN += -Wno-double-promotion
endif

CFLAGS   ?=
CPPFLAGS ?=
LDFLAGS  ?=
ifeq ($(BUILD),cov)
LDFLAGS  += -Wl,--wrap=_exit
COUNTED  := $(B)/tests/coverage/exit.o
endif
ALL_CFLAGS   := -std=c17 $(WARN) $(OPT_$(BUILD)) $(FAT) $(BITS) -fopenmp $(CFLAGS)
ALL_CPPFLAGS := -D_GNU_SOURCE -DICCSIM_VERSION='"$(VERSION)"' -I. $(CPPFLAGS)
LIBS := -lyaml -lgsl -lgslcblas -lsqlite3 -lm

LIB_SRC  := $(wildcard sim/base/*.c sim/lab/*.c sim/engine/*.c sim/scenario/*.c sim/montecarlo/*.c sim/output/*.c sim/study/*.c sim/selftest/*.c \
            sim/command/*.c models/*.c models/*/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
MAIN_OBJ := $(B)/sim/main.o
TEST_SRC := $(wildcard tests/test_*.c)
TESTS    := $(TEST_SRC:tests/%.c=$(B)/tests/%)
BENCHES  := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/bench_*.c))

FUZZERS  := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

# All cores, unless -j was given. Known only inside a recipe.
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))
REMAKE = +@$(MAKE) --no-print-directory $(JOBS)
# `make V=1` shows whole command lines.
SAY = @$(if $(V),,printf '  %-5s %s\n' $(1) $@;)

.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/iccsim ## build build/release/iccsim; BUILD=debug, san, tsan or cov, and CC=clang, work too
	@:

$(B)/iccsim: $(MAIN_OBJ) $(LIB_OBJ) $(COUNTED) $(B)/objects
	$(call SAY,LINK) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS)

$(B)/tests/test_%: $(B)/tests/test_%.o $(LIB_OBJ) $(COUNTED) $(B)/objects
	$(call SAY,LINK) $(CC) $(ALL_CFLAGS) $(PLAIN) $(LDFLAGS) -o $@ $(filter %.o,$^) -lcmocka $(LIBS)

# The reference of the deterministic functions.
$(B)/tests/test_det: LIBS += -lmpfr -lgmp

$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(LIB_OBJ) $(B)/objects
	$(call SAY,LINK) $(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS)

$(B)/tests/fuzz/mutate: $(B)/tests/fuzz/mutate.o $(B)/objects
	$(call SAY,LINK) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^)

$(B)/tests/bench/bench_%: $(B)/tests/bench/bench_%.o $(LIB_OBJ) $(B)/objects
	$(call SAY,LINK) $(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS)

# Files of a room of models/ know which, so that the tables of other rooms are const to them: models/conventions.h.
ROOM = $(and $(filter models/%,$<),$(word 3,$(subst /, ,$<)),-DROOM=ROOM_$(word 2,$(subst /, ,$<)))

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call SAY,CC) $(CC) $(ALL_CPPFLAGS) $(ROOM) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/lab/native: $(B)/tests/lab/native.o $(LIB_OBJ) $(B)/objects
	$(call SAY,LINK) $(CC) $(ALL_CFLAGS) $(PLAIN) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS)

# Alone in knowing where `make install` puts things, so that another PREFIX compiles one file.
$(B)/sim/output/plots.o: ALL_CPPFLAGS += -DICCSIM_SHARE='"$(SHARE)"'
$(B)/sim/output/plots.o: $(B)/share

# Alone in knowing the commit, so that another one compiles one file and links one program.
$(B)/sim/main.o: ALL_CPPFLAGS += -DICCSIM_COMMIT='"$(COMMIT)"' -DICCSIM_NUMBERS='"$(MAKES_NUMBERS)"'
$(B)/sim/main.o: $(B)/commit

# The equations in the heads of the models' files, for `iccsim list equations`.
$(B)/heads.inc: models/heads.awk $(wildcard models/*/*.c)
	@mkdir -p $(@D); LC_ALL=C awk -f models/heads.awk $(filter %.c,$^) > $@
$(B)/sim/command/equations.o: $(B)/heads.inc
$(B)/sim/command/equations.o: ALL_CPPFLAGS += -I$(B)

# Stamps, written only when their text changes: another compiler or flag compiles everything, a file that came or
# went links everything.
$(B)/flags:   export STAMP := $(CC) $(COMPILER) $(ALL_CFLAGS) $(ALL_CPPFLAGS) $(LDFLAGS)
$(B)/objects: export STAMP := $(LIB_OBJ)
$(B)/share:   export STAMP := $(SHARE)
$(B)/commit:  export STAMP := $(COMMIT) $(MAKES_NUMBERS)
$(B)/flags $(B)/objects $(B)/share $(B)/commit: always
	@mkdir -p $(@D); printf '%s\n' "$$STAMP" | cmp -s - $@ || printf '%s\n' "$$STAMP" > $@

-include $(LIB_OBJ:.o=.d) $(MAIN_OBJ:.o=.d) $(TESTS:=.d) $(BENCHES:=.d) $(FUZZERS:=.d) $(B)/tests/lab/native.d

tests: $(TESTS) ## build the test programs
	@:

deps: ## install what is missing to build and to draw, through the system's package manager
	@CC='$(CC)' .ci/deps build draw

demo: deps ## install what is missing, build, run scenarios/china.yml (500 replications) into out/china
	$(REMAKE) all
	$(B)/iccsim run scenarios/china.yml -o out/china
	@.ci/pictures out/china

test: ## install what is missing, build, run all tests; under 5 minutes; the last line is `N passed, N failed`; T=NAME: only test_NAME
	@CC='$(CC)' .ci/deps build draw test
	$(REMAKE) all $(if $(T),$(filter $(T:%=$(B)/tests/test_%),$(TESTS)),tests)
	@tests/run $(if $(T),--only '$(T)') $(B)

test-all: ## the same under gcc, clang and the sanitizers, and all slow tests: same bits, kills, full disks, installation
	@.ci/deps build draw test clang tsan mpi npm browser
	$(REMAKE) all tests CC=gcc B=build/gcc CFLAGS=-Werror
	$(REMAKE) all tests CC=clang B=build/clang CFLAGS=-Werror
	$(REMAKE) all tests build/san/tests/fuzz/mutate CC=gcc BUILD=san
	$(REMAKE) fuzz BUILD=fuzz
	$(REMAKE) all BUILD=tsan
	@tests/run --slow build/gcc build/clang build/san

fuzz: $(FUZZERS) ## with BUILD=fuzz, build the fuzz targets; tests/slow_fuzz.sh runs them, a minute each in test-all
	@:

# Not counted are branches of assertions, which no right program takes, and lines that end the program where memory is out
# (abort). A child that a test kills while it writes its counts spoils those of a file: that is told, not hidden. What else
# is left, with reasons: tests/coverage/README.md.
UNCOUNTED := --exclude-unreachable-branches --exclude-branches-by-pattern '\s*assert\(.*' --exclude-lines-by-pattern '\s*abort\(\);'
coverage: ## install gcovr if missing, run all tests in a build that counts, print lines and branches of sim and models that ran
	@CC=gcc .ci/deps build draw test gcovr
	$(REMAKE) all tests BUILD=cov CC=gcc
	@find build/cov -name '*.gcda' -delete; rm -f build/cov/gcov-errors
	@-GCOV_ERROR_FILE='$(CURDIR)/build/cov/gcov-errors' ICCSIM_TEST_SECONDS=3600 tests/run $(if $(SLOW),--slow) build/cov
	@$(MAKE) --no-print-directory coverage-report

coverage-report: ## print what the last `make coverage` counted, build/cov/coverage.txt by file
	@gcovr --root . --object-directory build/cov --filter sim/ --filter models/ $(UNCOUNTED) \
	    --print-summary --txt build/cov/coverage.txt --csv build/cov/coverage.csv build/cov
	@[ ! -s build/cov/gcov-errors ] || sed -n 's/^.*build.cov.\(.*\)\.gcda:.*/counts were spoilt: \1/p' build/cov/gcov-errors | sort -u
	@echo 'build/cov/coverage.txt has every file'

# Benchmarks: one `name value unit` a line. They are linked like tests.
bench: $(B)/iccsim $(BENCHES) ## print the benchmarks, one `name value unit` a line
	@set -e; for b in $(BENCHES); do $$b; done

# The lab is built by plots/lab/Makefile, into build/lab.
LAB = $(MAKE) --no-print-directory $(JOBS) -f plots/lab/Makefile VERSION=$(VERSION) PROGRAM=$(B)/iccsim

lab: ## install emscripten and npm if missing, write out/lab.html: levers and pictures in a browser, one file, no network
	@CC='$(CC)' .ci/deps make build lab
	$(REMAKE) all
	+@$(LAB)
	@echo 'Open out/lab.html in a browser (here: xdg-open out/lab.html), or copy that one file to where you teach.'

# What is fetched for the lab and its tests, and nothing built: .ci/run asks this first.
fetch-lab:
	@CC='$(CC)' .ci/deps build lab browser
	+@$(LAB) fetch

test-lab: ## install Chromium too, build the lab, try it: the program's numbers bit for bit, in Node and in the browser
	@CC='$(CC)' .ci/deps build lab browser
	$(REMAKE) all $(B)/tests/lab/native
	+@$(LAB) all tests
	@node tests/lab/run.js

bench-lab: ## print the lab's benchmarks, ratios within one run, one `name value unit` a line
	@CC='$(CC)' .ci/deps build lab browser
	$(REMAKE) all $(B)/tests/lab/native
	+@$(LAB) all tests
	@node tests/lab/bench.js

model-page: $(B)/iccsim ## write out/model.html: the whole model on one page, equations, parameters, outputs
	@mkdir -p out; $(B)/iccsim list equations --html > out/model.html; echo out/model.html

format: ## lay the sources out with clang-format 14 (make test checks it)
	clang-format -i $$(find sim models tests -name '*.[ch]')

install: all ## install the program, its plots and scenarios below PREFIX (default /usr/local); DESTDIR works
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(SHARE)/plots' '$(DESTDIR)$(SHARE)/scenarios/data'
	install -m 755 $(B)/iccsim '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 plots/*.gp '$(DESTDIR)$(SHARE)/plots'
	install -m 644 scenarios/*.yml '$(DESTDIR)$(SHARE)/scenarios'
	install -m 644 scenarios/data/*.yml '$(DESTDIR)$(SHARE)/scenarios/data'

uninstall: ## remove what `make install` with the same PREFIX and DESTDIR installed
	rm -f '$(DESTDIR)$(PREFIX)/bin/iccsim'
	rm -rf '$(DESTDIR)$(SHARE)'

clean: ## remove what was built, build/; results, in out/ by default, stay
	rm -rf build

help: ## print this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1\t\2/p' Makefile | while IFS='	' read -r target text; do \
	    printf '  make %-10s %s\n' "$$target" "$$text"; done

always:

.PHONY: all tests deps demo lab fetch-lab test-lab bench-lab test test-all coverage coverage-report fuzz bench model-page format install uninstall clean help always
