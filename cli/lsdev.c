// SPDX-License-Identifier: GPL-2.0
/* lsdev: devices, their attributes, vital product data and slots. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attr.h"
#include "device.h"
#include "err.h"
#include "util.h"
#include "verbs.h"

enum list_field { L_NAME, L_STATUS, L_DESCRIPTION, L_PHYSLOC, L_PARENT, L_SIZE, L_PATH };

static const struct out_field list_fields[] = {
	[L_NAME] = { "name", "name", 16, OUT_ROW, false },
	[L_STATUS] = { "status", "status", 11, OUT_ROW, false },
	[L_DESCRIPTION] = { "description", "description", 0, OUT_ROW, false },
	[L_PHYSLOC] = { "physloc", "physloc", 0, OUT_ROW, true },
	[L_PARENT] = { "parent", "parent", 16, OUT_ROW, true },
	[L_SIZE] = { "size", "size", 0, OUT_ROW, true },
	[L_PATH] = { "path", "path", 0, OUT_ROW, true },
	{ .name = NULL }
};

static const struct out_kind listing = { .fields = list_fields };

enum attr_field { A_ATTRIBUTE, A_VALUE, A_DESCRIPTION, A_SETTABLE };

static const struct out_field attr_fields[] = {
	[A_ATTRIBUTE] = { "attribute", "attribute", 0, OUT_ROW, false },
	[A_VALUE] = { "value", "value", 0, OUT_ROW, false },
	[A_DESCRIPTION] = { "description", "description", 0, OUT_ROW, false },
	[A_SETTABLE] = { "user_settable", "user_settable", 0, OUT_ROW, false },
	{ .name = NULL }
};

static const struct out_kind attr_listing = { .fields = attr_fields, .heading_blank = true };

enum slot_field { S_SLOT, S_DESCRIPTION, S_DEVICE };

static const struct out_field slot_fields[] = {
	[S_SLOT] = { "slot", "# Slot", 0, OUT_ROW, false },
	[S_DESCRIPTION] = { "description", "Description", 0, OUT_ROW, false },
	[S_DEVICE] = { "device", "Device(s)", 0, OUT_ROW, false },
	{ .name = NULL }
};

static const struct out_kind slot_listing = { .fields = slot_fields, .separator = "  " };

enum vpd_field { V_NAME, V_PHYSLOC, V_DESCRIPTION, V_MANUFACTURER, V_MODEL, V_REVISION, V_SERIAL,
		 V_NODE };

/* For JSON alone: the layout is one of its own. */
static const struct out_kind vpd_listing = {
	.fields = (const struct out_field[]){
		[V_NAME] = { .name = "name", .heading = "name" },
		[V_PHYSLOC] = { .name = "physloc", .heading = "physloc" },
		[V_DESCRIPTION] = { .name = "description", .heading = "description" },
		[V_MANUFACTURER] = { .name = "manufacturer", .heading = "manufacturer" },
		[V_MODEL] = { .name = "model", .heading = "model" },
		[V_REVISION] = { .name = "revision", .heading = "revision" },
		[V_SERIAL] = { .name = "serial", .heading = "serial" },
		[V_NODE] = { .name = "node", .heading = "node" },
		{ .name = NULL }
	},
};

/* One column: a heading, a blank line, values. */
static const struct out_kind value_listing = {
	.fields = (const struct out_field[]){
		{ "value", "value", 0, OUT_ROW, false },
		{ .name = NULL }
	},
	.heading_blank = true,
};

static const struct out_kind parent_listing = {
	.fields = (const struct out_field[]){
		{ "parent", "parent", 0, OUT_ROW, false },
		{ .name = NULL }
	},
	.heading_blank = true,
};

static const struct out_kind child_listing = {
	.fields = (const struct out_field[]){
		{ "child", "child", 0, OUT_ROW, false },
		{ .name = NULL }
	},
	.heading_blank = true,
};

