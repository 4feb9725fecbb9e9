# SPDX-License-Identifier: GPL-2.0
#
# Compiler flags for the shadow headers; included by Kbuild after ccflags-y.
# Kbuild's working directory differs between kernels, so paths are absolute.

vscsi-compat := $(KBUILD_EXTMOD)/kernel/compat

# Before the kernel's own directories: a shadow header includes the real one.
LINUXINCLUDE := -I$(vscsi-compat)/include $(LINUXINCLUDE)
ccflags-y += $(shell sh $(vscsi-compat)/probe.sh $(abs_srctree) $(srctree))
