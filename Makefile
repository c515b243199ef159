# SPDX-License-Identifier: GPL-3.0-or-later
# iccsim: `make demo` and `make test` are all a newcomer needs; `make help` lists the rest.

BUILD   ?= release
PREFIX  ?= /usr/local
VERSION := 0.1.0
B       := build/$(BUILD)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
        -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wdouble-promotion -Wno-missing-field-initializers
# Same bits everywhere: no fused multiply-add; gcc 12's superword vectoriser slows the heap and the samplers down.
BITS := -ffp-contract=off -fno-fast-math -fno-tree-slp-vectorize -fno-builtin-exp -fno-builtin-log -fno-builtin-pow

OPT_release := -O2 -g
OPT_debug   := -O0 -g3
OPT_san     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
OPT_cov     := -O0 -g --coverage
# ThreadSanitizer does not understand libgomp: that build uses clang with its own OpenMP runtime.
ifeq ($(BUILD),tsan)
CC := clang
endif

CFLAGS   ?=
CPPFLAGS ?=
LDFLAGS  ?=
ALL_CFLAGS   := -std=c17 $(WARN) $(OPT_$(BUILD)) $(BITS) -fopenmp $(CFLAGS)
ALL_CPPFLAGS := -D_GNU_SOURCE -DICCSIM_VERSION='"$(VERSION)"' -DICCSIM_SHARE='"$(PREFIX)/share/iccsim"' -I. $(CPPFLAGS)
LIBS := -lyaml -lgsl -lgslcblas -lsleef -lm

LIB_SRC  := $(wildcard sim/base/*.c sim/engine/*.c sim/scenario/*.c sim/montecarlo/*.c sim/output/*.c sim/command/*.c models/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
MAIN_OBJ := $(B)/sim/main.o
TEST_SRC := $(wildcard tests/test_*.c)
TESTS    := $(TEST_SRC:tests/%.c=$(B)/tests/%)

.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/iccsim

$(B)/iccsim: $(MAIN_OBJ) $(LIB_OBJ)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/tests/test_%: $(B)/tests/test_%.o $(LIB_OBJ)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

# Rebuilds everything when the compiler or a flag changes.
STAMP := $(B)/flags
STAMP_TEXT := $(CC) $(ALL_CFLAGS) $(ALL_CPPFLAGS) $(LDFLAGS)
$(shell mkdir -p $(B); printf '%s' "$(subst ",\",$(STAMP_TEXT))" | cmp -s - $(STAMP) || printf '%s' "$(subst ",\",$(STAMP_TEXT))" > $(STAMP))

$(B)/%.o: %.c $(STAMP)
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(LIB_OBJ:.o=.d) $(MAIN_OBJ:.o=.d) $(TESTS:=.d)

check: $(TESTS) $(B)/iccsim
	@set -e; for t in $(TESTS); do echo "== $$t"; $$t; done

# Benchmarks: one `name value unit` a line. They are linked like tests.
BENCHES := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/bench_*.c))

$(B)/tests/bench/bench_%: $(B)/tests/bench/bench_%.o $(LIB_OBJ)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(BENCHES:=.d)

bench: $(BENCHES)
	@set -e; for b in $(BENCHES); do $$b; done

clean:
	rm -rf build out

.PHONY: all check bench clean
