// SPDX-License-Identifier: GPL-2.0
/*
 * Damage what goes through the ring, below the client: elements of both directions, requests
 * and answers.  For tests alone.
 *
 * Probes on the functions that everything passes change bytes before these see them, so the
 * module under test has no hook and is the one that users load.  What is to be damaged is
 * set by the parameters; "left" at last, since that begins it.  Byte and new value are random
 * where they are not given, but the same for the same seed and the same traffic.
 */
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#include "../../kernel/hypervisor/connection.h"

/* "Are you there?", and the answer: in the status byte of an element without an IU. */
#define PING		0xf5
#define PING_RSP	0xf6

/* What "where" says. */
#define TO_ELEMENTS	1
#define TO_REQUESTS	2
#define TO_ANSWERS	4

static int where;
module_param(where, int, 0600);
MODULE_PARM_DESC(where, "sum of 1: elements, 2: requests, 4: answers");
static int offset = -1;
module_param(offset, int, 0600);
MODULE_PARM_DESC(offset, "which byte; -1: any");
static int xor;
module_param(xor, int, 0600);
MODULE_PARM_DESC(xor, "bits to change in it; 0: any");
static int every = 1;
module_param(every, int, 0600);
MODULE_PARM_DESC(every, "damage one in so many");
static uint seed;
module_param(seed, uint, 0600);
MODULE_PARM_DESC(seed, "of the random choices");

static atomic_t seen = ATOMIC_INIT(0);
static atomic_t left = ATOMIC_INIT(0);
static atomic_t damaged = ATOMIC_INIT(0);
static atomic_t pings = ATOMIC_INIT(0);
static atomic_t pongs = ATOMIC_INIT(0);

static int atomic_put(const char *value, const struct kernel_param *kp)
{
	int n, ret = kstrtoint(value, 0, &n);

	if (!ret)
		atomic_set((atomic_t *)kp->arg, n);
	return ret;
}

static int atomic_get(char *buffer, const struct kernel_param *kp)
{
	return sysfs_emit(buffer, "%d\n", atomic_read((atomic_t *)kp->arg));
}

static const struct kernel_param_ops set_ops = { .set = atomic_put, .get = atomic_get };
module_param_cb(left, &set_ops, &left, 0600);
MODULE_PARM_DESC(left, "how many to damage from now on");
module_param_cb(pings, &set_ops, &pings, 0600);
MODULE_PARM_DESC(pings, "how many of the next elements to replace with a ping");

static const struct kernel_param_ops get_ops = { .get = atomic_get };
module_param_cb(damaged, &get_ops, &damaged, 0400);
MODULE_PARM_DESC(damaged, "how many have been damaged");
module_param_cb(pongs, &get_ops, &pongs, 0400);
MODULE_PARM_DESC(pongs, "how many answers to pings have gone by");

/* Is this one meant? Then what the dice show is in @dice. */
static bool chosen(int what, u64 *dice)
{
	if (!(READ_ONCE(where) & what) || atomic_read(&left) <= 0)
		return false;
	*dice = hash_64((u64)READ_ONCE(seed) << 32 | (u32)atomic_inc_return(&seen), 64);
	if ((*dice >> 40) % max(READ_ONCE(every), 1))
		return false;
	return atomic_dec_if_positive(&left) >= 0;
}

static void damage(u8 *bytes, u32 len, u64 dice)
{
	int at = READ_ONCE(offset);
	u8 bits = READ_ONCE(xor) ?: 1 + dice % 255;

	if (at < 0)
		at = (dice >> 8) % len;
	if (at >= len)
		return;
	bytes[at] ^= bits;
	atomic_inc(&damaged);
}

/* vscsi_queue_submit(queue, req, slot, format, iu_len) */
static int before_submit(struct kprobe *probe, struct pt_regs *regs)
{
	struct vscsi_request *req = (void *)regs_get_kernel_argument(regs, 1);
	u16 len = regs->r8;
	u64 dice;

	if (chosen(TO_REQUESTS, &dice))
		damage((u8 *)&req->iu, len, dice);
	return 0;
}

/* vscsi_queue_answer(queue, req, len, format) */
static int before_answer(struct kprobe *probe, struct pt_regs *regs)
{
	struct vscsi_request *req = (void *)regs_get_kernel_argument(regs, 1);
	u16 len = regs_get_kernel_argument(regs, 2);
	u64 dice;

	if (chosen(TO_ANSWERS, &dice))
		damage((u8 *)&req->iu, len, dice);
	return 0;
}

/* vscsi_crq_push(crq, element): the element is on the caller's stack */
static int before_push(struct kprobe *probe, struct pt_regs *regs)
{
	struct viosrp_crq *element = (void *)regs_get_kernel_argument(regs, 1);
	u64 dice;

	if (element->format == VIOSRP_INLINE_FORMAT && element->status == PING_RSP)
		atomic_inc(&pongs);
	if (atomic_dec_if_positive(&pings) >= 0)
		*element = (struct viosrp_crq){
			.valid = VIOSRP_CRQ_CMD_RSP,
			.format = VIOSRP_INLINE_FORMAT,
			.status = PING,
		};
	if (chosen(TO_ELEMENTS, &dice))
		damage((u8 *)element, sizeof(*element), dice);
	return 0;
}

static struct kprobe probes[] = {
	{ .symbol_name = "vscsi_queue_submit", .pre_handler = before_submit },
	{ .symbol_name = "vscsi_queue_answer", .pre_handler = before_answer },
	{ .symbol_name = "vscsi_crq_push", .pre_handler = before_push },
};

static int __init mangle_init(void)
{
	struct kprobe *list[ARRAY_SIZE(probes)];
	int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		list[i] = &probes[i];
	return register_kprobes(list, ARRAY_SIZE(list));
}

static void __exit mangle_exit(void)
{
	struct kprobe *list[ARRAY_SIZE(probes)];
	int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		list[i] = &probes[i];
	unregister_kprobes(list, ARRAY_SIZE(list));
}

module_init(mangle_init);
module_exit(mangle_exit);
MODULE_DESCRIPTION("Damage what goes through a virtual SCSI ring");
MODULE_LICENSE("GPL");
