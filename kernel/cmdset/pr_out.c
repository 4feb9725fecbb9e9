// SPDX-License-Identifier: GPL-2.0
/*
 * PERSISTENT RESERVE OUT (SPC-4 6.16).
 *
 * One registration at most comes from one command, as SPEC_I_PT and ALL_TG_PT are not
 * supported: a client adapter has its way to one server adapter only.
 *
 * While APTPL is active, or to make it so (SPC-4 5.12.5), a command is tried on a copy of the
 * reservations.  What that has become is saved, and only then the command is executed.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "opcode.h"
#include "pr.h"
#include "reply.h"
#include "spc.h"

/* Parameter list (SPC-4 6.16.3) and that of REGISTER AND MOVE (6.16.4) */
#define LIST_LEN		24
#define MOVE_LIST_LEN		(LIST_LEN + SPC_TRANSPORT_ID_LEN)
#define NEW_KEY_AT		8
#define MOVE_FLAGS_AT		17
#define MOVE_TARGET_AT		18
#define MOVE_ID_LEN_AT		20
#define FLAGS_AT		20
#define SPEC_I_PT		0x08
#define SPEC_I_PT_BIT		3
#define ALL_TG_PT		0x04
#define APTPL			0x01
#define UNREG			0x02

/**
 * struct pr_out - a PERSISTENT RESERVE OUT command that is executed
 * @cmd: the command
 * @pr: reservations of its logical unit
 * @action: service action
 * @list: parameter list
 * @key: RESERVATION KEY
 * @new_key: SERVICE ACTION RESERVATION KEY
 * @own: registration of its I_T nexus or NULL
 * @spare: memory for one more registration or NULL
 * @preempted: registrations that it has removed
 * @to: the nexus that REGISTER AND MOVE names
 * @to_seen: which sees the logical unit
 */
struct pr_out {
	struct vscsi_cmd *cmd;
	struct vscsi_pr *pr;
	u8 action;
	u8 list[MOVE_LIST_LEN];
	u64 key;
	u64 new_key;
	struct vscsi_registration *own;
	struct vscsi_registration *spare;
	struct vscsi_preempted preempted;
	struct vscsi_nexus_id to;
	bool to_seen;
};

static u8 cdb_type(const struct pr_out *out)
{
	return out->cmd->cdb[2] & 0x0f;
}

static u8 cdb_scope(const struct pr_out *out)
{
	return out->cmd->cdb[2] >> 4;
}

static bool is_register(const struct pr_out *out)
{
	return out->action == SPC_PR_REGISTER || out->action == SPC_PR_REGISTER_AND_IGNORE;
}

static bool may_set_aptpl(const struct pr_out *out)
{
	return is_register(out) || out->action == SPC_PR_REGISTER_AND_MOVE;
}

static bool has_aptpl(const struct pr_out *out)
{
	unsigned int at = is_register(out) ? FLAGS_AT : MOVE_FLAGS_AT;

	return may_set_aptpl(out) && (out->list[at] & APTPL);
}

static enum vscsi_reason read_list(struct pr_out *out)
{
	u32 len = vscsi_opcode_length(out->cmd->op, out->cmd->cdb);
	u32 wanted = LIST_LEN;

	if (len < LIST_LEN)
		return VSCSI_PARAM_LENGTH;
	out->cmd->done_bytes = vscsi_map_copy_in(&out->cmd->map, 0, out->list,
						 min_t(u32, len, sizeof(out->list)));
	if (out->action == SPC_PR_REGISTER_AND_MOVE)
		wanted += get_unaligned_be32(out->list + MOVE_ID_LEN_AT);
	else if (is_register(out) && (out->list[FLAGS_AT] & SPEC_I_PT))
		return vscsi_param_error(out->cmd, FLAGS_AT, SPEC_I_PT_BIT);
	if (len != wanted)
		return VSCSI_PARAM_LENGTH;
	out->key = get_unaligned_be64(out->list);
	out->new_key = get_unaligned_be64(out->list + NEW_KEY_AT);
	return VSCSI_OK;
}

