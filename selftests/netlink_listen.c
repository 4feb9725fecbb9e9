// SPDX-License-Identifier: GPL-2.0
/*
 * What the module tells those who listen.
 *
 *   netlink_listen events           print "ready", then each notification: the
 *                                   command, partition, adapter and VTD
 *   netlink_listen dump [COMMAND]   count the VTDs in a list; run COMMAND after its
 *                                   first part
 */
#include <unistd.h>

#include "netlink_raw.h"

#define PART	8192

/* --- notifications --- */

static const char *command_name(uint8_t cmd)
{
	static const char *const names[] = {
		[VSCSI_NL_CMD_PARTITION_NEW] = "PARTITION_NEW",
		[VSCSI_NL_CMD_PARTITION_DEL] = "PARTITION_DEL",
		[VSCSI_NL_CMD_ADAPTER_NEW] = "ADAPTER_NEW",
		[VSCSI_NL_CMD_ADAPTER_SET] = "ADAPTER_SET",
		[VSCSI_NL_CMD_ADAPTER_DEL] = "ADAPTER_DEL",
		[VSCSI_NL_CMD_VTD_NEW] = "VTD_NEW",
		[VSCSI_NL_CMD_VTD_SET] = "VTD_SET",
		[VSCSI_NL_CMD_VTD_DEL] = "VTD_DEL",
	};

	return cmd < ARRAY_SIZE(names) && names[cmd] ? names[cmd] : "?";
}

static void events(void)
{
	const struct nlmsghdr *hdr;
	int left;

	if (setsockopt(sock, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group_id, sizeof(group_id)))
		die("NETLINK_ADD_MEMBERSHIP");
	setlinebuf(stdout);
	puts("ready");
	for (;;) {
		left = recv(sock, &reply, sizeof(reply), 0);
		if (left < 0)
			die("recv");
		for (hdr = &reply.hdr; NLMSG_OK(hdr, (unsigned int)left);
		     hdr = NLMSG_NEXT(hdr, left)) {
			const struct genlmsghdr *genl = NLMSG_DATA(hdr);

			printf("%s %s %s %s\n", command_name(genl->cmd),
			       message_text(hdr, VSCSI_A_PARTITION_NAME),
			       message_text(hdr, VSCSI_A_ADAPTER_NAME),
			       message_text(hdr, VSCSI_A_VTD_NAME));
		}
	}
}

/* --- lists --- */

static int dump(const char *command)
{
	const struct nlmsghdr *hdr;
	bool interrupted = false, done = false;
	int left, nr = 0, parts = 0;

	/* Parts are as large as what a socket was ever read with, or one page. */
	close(sock);
	sock = netlink_open();
	begin(VSCSI_NL_CMD_VTD_GET);
	request.hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	send(sock, &request, request.hdr.nlmsg_len, 0);
	while (!done) {
		left = recv(sock, &reply, PART, 0);
		if (left < 0)
			die("recv");
		for (hdr = &reply.hdr; NLMSG_OK(hdr, (unsigned int)left);
		     hdr = NLMSG_NEXT(hdr, left)) {
			interrupted |= hdr->nlmsg_flags & NLM_F_DUMP_INTR;
			done |= hdr->nlmsg_type == NLMSG_DONE;
			nr += hdr->nlmsg_type == family;
		}
		if (!parts++ && command && system(command))
			die(command);
	}
	printf("%d devices in %s%s\n", nr, parts > 2 ? "parts" : "one part",
	       interrupted ? ", interrupted" : "");
	return 0;
}

int main(int argc, char **argv)
{
	sock = netlink_open();
	find_family();
	if (argc == 2 && !strcmp(argv[1], "events"))
		events();
	if (argc >= 2 && !strcmp(argv[1], "dump"))
		return dump(argv[2]);
	fprintf(stderr, "usage: netlink_listen {events | dump [COMMAND]}\n");
	return 2;
}
