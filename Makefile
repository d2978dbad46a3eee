# bpfhogs: which program is using my network?
#
#   sudo make run     install what the build needs, build, show the rates live
#   sudo make test    install what the tests need, run them all
#   make help         the other targets

VERSION := 0.1.0

CC ?= cc
ARM64_CC ?= aarch64-linux-gnu-gcc
CLANG ?= clang
BPFTOOL ?= $(or $(shell command -v bpftool 2>/dev/null),/usr/sbin/bpftool)
prefix ?= /usr/local
sbindir ?= $(prefix)/sbin
mandir ?= $(prefix)/share/man
unitdir ?= $(prefix)/lib/systemd/system
bashcompdir ?= $(prefix)/share/bash-completion/completions
zshcompdir ?= $(prefix)/share/zsh/site-functions
fishcompdir ?= $(prefix)/share/fish/vendor_completions.d
# outside of /usr: what is the system's in /etc is the prefix's own
sysconfdir ?= $(if $(filter /usr /usr/local,$(prefix)),,$(prefix))/etc
BUILD ?= build

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s %s\n' $(1) $(2))

CFLAGS ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -Isrc -Iinclude -I$(BUILD)
override CFLAGS += -std=gnu11 -Wall -Wextra
# How the program is built; the tests' own are built to find errors instead (SANITIZE).
HARDENING ?= -fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDENING_LD ?= -Wl,-z,relro,-z,now,-z,noexecstack
LDLIBS := -lbpf -lelf -lz -ljansson -levent_extra -levent_core -lncursesw -ltinfo -lcap -lseccomp -lm

# The BPF side. BPF_ARCH is the architecture whose registers the kprobes read.
BPF_ARCH ?= $(shell uname -m | sed 's/x86_64/x86/; s/aarch64/arm64/')
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
BPF_CFLAGS := -g -O2 -Wall -Wextra -Wno-unused-parameter -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) -Ivmlinux -Iinclude \
	$(if $(MULTIARCH),-I$(SYSROOT)/usr/include/$(MULTIARCH))