/* SPC-4 5.12.7, 5.12.8, table of what unregistered nexuses may do */
static enum vscsi_reason check_key(const struct pr_out *out)
{
	if (out->action == SPC_PR_REGISTER_AND_IGNORE)
		return VSCSI_OK;
	if (out->own)
		return out->key == out->own->key ? VSCSI_OK : VSCSI_RESERVED;
	return out->action == SPC_PR_REGISTER && !out->key ? VSCSI_OK : VSCSI_RESERVED;
}

/* What only the holder may do, once there is one (SPC-4 5.12.8, 5.12.9) */
static enum vscsi_reason check_holder(const struct pr_out *out)
{
	const struct vscsi_pr *pr = out->pr;
	bool may = true;

	if (out->action == SPC_PR_RESERVE)
		may = !pr->type || vscsi_pr_holds(pr, out->own);
	else if (out->action == SPC_PR_REGISTER_AND_MOVE)
		may = pr->holder == out->own;
	return may ? VSCSI_OK : VSCSI_RESERVED;
}

static enum vscsi_reason check_byte(struct pr_out *out, unsigned int at, u8 known)
{
	u8 wrong = out->list[at] & ~known;

	return wrong ? vscsi_param_error(out->cmd, at, fls(wrong) - 1) : VSCSI_OK;
}

/* Bits that do not concern a service action are not looked at. */
static enum vscsi_reason check_flags(struct pr_out *out)
{
	u8 aptpl = vscsi_saved_possible(out->cmd->lu) ? APTPL : 0;
	enum vscsi_reason reason;

	if (out->action == SPC_PR_REGISTER_AND_MOVE) {
		reason = check_byte(out, MOVE_FLAGS_AT - 1, 0);
		return reason == VSCSI_OK ? check_byte(out, MOVE_FLAGS_AT, UNREG | aptpl) : reason;
	}
	reason = check_byte(out, FLAGS_AT,
			    is_register(out) ? aptpl : SPEC_I_PT | ALL_TG_PT | APTPL);
	return reason == VSCSI_OK ? check_byte(out, FLAGS_AT + 1, 0) : reason;
}

static enum vscsi_reason check_scope_and_type(struct pr_out *out)
{
	if (cdb_scope(out) != VSCSI_PR_SCOPE_LU)
		return vscsi_cdb_error(out->cmd, 2, 7);
	return vscsi_pr_type_valid(cdb_type(out)) ? VSCSI_OK : vscsi_cdb_error(out->cmd, 2, 3);
}

static struct vscsi_registration *add(struct pr_out *out, const struct vscsi_nexus_id *id)
{
	struct vscsi_registration *reg = out->spare;

	if (!reg || out->pr->nr_registrations == VSCSI_PR_REGISTRATIONS_MAX)
		return NULL;
	out->spare = NULL;
	reg->id = *id;
	reg->key = out->new_key;
	vscsi_pr_add(out->pr, reg);
	return reg;
}

/* SPC-4 5.12.7; with no key 5.12.11.3 */
static enum vscsi_reason register_nexus(struct pr_out *out)
{
	if (out->own && out->new_key)
		out->own->key = out->new_key;
	else if (out->own)
		vscsi_pr_remove(out->pr, out->own, &out->preempted.lost);
	else if (out->new_key && !add(out, &out->cmd->nexus->id))
		return VSCSI_REGISTRATIONS_FULL;
	return VSCSI_OK;
}

static void hold(struct pr_out *out)
{
	out->pr->type = cdb_type(out);
	out->pr->holder = vscsi_pr_all_registrants(out->pr->type) ? NULL : out->own;
}

/* SPC-4 5.12.9: again by its holder does nothing. */
static enum vscsi_reason reserve(struct pr_out *out)
{
	enum vscsi_reason reason = check_scope_and_type(out);

	if (reason != VSCSI_OK)
		return reason;
	if (!out->pr->type)
		hold(out);
	return out->pr->type == cdb_type(out) ? VSCSI_OK : VSCSI_RESERVED;
}

