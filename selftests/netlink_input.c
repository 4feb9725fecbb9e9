// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that no well-behaved program sends, straight to the socket.
 *
 *   netlink_input GROUP            send the bad requests of a group (see groups[])
 *   netlink_input fuzz SEED NR     send NR damaged requests
 *
 * Each bad request must bring an error, and an extended ack that says why.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "netlink_raw.h"

#define ANY_ERROR	0
#define NOBODY		65534

static unsigned int failures;

static void failed(const char *what, const char *how, int error)
{
	printf("%s: %s (%s, \"%s\")\n", what, how, strerror(-error), why);
	failures++;
}

static void expect_error(const char *what, int error)
{
	int got = ask();

	if (!got)
		failed(what, "was accepted", got);
	else if (error != ANY_ERROR && got != -error)
		failed(what, "other error than expected", got);
	else if (!why[0])
		failed(what, "no reason given", got);
	else
		printf("%s: %s: %s\n", what, strerror(-got), why);
}

/* Where netlink itself refuses, it says nothing. */
static void expect_silent_error(const char *what, int error)
{
	int got = ask();

	if (got != -error)
		failed(what, "other error than expected", got);
}

static void expect_success(const char *what)
{
	int got = ask();

	if (got)
		failed(what, "was refused", got);
}

/* --- requests that would be right but for one thing --- */

static void begin_vtd(void)
{
	begin(VSCSI_NL_CMD_VTD_NEW);
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
}

static void begin_ram(void)
{
	begin_vtd();
	put_u64(VSCSI_A_RAM_SIZE, 1 << 20);
}

static void begin_client(void)
{
	begin(VSCSI_NL_CMD_ADAPTER_NEW);
	put_u32(VSCSI_A_PARTITION_ID, 2);
	put_u8(VSCSI_A_ADAPTER_TYPE, VSCSI_ADAPTER_CLIENT);
}

static void begin_server(void)
{
	begin(VSCSI_NL_CMD_ADAPTER_NEW);
	put_u32(VSCSI_A_PARTITION_ID, 1);
	put_u8(VSCSI_A_ADAPTER_TYPE, VSCSI_ADAPTER_SERVER);
}

static void begin_partition(void)
{
	begin(VSCSI_NL_CMD_PARTITION_NEW);
	put_u8(VSCSI_A_PARTITION_TYPE, VSCSI_PARTITION_CLIENT);
}

/* Of a VTD named "target", made of memory. */
static void begin_set(void)
{
	begin(VSCSI_NL_CMD_VTD_SET);
	put_str(VSCSI_A_VTD_NAME, "target");
}

static void missing(void)
{
	static const uint8_t need_one[] = {
		VSCSI_NL_CMD_PARTITION_GET, VSCSI_NL_CMD_PARTITION_NEW,
		VSCSI_NL_CMD_PARTITION_DEL, VSCSI_NL_CMD_ADAPTER_GET,
		VSCSI_NL_CMD_ADAPTER_NEW, VSCSI_NL_CMD_ADAPTER_SET,
		VSCSI_NL_CMD_ADAPTER_DEL, VSCSI_NL_CMD_VTD_GET, VSCSI_NL_CMD_VTD_NEW,
		VSCSI_NL_CMD_VTD_SET, VSCSI_NL_CMD_VTD_DEL,
	};
	char what[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(need_one); i++) {
		begin(need_one[i]);
		snprintf(what, sizeof(what), "empty command %u", need_one[i]);
		expect_error(what, EINVAL);
	}
	begin_partition();
	expect_error("partition without name", EINVAL);
	begin(VSCSI_NL_CMD_PARTITION_NEW);
	put_str(VSCSI_A_PARTITION_NAME, "app1");
	expect_error("partition without type", EINVAL);
	begin(VSCSI_NL_CMD_ADAPTER_NEW);
	put_u8(VSCSI_A_ADAPTER_TYPE, VSCSI_ADAPTER_SERVER);
	expect_error("adapter without partition", EINVAL);
	begin(VSCSI_NL_CMD_ADAPTER_NEW);
	put_u32(VSCSI_A_PARTITION_ID, 1);
	expect_error("adapter without type", EINVAL);
	begin_client();
	expect_error("client without server", EINVAL);
	begin_client();
	put_u32(VSCSI_A_REMOTE_PARTITION_ID, 1);
	expect_error("client without slot of the server", EINVAL);
	begin_server();
	put(VSCSI_A_WITH_PARTNER, NULL, 0);
	expect_error("pair without client", EINVAL);
	begin(VSCSI_NL_CMD_ADAPTER_SET);
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
	expect_error("adapter without state", EINVAL);
	begin(VSCSI_NL_CMD_ADAPTER_DEL);
	put_u32(VSCSI_A_SLOT, 2);
	expect_error("slot without partition", EINVAL);
	begin(VSCSI_NL_CMD_ADAPTER_DEL);
	put_u32(VSCSI_A_PARTITION_ID, 1);
	expect_error("partition without slot", EINVAL);
	begin_vtd();
	expect_error("VTD of nothing", EINVAL);
	begin_vtd();
	put_u32(VSCSI_A_FD, 0);
	expect_error("VTD without name of the backing device", EINVAL);
	begin(VSCSI_NL_CMD_VTD_NEW);
	put_u64(VSCSI_A_RAM_SIZE, 1 << 20);
	expect_error("VTD without adapter", EINVAL);
	begin_set();
	expect_error("VTD_SET of nothing", EINVAL);
}