/* The AIX form.  Virtual adapters have no location of a card: the column is empty. */
enum class_field { C_NAME, C_STATUS, C_LOCATION, C_DESCRIPTION };

static const struct out_kind class_listing = {
	.fields = (const struct out_field[]){
		[C_NAME] = { "name", "", 0, OUT_ROW, false },
		[C_STATUS] = { "status", "", 0, OUT_ROW, false },
		[C_LOCATION] = { "location", "", 0, OUT_ROW, false },
		[C_DESCRIPTION] = { "description", "", 0, OUT_ROW, false },
		{ .name = NULL }
	},
	.no_heading = true,
};

struct options {
	const char *dev;
	const char *plc;
	struct words type;
	const char *class;
	bool virtual;
	const char *state;
	struct words attr;
	const char *range;
	bool vpd;
	bool parent;
	bool child;
	bool slot;
	bool slots;
	struct out_options out;
};

enum { GROUP_DEVICE = 1, GROUP_WHAT = 2 };

/* As AIX calls them. */
#define CLASSES	"adapter disk cdrom tape virtual_target"

static const struct flag flags[] = {
	{ "dev", FLAG_VALUE, offsetof(struct options, dev), GROUP_DEVICE, HINT_DEVICE, NULL },
	{ "plc", FLAG_VALUE, offsetof(struct options, plc), GROUP_DEVICE, HINT_NONE, NULL },
	{ "type", FLAG_WORDS, offsetof(struct options, type), GROUP_DEVICE, HINT_NONE,
	  "adapter disk lv optical tape tty sea ent4sea ent4ip vent4sea usb_disk" },
	{ "Cc", FLAG_VALUE, offsetof(struct options, class), GROUP_DEVICE, HINT_NONE, CLASSES },
	{ "virtual", FLAG_SWITCH, offsetof(struct options, virtual), 0, HINT_NONE, NULL },
	{ "state", FLAG_VALUE, offsetof(struct options, state), 0, HINT_NONE, "Available Defined" },
	{ "attr", FLAG_WORDS_IF_ANY, offsetof(struct options, attr), GROUP_WHAT, HINT_NONE, NULL },
	{ "range", FLAG_VALUE, offsetof(struct options, range), GROUP_WHAT, HINT_NONE, NULL },
	{ "vpd", FLAG_SWITCH, offsetof(struct options, vpd), GROUP_WHAT, HINT_NONE, NULL },
	{ "parent", FLAG_SWITCH, offsetof(struct options, parent), GROUP_WHAT, HINT_NONE, NULL },
	{ "child", FLAG_SWITCH, offsetof(struct options, child), GROUP_WHAT, HINT_NONE, NULL },
	{ "slot", FLAG_SWITCH, offsetof(struct options, slot), GROUP_WHAT, HINT_NONE, NULL },
	{ "slots", FLAG_SWITCH, offsetof(struct options, slots), GROUP_WHAT, HINT_NONE, NULL },
	OUT_FLAG_FIELD(struct options),
	OUT_FLAG_FMT(struct options),
	OUT_FLAG_JSON(struct options),
	{ .name = NULL }
};

/* --- lists --- */

static void put_device(struct out *o, const struct device *d)
{
	char value[ATTR_VALUE_MAX];

	out_row(o);
	out_str(o, L_NAME, d->name);
	out_str(o, L_STATUS, d->status);
	out_str(o, L_DESCRIPTION, d->description);
	out_str(o, L_PHYSLOC, d->physloc);
	out_str(o, L_PARENT, d->parent);
	if (d->vtd)
		out_uint(o, L_SIZE, d->vtd->size);
	else if (d->class == CLASS_DISK && d->disk)
		out_uint(o, L_SIZE, d->disk->size);
	if (attr_find(d, "path", value, sizeof(value)))
		out_str(o, L_PATH, value);
}

