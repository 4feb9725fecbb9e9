// SPDX-License-Identifier: GPL-2.0
/* The ring between two partners. */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "crq.h"

/**
 * vscsi_crq_alloc() - make an empty ring
 * @crq: to be filled in
 * @elements: at least so many elements
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int vscsi_crq_alloc(struct vscsi_crq *crq, u32 elements)
{
	elements = roundup_pow_of_two(elements);
	crq->ring = kvcalloc(elements, sizeof(*crq->ring), GFP_KERNEL);
	if (!crq->ring)
		return -ENOMEM;
	crq->mask = elements - 1;
	crq->head = 0;
	crq->tail = 0;
	return 0;
}

/**
 * vscsi_crq_free() - free a ring; harmless if it was never allocated
 * @crq: the ring; nobody uses it any more
 *
 * Context: may sleep.
 */
void vscsi_crq_free(struct vscsi_crq *crq)
{
	kvfree(crq->ring);
	crq->ring = NULL;
}

/**
 * vscsi_crq_reset() - drop all elements
 * @crq: the ring; neither producer nor consumer is active
 *
 * Context: any.
 */
void vscsi_crq_reset(struct vscsi_crq *crq)
{
	memset(crq->ring, 0, (crq->mask + 1) * sizeof(*crq->ring));
	crq->head = 0;
	crq->tail = 0;
}

/**
 * vscsi_crq_push() - hand an element to the consumer
 * @crq: the ring
 * @element: the element; one whose valid byte is 0 is no element, and lost
 *
 * Context: any; the caller is the only producer.
 * Return: false if the ring is full.
 */
bool vscsi_crq_push(struct vscsi_crq *crq, const struct viosrp_crq *element)
{
	struct viosrp_crq *slot = &crq->ring[crq->head & crq->mask];

	/* Pairs with the release in vscsi_crq_pop(): the consumer is done with it. */
	if (smp_load_acquire(&slot->valid))
		return false;
	/* The consumer would wait for it for ever. */
	if (element->valid == VIOSRP_CRQ_FREE)
		return true;

	slot->IU_data_ptr = element->IU_data_ptr;
	/* Pairs with the acquire in vscsi_crq_pop(): the valid byte last. */
	smp_store_release(&slot->high, element->high);
	crq->head++;
	return true;
}

/**
 * vscsi_crq_pop() - take the oldest element
 * @crq: the ring
 * @element: filled in on success
 *
 * Context: any; the caller is the only consumer.
 * Return: false if the ring is empty.
 */
bool vscsi_crq_pop(struct vscsi_crq *crq, struct viosrp_crq *element)
{
	struct viosrp_crq *slot = &crq->ring[crq->tail & crq->mask];

	/* Pairs with the release in vscsi_crq_push(): the valid byte first. */
	element->high = smp_load_acquire(&slot->high);
	if (element->valid == VIOSRP_CRQ_FREE)
		return false;

	element->IU_data_ptr = slot->IU_data_ptr;
	/* Pairs with the acquire in vscsi_crq_push(): read before it is written again. */
	smp_store_release(&slot->high, 0);
	crq->tail++;
	return true;
}

/**
 * vscsi_crq_has_two() - are there two elements, or more?
 * @crq: the ring
 *
 * Context: any; the caller is the only consumer.
 */
bool vscsi_crq_has_two(const struct vscsi_crq *crq)
{
	return READ_ONCE(crq->ring[(crq->tail + 1) & crq->mask].valid);
}