static void doubled(void)
{
	struct nlattr *nest;

	begin_ram();
	put_u64(VSCSI_A_RAM_SIZE, 1 << 20);
	expect_error("two sizes", EINVAL);
	begin_ram();
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
	expect_error("two adapters", EINVAL);
	begin_ram();
	put_u32(VSCSI_A_FD, 0);
	put_str(VSCSI_A_BACKING_NAME, "x");
	expect_error("two backing devices", EINVAL);
	begin_ram();
	put(VSCSI_A_READ_ONLY, NULL, 0);
	put(VSCSI_A_READ_ONLY, NULL, 0);
	expect_error("two flags", EINVAL);
	begin_server();
	put_u32(VSCSI_A_PARTITION_ID, 1);
	expect_error("two partitions", EINVAL);
	begin(VSCSI_NL_CMD_VTD_DEL);
	put_str(VSCSI_A_VTD_NAME, "target");
	put_str(VSCSI_A_VTD_NAME, "target");
	expect_error("two names", EINVAL);
	begin(VSCSI_NL_CMD_ADAPTER_DEL);
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
	put_u32(VSCSI_A_PARTITION_ID, 1);
	put_u32(VSCSI_A_SLOT, 2);
	expect_error("name and slot", EINVAL);
	begin_set();
	nest = nest_begin(VSCSI_A_INJECT);
	put_u32(VSCSI_INJECT_A_EVERY, 1);
	put_u32(VSCSI_INJECT_A_EVERY, 2);
	nest_end(nest);
	expect_error("two values in a nest", EINVAL);
	begin_set();
	nest_end(nest_begin(VSCSI_A_INJECT));
	nest_end(nest_begin(VSCSI_A_INJECT));
	expect_error("two nests", EINVAL);
}

static void oversized(void)
{
	static const uint8_t zeroes[64 * 1024];

	begin_ram();
	put_long(VSCSI_A_VTD_NAME, VSCSI_DEVICE_NAME_MAX + 1);
	expect_error("long name", ANY_ERROR);
	begin_ram();
	put_long(VSCSI_A_UDID, VSCSI_UDID_MAX + 1);
	expect_error("long UDID", ANY_ERROR);
	begin_ram();
	put_long(VSCSI_A_BACKING_NAME, VSCSI_BACKING_NAME_MAX + 1);
	expect_error("long name of the backing device", ANY_ERROR);
	begin_ram();
	put_long(VSCSI_A_BACKING_PATH, VSCSI_BACKING_PATH_MAX + 1);
	expect_error("long path", ANY_ERROR);
	begin_ram();
	put_long(VSCSI_A_PHYSLOC, VSCSI_PHYSLOC_MAX + 1);
	expect_error("long location", ANY_ERROR);
	begin_partition();
	put_long(VSCSI_A_PARTITION_NAME, VSCSI_PARTITION_NAME_MAX + 1);
	expect_error("long partition name", ANY_ERROR);
	begin_partition();
	put_long(VSCSI_A_PARTITION_NAME, 60000);
	expect_error("very long partition name", ANY_ERROR);
	begin(VSCSI_NL_CMD_PARTITION_DEL);
	put(VSCSI_A_PARTITION_ID, zeroes, 8);
	expect_error("8 bytes for u32", ANY_ERROR);
	begin(VSCSI_NL_CMD_PARTITION_DEL);
	put(VSCSI_A_PARTITION_ID, zeroes, 60000);
	expect_error("60000 bytes for u32", ANY_ERROR);
	begin_vtd();
	put(VSCSI_A_RAM_SIZE, zeroes, 16);
	expect_error("16 bytes for u64", ANY_ERROR);
	begin_ram();
	put_u32(VSCSI_A_VTD_TYPE, VSCSI_VTD_RAM);
	expect_error("4 bytes for u8", ANY_ERROR);
	begin_ram();
	put_u32(VSCSI_A_READ_ONLY, 1);
	expect_error("4 bytes for a flag", ANY_ERROR);
}

