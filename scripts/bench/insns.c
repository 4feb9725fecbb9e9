// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU plugin: how many instructions the guest has executed at which address.
 *
 *   -plugin insns.so,out=FILE
 *
 * When QEMU ends, FILE has a line "ADDRESS INSTRUCTIONS" for each block of code that was
 * executed. QEMU counts whole blocks; an exception inside one is counted as if it had been
 * executed to its end.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What qemu-plugin.h declares, which Debian does not package. */
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
enum { QEMU_PLUGIN_INLINE_ADD_U64 };
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op, void *ptr,
					      uint64_t imm);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*cb)(qemu_plugin_id_t, void *),
				    void *data);

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

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &find(qemu_plugin_tb_vaddr(tb))->insns,
						 qemu_plugin_tb_n_insns(tb));
}

static void ended(qemu_plugin_id_t id, void *data)
{
	const struct block *block;
	FILE *file = fopen(path, "w");
	size_t i;

	(void)id;
	(void)data;
	if (!file) {
		perror(path);
		return;
	}
	for (i = 0; i < BUCKETS; i++)
		for (block = buckets[i]; block; block = block->next)
			if (block->insns)
				fprintf(file, "%" PRIx64 " %" PRIu64 "\n", block->address,
					block->insns);
	fclose(file);
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
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