static bool has_word(const struct words *words, const char *word)
{
	int i;

	for (i = 0; i < words->nr; i++)
		if (!strcmp(words->v[i], word))
			return true;
	return false;
}

static const char *device_type(const struct device *d)
{
	switch (d->class) {
	case CLASS_VHOST:
	case CLASS_VSCSI:
		return "adapter";
	case CLASS_OPTICAL:
		return "optical";
	case CLASS_TAPE:
		return "tape";
	default:
		return d->vtd && d->vtd->type == VSCSI_VTD_OPTICAL ? "optical" : "disk";
	}
}

static bool device_wanted(const struct options *o, const struct device *d)
{
	if (o->state && strcasecmp(o->state, d->status))
		return false;
	if (o->virtual && d->class & CLASS_DRIVE && !d->adapter)
		return false;
	return !o->type.given || has_word(&o->type, device_type(d));
}

static void put_lvs(struct out *o, const struct options *options)
{
	struct lv *lvs;
	size_t i, nr;

	if (!has_word(&options->type, "lv") || options->virtual ||
	    (options->state && strcasecmp(options->state, "Available")))
		return;
	lvs = lvs_read(&nr);
	for (i = 0; i < nr; i++) {
		out_row(o);
		out_str(o, L_NAME, lvs[i].name);
		out_str(o, L_STATUS, "Available");
		out_str(o, L_DESCRIPTION, "Logical Volume");
		out_str(o, L_PARENT, lvs[i].vg);
	}
	free(lvs);
}

static int list_devices(const struct session *s, const struct options *o,
			const struct devices *all, const struct device *only)
{
	struct out *out;
	size_t i;
	int rc;

	out = out_open(&listing, &o->out, &rc);
	if (!out)
		return rc;
	for (i = 0; i < all->nr; i++)
		if (only ? &all->list[i] == only : device_wanted(o, &all->list[i]))
			put_device(out, &all->list[i]);
	if (s->self->type == VSCSI_PARTITION_VIOS)
		put_lvs(out, o);
	return out_close(out);
}

/* --- a class of devices, in the words of AIX --- */

static const char *device_class(const struct device *d)
{
	switch (d->class) {
	case CLASS_VHOST:
	case CLASS_VSCSI:
		return "adapter";
	case CLASS_VTD:
		return "virtual_target";
	case CLASS_OPTICAL:
		return "cdrom";
	case CLASS_TAPE:
		return "tape";
	default:
		return "disk";
	}
}

static int list_class(const struct options *o, const struct devices *all)
{
	const struct device *d;
	struct out *out;
	int rc;

	out = out_open(&class_listing, &o->out, &rc);
	if (!out)
		return rc;
	for (d = all->list; d < all->list + all->nr; d++) {
		if (strcmp(device_class(d), o->class) || !device_wanted(o, d))
			continue;
		out_row(out);
		out_str(out, C_NAME, d->name);
		out_str(out, C_STATUS, d->status);
		out_str(out, C_DESCRIPTION, d->description);
	}
	return out_close(out);
}

/* --- one device --- */

static int list_parent(const struct options *o, const struct device *d)
{
	struct out *out;
	int rc;

	out = out_open(&parent_listing, &o->out, &rc);
	if (!out)
		return rc;
	if (d->parent[0]) {
		out_row(out);
		out_str(out, 0, d->parent);
	}
	return out_close(out);
}

/* Names alone, or the columns of a list if fields or a delimiter are asked for. */
static int list_children(const struct options *o, const struct devices *all,
			 const struct device *d)
{
	bool names = !o->out.field.given && !o->out.fmt && !o->out.json;
	struct out *out;
	size_t i;
	int rc;

	out = out_open(names ? &child_listing : &listing, &o->out, &rc);
	if (!out)
		return rc;
	for (i = 0; i < all->nr; i++) {
		if (strcmp(all->list[i].parent, d->name))
			continue;
		if (!names) {
			put_device(out, &all->list[i]);
			continue;
		}
		out_row(out);
		out_str(out, 0, all->list[i].name);
	}
	return out_close(out);
}