static void truncated(void)
{
	struct nlattr *attr;
	int cut;

	begin_vtd();
	put_u32(VSCSI_A_RAM_SIZE, 1 << 20);
	expect_error("4 bytes for u64", ANY_ERROR);
	begin(VSCSI_NL_CMD_PARTITION_DEL);
	put_u8(VSCSI_A_PARTITION_ID, 2);
	expect_error("1 byte for u32", ANY_ERROR);
	begin(VSCSI_NL_CMD_PARTITION_DEL);
	put(VSCSI_A_PARTITION_ID, NULL, 0);
	expect_error("0 bytes for u32", ANY_ERROR);
	begin_ram();
	put(VSCSI_A_VTD_TYPE, NULL, 0);
	expect_error("0 bytes for u8", ANY_ERROR);
	begin_ram();
	put(VSCSI_A_VTD_NAME, "vtscsi7", 7);
	expect_error("text without end", ANY_ERROR);
	begin_ram();
	put(VSCSI_A_VTD_NAME, NULL, 0);
	expect_error("no text", ANY_ERROR);
	begin_ram();
	put_str(VSCSI_A_VTD_NAME, "");
	expect_error("empty text", ANY_ERROR);
	begin_ram();
	attr = put(VSCSI_A_VTD_NAME, "a", 2);
	attr->nla_len = 400;
	expect_error("attribute longer than the message", EINVAL);
	for (cut = 0; cut < NLA_HDRLEN; cut++) {
		begin_ram();
		attr = put(VSCSI_A_VTD_NAME, "a", 2);
		attr->nla_len = cut;
		expect_error("attribute shorter than its header", EINVAL);
	}
	begin_ram();
	request.hdr.nlmsg_len += 2;
	expect_error("2 bytes behind the last attribute", EINVAL);
	begin_set();
	attr = nest_begin(VSCSI_A_INJECT);
	put_u32(VSCSI_INJECT_A_EVERY, 1);
	nest_end(attr);
	attr->nla_len -= 2;
	expect_error("nest cut short", EINVAL);
	begin_set();
	attr = put(VSCSI_A_INJECT | NLA_F_NESTED, "abc", 3);
	expect_error("nest of rubbish", ANY_ERROR);
	begin(VSCSI_NL_CMD_SYSTEM_GET);
	request.hdr.nlmsg_len = NLMSG_LENGTH(2);
	expect_silent_error("half a header", EINVAL);
}

static void put_odd_text(uint16_t type, int nr)
{
	static const struct { const char *text; size_t len; } odd[] = {
		{ "a\nb", 4 }, { "\033[2J", 5 }, { "a\0b", 4 }, { "a\177", 3 },
	};

	put(type, odd[nr].text, odd[nr].len);
}

static void nonsense(void)
{
	static const char *const names[] = {
		"vhost", "vhost-1", "vhost01", "vhost1x", "vscsi1", "vhost99999999999",
		"vhost65535", "vhost65536",
	};
	struct nlattr *nest;
	int i;

	for (i = 0; i < 4; i++) {
		begin_ram();
		put_odd_text(VSCSI_A_VTD_NAME, i);
		expect_error("odd name", EINVAL);
		begin_ram();
		put_odd_text(VSCSI_A_BACKING_NAME, i);
		expect_error("odd name of the backing device", EINVAL);
		begin_ram();
		put_odd_text(VSCSI_A_PHYSLOC, i);
		expect_error("odd location", EINVAL);
		begin_partition();
		put_odd_text(VSCSI_A_PARTITION_NAME, i);
		expect_error("odd partition name", EINVAL);
	}
	begin_ram();
	put_str(VSCSI_A_VTD_NAME, "../../etc");
	expect_error("a path as name", EINVAL);
	begin_ram();
	put_str(VSCSI_A_VTD_NAME, "vhost0");
	expect_error("an adapter's name", EEXIST);
	begin_ram();
	put_str(VSCSI_A_UDID, "with blank");
	expect_error("UDID with a blank", EINVAL);
	begin_ram();
	put_u8(VSCSI_A_VTD_TYPE, VSCSI_VTD_DISK);
	expect_error("memory as a disk", EINVAL);
	begin_set();
	nest = put(VSCSI_A_INJECT, NULL, 0);
	put_u32(VSCSI_INJECT_A_EVERY, 1);
	nest_end(nest);
	expect_error("nest without its mark", EINVAL);
	begin_set();
	nest = nest_begin(VSCSI_A_INJECT);
	put_u8(VSCSI_INJECT_A_ERROR, VSCSI_INJECT_HANG + 1);
	nest_end(nest);
	expect_error("unknown fault", ANY_ERROR);
	begin(VSCSI_NL_CMD_VTD_NEW);
	put_str(VSCSI_A_ADAPTER_NAME, "vscsi0");
	put_u64(VSCSI_A_RAM_SIZE, 1 << 20);
	expect_error("client adapter as target", EINVAL);
	begin(VSCSI_NL_CMD_VTD_NEW);
	put_str(VSCSI_A_ADAPTER_NAME, "vhost9");
	put_u64(VSCSI_A_RAM_SIZE, 1 << 20);
	expect_error("unknown adapter", ENODEV);
	begin_server();
	put_u32(VSCSI_A_QUEUES, 2);
	expect_error("queues of a server", EINVAL);
	for (i = 0; i < (int)ARRAY_SIZE(names); i++) {
		begin_server();
		put_str(VSCSI_A_ADAPTER_NAME, names[i]);
		expect_error("name of a server adapter", EINVAL);
	}
	begin_server();
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
	expect_error("name in use", EEXIST);
	begin_client();
	put_u32(VSCSI_A_REMOTE_PARTITION_ID, 2);
	put_u32(VSCSI_A_REMOTE_SLOT, 3);
	expect_error("client of itself", EINVAL);
	begin(VSCSI_NL_CMD_ADAPTER_NEW);
	put_u32(VSCSI_A_PARTITION_ID, 2);
	put_u8(VSCSI_A_ADAPTER_TYPE, VSCSI_ADAPTER_SERVER);
	expect_error("server adapter of a client", EINVAL);
}

/* Attributes that a command knows nothing of. */
static void unknown_attrs(void)
{
	static const uint16_t types[] = {
		VSCSI_A_UNSPEC, VSCSI_A_MAX + 1, 200, (uint16_t)NLA_TYPE_MASK,
		VSCSI_A_GENERATION, VSCSI_A_STATS, VSCSI_A_LINK, VSCSI_A_PARTITION_NAME,
	};
	struct nlattr *nest;
	char what[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		begin_ram();
		put_u32(types[i], 1);
		snprintf(what, sizeof(what), "attribute %u", types[i]);
		expect_error(what, EINVAL);
		begin(VSCSI_NL_CMD_SYSTEM_GET);
		put_u32(types[i], 1);
		expect_error(what, EINVAL);
	}
	begin_set();
	nest = nest_begin(VSCSI_A_INJECT);
	put_u32(VSCSI_INJECT_A_MAX + 1, 1);
	nest_end(nest);
	expect_error("attribute in a nest", EINVAL);
}

static void unknown(void)
{
	static const uint8_t cmds[] = { 0, VSCSI_NL_CMD_MAX + 1, 100, 255 };
	struct genlmsghdr *genl = NLMSG_DATA(&request.hdr);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		begin(cmds[i]);
		expect_silent_error("unknown command", EOPNOTSUPP);
		begin(cmds[i]);
		request.hdr.nlmsg_flags |= NLM_F_DUMP;
		expect_silent_error("list of unknown command", EOPNOTSUPP);
	}
	begin(VSCSI_NL_CMD_VTD_NEW);
	request.hdr.nlmsg_flags |= NLM_F_DUMP;
	expect_silent_error("list of NEW", EOPNOTSUPP);
	begin(VSCSI_NL_CMD_SYSTEM_GET);
	genl->reserved = 1;
	expect_error("reserved field", EINVAL);
	begin(VSCSI_NL_CMD_SYSTEM_GET);
	request.hdr.nlmsg_type = family + 1000;
	expect_silent_error("unknown family", ENOENT);
	unknown_attrs();
}

