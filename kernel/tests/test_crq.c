// SPDX-License-Identifier: GPL-2.0
/* What goes into a ring comes out of it, in order, once, and nothing else. */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "../hypervisor/crq.h"

#define ELEMENTS	8

static int crq_init(struct kunit *test)
{
	struct vscsi_crq *crq = kunit_kzalloc(test, sizeof(*crq), GFP_KERNEL);

	test->priv = crq;
	return crq ? vscsi_crq_alloc(crq, ELEMENTS) : -ENOMEM;
}

static void crq_exit(struct kunit *test)
{
	vscsi_crq_free(test->priv);
}

static bool push(struct vscsi_crq *crq, u8 nr)
{
	struct viosrp_crq element = {
		.valid = VIOSRP_CRQ_CMD_RSP, .format = nr, .reserved = nr + 1, .status = nr + 2,
		.timeout = cpu_to_be16(nr + 3), .IU_length = cpu_to_be16(nr + 4),
		.IU_data_ptr = cpu_to_be64(nr + 5ULL),
	};

	return vscsi_crq_push(crq, &element);
}

static void expect_pop(struct kunit *test, u8 nr)
{
	struct viosrp_crq element = { };

	KUNIT_EXPECT_TRUE(test, vscsi_crq_pop(test->priv, &element));
	KUNIT_EXPECT_EQ(test, (int)element.valid, VIOSRP_CRQ_CMD_RSP);
	KUNIT_EXPECT_EQ(test, (int)element.format, (int)nr);
	KUNIT_EXPECT_EQ(test, (int)element.reserved, (u8)(nr + 1));
	KUNIT_EXPECT_EQ(test, (int)element.status, (u8)(nr + 2));
	KUNIT_EXPECT_EQ(test, (int)be16_to_cpu(element.timeout), nr + 3);
	KUNIT_EXPECT_EQ(test, (int)be16_to_cpu(element.IU_length), nr + 4);
	KUNIT_EXPECT_EQ(test, be64_to_cpu(element.IU_data_ptr), nr + 5ULL);
}

static void expect_empty(struct kunit *test)
{
	struct viosrp_crq element;

	KUNIT_EXPECT_FALSE(test, vscsi_crq_pop(test->priv, &element));
}

static void elements_are_rounded_up(struct kunit *test)
{
	struct vscsi_crq crq;

	KUNIT_ASSERT_EQ(test, vscsi_crq_alloc(&crq, 5), 0);
	KUNIT_EXPECT_EQ(test, crq.mask, 7U);
	vscsi_crq_free(&crq);
	vscsi_crq_free(&crq);
}

static void nothing_comes_out_of_an_empty_ring(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;

	expect_empty(test);
	push(crq, 1);
	expect_pop(test, 1);
	expect_empty(test);
	expect_empty(test);
}

static void two_or_more_are_seen(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;
	u8 i;

	crq->head = ELEMENTS - 1;
	crq->tail = ELEMENTS - 1;
	KUNIT_EXPECT_FALSE(test, vscsi_crq_has_two(crq));
	push(crq, 0);
	KUNIT_EXPECT_FALSE(test, vscsi_crq_has_two(crq));
	for (i = 1; i < ELEMENTS; i++) {
		push(crq, i);
		KUNIT_EXPECT_TRUE(test, vscsi_crq_has_two(crq));
	}
	for (i = 0; i < ELEMENTS - 1; i++)
		expect_pop(test, i);
	KUNIT_EXPECT_FALSE(test, vscsi_crq_has_two(crq));
}

static void order_is_kept_around_the_end(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;
	u8 in = 0, out = 0;

	while (in < 5 * ELEMENTS) {
		KUNIT_EXPECT_TRUE(test, push(crq, in++));
		KUNIT_EXPECT_TRUE(test, push(crq, in++));
		KUNIT_EXPECT_TRUE(test, push(crq, in++));
		expect_pop(test, out++);
		expect_pop(test, out++);
		expect_pop(test, out++);
	}
	expect_empty(test);
}

static void a_full_ring_takes_no_more(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;
	u8 i;

	for (i = 0; i < ELEMENTS; i++)
		KUNIT_EXPECT_TRUE(test, push(crq, i));
	KUNIT_EXPECT_FALSE(test, push(crq, 100));
	KUNIT_EXPECT_FALSE(test, push(crq, 101));
	expect_pop(test, 0);
	KUNIT_EXPECT_TRUE(test, push(crq, ELEMENTS));
	KUNIT_EXPECT_FALSE(test, push(crq, 102));
	for (i = 1; i <= ELEMENTS; i++)
		expect_pop(test, i);
	expect_empty(test);
}

static void indices_may_overflow(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;
	u8 i;

	crq->head = U32_MAX - 2;
	crq->tail = U32_MAX - 2;
	for (i = 0; i < ELEMENTS; i++)
		KUNIT_EXPECT_TRUE(test, push(crq, i));
	KUNIT_EXPECT_FALSE(test, push(crq, 100));
	for (i = 0; i < ELEMENTS; i++)
		expect_pop(test, i);
	expect_empty(test);
}

/* An element is there when its valid byte says so, whatever the rest of it holds. */
static void only_the_valid_byte_counts(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;

	memset(crq->ring, 0xff, sizeof(*crq->ring));
	crq->ring[0].valid = VIOSRP_CRQ_FREE;
	expect_empty(test);
	KUNIT_EXPECT_TRUE(test, push(crq, 9));
	expect_pop(test, 9);
}

static void a_stale_valid_byte_is_an_element_once(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;
	struct viosrp_crq element;

	crq->ring[0].valid = 0x42;
	KUNIT_EXPECT_FALSE(test, push(crq, 1));
	KUNIT_EXPECT_TRUE(test, vscsi_crq_pop(crq, &element));
	KUNIT_EXPECT_EQ(test, (int)element.valid, 0x42);
	expect_empty(test);
}

/* Its place would be the end of the ring for ever. */
static void an_element_without_a_valid_byte_is_lost(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;
	struct viosrp_crq element = { .format = 1 };

	KUNIT_EXPECT_TRUE(test, vscsi_crq_push(crq, &element));
	KUNIT_EXPECT_TRUE(test, push(crq, 1));
	expect_pop(test, 1);
	expect_empty(test);
}

static void a_reset_drops_all(struct kunit *test)
{
	struct vscsi_crq *crq = test->priv;
	u8 i;

	for (i = 0; i < ELEMENTS; i++)
		push(crq, i);
	expect_pop(test, 0);
	vscsi_crq_reset(crq);
	expect_empty(test);
	for (i = 0; i < ELEMENTS; i++)
		KUNIT_EXPECT_TRUE(test, push(crq, i));
	expect_pop(test, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(elements_are_rounded_up),
	KUNIT_CASE(nothing_comes_out_of_an_empty_ring),
	KUNIT_CASE(two_or_more_are_seen),
	KUNIT_CASE(order_is_kept_around_the_end),
	KUNIT_CASE(a_full_ring_takes_no_more),
	KUNIT_CASE(indices_may_overflow),
	KUNIT_CASE(only_the_valid_byte_counts),
	KUNIT_CASE(a_stale_valid_byte_is_an_element_once),
	KUNIT_CASE(an_element_without_a_valid_byte_is_lost),
	KUNIT_CASE(a_reset_drops_all),
	{ }
};

static struct kunit_suite suite = {
	.name = "vscsi_crq",
	.init = crq_init,
	.exit = crq_exit,
	.test_cases = cases,
};

kunit_test_suite(suite);
