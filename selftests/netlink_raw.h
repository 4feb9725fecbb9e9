/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink by hand: a library would not send what these tests send.
 * One socket, one request and one reply at a time.
 */
#ifndef SELFTESTS_NETLINK_RAW_H
#define SELFTESTS_NETLINK_RAW_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/vscsi.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define REPLY_MS	20000
#define NO_ANSWER	1

static int sock;
static uint32_t family, group_id;
static char why[512] __attribute__((unused));	/* the text of the last extended ack */

static union {
	struct nlmsghdr hdr;
	uint8_t bytes[128 * 1024];
} request, reply;

static inline void die(const char *what)
{
	perror(what);
	exit(1);
}

/* --- sockets and attributes --- */

static inline int netlink_open(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC), one = 1;
	int size = sizeof(request) * 2;

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("netlink");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return fd;
}

static inline void begin_for(uint16_t type, uint8_t cmd)
{
	struct genlmsghdr *genl = NLMSG_DATA(&request.hdr);

	memset(&request, 0, NLMSG_LENGTH(GENL_HDRLEN));
	request.hdr.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request.hdr.nlmsg_type = type;
	request.hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request.hdr.nlmsg_seq = 1;
	genl->cmd = cmd;
	genl->version = VSCSI_GENL_VERSION;
}

static inline void begin(uint8_t cmd)
{
	begin_for(family, cmd);
}

static inline struct nlattr *put(uint16_t type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)(request.bytes + request.hdr.nlmsg_len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memset(attr + 1, 0, NLA_ALIGN(len));
	if (len)
		memcpy(attr + 1, data, len);
	request.hdr.nlmsg_len += NLA_HDRLEN + NLA_ALIGN(len);
	return attr;
}

static inline void put_u8(uint16_t type, uint8_t value)
{
	put(type, &value, sizeof(value));
}

static inline void put_u32(uint16_t type, uint32_t value)
{
	put(type, &value, sizeof(value));
}

static inline void put_u64(uint16_t type, uint64_t value)
{
	put(type, &value, sizeof(value));
}

static inline void put_str(uint16_t type, const char *text)
{
	put(type, text, strlen(text) + 1);
}

static inline void put_long(uint16_t type, size_t len)
{
	char *text = calloc(1, len + 1);

	memset(text, 'x', len);
	put(type, text, len + 1);
	free(text);
}

static inline struct nlattr *nest_begin(uint16_t type)
{
	return put(type | NLA_F_NESTED, NULL, 0);
}

static inline void nest_end(struct nlattr *nest)
{
	nest->nla_len = request.bytes + request.hdr.nlmsg_len - (uint8_t *)nest;
}

static inline const struct nlattr *attr_find(const void *from, int len, uint16_t type)
{
	const struct nlattr *attr = from;

	while (len >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= len) {
		if ((attr->nla_type & (uint16_t)NLA_TYPE_MASK) == type)
			return attr;
		len -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)((const uint8_t *)attr + NLA_ALIGN(attr->nla_len));
	}
	return NULL;
}

static inline const void *attr_data(const struct nlattr *attr)
{
	return attr + 1;
}

static inline const struct nlattr *message_attr(const struct nlmsghdr *hdr, uint16_t type)
{
	return attr_find((const uint8_t *)hdr + NLMSG_LENGTH(GENL_HDRLEN),
			 hdr->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN), type);
}

static inline const char *message_text(const struct nlmsghdr *hdr, uint16_t type)
{
	const struct nlattr *attr = message_attr(hdr, type);

	return attr ? attr_data(attr) : "-";
}

static inline unsigned int receive(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int len;

	if (poll(&p, 1, REPLY_MS) != 1) {
		printf("no answer\n");
		exit(1);
	}
	len = recv(fd, &reply, sizeof(reply), 0);
	/* Without memory for an answer there is none: what the request did is not known. */
	if (len < 0 && errno == ENOBUFS)
		return 0;
	if (len < 0)
		die("recv");
	return len;
}

static inline void find_family(void)
{
	const struct nlattr *groups, *group, *attr;
	unsigned int len;

	begin_for(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	request.hdr.nlmsg_flags = NLM_F_REQUEST;
	put_str(CTRL_ATTR_FAMILY_NAME, VSCSI_GENL_NAME);
	send(sock, &request, request.hdr.nlmsg_len, 0);
	len = receive(sock);
	attr = NLMSG_OK(&reply.hdr, len) && reply.hdr.nlmsg_type == GENL_ID_CTRL ?
		message_attr(&reply.hdr, CTRL_ATTR_FAMILY_ID) : NULL;
	groups = attr ? message_attr(&reply.hdr, CTRL_ATTR_MCAST_GROUPS) : NULL;
	if (!groups) {
		printf("no family\n");
		exit(1);
	}
	family = *(const uint16_t *)attr_data(attr);
	group = attr_data(groups);
	attr = attr_find(group + 1, group->nla_len - NLA_HDRLEN, CTRL_ATTR_MCAST_GRP_ID);
	group_id = *(const uint32_t *)attr_data(attr);
}

/* --- asking --- */

static inline void read_why(const struct nlmsghdr *hdr)
{
	const struct nlattr *text;
	size_t head = NLMSG_LENGTH(sizeof(struct nlmsgerr));

	why[0] = '\0';
	if (!(hdr->nlmsg_flags & NLM_F_ACK_TLVS) || hdr->nlmsg_len <= head)
		return;
	text = attr_find((const uint8_t *)hdr + head, hdr->nlmsg_len - head, NLMSGERR_ATTR_MSG);
	if (text)
		snprintf(why, sizeof(why), "%s", (const char *)attr_data(text));
}

/* The error of the ack, and what it says in why. */
static inline int answer(void)
{
	const struct nlmsghdr *hdr;
	unsigned int left;

	for (;;) {
		left = receive(sock);
		if (!left)
			return NO_ANSWER;
		for (hdr = &reply.hdr; NLMSG_OK(hdr, left); hdr = NLMSG_NEXT(hdr, left)) {
			if (hdr->nlmsg_type != NLMSG_ERROR)
				continue;
			read_why(hdr);
			return ((const struct nlmsgerr *)NLMSG_DATA(hdr))->error;
		}
	}
}

/* Send the request, wait for the answer. */
static inline int ask(void)
{
	if (send(sock, &request, request.hdr.nlmsg_len, 0) < 0)
		return -errno;
	return answer();
}

#endif
