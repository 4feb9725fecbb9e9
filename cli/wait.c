// SPDX-License-Identifier: GPL-2.0
/* Waiting for a client's disk. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "util.h"
#include "wait.h"

#define LIMIT_MS	30000
#define STEP_MS		20

/* The name of the disk that a SCSI host shows for a LUN: "" while there is none. */
static void disk_of(int64_t host, uint64_t lun, char *name, size_t size)
{
	unsigned int channel, target, unit;
	char **names;

	lun_decode(lun, &channel, &target, &unit);
	names = sysfs_list("class/scsi_device/%" PRId64 ":%u:%u:%u/device/block", host, channel,
			   target, unit);
	str_copy(name, size, names[0] ? names[0] : "");
	names_free(names);
}

/* udev writes its record when all links are made; without udev the node will do. */
static bool node_is_ready(const char *name, char *node, size_t size)
{
	char record[64];
	struct stat st;

	snprintf(node, size, "/dev/%s", name);
	if (stat(node, &st) || !S_ISBLK(st.st_mode))
		return false;
	snprintf(record, sizeof(record), "/run/udev/data/b%u:%u", major(st.st_rdev),
		 minor(st.st_rdev));
	return access("/run/udev/control", F_OK) || !access(record, F_OK);
}

static bool wait_for_node(int64_t host, uint64_t lun, char *node, size_t size)
{
	const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	char name[256];
	int waited;

	for (waited = 0; waited < LIMIT_MS; waited += STEP_MS) {
		disk_of(host, lun, name, sizeof(name));
		if (name[0] && node_is_ready(name, node, size))
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

int wait_for_disks(const struct model *m, const struct vtd *v)
{
	const struct adapter *server = model_adapter(m, v->adapter), *client;
	char node[300];
	int found = 0;
	size_t i;

	for (i = 0; server && i < server->nr_links; i++) {
		client = model_adapter(m, server->links[i].adapter);
		if (server->links[i].state != VSCSI_LINK_UP || !client || client->host_no < 0)
			continue;
		if (!wait_for_node(client->host_no, v->lun, node, sizeof(node)))
			return err_say(ERR_CLIENT_TIMEOUT, v->name, client->name);
		puts(node);
		found++;
	}
	return found ? RC_OK : err_say(ERR_NO_CLIENT, v->adapter, NULL);
}
