// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a logical unit that outlives the module, as bytes.
 *
 * They are records: type, zero, and a length of two bytes, and then so many bytes.  Numbers are
 * big endian.  State that has anything else in it is of another version, and not used.
 */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "lu.h"
#include "pr.h"
#include "saved.h"

#define HEADER_LEN		4

/* Types of records */
#define RECORD_RESERVATION	1	/* there is one at most; without it APTPL is not active */
#define RECORD_REGISTRATION	2
#define RECORD_CONTROL		3
#define RECORD_INFO		4

/* RECORD_RESERVATION: TYPE field, or 0 */
#define RESERVATION_LEN		1

/* RECORD_REGISTRATION: key, initiator port, target port, flags */
#define REGISTRATION_LEN	27
#define REGISTRATION_FLAGS_AT	26
#define REGISTRATION_HOLDS	0x01

/* RECORD_CONTROL: flags */
#define CONTROL_LEN		1
#define CONTROL_D_SENSE		0x01
#define CONTROL_SWP		0x02

/* RECORD_INFO: enum vscsi_info_kind, and the information */
#define INFO_DATA_AT		1

#define STATE_MAX	(HEADER_LEN + RESERVATION_LEN +						\
			 VSCSI_PR_REGISTRATIONS_MAX * (HEADER_LEN + REGISTRATION_LEN) +		\
			 HEADER_LEN + CONTROL_LEN +						\
			 VSCSI_INFO_NR * (HEADER_LEN + INFO_DATA_AT + VSCSI_INFO_MAX))

static_assert(STATE_MAX <= VSCSI_STATE_MAX);

/* --- to bytes --- */

/* Returns where the record's bytes go. */
static u8 *add_record(u8 *state, u32 *len, u8 type, u16 bytes)
{
	u8 *record = state + *len;

	record[0] = type;
	record[1] = 0;
	put_unaligned_be16(bytes, record + 2);
	*len += HEADER_LEN + bytes;
	return record + HEADER_LEN;
}

static void put_registration(const struct vscsi_pr *pr, const struct vscsi_registration *reg,
			     u8 *to)
{
	put_unaligned_be64(reg->key, to);
	memcpy(to + 8, reg->id.initiator, VSCSI_PORT_ID_LEN);
	put_unaligned_be16(reg->id.target, to + 8 + VSCSI_PORT_ID_LEN);
	to[REGISTRATION_FLAGS_AT] = reg == pr->holder ? REGISTRATION_HOLDS : 0;
}

static void put_reservations(struct vscsi_pr *pr, u8 *state, u32 *len)
{
	const struct vscsi_registration *reg;
	unsigned long flags;

	spin_lock_irqsave(&pr->lock, flags);
	if (pr->aptpl) {
		*add_record(state, len, RECORD_RESERVATION, RESERVATION_LEN) = pr->type;
		list_for_each_entry(reg, &pr->registrations, entry)
			put_registration(pr, reg, add_record(state, len, RECORD_REGISTRATION,
							     REGISTRATION_LEN));
	}
	spin_unlock_irqrestore(&pr->lock, flags);
}

static void put_settings(const struct vscsi_settings *settings, u8 *state, u32 *len)
{
	u8 flags = (settings->descriptor_sense ? CONTROL_D_SENSE : 0) |
		   (settings->write_protect ? CONTROL_SWP : 0);
	const struct vscsi_info *info;
	unsigned int kind;
	u8 *to;

	if (flags)
		*add_record(state, len, RECORD_CONTROL, CONTROL_LEN) = flags;
	for (kind = 0; kind < VSCSI_INFO_NR; kind++) {
		info = &settings->info[kind];
		if (!info->len)
			continue;
		to = add_record(state, len, RECORD_INFO, INFO_DATA_AT + info->len);
		to[0] = kind;
		memcpy(to + INFO_DATA_AT, info->data, info->len);
	}
}

/**
 * vscsi_saved_write() - make the state of a logical unit durable
 * @pr: the logical unit's; it has a store
 * @reservations: @pr, or a copy on which was tried what @pr is to become
 * @settings: as they are to become
 *
 * Context: process, may sleep; pr->saved.lock held.
 * Return: 0; or a negative errno, and what was saved before is still there.
 */