/* SPC-4 5.12.11.2 */
static enum vscsi_reason release(struct pr_out *out)
{
	if (!vscsi_pr_holds(out->pr, out->own))
		return VSCSI_OK;
	if (cdb_scope(out) != VSCSI_PR_SCOPE_LU || cdb_type(out) != out->pr->type)
		return VSCSI_INVALID_RELEASE;
	vscsi_pr_release(out->pr, &out->own->id);
	return VSCSI_OK;
}

/* SPC-4 5.12.11.6 */
static enum vscsi_reason clear(struct pr_out *out)
{
	struct list_head *lost = &out->preempted.lost;
	struct vscsi_pr *pr = out->pr;

	vscsi_pr_end(pr);
	list_splice_init(&pr->registrations, lost);
	pr->nr_registrations = 0;
	vscsi_pr_tell(pr, lost, &out->own->id, VSCSI_UA_RESERVATIONS_PREEMPTED);
	return VSCSI_OK;
}

/* Whether the key names the reservation: 0 means one that all registrants hold. */
static bool names_reservation(const struct pr_out *out)
{
	const struct vscsi_pr *pr = out->pr;

	if (vscsi_pr_all_registrants(pr->type))
		return !out->new_key;
	return pr->holder && pr->holder->key == out->new_key;
}

/* SPC-4 5.12.11.4.3 */
static enum vscsi_reason preempt_reservation(struct pr_out *out)
{
	enum vscsi_reason reason = check_scope_and_type(out);
	struct vscsi_registration *reg, *next;
	struct vscsi_pr *pr = out->pr;
	u8 type = pr->type;

	if (reason != VSCSI_OK)
		return reason;
	out->preempted.own = vscsi_pr_holds(pr, out->own) && out->new_key;
	vscsi_pr_end(pr);
	list_for_each_entry_safe(reg, next, &pr->registrations, entry)
		if (reg != out->own && (!out->new_key || reg->key == out->new_key))
			vscsi_pr_remove(pr, reg, &out->preempted.lost);
	hold(out);
	vscsi_pr_tell(pr, &out->preempted.lost, NULL, VSCSI_UA_REGISTRATIONS_PREEMPTED);
	if (type != pr->type)
		vscsi_pr_tell(pr, &pr->registrations, &out->own->id,
			      VSCSI_UA_RESERVATIONS_RELEASED);
	return VSCSI_OK;
}

/* SPC-4 5.12.11.4.4: its own among them, if that has the key. */
static enum vscsi_reason preempt_registrations(struct pr_out *out)
{
	struct vscsi_registration *reg, *next;
	struct vscsi_pr *pr = out->pr;

	list_for_each_entry_safe(reg, next, &pr->registrations, entry)
		if (reg->key == out->new_key)
			vscsi_pr_remove(pr, reg, &out->preempted.lost);
	if (list_empty(&out->preempted.lost))
		return VSCSI_RESERVED;
	vscsi_pr_tell(pr, &out->preempted.lost, &out->own->id,
		      VSCSI_UA_REGISTRATIONS_PREEMPTED);
	return VSCSI_OK;
}

/* SPC-4 5.12.11.4; what PREEMPT AND ABORT has to abort is left to the caller. */
static enum vscsi_reason preempt(struct pr_out *out)
{
	if (names_reservation(out))
		return preempt_reservation(out);
	if (!out->new_key)
		return vscsi_param_error(out->cmd, NEW_KEY_AT, 7);
	return preempt_registrations(out);
}

/* The nexus that the parameter list names, and whether it sees the logical unit. */
static void find_destination(struct pr_out *out)
{
	struct vscsi_pr *pr = out->cmd->lu->pr;
	const struct vscsi_pr_nexus *nexus;
	unsigned long flags;

	out->to.target = get_unaligned_be16(out->list + MOVE_TARGET_AT);
	memcpy(out->to.initiator, out->list + LIST_LEN + 8, sizeof(out->to.initiator));
	spin_lock_irqsave(&pr->lock, flags);
	list_for_each_entry(nexus, &pr->nexuses, entry)
		out->to_seen |= vscsi_nexus_id_same(&nexus->id, &out->to);
	spin_unlock_irqrestore(&pr->lock, flags);
}

static enum vscsi_reason check_transport_id(struct pr_out *out)
{
	enum vscsi_reason reason = VSCSI_OK;
	unsigned int i;

	if (get_unaligned_be32(out->list + MOVE_ID_LEN_AT) != SPC_TRANSPORT_ID_LEN)
		return vscsi_param_error(out->cmd, MOVE_ID_LEN_AT, 7);
	if (out->list[LIST_LEN] != SPC_TRANSPORT_ID_SRP)
		return vscsi_param_error(out->cmd, LIST_LEN, 7);
	for (i = 1; i < 8 && reason == VSCSI_OK; i++)
		reason = check_byte(out, LIST_LEN + i, 0);
	return reason;
}

/* SPC-4 5.12.8 */
static enum vscsi_reason register_and_move(struct pr_out *out)
{
	struct vscsi_registration *reg;
	enum vscsi_reason reason;

	if (!out->new_key)
		return vscsi_param_error(out->cmd, NEW_KEY_AT, 7);
	reason = check_transport_id(out);
	if (reason != VSCSI_OK)
		return reason;
	if (!out->to_seen || vscsi_nexus_id_same(&out->to, &out->own->id))
		return vscsi_param_error(out->cmd, LIST_LEN + 8, 7);

	reg = vscsi_pr_find(out->pr, &out->to);
	if (reg)
		reg->key = out->new_key;
	else
		reg = add(out, &out->to);
	if (!reg)
		return VSCSI_REGISTRATIONS_FULL;
	out->pr->holder = reg;
	if (out->list[MOVE_FLAGS_AT] & UNREG)
		vscsi_pr_remove(out->pr, out->own, &out->preempted.lost);
	return VSCSI_OK;
}

/*
 * RESERVATION CONFLICT goes before any fault of a field (SAM-5 5.3.3), but for those without
 * which the key is not known.
 */
static enum vscsi_reason act(struct pr_out *out)
{
	static enum vscsi_reason (*const actions[])(struct pr_out *out) = {
		[SPC_PR_REGISTER] = register_nexus,
		[SPC_PR_RESERVE] = reserve,
		[SPC_PR_RELEASE] = release,
		[SPC_PR_CLEAR] = clear,
		[SPC_PR_PREEMPT] = preempt,
		[SPC_PR_PREEMPT_AND_ABORT] = preempt,
		[SPC_PR_REGISTER_AND_IGNORE] = register_nexus,
		[SPC_PR_REGISTER_AND_MOVE] = register_and_move,
	};
	enum vscsi_reason reason = check_key(out);

	if (reason == VSCSI_OK)
		reason = check_holder(out);
	if (reason == VSCSI_OK)
		reason = check_flags(out);
	return reason == VSCSI_OK ? actions[out->action](out) : reason;
}

static enum vscsi_reason act_locked(struct pr_out *out)
{
	struct vscsi_pr *pr = out->pr;
	enum vscsi_reason reason = VSCSI_RESERVED;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	out->own = vscsi_pr_find(pr, &out->cmd->nexus->id);
	/* SPC-2 5.5.1: whoever has sent RESERVE */
	if (!pr->reserved)
		reason = act(out);
	if (reason == VSCSI_OK) {
		if (out->action != SPC_PR_RESERVE && out->action != SPC_PR_RELEASE)
			pr->generation++;
		/* Who is not registered and does not want to be changes nothing (SPC-4 5.12.7). */
		if (may_set_aptpl(out) && (out->own || out->new_key))
			pr->aptpl = has_aptpl(out);
		vscsi_pr_update(pr);
	}
	spin_unlock_irqrestore(&pr->lock, flags);
	return reason;
}

