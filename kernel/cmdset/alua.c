// SPDX-License-Identifier: GPL-2.0
/* Asymmetric logical unit access (SPC-4 5.16). */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "alua.h"
#include "opcode.h"
#include "pr.h"
#include "reply.h"

/* REPORT TARGET PORT GROUPS (SPC-4 6.37) */
#define EXTENDED		0x20	/* of PARAMETER DATA FORMAT */
#define HEADER_LEN		4
#define EXTENDED_HEADER_LEN	8
#define FORMAT_EXTENDED		0x10
#define GROUP_LEN		12	/* with the one port in it */

/* T_SUP, U_SUP, S_SUP, AN_SUP, AO_SUP: all states but those of secondary groups and of LBAs */
#define STATES_SUPPORTED	(0x80 | 0x08 | 0x04 | 0x02 | 0x01)

/* STATUS CODE */
#define ALTERED_BY_COMMAND	1
#define ALTERED_IMPLICITLY	2

/* SET TARGET PORT GROUPS (SPC-4 6.45) */
#define LIST_HEADER_LEN		4
#define DESCRIPTOR_LEN		4
#define DESCRIPTORS_MAX		256
#define RESERVED_BITS		0xf0
#define STATE_BITS		0x0f

/* ASYMMETRIC ACCESS STATE */
static const u8 codes[] = {
	[VSCSI_ALUA_OPTIMIZED] = 0x0,
	[VSCSI_ALUA_NON_OPTIMIZED] = 0x1,
	[VSCSI_ALUA_STANDBY] = 0x2,
	[VSCSI_ALUA_UNAVAILABLE] = 0x3,
	[VSCSI_ALUA_TRANSITIONING] = 0xf,
};

/**
 * spc_alua_supported() - may the logical unit have several paths?
 * @lu: a disk
 *
 * It says so before it has a second one: clients look once, when they find the first.
 *
 * Context: any.
 * Return: false for memory, which is a backing device once.
 */
bool spc_alua_supported(const struct vscsi_lu *lu)
{
	return lu->backend->file;
}

/**
 * vscsi_path_check() - does the state of the path let a command through?
 * @cmd: the command; its row is known and it has a logical unit
 *
 * Context: any.
 * Return: VSCSI_OK, or why not (SPC-4 5.16, a list for each state).
 */
enum vscsi_reason vscsi_path_check(const struct vscsi_cmd *cmd)
{
	u32 flags = cmd->op->flags;

	switch (READ_ONCE(cmd->lu->path.state)) {
	case VSCSI_ALUA_STANDBY:
		return flags & VSCSI_OP_STANDBY ? VSCSI_OK : VSCSI_PATH_STANDBY;
	case VSCSI_ALUA_UNAVAILABLE:
		return flags & VSCSI_OP_UNAVAILABLE ? VSCSI_OK : VSCSI_PATH_UNAVAILABLE;
	case VSCSI_ALUA_TRANSITIONING:
		return flags & VSCSI_OP_TRANSITION ? VSCSI_OK : VSCSI_PATH_TRANSITION;
	default:
		return VSCSI_OK;
	}
}

/* Those of one port follow each other. */
static struct vscsi_path *find_port(const struct vscsi_pr *pr, u16 port)
{
	struct vscsi_path *path;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry(path, &pr->paths, entry)
		if (path->port == port)
			return path;
	return NULL;
}

static struct list_head *place_of(struct vscsi_pr *pr, u16 port)
{
	struct vscsi_path *path;

	list_for_each_entry(path, &pr->paths, entry)
		if (path->port > port)
			return &path->entry;
	return &pr->paths;
}

/**
 * vscsi_path_join() - a logical unit can be reached by one more path
 * @pr: what its paths share
 * @path: its port is set; it becomes active/optimized, unless the port has a state already
 *
 * Context: any.
 */
