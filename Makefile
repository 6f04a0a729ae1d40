# ThirdSpace. `make run` on a fresh machine with Go and Node is all it takes; see build/scripts for what the steps do.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.PHONY: run build test lint bench dev bindings clean setup setup-run setup-test

TAGS    := desktop,production,webkit2_41
BIN     := build/bin
STAMPS  := build/.stamps
SCRIPTS := build/scripts

GO_FILES := $(shell find . \( -path ./frontend/node_modules -o -path ./.git -o -path ./build/bin \) -prune -o \
	-type f \( -name '*.go' -o -name '*.c' -o -name '*.h' -o -name '*.js' -path './app/*' -o -name '*.sql' \) \
	! -name '*_test.go' -print) go.mod go.sum
PAGE_FILES := $(shell find frontend \( -path frontend/node_modules -o -path frontend/dist -o -path frontend/e2e \) -prune -o \
	-type f ! -name '*.go' ! -name '*.test.ts' ! -name '*.test.tsx' -print)
RUNNER_FILES := $(shell find interp -type f -name '*.go' ! -name '*_test.go') go.mod go.sum

run: setup-run build ## set up, build and open the app; ARGS="host --browser" passes arguments
	$(BIN)/thirdspace $(ARGS)

build: $(BIN)/thirdspace $(BIN)/thirdspace-runner $(BIN)/thirdspace-go.pack ## the app, the runner, and the pack with Go's compiler and library

$(BIN)/thirdspace: $(GO_FILES) frontend/dist/index.html $(STAMPS)/system
	go build -trimpath -tags $(TAGS) -o $@ .
	@touch $@

$(BIN)/thirdspace-runner: $(RUNNER_FILES)
	CGO_ENABLED=0 go build -trimpath -o $@ ./interp/cmd/thirdspace-runner
	@touch $@

# Of the Go release alone: a few minutes the first time, a moment when only this tool has changed.
$(BIN)/thirdspace-go.pack: $(wildcard build/toolchain/*.go interp/toolchain/*.go) $(wildcard $(shell go env GOROOT)/VERSION)
	go run ./build/toolchain -o $@
	@touch $@

frontend/dist/index.html: $(PAGE_FILES) $(STAMPS)/modules
	cd frontend && npm run build
	@touch frontend/dist/.gitkeep $@

$(STAMPS)/system: $(SCRIPTS)/setup.sh
	@$(SCRIPTS)/setup.sh run
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/modules: frontend/package.json frontend/package-lock.json $(STAMPS)/system
	cd frontend && npm ci --no-audit --no-fund
	@mkdir -p $(STAMPS) && touch $@

setup: setup-run setup-test $(STAMPS)/modules ## install what is missing, for running and for testing

setup-run: ## what building and running need
	@$(SCRIPTS)/setup.sh run
	@mkdir -p $(STAMPS) && test -e $(STAMPS)/system || touch $(STAMPS)/system

setup-test: setup-run
	@$(SCRIPTS)/setup.sh test

test: setup-test $(STAMPS)/modules ## set up, then everything there is to test
	@$(SCRIPTS)/test.sh

lint: $(STAMPS)/modules ## formatting, vet, staticcheck, the page, bindings that are fresh, arrows that point the right way
	@$(SCRIPTS)/lint.sh

bench: setup-run ## what it must do well, measured: a table, and build/bin/bench.json
	@go run ./build/bench -o $(BIN)/bench.json

dev: setup-run $(STAMPS)/modules $(BIN)/thirdspace-runner ## live reload in a browser; ARGS as for run
	@$(SCRIPTS)/dev.sh $(ARGS)

bindings: ## make frontend/wailsjs anew from the services
	@$(SCRIPTS)/bindings.sh

clean: ## remove everything that was built
	rm -rf build/bin build/artifacts $(STAMPS) frontend/node_modules
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete
