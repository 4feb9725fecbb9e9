// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that run out of memory: netlink_faults FILE [all]
 *
 * Each is sent again and again; the first time its first allocation fails, the second time its
 * second, until it passes without a fault (/proc/thread-self/fail-nth).  Unless all are asked
 * for, steps get longer where there are hundreds: 5% of the way.  What is refused must have
 * changed nothing; what was done in spite of a fault is undone.  FILE is a backing device.
 */
#include <fcntl.h>
#include <unistd.h>

#include "netlink_raw.h"

#define FAULTS_MAX	5000
#define LIST_MAX	65536

static int fail_nth;
static bool all;
static int file;
static char before[LIST_MAX], now[LIST_MAX];

/* --- what there is --- */

static const uint8_t *state_of(const struct nlmsghdr *hdr)
{
	static const uint8_t none;
	const struct nlattr *attr = message_attr(hdr, VSCSI_A_VTD_STATE);

	if (!attr)
		attr = message_attr(hdr, VSCSI_A_ADAPTER_STATE);
	return attr ? attr_data(attr) : &none;
}

static size_t list_kind(uint8_t cmd, char *text, size_t room)
{
	const struct nlmsghdr *hdr;
	unsigned int left;
	size_t used = 0;

	begin(cmd);
	request.hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	send(sock, &request, request.hdr.nlmsg_len, 0);
	for (;;) {
		left = receive(sock);
		for (hdr = &reply.hdr; NLMSG_OK(hdr, left); hdr = NLMSG_NEXT(hdr, left)) {
			if (hdr->nlmsg_type == NLMSG_DONE)
				return used;
			used += snprintf(text + used, room - used, "%u %s %s %s %u\n", cmd,
					 message_text(hdr, VSCSI_A_PARTITION_NAME),
					 message_text(hdr, VSCSI_A_ADAPTER_NAME),
					 message_text(hdr, VSCSI_A_VTD_NAME), *state_of(hdr));
		}
	}
}

static void list(char *text)
{
	size_t used = list_kind(VSCSI_NL_CMD_PARTITION_GET, text, LIST_MAX);

	used += list_kind(VSCSI_NL_CMD_ADAPTER_GET, text + used, LIST_MAX - used);
	list_kind(VSCSI_NL_CMD_VTD_GET, text + used, LIST_MAX - used);
}

/* --- operations --- */

static void partition_new(void)
{
	begin(VSCSI_NL_CMD_PARTITION_NEW);
	put_str(VSCSI_A_PARTITION_NAME, "faulty");
	put_u32(VSCSI_A_PARTITION_ID, 77);
	put_u8(VSCSI_A_PARTITION_TYPE, VSCSI_PARTITION_CLIENT);
}

static void partition_del(void)
{
	begin(VSCSI_NL_CMD_PARTITION_DEL);
	put_u32(VSCSI_A_PARTITION_ID, 77);
}

static void pair_new(void)
{
	begin(VSCSI_NL_CMD_ADAPTER_NEW);
	put_u32(VSCSI_A_PARTITION_ID, 1);
	put_u8(VSCSI_A_ADAPTER_TYPE, VSCSI_ADAPTER_SERVER);
	put_u32(VSCSI_A_SLOT, 77);
	put_u32(VSCSI_A_REMOTE_PARTITION_ID, 2);
	put(VSCSI_A_WITH_PARTNER, NULL, 0);
}

static void pair_del(void)
{
	begin(VSCSI_NL_CMD_ADAPTER_DEL);
	put_u32(VSCSI_A_PARTITION_ID, 1);
	put_u32(VSCSI_A_SLOT, 77);
	put(VSCSI_A_WITH_PARTNER, NULL, 0);
}

static void set_state(enum vscsi_adapter_state state)
{
	begin(VSCSI_NL_CMD_ADAPTER_SET);
	put_u32(VSCSI_A_PARTITION_ID, 1);
	put_u32(VSCSI_A_SLOT, 77);
	put_u8(VSCSI_A_ADAPTER_STATE, state);
}

static void server_off(void)
{
	set_state(VSCSI_ADAPTER_DEFINED);
}

