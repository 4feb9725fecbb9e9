// SPDX-License-Identifier: GPL-2.0
/* What may be a name. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <linux/vscsi.h>

#include "err.h"
#include "lvm.h"
#include "name.h"

#define FILE_NAME_MAX	38

static int name_check(const char *name, size_t max, const char *others)
{
	char why[96];
	const char *c;

	if (strlen(name) > max) {
		snprintf(why, sizeof(why), "it is longer than %zu characters", max);
		return err_say(ERR_NAME, name, why);
	}
	for (c = name; *c; c++) {
		if (isalnum((unsigned char)*c) || (strchr(others, *c) && c > name))
			continue;
		snprintf(why, sizeof(why), "it begins with, or has, other characters than "
			 "letters, digits and %s", others);
		return err_say(ERR_NAME, name, why);
	}
	return *name ? RC_OK : err_say(ERR_NAME, name, "it is empty");
}

int name_check_device(const char *name)
{
	return name_check(name, VSCSI_DEVICE_NAME_MAX, "_.-");
}

int name_check_partition(const char *name)
{
	return name_check(name, VSCSI_PARTITION_NAME_MAX, "_.-");
}

int name_check_storage(const char *name)
{
	return name_check(name, LVM_NAME_MAX, "_.-");
}

int name_check_file(const char *name)
{
	char max[8];

	if (strlen(name) <= FILE_NAME_MAX)
		return name_check(name, FILE_NAME_MAX, "_.-");
	snprintf(max, sizeof(max), "%d", FILE_NAME_MAX);
	return err_say(ERR_FILE_NAME, name, max);
}
