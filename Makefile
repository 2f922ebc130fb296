# SPDX-License-Identifier: Apache-2.0
# Everything is built here, into build/ (make FLAVOUR=asan: into build/asan; fast: as it is shipped). `make help` lists the targets.

FLAVOUR ?= release
OUT := $(if $(filter release,$(FLAVOUR)),build,build/$(FLAVOUR))
GEN := $(OUT)/gen
CC ?= cc
V ?= 0
Q := $(if $(filter 0,$(V)),@,)

PACKAGES := libpcap libhs yaml-0.1 libzmq jansson libsodium sqlite3 libmicrohttpd libzstd libxxhash \
            libcap-ng libseccomp libndpi libcurl gnutls geoip
PKG_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null | sed 's/-I/-isystem /g')
PKG_LIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wvla -Wformat=2 -Wno-format-nonliteral -Wno-missing-field-initializers -Werror
HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
OPT_release := -O2 -g $(HARDENING)
# What is shipped: the whole program optimised at once; takes about twice as long to build.
OPT_fast := -O3 -g $(HARDENING) -fno-plt -flto=auto -ffat-lto-objects
# gcc's -Wconversion cries wolf at narrowings that UBSan instruments.
OPT_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -Wno-conversion
OPT_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -Wno-gnu -Wno-implicit-int-conversion
ifeq ($(FLAVOUR),fuzz)
CC := clang
endif
LINK_release := -pie -Wl,-z,relro,-z,now
LINK_fast := $(LINK_release) $(OPT_fast)
LINK_asan := -fsanitize=address,undefined
LINK_fuzz := -fsanitize=address,undefined
CFLAGS_ALL = -std=gnu11 $(WARNINGS) $(OPT_$(FLAVOUR)) -I. -I$(OUT) -D_GNU_SOURCE $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = $(LINK_$(FLAVOUR)) $(LDFLAGS)
LIBS = $(PKG_LIBS) -lm -lpthread

sources = $(sort $(wildcard $(1)/*.c $(1)/*/*.c))
COMMON_SRC := $(call sources,common)
PARSER_SRC := $(call sources,parsers)
SIGNATURE_SRC := $(filter-out signatures/library/%,$(call sources,signatures))
SENSOR_SRC := $(filter-out sensor/main.c,$(call sources,sensor))
COLLECTOR_SRC := $(filter-out collector/main.c collector/console/%,$(call sources,collector))
TOOL_SRC := $(filter-out tool/main.c,$(call sources,tool))
objects = $(patsubst %.c,$(OUT)/%.o,$(1))

COMMON := $(call objects,$(COMMON_SRC))
PARSERS := $(call objects,$(PARSER_SRC))
SIGNATURES := $(call objects,$(SIGNATURE_SRC))
SENSOR := $(call objects,$(SENSOR_SRC))
COLLECTOR := $(call objects,$(COLLECTOR_SRC))
TOOL := $(call objects,$(TOOL_SRC))

PROGRAMS := $(if $(wildcard sensor/main.c),$(OUT)/wanglou-sensor) $(if $(wildcard collector/main.c),$(OUT)/wanglou-collector) \
            $(if $(wildcard tool/main.c),$(OUT)/wanglou)
UNIT_TESTS := $(patsubst tests/%.c,$(OUT)/tests/%,$(sort $(wildcard tests/unit/test_*.c)))

all: programs ## build the programs into build/
programs: $(PROGRAMS)
.PHONY: all programs console console-long help setup run unit unit-programs test captures golden references bench bench-rules report-year live memory city distance twenty fuzz mutations fuzz-long store-kill clickhouse-proof deb lint tidy clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

# The list of parsers: one line for each `const struct parser parser_NAME` below parsers/, `ot` first.
$(GEN)/parsers.inc: $(PARSER_SRC)
	@mkdir -p $(@D)
	@{ echo 'PARSER(ot)'; grep -hoE '^const struct parser parser_[a-z0-9_]+' $(PARSER_SRC) | sed 's/.*parser_//' | \
	   grep -v '^ot$$' | sort | sed 's/.*/PARSER(&)/'; } > $@.part && { cmp -s $@.part $@ || mv $@.part $@; rm -f $@.part; touch $@; }

$(OUT)/parsers/registry.o: $(GEN)/parsers.inc

# The commands of `wanglou`, likewise.
$(GEN)/commands.inc: $(TOOL_SRC)
	@mkdir -p $(@D)
	@grep -hoE '^const struct command command_[a-z0-9_]+' $(TOOL_SRC) | sed 's/.*command_\(.*\)/COMMAND(\1)/' | sort > $@.part; \
	   cmp -s $@.part $@ || cp $@.part $@; rm -f $@.part; touch $@