/* --- descriptors --- */

static void expect_fd_error(const char *what, int fd, int error)
{
	begin_vtd();
	put_u32(VSCSI_A_FD, fd);
	put_str(VSCSI_A_BACKING_NAME, "x");
	expect_error(what, error);
	if (fd > 2 && fd != sock)
		close(fd);
}

static int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		die(path);
	return fd;
}

static void descriptors(void)
{
	char name[] = "/tmp/netlink_input.XXXXXX";
	int fds[2], fd = mkstemp(name);

	if (fd < 0 || ftruncate(fd, 1 << 20) || pipe(fds))
		die(name);
	close(fd);
	expect_fd_error("closed descriptor", fd, EBADF);
	expect_fd_error("descriptor that never was", 1000, EBADF);
	expect_fd_error("largest descriptor", INT32_MAX, EBADF);
	expect_fd_error("negative descriptor", -1, ERANGE);
	expect_fd_error("reading end of a pipe", fds[0], ENOTBLK);
	expect_fd_error("writing end of a pipe", fds[1], ENOTBLK);
	expect_fd_error("socket", socket(AF_UNIX, SOCK_STREAM, 0), ENOTBLK);
	expect_fd_error("the netlink socket", sock, ENOTBLK);
	expect_fd_error("event", eventfd(0, 0), ENOTBLK);
	expect_fd_error("/dev/null", open_or_die("/dev/null", O_RDWR), ENOTBLK);
	expect_fd_error("directory", open_or_die("/", O_RDONLY), ENOTBLK);
	expect_fd_error("path alone", open_or_die(name, O_PATH), EBADF);
	expect_fd_error("file for reading", open_or_die(name, O_RDONLY), EROFS);
	expect_fd_error("file for writing", open_or_die(name, O_WRONLY), EINVAL);
	expect_fd_error("file for appending", open_or_die(name, O_RDWR | O_APPEND), EINVAL);
	expect_fd_error("file of proc", open_or_die("/proc/self/oom_score_adj", O_RDWR),
			ANY_ERROR);
	expect_fd_error("file of sysfs",
			open_or_die("/sys/module/printk/parameters/time", O_RDWR), ANY_ERROR);
	if (truncate(name, 0))
		die(name);
	expect_fd_error("empty file", open_or_die(name, O_RDWR), EINVAL);
	if (truncate(name, 1000))
		die(name);
	expect_fd_error("file of 1000 bytes", open_or_die(name, O_RDWR), EINVAL);
	begin_vtd();
	put_u32(VSCSI_A_FD, 0);
	put_str(VSCSI_A_BACKING_NAME, "x");
	put_u8(VSCSI_A_VTD_TYPE, VSCSI_VTD_RAM);
	expect_error("descriptor as memory", EINVAL);
	unlink(name);
}

/* --- media --- */

static void begin_drive(void)
{
	begin_vtd();
	put_u8(VSCSI_A_VTD_TYPE, VSCSI_VTD_OPTICAL);
}

static void expect_medium_error(const char *what, const char *vtd, int fd, int error)
{
	begin(VSCSI_NL_CMD_VTD_SET);
	put_str(VSCSI_A_VTD_NAME, vtd);
	put_u32(VSCSI_A_FD, fd);
	put_str(VSCSI_A_BACKING_NAME, "x");
	expect_error(what, error);
	if (fd > 2 && fd != sock)
		close(fd);
}

