/* SPDX-License-Identifier: GPL-2.0 */
/* Mode pages, for MODE SENSE and MODE SELECT (SPC-4 7.5, SBC-3 6.4). */
#ifndef VSCSI_CMDSET_MODE_H
#define VSCSI_CMDSET_MODE_H

#include "command.h"

/* Page control: the values that are wanted */
#define MODE_PC_CURRENT		0
#define MODE_PC_CHANGEABLE	1
#define MODE_PC_SAVED		3

/* MODE SENSE: the page can be saved */
#define MODE_PS			0x80

/* Control page: bytes 2 and 4 */
#define MODE_D_SENSE		0x04
#define MODE_SWP		0x08

/* Mode parameter header */
#define MODE_WP			0x80
#define MODE_DPOFUA		0x10
#define MODE_LONGLBA		0x01

#define MODE_SHORT_DESC_LEN	8
#define MODE_LONG_DESC_LEN	16
#define MODE_PAGE_MAX		32

/**
 * struct mode_page - a mode page
 * @code: PAGE CODE
 * @len: bytes behind code and length
 * @kinds: the logical units that have it, enum vscsi_lu_kind
 * @changeable: bits that MODE SELECT may change
 * @fill: optional; the bits that are not changeable, if they are not 0
 * @fill_current: sets those that are
 * @fill_saved: of a page that can be saved: sets them as they were saved
 * @apply: takes over the changeable ones, as a step of @cmd, which blocks; says in @changed
 *	whether they were others
 */
struct mode_page {
	u8 code;
	u8 len;
	u8 kinds;
	u8 changeable[MODE_PAGE_MAX];
	void (*fill)(const struct vscsi_cmd *cmd, u8 *page);
	void (*fill_current)(const struct vscsi_cmd *cmd, u8 *page);
	void (*fill_saved)(const struct vscsi_cmd *cmd, u8 *page);
	enum vscsi_reason (*apply)(struct vscsi_cmd *cmd, const u8 *page, bool *changed);
};

const struct mode_page *mode_page_find(enum vscsi_lu_kind kind, u8 code);
size_t mode_page_fill(const struct mode_page *page, const struct vscsi_cmd *cmd, u8 pc, u8 *buf);
enum vscsi_reason mode_apply_control(struct vscsi_cmd *cmd, const u8 *page, bool *changed);

#endif