int vscsi_saved_write(struct vscsi_pr *pr, struct vscsi_pr *reservations,
		      const struct vscsi_settings *settings)
{
	u8 *state = kmalloc(STATE_MAX, GFP_NOIO);
	u32 len = 0;
	int ret;

	lockdep_assert_held(&pr->saved.lock);
	if (!state)
		return -ENOMEM;
	put_reservations(reservations, state, &len);
	put_settings(settings, state, &len);
	ret = pr->saved.store->save(pr->saved.store, state, len);
	kfree(state);
	return ret;
}

/* --- from bytes --- */

static int get_reservation(struct vscsi_pr *pr, const u8 *data, u32 len)
{
	if (len != RESERVATION_LEN || pr->aptpl || (data[0] && !vscsi_pr_type_valid(data[0])))
		return -EINVAL;
	pr->aptpl = true;
	pr->type = data[0];
	return 0;
}

static int check_registration(const struct vscsi_pr *pr, const struct vscsi_registration *reg,
			      u8 flags)
{
	bool holds = flags & REGISTRATION_HOLDS;

	if (!pr->aptpl || !reg->key || (flags & ~REGISTRATION_HOLDS) ||
	    pr->nr_registrations == VSCSI_PR_REGISTRATIONS_MAX || vscsi_pr_find(pr, &reg->id))
		return -EINVAL;
	if (holds && (pr->holder || !pr->type || vscsi_pr_all_registrants(pr->type)))
		return -EINVAL;
	return 0;
}

static int add_registration(struct vscsi_pr *pr, struct vscsi_registration *reg, u8 flags)
{
	unsigned long irq;
	int ret;

	spin_lock_irqsave(&pr->lock, irq);
	ret = check_registration(pr, reg, flags);
	if (!ret) {
		vscsi_pr_add(pr, reg);
		if (flags & REGISTRATION_HOLDS)
			pr->holder = reg;
	}
	spin_unlock_irqrestore(&pr->lock, irq);
	return ret;
}

static int get_registration(struct vscsi_pr *pr, const u8 *data, u32 len)
{
	struct vscsi_registration *reg;
	int ret;

	if (len != REGISTRATION_LEN)
		return -EINVAL;
	reg = kzalloc(sizeof(*reg), GFP_KERNEL);
	if (!reg)
		return -ENOMEM;
	reg->key = get_unaligned_be64(data);
	memcpy(reg->id.initiator, data + 8, VSCSI_PORT_ID_LEN);
	reg->id.target = get_unaligned_be16(data + 8 + VSCSI_PORT_ID_LEN);
	ret = add_registration(pr, reg, data[REGISTRATION_FLAGS_AT]);
	if (ret)
		kfree(reg);
	return ret;
}

static int get_control(struct vscsi_settings *settings, const u8 *data, u32 len)
{
	if (len != CONTROL_LEN || (data[0] & ~(CONTROL_D_SENSE | CONTROL_SWP)))
		return -EINVAL;
	settings->descriptor_sense = data[0] & CONTROL_D_SENSE;
	settings->write_protect = data[0] & CONTROL_SWP;
	return 0;
}

static int get_info(struct vscsi_settings *settings, const u8 *data, u32 len)
{
	struct vscsi_info *info;

	if (len < INFO_DATA_AT || len > INFO_DATA_AT + VSCSI_INFO_MAX || data[0] >= VSCSI_INFO_NR)
		return -EINVAL;
	info = &settings->info[data[0]];
	info->len = len - INFO_DATA_AT;
	memcpy(info->data, data + INFO_DATA_AT, info->len);
	return 0;
}

static int get_record(struct vscsi_pr *pr, u8 type, const u8 *data, u32 len)
{
	switch (type) {
	case RECORD_RESERVATION:
		return get_reservation(pr, data, len);
	case RECORD_REGISTRATION:
		return get_registration(pr, data, len);
	case RECORD_CONTROL:
		return get_control(&pr->saved.settings, data, len);
	case RECORD_INFO:
		return get_info(&pr->saved.settings, data, len);
	default:
		return -EINVAL;
	}
}

static int get_records(struct vscsi_pr *pr, const u8 *state, u32 len)
{
	u32 at, bytes;
	int ret;

	for (at = 0; at < len; at += HEADER_LEN + bytes) {
		if (len - at < HEADER_LEN || state[at + 1])
			return -EINVAL;
		bytes = get_unaligned_be16(state + at + 2);
		if (bytes > len - at - HEADER_LEN)
			return -EINVAL;
		ret = get_record(pr, state[at], state + at + HEADER_LEN, bytes);
		if (ret)
			return ret;
	}
	return 0;
}

/* A reservation is held by one who is registered, or by all of them. */
static int check_holder(const struct vscsi_pr *pr)
{
	if (!pr->type || pr->holder)
		return 0;
	return vscsi_pr_all_registrants(pr->type) && pr->nr_registrations ? 0 : -EINVAL;
}

static void forget_all(struct vscsi_pr *pr)
{
	vscsi_pr_free_list(&pr->registrations);
	pr->nr_registrations = 0;
	vscsi_pr_end(pr);
	pr->aptpl = false;
	memset(&pr->saved.settings, 0, sizeof(pr->saved.settings));
}

/**
 * vscsi_saved_load() - be what was saved
 * @pr: of a logical unit that nobody sees yet, new
 * @state: as vscsi_saved_write() has made it, or anything
 * @len: its bytes
 *
 * PRGENERATION is 0 after a power on, whatever was kept (SPC-4 6.15.2.2).
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM; or -EINVAL if it makes no sense.  Then @pr is as it was.
 */
int vscsi_saved_load(struct vscsi_pr *pr, const u8 *state, u32 len)
{
	int ret = get_records(pr, state, len) ?: check_holder(pr);

	if (ret)
		forget_all(pr);
	return ret;
}

/* --- settings --- */

/**
 * vscsi_saved_possible() - is there a place for what shall last?
 * @lu: a logical unit
 *
 * Context: any.
 */
bool vscsi_saved_possible(const struct vscsi_lu *lu)
{
	return lu->pr->saved.store;
}

/**
 * vscsi_settings_begin() - begin to change what lasts
 * @lu: a logical unit with a store
 *
 * Context: process, may sleep.  On success pr->saved.lock is held until vscsi_settings_end().
 * Return: a copy, to be changed; or NULL.
 */
struct vscsi_settings *vscsi_settings_begin(const struct vscsi_lu *lu)
{
	struct vscsi_settings *settings = kmalloc(sizeof(*settings), GFP_NOIO);

	if (!settings)
		return NULL;
	mutex_lock(&lu->pr->saved.lock);
	*settings = lu->pr->saved.settings;
	return settings;
}

/**
 * vscsi_settings_commit() - make a change last, and then take effect
 * @lu: the logical unit
 * @settings: from vscsi_settings_begin()
 *
 * Context: process, may sleep.
 * Return: VSCSI_OK; or VSCSI_TARGET_FAILURE, and nothing has changed.
 */
enum vscsi_reason vscsi_settings_commit(const struct vscsi_lu *lu,
					const struct vscsi_settings *settings)
{
	struct vscsi_pr *pr = lu->pr;
	unsigned long flags;

	if (vscsi_saved_write(pr, pr, settings))
		return VSCSI_TARGET_FAILURE;
	spin_lock_irqsave(&pr->lock, flags);
	pr->saved.settings = *settings;
	spin_unlock_irqrestore(&pr->lock, flags);
	return VSCSI_OK;
}

/**
 * vscsi_settings_end() - let others change what lasts
 * @lu: the logical unit
 * @settings: from vscsi_settings_begin(); gone afterwards
 *
 * Context: process, may sleep.
 */
void vscsi_settings_end(const struct vscsi_lu *lu, struct vscsi_settings *settings)
{
	mutex_unlock(&lu->pr->saved.lock);
	kfree(settings);
}