/* Of a drive named "drive", which is empty, and of "target", which is none. */
static void media(void)
{
	char name[] = "/tmp/netlink_input.XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0 || ftruncate(fd, 1 << 20))
		die(name);
	begin_drive();
	put_u32(VSCSI_A_FD, fd);
	put_str(VSCSI_A_BACKING_NAME, "x");
	expect_error("drive with a medium", EINVAL);
	begin_drive();
	put_u64(VSCSI_A_RAM_SIZE, 1 << 20);
	expect_error("drive of memory", EINVAL);
	begin_drive();
	put_u32(VSCSI_A_BLOCK_SIZE, 512);
	expect_error("drive with blocks of 512 bytes", EINVAL);
	begin_set();
	put(VSCSI_A_UNLOAD, NULL, 0);
	expect_error("unloading of a disk", EINVAL);
	begin(VSCSI_NL_CMD_VTD_SET);
	put_str(VSCSI_A_VTD_NAME, "drive");
	put(VSCSI_A_UNLOAD, NULL, 0);
	expect_error("unloading of an empty drive", ENOMEDIUM);
	begin(VSCSI_NL_CMD_VTD_SET);
	put_str(VSCSI_A_VTD_NAME, "drive");
	put(VSCSI_A_UNLOAD, NULL, 0);
	put(VSCSI_A_RESCAN, NULL, 0);
	expect_error("two things at once", EINVAL);
	begin(VSCSI_NL_CMD_VTD_SET);
	put_str(VSCSI_A_VTD_NAME, "drive");
	put(VSCSI_A_RELEASE, NULL, 0);
	expect_error("release alone", EINVAL);
	begin(VSCSI_NL_CMD_VTD_SET);
	put_str(VSCSI_A_VTD_NAME, "drive");
	put_u32(VSCSI_A_FD, fd);
	expect_error("medium without a name", EINVAL);
	expect_medium_error("medium in a disk", "target", fd, EINVAL);
	expect_medium_error("closed descriptor", "drive", fd, EBADF);
	expect_medium_error("the netlink socket", "drive", sock, EINVAL);
	expect_medium_error("directory", "drive", open_or_die("/", O_RDONLY), ANY_ERROR);
	expect_medium_error("file for reading", "drive", open_or_die(name, O_RDONLY), EROFS);
	expect_medium_error("file for writing", "drive", open_or_die(name, O_WRONLY), EINVAL);
	if (truncate(name, 3 * 512))
		die(name);
	expect_medium_error("file of 1536 bytes", "drive", open_or_die(name, O_RDWR), EINVAL);
	if (truncate(name, 0))
		die(name);
	expect_medium_error("empty file", "drive", open_or_die(name, O_RDWR), EINVAL);
	unlink(name);
}

/* --- numbers --- */

static void number_error(void (*begin_it)(void), uint16_t type, uint32_t value)
{
	char what[48];

	begin_it();
	put_u32(type, value);
	snprintf(what, sizeof(what), "attribute %u with %u", type, value);
	expect_error(what, ANY_ERROR);
}

static void big_numbers(void)
{
	static const uint64_t sizes[] = { 0, 1, 511, 513, UINT64_MAX, 1ULL << 63, 1ULL << 50 };
	static const uint64_t luns[] = {
		1, 0x8100000000000001, UINT64_MAX, 0x4100000000000000, 0xc100000000000000,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		begin_vtd();
		put_u64(VSCSI_A_RAM_SIZE, sizes[i]);
		expect_error("size of memory", ANY_ERROR);
	}
	for (i = 0; i < ARRAY_SIZE(luns); i++) {
		begin_ram();
		put_u64(VSCSI_A_LUN, luns[i]);
		expect_error("LUN", EINVAL);
	}
}

static void begin_partition_del(void)
{
	begin(VSCSI_NL_CMD_PARTITION_DEL);
}

static void begin_server_elsewhere(void)
{
	begin(VSCSI_NL_CMD_ADAPTER_NEW);
	put_u8(VSCSI_A_ADAPTER_TYPE, VSCSI_ADAPTER_SERVER);
}

static void begin_pair(void)
{
	begin_server();
	put(VSCSI_A_WITH_PARTNER, NULL, 0);
	put_u32(VSCSI_A_REMOTE_PARTITION_ID, 2);
}

