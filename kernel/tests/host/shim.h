/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Just enough of the kernel to run the KUnit suites as a program: included
 * before everything else, while the kernel's headers are empty files.
 */
#ifndef VSCSI_TESTS_SHIM_H
#define VSCSI_TESTS_SHIM_H

#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int64_t s64;
typedef u16 __be16;
typedef u64 __be64;
typedef u8 blk_status_t;
typedef s64 ktime_t;
typedef s64 time64_t;
typedef struct { int counter; } atomic_t;

#define gfp_t			unsigned int
#define U8_MAX			UINT8_MAX
#define U16_MAX			UINT16_MAX
#define U32_MAX			UINT32_MAX
#define U64_MAX			UINT64_MAX
#define SZ_4K			0x1000
#define SZ_64K			0x10000
#define SZ_1M			0x100000
#define SZ_4M			0x400000
#define SZ_32M			0x2000000
#define SZ_64M			0x4000000
#define SZ_256M			0x10000000

#define __init
#define __ro_after_init
#define __percpu
#define BIT(n)			(1UL << (n))
#define ____cacheline_aligned_in_smp
#define roundup_pow_of_two(n)	((n) > 1 ? 1U << (32 - __builtin_clz((n) - 1)) : 1U)
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define static_assert(expr)	_Static_assert(expr, #expr)
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELAXED)
/* barrier of those who use it */
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
/* barrier of those who use it */
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
/* barrier of those who use it */
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define container_of(p, type, member)	((type *)((char *)(p) - offsetof(type, member)))
#define pr_err(...)		fprintf(stderr, __VA_ARGS__)
#define cond_resched()		do { } while (0)
#define ktime_get_real()	((ktime_t)time(NULL) * 1000000000)
#define ktime_to_ms(t)		((t) / 1000000)
#define ktime_get_boottime_seconds()	((time64_t)time(NULL))

static inline void get_random_bytes(void *buf, size_t len)
{
	u8 *b = buf;

	while (len--)
		*b++ = rand();
}

#define min(a, b)		\
	({ typeof(a) shim_a = (a); typeof(b) shim_b = (b); shim_a < shim_b ? shim_a : shim_b; })
#define max(a, b)		\
	({ typeof(a) shim_c = (a); typeof(b) shim_d = (b); shim_c > shim_d ? shim_c : shim_d; })
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define roundup(x, y)		({ typeof(y) shim_y = (y); ((x) + shim_y - 1) / shim_y * shim_y; })
#define rounddown(x, y)		({ typeof(y) shim_y = (y); (x) / shim_y * shim_y; })
#define ilog2(x)		(63 - __builtin_clzll(x))
#define fls(x)			((x) ? 32 - __builtin_clz(x) : 0)
#define fls64(x)		((x) ? 64 - __builtin_clzll(x) : 0)
#define div64_u64(a, b)		((a) / (b))
#define div_u64(a, b)		((a) / (b))
#define cmpxchg(p, old, new)	\
	({ typeof(*(p)) shim_old = (old), *shim_p = (p); \
	   __atomic_compare_exchange_n(shim_p, &shim_old, new, false, __ATOMIC_SEQ_CST, \
				       __ATOMIC_SEQ_CST); shim_old; })