static int list_attrs(const struct options *o, const struct device *d)
{
	char value[ATTR_VALUE_MAX];
	const struct attr *a;
	struct out *out;
	int rc;

	out = out_open(&attr_listing, &o->out, &rc);
	if (!out)
		return rc;
	for (a = attrs; a->name; a++) {
		if (!(a->classes & d->class) || !a->get(d, value, sizeof(value)))
			continue;
		out_row(out);
		out_str(out, A_ATTRIBUTE, a->name);
		out_str(out, A_VALUE, value);
		out_str(out, A_DESCRIPTION, a->description);
		out_str(out, A_SETTABLE, a->set ? "True" : "False");
	}
	return out_close(out);
}

/* Names are words or joined by commas; the words are the caller's to take apart. */
static int put_values(struct out *out, const struct words *names, const struct device *d)
{
	char value[ATTR_VALUE_MAX], *name;
	int i;

	for (i = 0; i < names->nr; i++) {
		for (name = strtok(names->v[i], ","); name; name = strtok(NULL, ",")) {
			if (!attr_find(d, name, value, sizeof(value)))
				return err_say(ERR_ATTR_UNKNOWN, name, d->name);
			out_row(out);
			out_str(out, 0, value);
		}
	}
	return RC_OK;
}

static int list_values(const struct options *o, const struct device *d)
{
	struct out *out;
	int rc;

	out = out_open(&value_listing, &o->out, &rc);
	if (!out)
		return rc;
	rc = put_values(out, &o->attr, d);
	return rc ? rc : out_close(out);
}

static int list_range_json(const struct options *o, const char *range)
{
	char *lines = xstrdup(range), *line;
	struct out *out;
	int rc;

	out = out_open(&value_listing, &o->out, &rc);
	for (line = strtok(lines, "\n"); out && line; line = strtok(NULL, "\n")) {
		out_row(out);
		out_str(out, 0, line);
	}
	free(lines);
	return out ? out_close(out) : rc;
}

static int list_range(const struct options *o, const struct device *d)
{
	char value[ATTR_VALUE_MAX];
	const struct attr *a = attr_find(d, o->range, value, sizeof(value));

	if (!a)
		return err_say(ERR_ATTR_UNKNOWN, o->range, d->name);
	if (!a->range)
		return err_say(ERR_ATTR_NO_RANGE, o->range, d->name);
	if (o->out.json)
		return list_range_json(o, a->range);
	puts(a->range);
	return RC_OK;
}

/* --- vital product data --- */

#define VPD_LABEL	28

static void vpd_line(const char *label, const char *value)
{
	int dots = VPD_LABEL - (int)strlen(label);

	printf("        %s", label);
	while (dots-- > 0)
		putchar('.');
	printf("%s\n", value);
}

static const char *node_name(const struct device *d)
{
	return d->class == CLASS_VHOST ? "v-scsi-host" : "v-scsi";
}

static void vpd_node(const struct device *d)
{
	const char *node = node_name(d);

	printf("  PLATFORM SPECIFIC\n\n");
	printf("  Name:  %s\n", node);
	printf("    Node:  %s@%x\n", node, 0x30000000 + d->adapter->slot);
	printf("    Physical Location: %s\n", d->physloc);
}

/*
 * What the drive says of itself; NULL for a label without a value, and for a mere number. Of a
 * device that is no drive: all are NULL.
 */
static const struct {
	const char *label;
	const char *file;
	enum vpd_field field;
} drive_lines[] = {
	{ "Manufacturer", "device/vendor", V_MANUFACTURER },
	{ "Machine Type and Model", "device/model", V_MODEL },
	{ "ROS Level and ID", "device/rev", V_REVISION },
	{ "Serial Number", "serial", V_SERIAL },
};