static struct vscsi_registration *make_spare(const struct pr_out *out)
{
	if (!may_set_aptpl(out))
		return NULL;
	return kzalloc(sizeof(struct vscsi_registration), GFP_NOIO);
}

/* SPC-4 5.12.7: a registration that can't be kept is one too many. */
static enum vscsi_reason save(struct pr_out *out, struct vscsi_pr *reservations)
{
	struct vscsi_pr *pr = out->cmd->lu->pr;

	if (!vscsi_saved_write(pr, reservations, &pr->saved.settings))
		return VSCSI_OK;
	return may_set_aptpl(out) ? VSCSI_REGISTRATIONS_FULL : VSCSI_TARGET_FAILURE;
}

static enum vscsi_reason try_and_save(struct pr_out *out)
{
	struct pr_out trial = *out;
	enum vscsi_reason reason;

	trial.pr = vscsi_pr_copy(out->pr);
	if (!trial.pr)
		return VSCSI_OUT_OF_RESOURCES;
	trial.spare = make_spare(out);
	INIT_LIST_HEAD(&trial.preempted.lost);
	reason = act_locked(&trial);
	if (reason == VSCSI_OK)
		reason = save(out, trial.pr);
	vscsi_pr_free_list(&trial.preempted.lost);
	kfree(trial.spare);
	vscsi_pr_free(trial.pr);
	return reason;
}

/* Only RESERVE may come between: what was saved is not so then, and is saved as it is. */
static enum vscsi_reason act_and_last(struct pr_out *out)
{
	enum vscsi_reason reason = try_and_save(out);

	if (reason != VSCSI_OK)
		return reason;
	reason = act_locked(out);
	if (reason != VSCSI_OK)
		save(out, out->pr);
	return reason;
}

static enum vscsi_reason change(struct pr_out *out)
{
	struct vscsi_pr *pr = out->pr;
	enum vscsi_reason reason;

	mutex_lock(&pr->saved.lock);
	if (pr->aptpl || (has_aptpl(out) && vscsi_saved_possible(out->cmd->lu)))
		reason = act_and_last(out);
	else
		reason = act_locked(out);
	mutex_unlock(&pr->saved.lock);
	return reason;
}

static enum vscsi_reason run(struct pr_out *out)
{
	struct vscsi_cmd *cmd = out->cmd;
	enum vscsi_reason reason = read_list(out);

	if (reason != VSCSI_OK)
		return reason;
	if (out->action == SPC_PR_REGISTER_AND_MOVE)
		find_destination(out);
	out->spare = make_spare(out);
	reason = change(out);
	if (reason == VSCSI_OK && out->action == SPC_PR_PREEMPT_AND_ABORT &&
	    !cmd->target->abort_preempted(cmd, &out->preempted))
		reason = VSCSI_ABORTED;
	vscsi_pr_free_list(&out->preempted.lost);
	kfree(out->spare);
	return reason;
}

/**
 * spc_pr_out_exec() - where PERSISTENT RESERVE OUT is executed
 * @cmd: the command
 *
 * Context: any.
 */
enum vscsi_exec spc_pr_out_exec(const struct vscsi_cmd *cmd)
{
	bool aborts = (cmd->cdb[1] & VSCSI_SERVICE_ACTION_MASK) == SPC_PR_PREEMPT_AND_ABORT;

	return aborts ? VSCSI_EXEC_WAITING : VSCSI_EXEC_BLOCKING;
}

/**
 * spc_pr_out() - PERSISTENT RESERVE OUT (SPC-4 6.16)
 * @cmd: the command
 *
 * PREEMPT AND ABORT ends when the commands that it aborts have ended.
 *
 * Context: process, may sleep.
 */
void spc_pr_out(struct vscsi_cmd *cmd)
{
	struct pr_out out = {
		.cmd = cmd,
		.pr = cmd->lu->pr,
		.action = cmd->cdb[1] & VSCSI_SERVICE_ACTION_MASK,
		.preempted.lost = LIST_HEAD_INIT(out.preempted.lost),
	};

	vscsi_cmd_complete(cmd, run(&out));
}