/* CRC-32, bit by bit */
static inline u32 crc32_le(u32 crc, const void *p, size_t len)
{
	const u8 *b = p;
	int bit;

	for (; len; len--)
		for (crc ^= *b++, bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	return crc;
}

#define cpu_to_be16(x)		htobe16(x)
#define be16_to_cpu(x)		be16toh(x)
#define cpu_to_be64(x)		htobe64(x)
#define be64_to_cpu(x)		be64toh(x)

/* Big-endian fields */
static inline u64 shim_get_be(const void *p, unsigned int bytes)
{
	const u8 *b = p;
	u64 value = 0;

	while (bytes--)
		value = value << 8 | *b++;
	return value;
}

static inline void shim_put_be(u64 value, void *p, unsigned int bytes)
{
	u8 *b = p;

	for (; bytes--; value >>= 8)
		b[bytes] = value;
}

#define get_unaligned_be16(p)		((u16)shim_get_be(p, 2))
#define get_unaligned_be24(p)		((u32)shim_get_be(p, 3))
#define get_unaligned_be32(p)		((u32)shim_get_be(p, 4))
#define get_unaligned_be64(p)		shim_get_be(p, 8)
#define put_unaligned_be16(v, p)	shim_put_be(v, p, 2)
#define put_unaligned_be24(v, p)	shim_put_be(v, p, 3)
#define put_unaligned_be32(v, p)	shim_put_be(v, p, 4)
#define put_unaligned_be64(v, p)	shim_put_be(v, p, 8)

/* Memory */
#define GFP_KERNEL		0
#define GFP_NOIO		0
#define GFP_ATOMIC		0
#define __GFP_NORETRY		0
#define __GFP_NOWARN		0
#define kmalloc(size, gfp)	((void)(gfp), malloc(size))
#define kzalloc(size, gfp)	((void)(gfp), calloc(1, size))
#define kcalloc(n, size, gfp)	((void)(gfp), calloc(n, size))
#define kfree(p)		free(p)
#define kvcalloc(n, size, gfp)	((void)(gfp), calloc(n, size))
#define kvfree(p)		free(p)

static inline void memcpy_and_pad(void *to, size_t to_len, const void *from, size_t len, int pad)
{
	len = min(len, to_len);
	memcpy(to, from, len);
	memset((char *)to + len, pad, to_len - len);
}

#define strscpy(to, from, size)	snprintf(to, size, "%s", from)

static inline void *memchr_inv(const void *p, int c, size_t len)
{
	const u8 *b = p;

	for (; len; len--, b++)
		if (*b != c)
			return (void *)b;
	return NULL;
}

/* One CPU */
#define alloc_percpu(type)	calloc(1, sizeof(type))
#define free_percpu(p)		free(p)
#define per_cpu_ptr(p, cpu)	((void)(cpu), (p))
#define get_cpu_ptr(p)		(p)
#define put_cpu_ptr(p)		((void)(p))
#define for_each_possible_cpu(cpu)	for (int shim_cpu = (cpu = 0); shim_cpu < 1; shim_cpu++)

typedef struct { u64 v; } u64_stats_t;

struct u64_stats_sync {
	unsigned int sequence;
};

#define u64_stats_init(s)			((s)->sequence = 0)
#define u64_stats_read(p)			((p)->v)
#define u64_stats_add(p, n)			((p)->v += (n))
#define u64_stats_inc(p)			((p)->v++)
#define u64_stats_update_begin_irqsave(s)	(++(s)->sequence)
#define u64_stats_update_end_irqrestore(s, f)	((s)->sequence += !!(f))
#define u64_stats_fetch_begin(s)		((s)->sequence)
#define u64_stats_fetch_retry(s, start)		((s)->sequence != (start))

/* Scatterlists, not chained */
enum dma_data_direction {
	DMA_BIDIRECTIONAL,
	DMA_TO_DEVICE,
	DMA_FROM_DEVICE,
	DMA_NONE,
};

struct scatterlist {
	void *addr;
	unsigned int length;
};

#define sg_next(sg)			((sg) + 1)
static inline void sg_init_table(struct scatterlist *sgl, unsigned int nents)
{
	memset(sgl, 0, sizeof(*sgl) * nents);
}

#define sg_set_buf(sg, buf, len)	(*(sg) = (struct scatterlist){ buf, len })
#define sg_init_one(sg, buf, len)	sg_set_buf(sg, buf, len)

size_t shim_sg_copy(struct scatterlist *sgl, unsigned int nents, void *buf, size_t len,
		    size_t skip, bool to_buffer);

#define sg_pcopy_to_buffer(sgl, n, buf, len, skip)	\
	shim_sg_copy(sgl, n, buf, len, skip, true)
#define sg_pcopy_from_buffer(sgl, n, buf, len, skip)	\
	shim_sg_copy(sgl, n, (void *)(buf), len, skip, false)

/* Lists */
struct list_head { struct list_head *next, *prev; };
struct llist_node { struct llist_node *next; };

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	*head = (struct list_head){ head, head };
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	*entry = (struct list_head){ head, head->prev };
	head->prev->next = entry;
	head->prev = entry;
}

static inline void list_del(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	list_del(entry);
	list_add_tail(entry, head);
}

/* To an empty list, which is all that is asked of it here. */
static inline void list_splice_init(struct list_head *from, struct list_head *to)
{
	if (list_empty(from))
		return;
	*to = *from;
	to->next->prev = to;
	to->prev->next = to;
	INIT_LIST_HEAD(from);
}