static void server_on(void)
{
	set_state(VSCSI_ADAPTER_AVAILABLE);
}

static void ram_new(void)
{
	begin(VSCSI_NL_CMD_VTD_NEW);
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
	put_str(VSCSI_A_VTD_NAME, "faulty");
	put_u64(VSCSI_A_RAM_SIZE, 4 << 20);
}

static void file_new(void)
{
	begin(VSCSI_NL_CMD_VTD_NEW);
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
	put_str(VSCSI_A_VTD_NAME, "faulty");
	put_u32(VSCSI_A_FD, file);
	put_str(VSCSI_A_BACKING_NAME, "file");
}

static void vtd_del(void)
{
	begin(VSCSI_NL_CMD_VTD_DEL);
	put_str(VSCSI_A_VTD_NAME, "faulty");
}

/* --- faults --- */

static void arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);
	int ret;

	/* The fault may hit this very call. */
	do {
		ret = pwrite(fail_nth, text, len, 0);
	} while (ret < 0 && errno == EFAULT);
	if (ret != len)
		die("fail-nth");
}

/* True if the fault has happened, and not only now. */
static bool disarm(void)
{
	char text[16] = "";
	ssize_t ret = pread(fail_nth, text, sizeof(text) - 1, 0);

	if (ret < 0 && errno == EFAULT)
		return false;
	if (ret <= 0)
		die("fail-nth");
	arm(0);
	return !atoi(text);
}

static int ask_with_fault(unsigned int nth, bool *hit)
{
	ssize_t sent;
	int err;

	arm(nth);
	sent = send(sock, &request, request.hdr.nlmsg_len, 0);
	err = errno;
	*hit = disarm();
	return sent < 0 ? -err : answer();
}

static void must(void (*build)(void), const char *what)
{
	int err;

	build();
	err = ask();
	if (!err)
		return;
	printf("%s: %s: %s\n", what, strerror(-err), why);
	exit(1);
}

static void check_list(const char *what, unsigned int nth)
{
	list(now);
	if (!strcmp(before, now))
		return;
	printf("%s: fault %u has left\n%sinstead of\n%s", what, nth, now, before);
	exit(1);
}

static void check(const char *what, void (*build)(void), void (*undo)(void))
{
	unsigned int nth, tried = 0, refused = 0;
	bool hit = true;
	int err;

	list(before);
	for (nth = 1; hit && nth < FAULTS_MAX; nth += all ? 1 : 1 + nth / 20) {
		tried++;
		build();
		err = ask_with_fault(nth, &hit);
		if (err < 0 && !hit) {
			printf("%s: %s: %s\n", what, strerror(-err), why);
			exit(1);
		}
		if (err < 0)
			refused++;
		/* Without an answer it may have been done or not. */
		undo();
		if (err == NO_ANSWER)
			ask();
		else if (!err)
			must(undo, what);
		check_list(what, nth);
	}
	printf("%s: %u of the first %u allocations failed, refused %u times\n", what, tried - 1,
	       nth - 1, refused);
	if (hit)
		exit(1);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: netlink_faults FILE [all]\n");
		return 2;
	}
	all = argc > 2;
	fail_nth = open("/proc/thread-self/fail-nth", O_RDWR);
	file = open(argv[1], O_RDWR);
	if (fail_nth < 0 || file < 0)
		die("open");
	setlinebuf(stdout);
	sock = netlink_open();
	find_family();

	check("new partition", partition_new, partition_del);
	check("new pair of adapters", pair_new, pair_del);
	check("new device, memory", ram_new, vtd_del);
	check("new device, file", file_new, vtd_del);
	must(partition_new, "partition");
	check("partition removed", partition_del, partition_new);
	must(partition_del, "partition");
	must(ram_new, "device");
	check("device removed", vtd_del, ram_new);
	must(vtd_del, "device");
	must(pair_new, "pair");
	check("adapter unconfigured", server_off, server_on);
	must(server_off, "adapter");
	check("adapter configured", server_on, server_off);
	must(server_on, "adapter");
	check("pair of adapters removed", pair_del, pair_new);
	must(pair_del, "pair");
	return 0;
}