$(TOOL) $(OUT)/tool/main.o: $(GEN)/commands.inc
# The collector's tables of routes, and the schemas of its rooms.
$(GEN)/routes.inc: $(COLLECTOR_SRC)
	@mkdir -p $(@D)
	@grep -hoE '^const struct route routes_[a-z0-9_]+' $(COLLECTOR_SRC) | sed 's/.* routes_\(.*\)/ROUTES(\1)/' | sort > $@.part; \
	   cmp -s $@.part $@ || cp $@.part $@; rm -f $@.part; touch $@
$(GEN)/schemas.inc: $(COLLECTOR_SRC)
	@mkdir -p $(@D)
	@grep -hoE '^const struct schema (control|main)_schema_[a-z0-9_]+' $(COLLECTOR_SRC) | \
	   sed -E 's/.* (control|main)_schema_(.*)/SCHEMA(\1, \2)/' | sort > $@.part; \
	   cmp -s $@.part $@ || cp $@.part $@; rm -f $@.part; touch $@
$(OUT)/collector/api/routes.o: $(GEN)/routes.inc
$(OUT)/collector/store/schemas.o: $(GEN)/schemas.inc
$(OUT)/collector/service/levels.o $(OUT)/collector/service/register.o: $(wildcard collector/models/*.yaml)
$(OUT)/signatures/categories.o: signatures/categories.yaml
$(OUT)/signatures/failures.o: $(wildcard signatures/failures/*.yaml)
$(OUT)/signatures/precursors.o: signatures/precursors.yaml
$(OUT)/collector/assess/risk_model.o: collector/models/risk.yaml
$(OUT)/collector/service/regional.o: collector/models/regional.yaml
$(OUT)/collector/report/inspection.o $(OUT)/collector/report/form.o: $(wildcard collector/models/inspection-*.yaml)
$(OUT)/collector/report/report.o: collector/models/report.css
$(OUT)/collector/report/document.o: $(wildcard collector/models/report-document/*.xml)

$(OUT)/%.o: %.c $(OUT)/.flags
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC    $<")
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

# A change of compiler or flags rebuilds everything.
$(OUT)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL)' > $@
.PHONY: FORCE
FORCE:

define link
	$(if $(Q),@echo "  LINK  $@")
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LIBS)
endef

$(OUT)/wanglou-sensor: $(OUT)/sensor/main.o $(SENSOR) $(SIGNATURES) $(PARSERS) $(COMMON)
	$(link)
$(OUT)/wanglou-collector: $(OUT)/collector/main.o $(COLLECTOR) $(SIGNATURES) $(PARSERS) $(COMMON)
	$(link)
$(OUT)/wanglou: $(OUT)/tool/main.o $(TOOL) $(SIGNATURES) $(PARSERS) $(COMMON)
	$(link)

# Unit tests: one program each, linked with everything but the mains.
$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(SENSOR) $(COLLECTOR) $(TOOL) $(SIGNATURES) $(PARSERS) $(COMMON)
	$(if $(Q),@echo "  LINK  $@")
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(LIBS) -lcmocka
# The synthetic plant of the bench.
$(OUT)/tests/bench/plant: $(OUT)/tests/bench/plant.o $(OUT)/tests/bench/speech.o $(OUT)/signatures/traffic/packet.o
	$(link)

# Sends a capture over an interface, for the live test.
$(OUT)/tests/live/send: $(OUT)/tests/live/send.o
	$(link)

# Fuzzers and the damager of captures, linked like the unit tests.
EVERYTHING := $(SENSOR) $(COLLECTOR) $(TOOL) $(SIGNATURES) $(PARSERS) $(COMMON)
$(OUT)/tests/fuzz/mutate: $(OUT)/tests/fuzz/mutate.o $(SENSOR) $(SIGNATURES) $(PARSERS) $(COMMON)
	$(link)
$(OUT)/tests/fuzz/fuzz_%: LDFLAGS += -fsanitize=fuzzer
$(OUT)/tests/fuzz/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o $(EVERYTHING)
	$(link)
SECONDS ?= 60
fuzz: ## libFuzzer over frames and every parser, SECONDS=60 each
	@.ci/setup build fuzz
	@$(MAKE) -s -j$(JOBS) FLAVOUR=fuzz build/fuzz/tests/fuzz/fuzz_frame build/fuzz/tests/fuzz/fuzz_text build/fuzz/tests/fuzz/fuzz_parser
	@tests/fuzz/run $(SECONDS) $(PARSERS_TO_FUZZ)
mutations: ## damages every capture 20 times each way in one process, under the sanitizers (make test: 4 times)
	@$(MAKE) -s -j$(JOBS) FLAVOUR=asan build/asan/tests/fuzz/mutate
	@tests/fuzz/mutations build/asan 20
ROUNDS ?= 500
fuzz-long: ## damages every capture of the corpus and reads it, ROUNDS=500 times each way, under the sanitizers
	@$(MAKE) -s -j$(JOBS) FLAVOUR=asan build/asan/tests/fuzz/mutate
	@find tests/captures ../shared/corpus -name '*.*cap*' | sort | xargs build/asan/tests/fuzz/mutate $(ROUNDS)

# The link's bench: a publisher and a collector.
$(OUT)/tests/bench/link: $(OUT)/tests/bench/link.o $(EVERYTHING)
	$(link)

# A long line between two network namespaces.
$(OUT)/tests/support/line: $(OUT)/tests/support/line.o
	$(link)

distance: all unit-programs ## three levels over long lossy lines, 500,000 events while a line is cut (needs root)
	@tests/end-to-end/distance 600000 60

twenty: all ## a warning city → district → 20 enterprises and the answers back, 22 collectors, each level ended in between
	@tests/end-to-end/twenty

# A city's enterprises, simulated.
city: all $(OUT)/tests/bench/city ## a city's collector with 1,000 simulated enterprises on the real link, for a minute
	@tests/end-to-end/city 1000 60 2000
$(OUT)/tests/bench/city: $(OUT)/tests/bench/city.o $(COMMON)
	$(link)

# A store full of the events of a synthetic plant.
$(OUT)/tests/bench/fill: $(OUT)/tests/bench/fill.o $(COLLECTOR) $(SIGNATURES) $(PARSERS) $(COMMON)
	$(link)

unit-programs: $(UNIT_TESTS) $(OUT)/tests/fuzz/mutate $(OUT)/tests/live/send $(OUT)/tests/bench/fill $(OUT)/tests/bench/plant $(OUT)/tests/bench/city $(OUT)/tests/support/line
unit: $(UNIT_TESTS) ## build and run the unit tests
	@fail=0; for t in $(UNIT_TESTS); do $$t || fail=1; done; exit $$fail

# ---- the console ----------------------------------------------------------------------------------------------------

$(GEN)/protocols.json: $(OUT)/wanglou
	@$< protocols --json > $@.part && mv $@.part $@

# What the console says of each signature: whether its own traffic proves it.
$(GEN)/proofs.tap: $(OUT)/wanglou $(wildcard signatures/library/*.yaml)
	@$< rules test signatures/library > $@.part && mv $@.part $@

CONSOLE := collector/console
CONSOLE_SRC := $(shell find $(CONSOLE) \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)
# npm writes that file last, so it tells that the modules are those of the lock.
$(CONSOLE)/node_modules/.package-lock.json: $(CONSOLE)/package-lock.json
	@echo "  NPM   $(CONSOLE)"
	@cd $(CONSOLE) && npm install --no-save --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json
$(OUT)/console/index.html: $(CONSOLE_SRC) $(GEN)/protocols.json $(GEN)/proofs.tap $(CONSOLE)/node_modules/.package-lock.json
	@echo "  VITE  $(OUT)/console"
	@cd $(CONSOLE) && WANGLOU_PROTOCOLS=$(abspath $(GEN)/protocols.json) WANGLOU_PROOFS=$(abspath $(GEN)/proofs.tap) npm run --silent build > $(abspath $(GEN))/console.log 2>&1 || { cat $(abspath $(GEN))/console.log; exit 1; }
	@rm -rf $(@D) && cp -R $(CONSOLE)/dist $(@D) && touch $@
console-long: all console $(OUT)/tests/bench/fill ## every test of the console, with a city's collector (some minutes)
	@tests/console/run long

console: $(OUT)/console/index.html ## build the web console into build/console

# ---- what a newcomer calls -------------------------------------------------------------------------------------------

JOBS := $(shell nproc 2>/dev/null || echo 2)

setup: ## install what is missing to build and run (Debian packages)
	@.ci/setup build console

# Traffic of the demonstration plant, all of its parts at once.
$(OUT)/demo.pcap: $(OUT)/wanglou $(addprefix tests/captures/,water.txt furnace.txt substation.txt pipeline.txt)
	@$< traffic $(filter %.txt,$^) > $@.part && mv $@.part $@

RUN_TRAFFIC = $(if $(IFACE),--interface $(IFACE),--capture $(if $(PCAP),$(PCAP),$(OUT)/demo.pcap --replay))
run: ## install what is missing, build, and run a collector and a sensor (IFACE=eth1 or PCAP=file: listen to that)
	@.ci/setup build console
	@$(MAKE) -s -j$(JOBS) all console $(OUT)/demo.pcap
	@exec $(OUT)/wanglou demo --directory run --console $(OUT)/console --signatures signatures/library \
	    --vulnerabilities signatures/vulnerabilities $(RUN_TRAFFIC)

test: ## install what is missing, build, run every test (under 10 minutes on 2 cores)
	@.ci/setup build console test
	@$(MAKE) -s -j$(JOBS) all unit-programs
	@$(MAKE) -s -j$(JOBS) all unit-programs FLAVOUR=asan
	@tests/run

# clang-tidy is slow: a file is asked about again only when it or one of its headers has changed.
TIDY := $(patsubst %.c,$(OUT)/tidy/%.ok,$(COMMON_SRC) $(PARSER_SRC) $(SIGNATURE_SRC) $(call sources,sensor) \
                                        $(filter-out collector/console/%,$(call sources,collector)) $(call sources,tool))
$(OUT)/tidy/%.ok: %.c .clang-tidy $(OUT)/%.o
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -std=gnu11 -I. -I$(OUT) -D_GNU_SOURCE $(PKG_CFLAGS) 2>&1 | \
	   grep -vE 'warnings? generated|^Suppressed|^Use -' > $@.said; \
	 if grep -q ': error: ' $@.said; then grep -A3 ': error: ' $@.said; exit 1; fi
	@sed 's|^$(OUT)/[^:]*:|$@:|' $(OUT)/$*.d > $(OUT)/tidy/$*.d; rm -f $@.said; touch $@
-include $(wildcard $(OUT)/tidy/*/*.d $(OUT)/tidy/*/*/*.d $(OUT)/tidy/*/*/*/*.d)

captures: all ## make tests/captures/*.pcap anew from their scripts
	@tests/captures/run --update

golden: all ## write tests/golden/*.json anew from what the sensor says now; review the difference
	@tests/golden/run $(OUT) --update

references: all ## write the generated documents anew (CI checks that they are in sync)
	@$(OUT)/wanglou schema | jq . > docs/event.schema.json
	@$(OUT)/wanglou-collector --openapi | jq . > docs/openapi.json
	@tests/signatures/coverage $(OUT) > docs/coverage.md
	@$(OUT)/wanglou rules schema > docs/signature.schema.json
	@for language in zh en; do for program in sensor collector; do \
	$(OUT)/wanglou-$$program --config-reference $$language; echo; done; done | cat -s > docs/options.md

bench: ## how fast the sensor reads 4 million packets of a synthetic plant, beside its peers, and a mix of real captures
	@$(MAKE) -s -j$(JOBS) FLAVOUR=fast build/fast/wanglou-sensor build/fast/tests/bench/plant
	@tests/bench/run build/fast $(BENCH)

bench-rules: ## what 2,000 rules cost beside 20, and how fast they start
	@$(MAKE) -s -j$(JOBS) FLAVOUR=fast build/fast/wanglou-sensor build/fast/wanglou build/fast/tests/bench/plant
	@tests/bench/rules build/fast packets=1000000

report-year: all $(OUT)/tests/bench/fill ## the self-inspection report of a year of 5 million events, in all formats (the first time some minutes)
	@tests/bench/report-year $(OUT)

store-kill: all unit-programs ## kills the store while it writes, ROUNDS=100 times: what was acknowledged must be there
	@ROUNDS=$(if $(filter command line,$(origin ROUNDS)),$(ROUNDS),100) tests/store/run $(OUT)

live: all unit-programs ## a million frames over a veth pair between network namespaces (root): losses, sent frames, events
	@tests/live/run $(OUT) 1000000

clickhouse-proof: all unit-programs ## ClickHouse away for five minutes under load, a shard killed: nothing lost (Debian's clickhouse-server)
	@.ci/setup peers
	@AWAY=300 PACKETS=3000000 tests/clickhouse/run $(OUT)

memory: all unit-programs ## a million flows, and a capture ten times as long: how much memory they take
	@tests/memory/run $(OUT) full

lint: ## check the house rules: format, licence lines, sizes, includes, clang-tidy
	@.ci/setup build lint
	@.ci/lint
	@$(MAKE) -s -k -j$(JOBS) tidy
tidy: $(TIDY)

deb: ## make the Debian packages wanglou, wanglou-sensor, wanglou-collector into build/deb
	@.ci/setup build console deb
	@mkdir -p $(OUT)/deb
	@dpkg-buildpackage -b -uc -us -nc > $(OUT)/deb.log 2>&1 || { tail -n 30 $(OUT)/deb.log; exit 1; }
	@dh_clean
	@mv ../wanglou*_$$(dpkg-parsechangelog -SVersion)_*.* $(OUT)/deb/ && ls $(OUT)/deb/*.deb

clean: ## remove everything built
	rm -rf build

-include $(wildcard $(OUT)/*.d $(OUT)/*/*.d $(OUT)/*/*/*.d $(OUT)/*/*/*/*.d)