void vscsi_path_join(struct vscsi_pr *pr, struct vscsi_path *path)
{
	const struct vscsi_path *same;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	same = find_port(pr, path->port);
	path->state = same ? same->state : VSCSI_ALUA_OPTIMIZED;
	path->status = same ? same->status : 0;
	list_add_tail(&path->entry, place_of(pr, path->port));
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * vscsi_path_leave() - undo vscsi_path_join()
 * @pr: what the paths of the logical unit share
 * @path: the path
 *
 * Context: any.
 */
void vscsi_path_leave(struct vscsi_pr *pr, struct vscsi_path *path)
{
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	list_del(&path->entry);
	spin_unlock_irqrestore(&pr->lock, flags);
}

/**
 * vscsi_path_next_port() - go through the ports by which a logical unit is reached
 * @pr: what its paths share
 * @port: relative target port identifier; 0 to begin
 *
 * Context: any.
 * Return: the identifier of the next port by number, or 0.
 */
u16 vscsi_path_next_port(struct vscsi_pr *pr, u16 port)
{
	const struct vscsi_path *path;
	unsigned long flags;
	u16 next = 0;

	spin_lock_irqsave(&pr->lock, flags);
	list_for_each_entry(path, &pr->paths, entry) {
		if (path->port > port) {
			next = path->port;
			break;
		}
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	return next;
}

/*
 * Commands that are under way end as they would have.  A state that a client has set becomes the
 * server's when the server asks for the same one.
 */
static bool set_state(struct vscsi_pr *pr, u16 port, enum vscsi_alua_state state, u8 status)
{
	struct vscsi_path *path;
	bool changed = false;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry(path, &pr->paths, entry) {
		if (path->port != port)
			continue;
		if (path->state != state) {
			WRITE_ONCE(path->state, state);
			path->status = status;
			changed = true;
		} else if (status == ALTERED_IMPLICITLY) {
			path->status = status;
		}
	}
	return changed;
}

/* Every I_T nexus hears of it, whichever path it uses; but not who has asked for it. */
static void tell(struct vscsi_pr *pr, const struct vscsi_pr_nexus *by)
{
	struct vscsi_pr_nexus *nexus;

	lockdep_assert_held(&pr->lock);
	list_for_each_entry(nexus, &pr->nexuses, entry)
		if (nexus != by)
			pr->target->set_ua(nexus, VSCSI_UA_ACCESS_CHANGED);
}

/**
 * vscsi_path_set() - set the state of a path from the server's side
 * @pr: what the paths of the logical unit share
 * @path: one of them; its port gets the state
 * @state: the state
 *
 * Context: any.
 */
void vscsi_path_set(struct vscsi_pr *pr, const struct vscsi_path *path,
		    enum vscsi_alua_state state)
{
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	if (set_state(pr, path->port, state, ALTERED_IMPLICITLY))
		tell(pr, NULL);
	spin_unlock_irqrestore(&pr->lock, flags);
}

static void put_group(const struct vscsi_path *path, u8 *buf)
{
	memset(buf, 0, GROUP_LEN);
	buf[0] = codes[path->state];
	buf[1] = STATES_SUPPORTED;
	put_unaligned_be16(path->port, buf + 2);
	buf[5] = path->status;
	buf[7] = 1;				/* TARGET PORT COUNT */
	put_unaligned_be16(path->port, buf + 10);
}

static u32 report_groups(struct vscsi_cmd *cmd, u32 at)
{
	const struct vscsi_pr *pr = cmd->lu->pr;
	const struct vscsi_path *path;
	u8 buf[GROUP_LEN];

	list_for_each_entry(path, &pr->paths, entry) {
		if (path != find_port(pr, path->port))
			continue;
		put_group(path, buf);
		vscsi_reply_at(cmd, at, buf, sizeof(buf));
		at += sizeof(buf);
	}
	return at;
}

/* Both formats; RETURN DATA LENGTH counts what follows it. */
static void report(struct vscsi_cmd *cmd)
{
	bool extended = cmd->cdb[1] & EXTENDED;
	u32 header_len = extended ? EXTENDED_HEADER_LEN : HEADER_LEN;
	u8 header[EXTENDED_HEADER_LEN] = { [4] = FORMAT_EXTENDED };
	u32 len = 0;
	const struct vscsi_path *path;

	list_for_each_entry(path, &cmd->lu->pr->paths, entry)
		if (path == find_port(cmd->lu->pr, path->port))
			len += GROUP_LEN;
	put_unaligned_be32(header_len - HEADER_LEN + len, header);
	vscsi_reply_at(cmd, 0, header, header_len);
	report_groups(cmd, header_len);
}

/**
 * spc_report_target_port_groups() - REPORT TARGET PORT GROUPS (SPC-4 6.37)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_report_target_port_groups(struct vscsi_cmd *cmd)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	report(cmd);
	spin_unlock_irqrestore(&pr->lock, flags);
	vscsi_cmd_complete(cmd, VSCSI_OK);
}

/* A client can't ask for a transition that does not end (SPC-4 6.45). */
static bool find_state(u8 code, enum vscsi_alua_state *state)
{
	enum vscsi_alua_state s;

	for (s = VSCSI_ALUA_OPTIMIZED; s < VSCSI_ALUA_TRANSITIONING; s++) {
		if (codes[s] != code)
			continue;
		*state = s;
		return true;
	}
	return false;
}

/*
 * What the server's side has taken out of use stays so, whoever wants it: multipath drivers
 * ask for any path that they have an eye on.
 */
static bool is_locked(const struct vscsi_path *path)
{
	return path->status == ALTERED_IMPLICITLY && path->state > VSCSI_ALUA_NON_OPTIMIZED;
}

static enum vscsi_reason check_descriptor(struct vscsi_cmd *cmd, u32 at, const u8 *descriptor)
{
	const struct vscsi_path *path;
	enum vscsi_alua_state state;

	if (descriptor[0] & RESERVED_BITS)
		return vscsi_param_error(cmd, at, 7);
	if (!find_state(descriptor[0] & STATE_BITS, &state))
		return vscsi_param_error(cmd, at, 3);
	if (descriptor[1])
		return vscsi_param_error(cmd, at + 1, 7);
	path = find_port(cmd->lu->pr, get_unaligned_be16(descriptor + 2));
	if (!path)
		return vscsi_param_error(cmd, at + 2, 7);
	return is_locked(path) && path->state != state ? VSCSI_PATH_LOCKED : VSCSI_OK;
}

static enum vscsi_reason check_list(struct vscsi_cmd *cmd, u32 len)
{
	enum vscsi_reason reason = VSCSI_OK;
	u8 descriptor[DESCRIPTOR_LEN];
	u32 at;

	for (at = LIST_HEADER_LEN; at < len && reason == VSCSI_OK; at += DESCRIPTOR_LEN) {
		vscsi_map_copy_in(&cmd->map, at, descriptor, sizeof(descriptor));
		reason = check_descriptor(cmd, at, descriptor);
	}
	return reason;
}

/*
 * The client may write to its buffer meanwhile: what would be refused now changes nothing.
 */
static bool apply_descriptor(struct vscsi_pr *pr, const u8 *descriptor)
{
	u16 port = get_unaligned_be16(descriptor + 2);
	const struct vscsi_path *path = find_port(pr, port);
	enum vscsi_alua_state state;

	return path && !is_locked(path) && find_state(descriptor[0] & STATE_BITS, &state) &&
	       set_state(pr, port, state, ALTERED_BY_COMMAND);
}

static void apply_list(struct vscsi_cmd *cmd, u32 len)
{
	u8 descriptor[DESCRIPTOR_LEN];
	bool changed = false;
	u32 at;

	for (at = LIST_HEADER_LEN; at < len; at += DESCRIPTOR_LEN) {
		vscsi_map_copy_in(&cmd->map, at, descriptor, sizeof(descriptor));
		changed |= apply_descriptor(cmd->lu->pr, descriptor);
	}
	if (changed)
		tell(cmd->lu->pr, cmd->nexus);
}

static enum vscsi_reason check_header(struct vscsi_cmd *cmd)
{
	u8 header[LIST_HEADER_LEN];
	unsigned int i;

	vscsi_map_copy_in(&cmd->map, 0, header, sizeof(header));
	for (i = 0; i < sizeof(header); i++)
		if (header[i])
			return vscsi_param_error(cmd, i, 7);
	return VSCSI_OK;
}

/* All descriptors or none. */
static enum vscsi_reason change_groups(struct vscsi_cmd *cmd, u32 len)
{
	struct vscsi_pr *pr = cmd->lu->pr;
	enum vscsi_reason reason;
	unsigned long flags;

	if (len < LIST_HEADER_LEN || len % DESCRIPTOR_LEN ||
	    len > LIST_HEADER_LEN + DESCRIPTORS_MAX * DESCRIPTOR_LEN)
		return VSCSI_PARAM_LENGTH;
	reason = check_header(cmd);
	if (reason != VSCSI_OK)
		return reason;
	cmd->done_bytes = len;
	spin_lock_irqsave(&pr->lock, flags);
	reason = check_list(cmd, len);
	if (reason == VSCSI_OK)
		apply_list(cmd, len);
	spin_unlock_irqrestore(&pr->lock, flags);
	return reason;
}

/**
 * spc_set_target_port_groups() - SET TARGET PORT GROUPS (SPC-4 6.45)
 * @cmd: the command
 *
 * Context: any.
 */
void spc_set_target_port_groups(struct vscsi_cmd *cmd)
{
	u32 len = vscsi_opcode_length(cmd->op, cmd->cdb);

	vscsi_cmd_complete(cmd, len ? change_groups(cmd, len) : VSCSI_OK);
}