static void numbers(void)
{
	static const uint32_t ids[] = { 0, 3, 0xffff, 0x10000, UINT32_MAX };
	static const uint32_t slots[] = { 0, 1, 0xffff, 0x10002, UINT32_MAX };
	static const uint32_t block_sizes[] = { 0, 1, 511, 513, 1024, 4097, 1 << 31, UINT32_MAX };
	static const uint32_t queues[] = { 257, 0x10001, UINT32_MAX };
	struct nlattr *nest;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		number_error(begin_partition_del, VSCSI_A_PARTITION_ID, ids[i]);
		number_error(begin_server_elsewhere, VSCSI_A_PARTITION_ID, ids[i]);
	}
	for (i = 0; i < ARRAY_SIZE(slots); i++)
		number_error(begin_server, VSCSI_A_SLOT, slots[i]);
	for (i = 0; i < ARRAY_SIZE(slots); i++)
		number_error(begin_pair, VSCSI_A_REMOTE_SLOT, slots[i]);
	for (i = 0; i < ARRAY_SIZE(block_sizes); i++)
		number_error(begin_ram, VSCSI_A_BLOCK_SIZE, block_sizes[i]);
	for (i = 0; i < ARRAY_SIZE(queues); i++)
		number_error(begin_pair, VSCSI_A_QUEUES, queues[i]);
	big_numbers();
	begin(VSCSI_NL_CMD_ADAPTER_SET);
	put_str(VSCSI_A_ADAPTER_NAME, "vhost0");
	put_u8(VSCSI_A_ADAPTER_STATE, VSCSI_ADAPTER_AVAILABLE + 1);
	expect_error("state of an adapter", ANY_ERROR);
	begin_set();
	nest = nest_begin(VSCSI_A_INJECT);
	put_u32(VSCSI_INJECT_A_DELAY_US, 60000001);
	nest_end(nest);
	expect_error("long delay", ANY_ERROR);
}

/* --- who may --- */

/* A descriptor of root's in other hands, and the other way round. */
static void rights(void)
{
	int own = sock;

	begin_ram();
	if (seteuid(NOBODY))
		die("seteuid");
	expect_error("root's socket used by nobody", EPERM);
	begin(VSCSI_NL_CMD_SYSTEM_GET);
	expect_success("reading as nobody");
	sock = netlink_open();
	begin_ram();
	expect_error("nobody", EPERM);
	if (seteuid(0))
		die("seteuid");
	begin_ram();
	expect_error("nobody's socket used by root", EPERM);
	close(sock);
	sock = own;
	begin(VSCSI_NL_CMD_PARTITION_DEL);
	put_u32(VSCSI_A_PARTITION_ID, 3);
	expect_error("root", ENODEV);
}

static const struct {
	const char *name;
	void (*run)(void);
} groups[] = {
	{ "missing", missing },
	{ "doubled", doubled },
	{ "oversized", oversized },
	{ "truncated", truncated },
	{ "nonsense", nonsense },
	{ "unknown", unknown },
	{ "descriptors", descriptors },
	{ "media", media },
	{ "numbers", numbers },
	{ "rights", rights },
};

/* --- damaged requests --- */

static void begin_any(void)
{
	static void (*const some[])(void) = {
		begin_ram, begin_vtd, begin_client, begin_server, begin_pair, begin_partition,
		begin_set, begin_partition_del, begin_server_elsewhere,
	};
	int nr = rand() % (ARRAY_SIZE(some) + 1);

	if (nr < (int)ARRAY_SIZE(some))
		some[nr]();
	else
		begin(rand() % (VSCSI_NL_CMD_MAX + 1));
	while (rand() % 3)
		put(rand() % (VSCSI_A_MAX + 2) | (rand() % 8 ? 0 : NLA_F_NESTED),
		    "vtscsi0\0\1\2\3\4\5\6", rand() % 14);
}

/* All but the netlink header, without which there is no answer, may be wrong. */
static void damage(void)
{
	int times = rand() % 4, len = request.hdr.nlmsg_len - NLMSG_HDRLEN;

	while (times--)
		request.bytes[NLMSG_HDRLEN + rand() % len] = rand();
	if (rand() % 4 == 0)
		request.hdr.nlmsg_len -= rand() % len;
}

static int fuzz(unsigned int seed, int nr)
{
	int i, refused = 0;

	srand(seed);
	for (i = 0; i < nr; i++) {
		begin_any();
		damage();
		refused += ask() != 0;
	}
	printf("%d of %d requests refused\n", refused, nr);
	return refused > nr / 2 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	size_t i;

	sock = netlink_open();
	find_family();
	if (!strcmp(what, "fuzz") && argc == 4)
		return fuzz(atoi(argv[2]), atoi(argv[3]));
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (strcmp(what, groups[i].name))
			continue;
		groups[i].run();
		return failures != 0;
	}
	fprintf(stderr, "unknown: %s\n", what);
	return 2;
}
