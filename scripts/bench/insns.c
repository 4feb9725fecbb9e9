// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU plugin: how many instructions the guest has executed at which address.
 *
 *   -plugin insns.so,out=FILE
 *
 * Each time the guest executes MARK, the next of FILE.1, FILE.2, ... is written: a line
 * "ADDRESS INSTRUCTIONS" for each block of code that was executed so far. QEMU counts whole
 * blocks; an exception inside one is counted as if it had been executed to its end.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What qemu-plugin.h declares, which Debian does not package. */
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { QEMU_PLUGIN_INLINE_ADD_U64 };
enum { QEMU_PLUGIN_CB_NO_REGS };
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int, void *), int flags,
					    void *data);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op, void *ptr,
					      uint64_t imm);

/* nopl 0x6b72616d(%rax): does nothing, and no compiler makes it; see mark.S. */
static const uint8_t mark[] = { 0x0f, 0x1f, 0x80, 0x6d, 0x61, 0x72, 0x6b };

#define BUCKETS		(1 << 16)

struct block {
	struct block *next;
	uint64_t address;
	uint64_t insns;
};

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

static struct block *buckets[BUCKETS];
static char *path;

/* Code is translated more than once; all translations of a block have one count. */
static struct block *find(uint64_t address)
{
	struct block **bucket = &buckets[(address ^ address >> 16) % BUCKETS], *block;

	for (block = *bucket; block; block = block->next)
		if (block->address == address)
			return block;
	block = calloc(1, sizeof(*block));
	if (!block)
		abort();
	block->address = address;
	block->next = *bucket;
	*bucket = block;
	return block;
}

static void write_counts(unsigned int cpu, void *data)
{
	static unsigned int marks;
	const struct block *block;
	char name[4096];
	FILE *file;
	size_t i;

	(void)cpu;
	(void)data;
	snprintf(name, sizeof(name), "%s.%u", path, ++marks);
	file = fopen(name, "w");
	if (!file) {
		perror(name);
		return;
	}
	for (i = 0; i < BUCKETS; i++)
		for (block = buckets[i]; block; block = block->next)
			if (block->insns)
				fprintf(file, "%" PRIx64 " %" PRIu64 "\n", block->address,
					block->insns);
	fclose(file);
}

static void look_for_mark(struct qemu_plugin_insn *insn)
{
	if (qemu_plugin_insn_size(insn) == sizeof(mark) &&
	    !memcmp(qemu_plugin_insn_data(insn), mark, sizeof(mark)))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, write_counts, QEMU_PLUGIN_CB_NO_REGS,
						       NULL);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i;

	(void)id;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		look_for_mark(qemu_plugin_tb_get_insn(tb, i));
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &find(qemu_plugin_tb_vaddr(tb))->insns,
						 qemu_plugin_tb_n_insns(tb));
}

__attribute__((visibility("default")))
int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "insns: out=FILE\n");
		return -1;
	}
	path = strdup(argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