static const char *drive_value(const struct device *d, size_t line, char *value, size_t size)
{
	if (!(d->class & CLASS_DRIVE) || !d->disk)
		return NULL;
	sysfs_read(value, size, "class/block/%s/%s", d->disk->name, drive_lines[line].file);
	str_trim(value);
	return value[0] && !str_starts(value, "0x") ? value : NULL;
}

static void print_vpd(const struct device *d)
{
	char value[128];
	size_t i;

	printf("  %-16s %s  %s\n\n", d->name, d->physloc, d->description);
	for (i = 0; i < ARRAY_SIZE(drive_lines); i++)
		if (drive_value(d, i, value, sizeof(value)))
			vpd_line(drive_lines[i].label, value);
	if (d->physloc[0]) {
		vpd_line("Hardware Location Code", d->physloc);
		putchar('\n');
	}
	if (d->class & (CLASS_VHOST | CLASS_VSCSI))
		vpd_node(d);
}

static void put_vpd(struct out *out, const struct device *d)
{
	char value[128];
	size_t i;

	out_row(out);
	out_str(out, V_NAME, d->name);
	out_str(out, V_PHYSLOC, d->physloc);
	out_str(out, V_DESCRIPTION, d->description);
	for (i = 0; i < ARRAY_SIZE(drive_lines); i++)
		out_str(out, drive_lines[i].field, drive_value(d, i, value, sizeof(value)));
	if (d->class & (CLASS_VHOST | CLASS_VSCSI))
		out_fmt(out, V_NODE, "%s@%x", node_name(d), 0x30000000 + d->adapter->slot);
}

static int list_vpd_json(const struct options *o, const struct devices *all,
			 const struct device *only)
{
	struct out *out;
	size_t i;
	int rc;

	out = out_open(&vpd_listing, &o->out, &rc);
	if (!out)
		return rc;
	for (i = 0; i < all->nr; i++)
		if (!only || &all->list[i] == only)
			put_vpd(out, &all->list[i]);
	return out_close(out);
}

static int list_vpd(const struct options *o, const struct devices *all,
		    const struct device *only)
{
	size_t i;

	if (o->out.json)
		return list_vpd_json(o, all, only);
	for (i = 0; i < all->nr; i++) {
		if (only && &all->list[i] != only)
			continue;
		if (!only && i)
			putchar('\n');
		print_vpd(&all->list[i]);
	}
	return RC_OK;
}

/* --- slots --- */

static int cmp_slots(const void *a, const void *b)
{
	const struct adapter *const *x = a, *const *y = b;

	return (*x)->slot < (*y)->slot ? -1 : (*x)->slot > (*y)->slot;
}

static void put_slot(struct out *out, const struct adapter *a)
{
	out_row(out);
	out_str(out, S_SLOT, a->physloc);
	out_str(out, S_DESCRIPTION, "Virtual I/O Slot");
	out_str(out, S_DEVICE, a->name[0] ? a->name : "Unknown");
}

static void put_slots(struct out *out, const struct session *s)
{
	const struct model *m = &s->model;
	const struct adapter **own = xcalloc(m->nr_adapters, sizeof(*own));
	size_t i, nr = 0;

	for (i = 0; i < m->nr_adapters; i++)
		if (m->adapters[i].partition_id == s->self->id)
			own[nr++] = &m->adapters[i];
	qsort(own, nr, sizeof(*own), cmp_slots);
	for (i = 0; i < nr; i++)
		put_slot(out, own[i]);
	free(own);
}

/* All slots, or that of one adapter. */
static int list_slots(const struct session *s, const struct options *o, const struct device *d)
{
	struct out *out;
	int rc;

	if (o->slot && !(d->class & (CLASS_VHOST | CLASS_VSCSI)))
		return err_say(ERR_NO_SLOT, d->name, NULL);
	out = out_open(&slot_listing, &o->out, &rc);
	if (!out)
		return rc;
	if (o->slot)
		put_slot(out, d->adapter);
	else
		put_slots(out, s);
	return out_close(out);
}

