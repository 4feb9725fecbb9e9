# SPDX-License-Identifier: GPL-2.0
#
# Virtual SCSI for any Linux machine: the module, the tools and their tests.
# "make help" lists the targets. What the module consists of: see Kbuild.

running := $(shell uname -r)
newest := $(notdir $(patsubst %/build,%,$(lastword \
	$(shell ls -d /lib/modules/*/build 2>/dev/null | sort -V))))

# The kernel to build for: KDIR, or the headers of KVER.
KVER ?= $(if $(wildcard /lib/modules/$(running)/build),$(running),$(newest))
KDIR ?= /lib/modules/$(KVER)/build

PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
MANDIR ?= $(PREFIX)/share/man
UDEVDIR ?= $(PREFIX)/lib/udev/rules.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
SCHEMADIR ?= $(PREFIX)/share/vscsi
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions

# Patterns of the tests that "make check" runs, and its limit in seconds.
TESTS ?= *
CHECK_TIMEOUT ?= 4500

V ?= 0
Q := $(if $(filter 1,$(V)),,@)
MAKEFLAGS += --no-print-directory
KBUILD = $(MAKE) -C $(KDIR) M=$(CURDIR) V=$(V)

all: module cli

module:
	$(Q)$(KBUILD) modules

cli:
	$(Q)$(MAKE) -C cli

selftests:
	$(Q)$(MAKE) -C selftests
	$(Q)$(MAKE) -C $(KDIR) M=$(CURDIR)/selftests/mangle V=$(V) modules

# Everything that the virtual machine takes in, built for its kernel: KERNEL, or
# that of the newest installed headers.
for-vm:
	$(Q)scripts/setup build vm $(if $(filter debug uml kcsan,$(KERNEL)),kernel)
	$(Q)$(MAKE) module cli selftests $(if $(filter debug uml,$(KERNEL)),UBSAN_SANITIZE=y) \
		$(if $(filter uml,$(KERNEL)),ARCH=um) KDIR=$$(scripts/vm-image kdir $(KERNEL))

demo: for-vm
	$(Q)scripts/vm --disk 1G --disk 1G /vscsi/scripts/demo

# What needs no kernel runs here first.
check: for-vm
	$(Q)$(MAKE) -C cli check
	$(Q)$(MAKE) -C kernel/tests check
	$(Q)scripts/check --timeout $(CHECK_TIMEOUT) \
		$(if $(KERNEL),--kernel $(KERNEL)) -- $(TESTS:%='%')

# Random commands, ring contents and words for TIME seconds.
TIME ?= 600
fuzz: for-vm
	$(Q)FUZZ_SECONDS=$$(($(TIME) / 7)) scripts/check --slow $$(($(TIME) / 300 + 1)) \
		--timeout $$(($(TIME) * 2 + 600)) \
		$(if $(KERNEL),--kernel $(KERNEL)) 'test_fuzz_*'

# Kill a machine that writes, CUTS times, and see what is left.
CUTS ?= 3
powercut: for-vm
	$(Q)scripts/powercut $(CUTS) $(KERNEL)

# What a request costs on our disks and on their peers.
bench: for-vm
	$(Q)scripts/setup bench
	$(Q)scripts/bench/run $(if $(QUICK),--quick) $(if $(KEEP),--keep) $(PART)

# A shell, or the command line CMD.
vm: for-vm
	$(Q)scripts/vm --disk 1G --disk 1G $(if $(CMD),'$(subst ','\'',$(CMD))')

lint:
	$(Q)scripts/setup build lint
	$(Q)scripts/lint/run

kernel-release = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' \
	$(KDIR)/include/generated/utsrelease.h)

install: all
	install -D -m 644 vscsi.ko \
		$(DESTDIR)/lib/modules/$(kernel-release)/updates/vscsi.ko
	$(if $(DESTDIR),,depmod $(kernel-release))
	install -D cli/ioscli $(DESTDIR)$(SBINDIR)/ioscli
	for verb in $$(cli/ioscli --list-verbs); do \
		ln -sf ioscli $(DESTDIR)$(SBINDIR)/$$verb; \
	done
	for page in $(wildcard cli/man/*.[18]); do \
		install -D -m 644 -t $(DESTDIR)$(MANDIR)/man$${page##*.} $$page; \
	done
	for file in $(wildcard cli/completion/*); do \
		install -D -m 644 -t $(DESTDIR)$(COMPLETIONDIR) $$file; \
	done
	install -D -m 644 -t $(DESTDIR)$(SCHEMADIR) docs/ioscli.schema.json
	install -D -m 644 -t $(DESTDIR)$(UDEVDIR) scripts/udev/61-vscsi.rules
	install -d $(DESTDIR)$(UNITDIR)
	sed 's|@SBINDIR@|$(SBINDIR)|' scripts/systemd/vscsi-restore.service.in \
		>$(DESTDIR)$(UNITDIR)/vscsi-restore.service

uninstall:
	rm -f $(DESTDIR)/lib/modules/$(kernel-release)/updates/vscsi.ko
	$(if $(DESTDIR),,depmod $(kernel-release))
	find $(DESTDIR)$(SBINDIR) -maxdepth 1 -lname ioscli -delete
	rm -f $(DESTDIR)$(SBINDIR)/ioscli
	for page in $(notdir $(wildcard cli/man/*.[18])); do \
		rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page; \
	done
	for file in $(notdir $(wildcard cli/completion/*)); do \
		rm -f $(DESTDIR)$(COMPLETIONDIR)/$$file; \
	done
	rm -f $(DESTDIR)$(SCHEMADIR)/ioscli.schema.json
	rm -f $(DESTDIR)$(UDEVDIR)/61-vscsi.rules
	rm -f $(DESTDIR)$(UNITDIR)/vscsi-restore.service

clean:
	$(Q)[ ! -e $(KDIR) ] || $(KBUILD) clean
	$(Q)[ ! -e $(KDIR) ] || $(MAKE) -C $(KDIR) M=$(CURDIR)/selftests/mangle clean
	$(Q)$(MAKE) -C cli clean
	$(Q)$(MAKE) -C selftests clean

help:
	@echo '  make            the module (for KDIR=$(KDIR)) and the tools'
	@echo '  make module     vscsi.ko alone; KDIR= or KVER= choose the kernel'
	@echo '  make cli        the tools alone'
	@echo '  make demo       boot a virtual machine and show it at work'
	@echo '  make check      run the tests in virtual machines; TESTS="test_map_*",'
	@echo '                  KERNEL=uml, debug or kcsan: on a kernel that checks itself'
	@echo '  make fuzz       random commands for TIME=600 seconds; FUZZ_SEED=, KERNEL='
	@echo '  make powercut   kill a writing machine CUTS=3 times, look for lost blocks'
	@echo '  make bench      instructions for each request, ours and peers; QUICK=1;'
	@echo '                  KEEP=1 keeps the figures in docs/bench; PART="requests units mappings cpus native"'
	@echo '  make vm         a shell in a virtual machine; CMD="..." runs that'
	@echo '  make lint       the static checks'
	@echo '  make install    into this system; DESTDIR=, PREFIX=, KVER='
	@echo '  make uninstall  undo that'
	@echo '  make clean      remove what was built'

.PHONY: all module cli selftests for-vm demo check fuzz powercut bench vm lint install \
	uninstall clean help