#define list_for_each_entry(pos, head, member)						\
	for (pos = container_of((head)->next, typeof(*pos), member); &pos->member != (head);	\
	     pos = container_of(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_safe(pos, n, head, member)					\
	for (pos = container_of((head)->next, typeof(*pos), member),			\
	     n = container_of(pos->member.next, typeof(*pos), member);			\
	     &pos->member != (head);							\
	     pos = n, n = container_of(n->member.next, typeof(*n), member))

/* One thread */
#define spinlock_t			struct shim_lock
struct shim_lock { int unused; };
struct rcu_head { int unused; };

#define spin_lock_init(lock)			((void)(lock))
#define spin_lock_irqsave(lock, flags)		((void)(lock), (void)((flags) = 0))
#define spin_unlock_irqrestore(lock, flags)	((void)(lock), (void)(flags))
struct mutex { int unused; };

#define mutex_init(lock)			((void)(lock))
#define mutex_lock(lock)			((void)(lock))
#define mutex_unlock(lock)			((void)(lock))
#define lockdep_assert_held(lock)		((void)(lock))
#define kfree_rcu(p, member)			free(p)

/* Members of backends that no test uses */
struct work_struct { int unused; };
struct bio_vec { void *page; };
struct bio { int unused; };
struct kiocb { int unused; };
struct file;

/* From the SCSI headers */
#define SAM_STAT_GOOD			0x00
#define SAM_STAT_CHECK_CONDITION	0x02
#define SAM_STAT_BUSY			0x08
#define SAM_STAT_RESERVATION_CONFLICT	0x18
#define SAM_STAT_TASK_SET_FULL		0x28
#define SAM_STAT_TASK_ABORTED		0x40
#define NO_SENSE			0x00
#define NOT_READY			0x02
#define MEDIUM_ERROR			0x03
#define HARDWARE_ERROR			0x04
#define COPY_ABORTED			0x0a
#define ABORTED_COMMAND			0x0b
#define ILLEGAL_REQUEST			0x05
#define UNIT_ATTENTION			0x06
#define DATA_PROTECT			0x07
#define MISCOMPARE			0x0e

/* KUnit */
struct kunit {
	void *priv;
	bool failed;
	jmp_buf abort;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
};

/* The ring's elements: <scsi/viosrp.h> */
#define VIOSRP_CRQ_FREE		0x00
#define VIOSRP_CRQ_CMD_RSP	0x80

struct viosrp_crq {
	union {
		__be64 high;
		struct {
			u8 valid;
			u8 format;
			u8 reserved;
			u8 status;
			__be16 timeout;
			__be16 IU_length;
		};
	};
	__be64 IU_data_ptr;
};

struct kunit_suite {
	const char name[256];
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

void shim_register(struct kunit_suite *suite);
__printf(5, 6)
void shim_fail(struct kunit *test, bool fatal, const char *file, int line, const char *fmt, ...);
void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp);

#define KUNIT_CASE(fn)	{ .run_case = (fn), .name = #fn }
#define kunit_test_suite(suite)							\
	static void __attribute__((constructor)) shim_register_##suite(void)	\
	{									\
		shim_register(&(suite));					\
	}									\
	struct shim_semicolon

#define SHIM_CHECK(test, fatal, cond, ...)						\
	do {										\
		if (!(cond))								\
			shim_fail(test, fatal, __FILE__, __LINE__, __VA_ARGS__);	\
	} while (0)

#define SHIM_BINARY(test, fatal, a, op, b)						\
	do {										\
		typeof(a) shim_a = (a);							\
		typeof(b) shim_b = (b);							\
											\
		SHIM_CHECK(test, fatal, shim_a op shim_b, "%s %s %s: %lld, %lld", #a, #op, #b,	\
			   (long long)shim_a, (long long)shim_b);			\
	} while (0)

#define KUNIT_EXPECT_EQ(test, a, b)	SHIM_BINARY(test, false, a, ==, b)
#define KUNIT_EXPECT_NE(test, a, b)	SHIM_BINARY(test, false, a, !=, b)
#define KUNIT_EXPECT_LE(test, a, b)	SHIM_BINARY(test, false, a, <=, b)
#define KUNIT_EXPECT_GE(test, a, b)	SHIM_BINARY(test, false, a, >=, b)
#define KUNIT_EXPECT_GT(test, a, b)	SHIM_BINARY(test, false, a, >, b)
#define KUNIT_ASSERT_EQ(test, a, b)	SHIM_BINARY(test, true, a, ==, b)
#define KUNIT_EXPECT_TRUE(test, c)	SHIM_CHECK(test, false, c, "%s", #c)
#define KUNIT_EXPECT_FALSE(test, c)	SHIM_CHECK(test, false, !(c), "not %s", #c)
#define KUNIT_EXPECT_PTR_EQ(test, a, b)	SHIM_CHECK(test, false, (a) == (b), "%s == %s", #a, #b)
#define KUNIT_ASSERT_NOT_NULL(test, p)	SHIM_CHECK(test, true, p, "%s", #p)
#define KUNIT_EXPECT_EQ_MSG(test, a, b, fmt, ...)	\
	SHIM_CHECK(test, false, (a) == (b), "%s == %s: " fmt, #a, #b, __VA_ARGS__)
#define KUNIT_EXPECT_TRUE_MSG(test, c, fmt, ...)	\
	SHIM_CHECK(test, false, c, "%s: " fmt, #c, __VA_ARGS__)

#endif