/* --- the verb --- */

static int options_check(const struct session *s, const struct options *o)
{
	static const char *const states[] = { "Available", "Defined" };
	static const char types[] = "adapter disk lv optical tape tty sea ent4sea ent4ip vent4sea "
				    "usb_disk";
	bool one = o->attr.given || o->range || o->slot || o->parent || o->child;
	int i;

	if (one && !o->dev && !o->plc)
		return args_refuse(s->verb, ERR_FLAG_MISSING, "-dev or -plc", NULL);
	if (o->state && strcasecmp(o->state, states[0]) && strcasecmp(o->state, states[1]))
		return args_refuse(s->verb, ERR_VALUE, o->state, "it is not a state");
	if (o->class && !word_in(CLASSES, o->class))
		return args_refuse(s->verb, ERR_VALUE, o->class, "it is not a class of devices");
	for (i = 0; i < o->type.nr; i++)
		if (!word_in(types, o->type.v[i]))
			return args_refuse(s->verb, ERR_VALUE, o->type.v[i],
					   "it is not a type of device");
	return RC_OK;
}

static int choose_device(const struct options *o, const struct devices *all,
			 const struct device **d)
{
	*d = NULL;
	if (o->dev) {
		*d = device_find(all, o->dev);
		return *d ? RC_OK : err_say(ERR_NO_DEVICE, o->dev, NULL);
	}
	if (o->plc) {
		*d = device_at(all, o->plc);
		return *d ? RC_OK : err_say(ERR_PHYSLOC, o->plc, NULL);
	}
	return RC_OK;
}

static int list(const struct session *s, const struct options *o, const struct devices *all)
{
	const struct device *d;
	int rc = choose_device(o, all, &d);

	if (rc)
		return rc;
	if (o->class)
		return list_class(o, all);
	if (o->slot || o->slots)
		return list_slots(s, o, d);
	if (o->vpd)
		return list_vpd(o, all, d);
	if (o->parent)
		return list_parent(o, d);
	if (o->child)
		return list_children(o, all, d);
	if (o->range)
		return list_range(o, d);
	if (o->attr.nr)
		return list_values(o, d);
	if (o->attr.given)
		return list_attrs(o, d);
	return list_devices(s, o, all, d);
}

static int lsdev_run(struct session *s, int argc, char **argv)
{
	struct options o = { .dev = NULL };
	struct devices all;
	int rc;

	rc = args_parse(s->verb, argc, argv, &o);
	if (!rc)
		rc = options_check(s, &o);
	if (!rc)
		rc = session_start(s, ON_PARTITION);
	if (rc)
		return rc;
	devices_read(s, &all);
	rc = list(s, &o, &all);
	devices_free(&all);
	return rc;
}

const struct verb verb_lsdev = {
	.name = "lsdev",
	.group = "Device Commands",
	.summary = "Lists devices, their attributes and their vital product data.",
	.usage =
	"lsdev [-type DeviceType ...] [-virtual] [-state State]\n"
	"\t[-field FieldName ...] [-fmt Delimiter | -json]\n"
	"lsdev {-dev DeviceName | -plc PhysicalLocationCode} [-child]\n"
	"\t[-field FieldName ...] [-fmt Delimiter | -json]\n"
	"lsdev {-dev DeviceName | -plc PhysicalLocationCode}\n"
	"\t[-attr [Attribute] | -range Attribute | -slot | -vpd | -parent] [-json]\n"
	"lsdev -vpd [-json]\n"
	"lsdev -Cc Class [-state State] [-json]\n"
	"lsdev -slots [-json]",
	.flags = flags,
	.listing = &listing,
	.run = lsdev_run,
};
