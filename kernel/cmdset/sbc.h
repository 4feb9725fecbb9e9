/* SPDX-License-Identifier: GPL-2.0 */
/* Commands of disks (SBC-3). */
#ifndef VSCSI_CMDSET_SBC_H
#define VSCSI_CMDSET_SBC_H

#include <linux/scatterlist.h>
#include <linux/sizes.h>

#include "command.h"

#define SBC_UNMAP_DESCRIPTORS_MAX	255
#define SBC_BOUNCE_MAX			SZ_64K

/* MAXIMUM COMPARE AND WRITE LENGTH: all that the CDB has room for, in blocks */
#define SBC_COMPARE_AND_WRITE_MAX	255

/**
 * enum sbc_bytchk - BYTCHK field (SBC-3 5.29): what blocks are compared with
 * @SBC_BYTCHK_NONE: with nothing: they can be read
 * @SBC_BYTCHK_ALL: with the data buffer
 * @SBC_BYTCHK_RESERVED: no meaning
 * @SBC_BYTCHK_ONE: each with the one block in the data buffer
 */
enum sbc_bytchk {
	SBC_BYTCHK_NONE,
	SBC_BYTCHK_ALL,
	SBC_BYTCHK_RESERVED,
	SBC_BYTCHK_ONE,
};

/**
 * struct sbc_bounce - memory of a command that needs its own copy of blocks
 * @buf: @len bytes
 * @len: a multiple of the largest block size
 * @sg: for vscsi_io.map
 */
struct sbc_bounce {
	u8 *buf;
	u32 len;
	struct scatterlist sg;
};

/* Bytes of READ CAPACITY(16) data that tell of blocks */
#define SBC_BLOCK_FORMAT_LEN		8

void sbc_put_block_format(const struct vscsi_lu *lu, u8 *buf);
bool sbc_has_fua(const struct vscsi_lu *lu);
void sbc_set_information(struct vscsi_cmd *cmd, enum vscsi_reason reason, u64 lba, u64 blocks);
u32 sbc_write_same_max(const struct vscsi_lu *lu);

/* Steps of commands that block. */
enum vscsi_reason sbc_io(struct vscsi_cmd *cmd, enum vscsi_io_op op, u64 lba, u64 blocks);
enum vscsi_reason sbc_flush(struct vscsi_cmd *cmd);
bool sbc_bounce_alloc(struct sbc_bounce *bounce, u32 wanted);
void sbc_bounce_free(struct sbc_bounce *bounce);
enum vscsi_reason sbc_bounce_io(struct vscsi_cmd *cmd, struct sbc_bounce *bounce,
				enum vscsi_io_op op, u64 lba, u32 blocks);
enum vscsi_reason sbc_write_pattern(struct vscsi_cmd *cmd, struct sbc_bounce *bounce, u64 lba,
				    u64 blocks);
enum vscsi_reason sbc_write_zeroes(struct vscsi_cmd *cmd, struct sbc_bounce *bounce, bool unmap,
				   u64 lba, u64 blocks);
enum vscsi_reason sbc_compare(struct vscsi_cmd *cmd, enum sbc_bytchk bytchk);
bool sbc_begin_write(struct vscsi_cmd *cmd);

/* Rows of the opcode table. */
u64 sbc_read_capacity_10_len(const struct vscsi_cmd *cmd);
void sbc_read_capacity_10(struct vscsi_cmd *cmd);
void sbc_read_capacity_16(struct vscsi_cmd *cmd);
void sbc_start_stop(struct vscsi_cmd *cmd);
enum vscsi_exec sbc_synchronize_cache_exec(const struct vscsi_cmd *cmd);
void sbc_synchronize_cache(struct vscsi_cmd *cmd);

enum vscsi_exec sbc_read_exec(const struct vscsi_cmd *cmd);
void sbc_read(struct vscsi_cmd *cmd);
enum vscsi_exec sbc_write_exec(const struct vscsi_cmd *cmd);
void sbc_write(struct vscsi_cmd *cmd);

u64 sbc_verify_data_len(const struct vscsi_cmd *cmd);
void sbc_verify(struct vscsi_cmd *cmd);
void sbc_write_and_verify(struct vscsi_cmd *cmd);

u64 sbc_compare_and_write_data_len(const struct vscsi_cmd *cmd);
void sbc_compare_and_write(struct vscsi_cmd *cmd);
void sbc_orwrite(struct vscsi_cmd *cmd);

void sbc_prefetch(struct vscsi_cmd *cmd);
void sbc_get_lba_status(struct vscsi_cmd *cmd);
void sbc_read_defect_data_10(struct vscsi_cmd *cmd);
void sbc_read_defect_data_12(struct vscsi_cmd *cmd);

bool sbc_unmap_supported(const struct vscsi_lu *lu);
void sbc_unmap(struct vscsi_cmd *cmd);
u64 sbc_write_same_data_len(const struct vscsi_cmd *cmd);
void sbc_write_same(struct vscsi_cmd *cmd);

u64 sbc_format_unit_data_len(const struct vscsi_cmd *cmd);
void sbc_format_unit(struct vscsi_cmd *cmd);
bool sbc_can_erase(const struct vscsi_lu *lu);
void sbc_sanitize_overwrite(struct vscsi_cmd *cmd);
void sbc_sanitize_erase(struct vscsi_cmd *cmd);
void sbc_sanitize_exit(struct vscsi_cmd *cmd);

#endif
