/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CRQ: a ring of 16-byte elements from one partner to the other.
 *
 * One producer and one consumer; each keeps its own index.  An element belongs to
 * the consumer while its valid byte is not 0, so that the two share nothing but the
 * elements themselves.  Its half with that byte is read and written as a whole.
 */
#ifndef VSCSI_HYPERVISOR_CRQ_H
#define VSCSI_HYPERVISOR_CRQ_H

#include <linux/cache.h>
#include <linux/types.h>
#include <scsi/viosrp.h>

/**
 * struct vscsi_crq - one ring
 * @ring: elements
 * @mask: number of elements - 1
 * @head: where the producer writes next; guarded by the producer's lock
 * @tail: where the consumer reads next; consumer only
 */
struct vscsi_crq {
	struct viosrp_crq *ring;
	u32 mask;
	u32 head ____cacheline_aligned_in_smp;
	u32 tail ____cacheline_aligned_in_smp;
};

int vscsi_crq_alloc(struct vscsi_crq *crq, u32 elements);
void vscsi_crq_free(struct vscsi_crq *crq);
void vscsi_crq_reset(struct vscsi_crq *crq);
bool vscsi_crq_push(struct vscsi_crq *crq, const struct viosrp_crq *element);
bool vscsi_crq_pop(struct vscsi_crq *crq, struct viosrp_crq *element);
bool vscsi_crq_has_two(const struct vscsi_crq *crq);

#endif