# probe.bpf.c and socket_list.bpf.c are objects of their own; the others are linked to one.
BPF_PARTS := $(filter-out bpf/probe.bpf.c bpf/socket_list.bpf.c,$(wildcard bpf/*.bpf.c))
BPF_OBJECTS := $(BPF_PARTS:bpf/%.c=$(BUILD)/bpf/%.o)
SKELETONS := $(BUILD)/bpfhogs.skel.h $(BUILD)/probe.skel.h $(BUILD)/socket_list.skel.h

SOURCES := $(wildcard src/*.c)
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/src/%.o)
STATIC_OBJECTS := $(SOURCES:src/%.c=$(BUILD)/static/%.o)
# what sources include
GENERATED := $(SKELETONS) $(BUILD)/terminfo.h
# the files of the report's page, which are part of the program
REPORT_ASSETS := $(BUILD)/report_assets.o
# what needs neither BPF nor a terminal, and is tested in units
IMPURE := main app app_setup app_sandbox app_replay source loader handles sampler diag diag_dump diag_list netspaces route probe sockets kernel_types details \
	terminal pen $(patsubst src/%.c,%,$(wildcard src/screen*.c))
PURE := $(filter-out $(IMPURE:%=src/%.c),$(SOURCES))
# how the shells complete its command line: made from the table of options
COMPLETIONS := $(addprefix $(BUILD)/completions/bpfhogs.,bash zsh fish)
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))

# one parser each, or what has the same hostile input
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))

SUITES := unit fuzz analysis memory cli traffic sockets screen records names report metrics programs sandbox soak package faults diag errors \
	guests matrix

.PHONY: all run test check sanitized $(SUITES:%=check-%) bench install uninstall deb static clean help build-packages test-packages \
	bench-packages arm64
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/bpfhogs $(COMPLETIONS)

run: build-packages
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) all
	$(BUILD)/bpfhogs

test: build-packages test-packages
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) check

check: all static arm64 sanitized unit-tests fuzz $(BUILD)/tests/traffic $(BUILD)/tests/socket_list $(BUILD)/tests/soak
	$(Q)tests/run

# Parts of the tests, for the one who works on something.
check-unit: unit-tests
check-fuzz: fuzz
check-analysis: static
check-memory: static sanitized $(BUILD)/tests/socket_list
check-traffic: $(BUILD)/tests/traffic
check-sockets: $(BUILD)/tests/socket_list
check-soak: $(BUILD)/tests/soak
check-diag: static
check-sandbox check-errors: static arm64
check-faults: $(BUILD)/tests/soak
check-guests: static $(BUILD)/tests/soak
check-matrix: static arm64 $(BUILD)/tests/traffic
$(SUITES:%=check-%): check-%: all
	$(Q)tests/run $*

.PHONY: unit-tests
unit-tests: $(UNIT_TESTS)

.PHONY: fuzz
fuzz: $(FUZZERS)

build-packages:
	$(Q)contrib/install-packages build
test-packages:
	$(Q)contrib/install-packages test
bench-packages:
	$(Q)contrib/install-packages bench

static: $(BUILD)/static/bpfhogs

# The program with the sanitizers, at its place in a build of its own; tests/memory puts what else the suites use beside it.
sanitized:
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/sanitized HARDENING= CFLAGS='-O1 -g $(SANITIZE)' $(BUILD)/sanitized/bpfhogs

# The static program for the other architecture, against libraries from a root of their own, and what the tests run there.
arm64:
	$(Q)SYSROOT=$$(contrib/sysroot arm64) && $(MAKE) --no-print-directory BUILD=$(BUILD)/arm64 BPF_ARCH=arm64 \
		CC="$(ARM64_CC) --sysroot=$$SYSROOT" SYSROOT="$$SYSROOT" $(BUILD)/arm64/static/bpfhogs $(BUILD)/arm64/tests/traffic

# A configuration that is there stays, and goes only if it is as it came. The unit names the places that are meant.
install: all
	install -D -m 755 $(BUILD)/bpfhogs $(DESTDIR)$(sbindir)/bpfhogs
	install -D -m 644 man/bpfhogs.8 $(DESTDIR)$(mandir)/man8/bpfhogs.8
	install -D -m 644 $(BUILD)/completions/bpfhogs.bash $(DESTDIR)$(bashcompdir)/bpfhogs
	install -D -m 644 $(BUILD)/completions/bpfhogs.zsh $(DESTDIR)$(zshcompdir)/_bpfhogs
	install -D -m 644 $(BUILD)/completions/bpfhogs.fish $(DESTDIR)$(fishcompdir)/bpfhogs.fish
	install -d $(DESTDIR)$(unitdir)
	sed 's,/usr/sbin,$(sbindir),; s,/etc/,$(sysconfdir)/,' contrib/bpfhogs.service > $(DESTDIR)$(unitdir)/bpfhogs.service
	chmod 644 $(DESTDIR)$(unitdir)/bpfhogs.service
	test -e $(DESTDIR)$(sysconfdir)/bpfhogs.conf || install -D -m 644 contrib/bpfhogs.conf $(DESTDIR)$(sysconfdir)/bpfhogs.conf

uninstall:
	rm -f $(DESTDIR)$(sbindir)/bpfhogs $(DESTDIR)$(mandir)/man8/bpfhogs.8 $(DESTDIR)$(unitdir)/bpfhogs.service \
		$(DESTDIR)$(bashcompdir)/bpfhogs $(DESTDIR)$(zshcompdir)/_bpfhogs $(DESTDIR)$(fishcompdir)/bpfhogs.fish
	! cmp -s contrib/bpfhogs.conf $(DESTDIR)$(sysconfdir)/bpfhogs.conf || rm -f $(DESTDIR)$(sysconfdir)/bpfhogs.conf

# The Debian package, of a copy of the sources. The package has ways and means of its own: nothing of this make's.
deb:
	$(call say,DEB,$(BUILD)/deb)
	$(Q)rm -rf $(BUILD)/deb
	$(Q)mkdir -p $(BUILD)/deb/bpfhogs-$(VERSION)
	$(Q)tar -c --exclude-vcs --exclude=./build --exclude=./$(BUILD) --exclude=__pycache__ . | tar -x --no-same-owner -C $(BUILD)/deb/bpfhogs-$(VERSION)
	$(Q)cd $(BUILD)/deb/bpfhogs-$(VERSION) && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u BUILD -u V -u DESTDIR -u prefix \
		dpkg-buildpackage -us -uc -b -j$$(nproc) $(if $(V),,>../build.log 2>&1 || { cat ../build.log; exit 1; })
	$(Q)rm -rf $(BUILD)/deb/bpfhogs-$(VERSION)

EMPTY_PROGRAMS := $(BUILD)/bench/empty_fentry.bpf.o $(BUILD)/bench/empty_tracepoint.bpf.o

bench: build-packages bench-packages
	$(Q)$(MAKE) --no-print-directory all static $(BUILD)/bench/load $(BUILD)/bench/attach $(BUILD)/tests/soak $(EMPTY_PROGRAMS)
	$(Q)bench/bench

$(EMPTY_PROGRAMS): bench/empty.bpf.c
	$(call say,CLANG,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(if $(findstring fentry,$@),-DFENTRY) -c $< -o $@

$(BUILD)/bench/load $(BUILD)/bench/attach: $(BUILD)/bench/%: bench/%.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $< -lbpf -o $@

# The README's; wants python3-rich, beside what the tests want.
.PHONY: picture
picture: all
	contrib/picture docs

clean:
	rm -rf $(BUILD)

help:
	@echo 'run, test     install what is needed (as root), then show the rates, or run all tests'
	@echo 'all, static   $(BUILD)/bpfhogs; $(BUILD)/static/bpfhogs, which needs no libraries'
	@echo 'arm64         $(BUILD)/arm64/static/bpfhogs, cross-built with what it fetches (wants gcc-aarch64-linux-gnu)'
	@echo 'check         all tests, with what is installed; parts of them:'
	@printf '              %s\n' '$(wordlist 1,9,$(SUITES:%=check-%))' '$(wordlist 10,99,$(SUITES:%=check-%))'
	@echo 'bench         what it costs, beside its peers, which it installs (as root; a quarter of an hour)'
	@echo 'picture       the pictures of the README, anew'
	@echo 'deb           a Debian package, in $(BUILD)/deb (wants dpkg-dev and debhelper)'
	@echo 'install, uninstall (prefix=$(prefix), DESTDIR=), clean; V=1 shows the commands'

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c
	$(call say,CLANG,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/bpfhogs.bpf.o: $(BPF_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(BPFTOOL) gen object $@ $^

$(BUILD)/probe.bpf.o $(BUILD)/socket_list.bpf.o: $(BUILD)/%.bpf.o: $(BUILD)/bpf/%.bpf.o
	$(Q)$(BPFTOOL) gen object $@ $^

$(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(call say,SKELETON,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $* > $@

# The Linux console, for where no terminal is described. Such an entry is the same on all architectures.
$(BUILD)/terminfo.h:
	$(call say,INFOCMP,$@)
	$(Q)mkdir -p $(@D)
	$(Q)entry=$$(infocmp -Q2 -q linux) && echo "#define TERMINFO_LINUX \"$$(echo "$$entry" | tr -d '\n')\"" > $@

$(BUILD)/bpfhogs: $(OBJECTS) $(REPORT_ASSETS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -pie $(HARDENING_LD) $(LDFLAGS) $^ $(LDLIBS) -o $@

# All that main() is not: the table of options wants some, and which is not this rule's concern.
$(BUILD)/completions/generate: contrib/completions.c $(filter-out $(BUILD)/src/main.o,$(OBJECTS)) $(REPORT_ASSETS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(BUILD)/completions/bpfhogs.%: $(BUILD)/completions/generate
	$(Q)$< $* > $@

# no-warnings: libevent could look names up, which is shared libraries too; we do not let it
$(BUILD)/static/bpfhogs: $(STATIC_OBJECTS) $(REPORT_ASSETS)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) -static-pie $(HARDENING_LD) $(LDFLAGS) -Wl,--no-warnings $^ $(LDLIBS) -o $@

$(BUILD)/src/%.o: src/%.c | $(GENERATED)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(HARDENING) -MMD -MP -c $< -o $@

# STATIC_BUILD: no name service switch, which is shared libraries
$(BUILD)/static/%.o: src/%.c | $(GENERATED)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -DSTATIC_BUILD $(CFLAGS) $(HARDENING) -MMD -MP -c $< -o $@

$(REPORT_ASSETS): src/report_assets.S $(wildcard report/report.* report/uplot/*)
	$(call say,AS,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -c $< -o $@

# gcc would compare a few bytes inline, where nobody asks whose they are
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-builtin-memcmp

$(BUILD)/tests/src/%.o: src/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(SANITIZE) -MMD -MP -c $< -o $@

$(BUILD)/tests/test_%: tests/unit/test_%.c $(PURE:src/%.c=$(BUILD)/tests/src/%.o) $(REPORT_ASSETS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(SANITIZE) -MMD -MP $(LDFLAGS) $(filter %.c %.o,$^) -lcmocka $(LDLIBS) -o $@

# libFuzzer, which is clang's, has a main() of its own.
FUZZ_FLAGS := $(SANITIZE) -fno-omit-frame-pointer -Wno-missing-field-initializers

$(BUILD)/fuzz/src/%.o: src/%.c | $(GENERATED)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS) $(CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

# An archive: each fuzzer gets what it calls, and its coverage is of that alone.
$(BUILD)/fuzz/src.a: $(patsubst src/%.c,$(BUILD)/fuzz/src/%.o,$(filter-out src/main.c,$(SOURCES))) $(REPORT_ASSETS)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)ar rcs $@ $^

$(FUZZERS): $(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/fuzz/src.a
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(CPPFLAGS) $(CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer -MMD -MP $(LDFLAGS) $(filter %.c %.a,$^) $(LDLIBS) -o $@

$(BUILD)/tests/traffic: $(wildcard tests/traffic/*.c tests/traffic/*.h)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -static $(filter %.c,$^) -ljansson -luring -lpthread -o $@

$(BUILD)/tests/soak: tests/soak.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $< -o $@

# what sockets.c lists by where there is no BPF
DIAG_LIST := diag_list diag_dump diag_message netspaces route format privilege
# static, for the guests of tests/vm
$(BUILD)/tests/socket_list: tests/socket_list.c src/sockets.c src/kernel_types.c $(DIAG_LIST:%=src/%.c) src/sockets.h include/socket_info.h $(BUILD)/socket_list.skel.h
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -static $(filter %.c,$^) -lbpf -lelf -lz -lcap -o $@

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/src/*.d)
