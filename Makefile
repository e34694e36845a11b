# Penstock: what there is to do. Everything works from a fresh clone; only `deps` may need root.

SWIFT ?= swift
TOOLS := ingest merge dispatch control tap exchange penstock
PREFIX ?= /usr/local
DESTDIR ?=
SOAK_SECONDS ?= 600
FAULTY_SECONDS ?= 1200
STALLED_SECONDS ?= 60
CROWD_SECONDS ?= 60
FAULT_SEEDS ?= 20
FAULT_SECONDS ?= 45
RUN_SECONDS ?= 5

# The limits are on the tests, not on the compiler, whose speed is the machine's.
TEST_SECONDS ?= 480

# Without a width all tests start at once, and a test's time limit measures the queue. Exit tests crash on purpose, and the
# backtrace that nobody reads takes seconds.
TEST_ENVIRONMENT := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=2 SWIFT_BACKTRACE=enable=no

.PHONY: help deps build run test golden bench fuzz test-peers audit strict reliability faults crowd soak install clean

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

deps: ## install what is missing, with apt-get
	@scripts/deps all

# Colour is an option of the compiler: with it, what was built beside a pipe is built again at a terminal. All at once, the
# programs for tests among them: tool after tool leaves one of two cores idle and takes half as long again.
build: ## the tools, into .build/release
	@$(SWIFT) build -c release --no-color-diagnostics

run: ## three simulated venues, ingests, merge, dispatch, a live table; Ctrl-C ends it; installs what is missing for it
	@scripts/deps run
	@$(MAKE) --no-print-directory build
	@scripts/run $(RUN_SECONDS)

test: ## all tests but the long ones, two minutes once they are built; installs what is missing for them
	@scripts/deps test
	@$(SWIFT) build --build-tests
	@$(TEST_ENVIRONMENT) timeout -k 10 $(TEST_SECONDS) $(SWIFT) test --skip-build

golden: build ## make the expected frames of Tests/Golden anew, when they are meant to change
	@scripts/golden

bench: ## how fast it is, as a table
	@Tests/bench/run

fuzz: ## ten million inputs to each fuzz target (FUZZ_RUNS=, or FUZZ_SECONDS= to stop by the clock)
	@Tests/fuzz/run

test-peers: ## programs of others, ccxt.pro and cryptofeed among them, against ours; from PyPI, into .build/peers
	@scripts/deps peers
	@Tests/peers/run

strict: ## a release build in which a warning is an error
	@$(SWIFT) build -c release --scratch-path .build/strict -Xswiftc -warnings-as-errors

audit: strict ## format, lint, warnings, shell, YAML, manuals, units
	@scripts/audit

reliability: ## the long tests: a million random frames of each property, 200 seeds of faults in virtual time, 20 in real
	@$(TEST_ENVIRONMENT) PENSTOCK_FRAMES=1000000 PENSTOCK_SEEDS=200 PENSTOCK_KILLS=2000 PENSTOCK_SCHEDULES=10000 \
		PENSTOCK_TRIALS=10000 \
		$(SWIFT) test -c release --scratch-path .build/reliability -Xswiftc -enable-testing
	@$(MAKE) --no-print-directory faults crowd

faults: build ## faults of all kinds, mixed at random, on the tools themselves (FAULT_SEEDS=, FAULT_SECONDS= each)
	@scripts/faults $(FAULT_SEEDS) $(FAULT_SECONDS)

crowd: build ## consumers that stop, die, send garbage or want too much: what the others notice of it (CROWD_SECONDS=)
	@scripts/crowd.py $(CROWD_SECONDS)

soak: build ## ten minutes of markets, twenty with a fault each second, readers that stop for one: nothing differs or grows
	@scripts/soak $(SOAK_SECONDS)
	@scripts/soak $(FAULTY_SECONDS) faults
	@scripts/stalled $(STALLED_SECONDS)

install: ## into $(DESTDIR)$(PREFIX): one launcher, the tools behind it, manuals (PREFIX=, DESTDIR=)
	@SWIFT="$(SWIFT)" scripts/install "$(DESTDIR)$(PREFIX)" $(TOOLS)

clean: ## remove all that was built
	rm -rf .build
