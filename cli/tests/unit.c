// SPDX-License-Identifier: GPL-2.0
/* The pure parts: parser, sizes, names, LUNs, order.  KTAP. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "args.h"
#include "attr.h"
#include "disk.h"
#include "err.h"
#include "group.h"
#include "lv.h"
#include "item.h"
#include "itemset.h"
#include "mkvdev.h"
#include "model.h"
#include "name.h"
#include "out.h"
#include "parts.h"
#include "util.h"
#include "verbs.h"

static bool ok;

#define CHECK(cond) do {						\
	if (!(cond)) {							\
		printf("# %s:%d: %s\n", __func__, __LINE__, #cond);	\
		ok = false;						\
	}								\
} while (0)

/* --- flags --- */

struct options {
	bool on;
	const char *one;
	const char *other;
	struct words many;
	struct words any;
	struct words operands;
};

static const struct flag flags[] = {
	{ "on", FLAG_SWITCH, offsetof(struct options, on), 0, HINT_NONE, NULL },
	{ "one", FLAG_VALUE, offsetof(struct options, one), 1, HINT_NONE, NULL },
	{ "other", FLAG_VALUE, offsetof(struct options, other), 1, HINT_NONE, NULL },
	{ "many", FLAG_WORDS, offsetof(struct options, many), 0, HINT_NONE, NULL },
	{ "any", FLAG_WORDS_IF_ANY, offsetof(struct options, any), 0, HINT_NONE, NULL },
	{ .name = NULL }
};

static const struct verb verb = {
	.name = "test", .usage = "test", .summary = "", .required = 1u << 1, .flags = flags,
};

static const struct verb verb_of_words = {
	.name = "words", .usage = "words", .summary = "", .flags = flags,
	.operands = &(const struct operands){
		offsetof(struct options, operands), 1, 3, "First Second", HINT_NONE
	},
};

#define PARSE(o, ...) PARSE_FOR(&verb, o, __VA_ARGS__)
#define PARSE_FOR(verb, o, ...) \
	(memset(o, 0, sizeof(*(o))), \
	 args_parse(verb, ARRAY_SIZE(((char *[]){ __VA_ARGS__ })), (char *[]){ __VA_ARGS__ }, o))

static void test_args_values(void)
{
	struct options o;

	CHECK(PARSE(&o, "-many", "a", "b", "-one", "c", "-on") == RC_OK);
	CHECK(o.on && !strcmp(o.one, "c"));
	CHECK(o.many.given && o.many.nr == 2 && !o.any.given);
	CHECK(PARSE(&o, "-any", "-one", "-") == RC_OK);
	CHECK(o.any.given && o.any.nr == 0 && !strcmp(o.one, "-"));
	CHECK(PARSE(&o, "-one", "-5") == RC_OK && !strcmp(o.one, "-5"));
}

static void test_args_refusals(void)
{
	struct options o;

	CHECK(PARSE(&o, "-on") == RC_USAGE);			/* a group is missing */
	CHECK(PARSE(&o, "-one", "a", "-other", "b") == RC_USAGE);
	CHECK(PARSE(&o, "-one", "a", "-one", "b") == RC_USAGE);
	CHECK(PARSE(&o, "-one") == RC_USAGE);
	CHECK(PARSE(&o, "-one", "") == RC_USAGE);
	CHECK(PARSE(&o, "-one", "-on") == RC_USAGE);		/* a flag is no value */
	CHECK(PARSE(&o, "-one", "a", "-many", "-on") == RC_USAGE);
	CHECK(PARSE(&o, "-one", "a", "b") == RC_USAGE);
	CHECK(PARSE(&o, "--one", "a") == RC_USAGE);
	CHECK(PARSE(&o, "-on", "-o") == RC_USAGE);		/* no abbreviations */
}

static void test_args_operands(void)
{
	struct options o;

	CHECK(PARSE_FOR(&verb_of_words, &o, "a", "-on", "b", "-one", "x", "-") == RC_OK);
	CHECK(o.on && !strcmp(o.one, "x") && o.operands.nr == 3);
	CHECK(!strcmp(o.operands.v[0], "a") && !strcmp(o.operands.v[1], "b") &&
	      !strcmp(o.operands.v[2], "-"));
	CHECK(PARSE_FOR(&verb_of_words, &o, "a", "-many", "b", "c") == RC_OK);
	CHECK(o.operands.nr == 1 && o.many.nr == 2);
	CHECK(PARSE_FOR(&verb_of_words, &o, "-on") == RC_USAGE);
	CHECK(PARSE_FOR(&verb_of_words, &o, "a", "b", "c", "d") == RC_USAGE);
	CHECK(PARSE_FOR(&verb_of_words, &o, "a", "-b") == RC_USAGE);
}

/* --- numbers and names --- */

static void test_sizes(void)
{
	uint64_t v = 0;

	CHECK(!parse_size("10m", &v) && v == UINT64_C(10) << 20);
	CHECK(!parse_size("3G", &v) && v == UINT64_C(3) << 30);
	CHECK(!parse_size("4096", &v) && v == 4096);
	CHECK(parse_size("", &v) == -EINVAL);
	CHECK(parse_size("M", &v) == -EINVAL);
	CHECK(parse_size("1MB", &v) == -EINVAL);
	CHECK(parse_size("-1M", &v) == -EINVAL);
	CHECK(parse_size("16777216T", &v) == -ERANGE);
	CHECK(parse_size("99999999999999999999", &v) == -ERANGE);
	CHECK(parse_u64("7", 7, &v) == 0 && v == 7);
	CHECK(parse_u64("8", 7, &v) == -ERANGE);
	CHECK(parse_u64("-1", 7, &v) == -EINVAL);
	CHECK(parse_u64(" 1", 7, &v) == -EINVAL);
	CHECK(parse_u64("1x", 7, &v) == -EINVAL);
}

static void test_lv_sizes(void)
{
	const struct lvm_vg vg = { .extent_size = UINT64_C(4) << 20 };
	static const char *const bad[] = {
		"", "0", "0M", "00", "M", "1k", "1T", "1MB", "-1", "+1", " 1", "1.5G", "0x10",
		"18446744073709551616", "18446744073709551615", "17592186044415M",
	};
	uint64_t v = 0;
	size_t i;

	CHECK(!lv_parse_size(&verb, "7", &vg, &v) && v == 7);
	CHECK(!lv_parse_size(&verb, "010", &vg, &v) && v == 10);
	CHECK(!lv_parse_size(&verb, "1M", &vg, &v) && v == 1);
	CHECK(!lv_parse_size(&verb, "4m", &vg, &v) && v == 1);
	CHECK(!lv_parse_size(&verb, "5m", &vg, &v) && v == 2);
	CHECK(!lv_parse_size(&verb, "2G", &vg, &v) && v == 512);
	CHECK(!lv_parse_size(&verb, "8193B", &vg, &v) && v == 2);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(lv_parse_size(&verb, bad[i], &vg, &v) == RC_USAGE);
}

/* A disk's partitions are in five regions; the first ones have what is left over. */
static void test_regions(void)
{
	struct regions r = { .nr = { 0 } };
	char text[64];
	uint64_t left;

	regions_add(&r, 546, 0, 546);
	regions_text(&r, 2, "..", text, sizeof(text));
	CHECK(!strcmp(text, "110..109..109..109..109"));
	r = (struct regions){ .nr = { 0 } };
	regions_add(&r, 2, 1, 1);
	regions_text(&r, 3, ":", text, sizeof(text));
	CHECK(!strcmp(text, "000:001:000:000:000"));
	CHECK(!strcmp(region_of(15, 3, &left), "outer middle") && left == 3);
	CHECK(!strcmp(region_of(15, 14, &left), "inner edge") && left == 1);
}

static void test_storage_names(void)
{
	CHECK(name_check_storage("fifteen_letters") == RC_OK);
	CHECK(name_check_storage("sixteen_letters_") == RC_USAGE);
	CHECK(name_check_storage("-a") == RC_USAGE);
	CHECK(name_check_storage("a/b") == RC_USAGE);
	CHECK(name_check_storage("") == RC_USAGE);
}

static void test_name_order(void)
{
	CHECK(name_cmp("vhost2", "vhost10") < 0);
	CHECK(name_cmp("vhost10", "vhost2") > 0);
	CHECK(name_cmp("vhost1", "vhost1") == 0);
	CHECK(name_cmp("sda", "sdb") < 0);
	CHECK(name_cmp("a1", "b0") < 0);
}

static void test_word_in(void)
{
	CHECK(word_in("disk lv", "lv"));
	CHECK(!word_in("disk lv", "l"));
	CHECK(!word_in("disk lv", ""));
}

static void test_lun(void)
{
	unsigned int channel, target, unit;

	lun_decode(UINT64_C(0x8900000000000000), &channel, &target, &unit);
	CHECK(channel == 0 && target == 9 && unit == 0);
	lun_decode(UINT64_C(0x8165000000000000), &channel, &target, &unit);
	CHECK(channel == 3 && target == 1 && unit == 5);
}

static void test_disk_location(void)
{
	char code[80];

	disk_location("U1", "/sys/devices/pci0000:00/0000:00:07.0/virtio4/block/vda", code, 80);
	CHECK(!strcmp(code, "U1-P1-C7-T1-L0"));
	disk_location("U1", "/sys/devices/pci0000:00/0000:00:02.0/0000:03:00.1/nvme/nvme0/nvme0n2",
		      code, 80);
	CHECK(!strcmp(code, "U1-P4-C0-T2-L2"));
	disk_location("U1", "/sys/devices/virtual/block/loop0", code, 80);
	CHECK(!strcmp(code, ""));
}

/* --- the saved configuration --- */

static bool parses(const char *line, struct item *it)
{
	char *why = item_parse(line, it);

	free(why);
	return !why;
}

static void test_item_lines(void)
{
	static const char line[] = "{ \"kind\": \"vtd\", \"partition\": 1, \"slot\": 2, "
				   "\"name\": \"a\", \"type\": \"ram\", \"lun\": \"0x81\", "
				   "\"size\": 4096, \"block_size\": 512, \"read_only\": true }";
	struct item it, other;
	char *again = NULL;
	size_t size = 0;
	FILE *f;

	CHECK(parses(line, &it) && it.kind == ITEM_VTD);
	CHECK(it.slot == 2 && it.size == 4096 && it.read_only && !it.buffered);
	f = open_memstream(&again, &size);
	item_print(&it, f);
	fclose(f);
	CHECK(!strncmp(again, line, strlen(line)) && !strcmp(again + strlen(line), "\n"));
	free(again);
	CHECK(parses(line, &other) && !item_difference(&it, &other));
	other.read_only = false;
	CHECK(!strcmp(item_difference(&it, &other), "read_only"));
	strcpy(it.path, "/dev/sda");
	other.read_only = true;
	CHECK(!strcmp(item_difference(&it, &other), "path"));
	strcpy(it.identity, "x");
	strcpy(other.identity, "x");
	CHECK(!item_difference(&it, &other));
	/* What can't stand in a string as it is comes back the same. */
	strcpy(it.path, "/srv/a\"b\\c\n\x7f\xc3\xa4");
	again = NULL;
	f = open_memstream(&again, &size);
	item_print(&it, f);
	fclose(f);
	again[strlen(again) - 1] = '\0';
	CHECK(!strchr(again, '\n') && parses(again, &other) && !strcmp(it.path, other.path));
	free(again);
}

static void test_item_sets(void)
{
	struct item_set set = { .nr = 0 };
	struct item list[301], other;
	int i;

	memset(list, 0, sizeof(list));
	CHECK(!item_set_find(&set, list, &list[0]));
	for (i = 0; i < 300; i++) {
		list[i].kind = i < 100 ? ITEM_PARTITION : i < 200 ? ITEM_ADAPTER : ITEM_VTD;
		list[i].partition = 1 + i % 7;
		list[i].slot = i / 7;
		snprintf(list[i].name, sizeof(list[i].name), "name%d", i);
		item_set_add(&set, list, i);
	}
	for (i = 0; i < 300; i++)
		CHECK(item_set_find(&set, list, &list[i]) == &list[i]);
	/* A device is the same by its name, whatever is elsewhere in it. */
	other = list[250];
	other.slot = 9999;
	CHECK(item_set_find(&set, list, &other) == &list[250]);
	strcpy(other.name, "none");
	CHECK(!item_set_find(&set, list, &other));
	/* An adapter is the same by its place; of two the first one stays. */
	other = list[150];
	strcpy(other.name, "other");
	CHECK(item_set_find(&set, list, &other) == &list[150]);
	list[300] = other;
	item_set_add(&set, list, 300);
	CHECK(item_set_find(&set, list, &other) == &list[150]);
	item_set_free(&set);
}

static void test_item_refusals(void)
{
	static const char *const lines[] = {
		"", "{", "[]", "5", "{}", "{ \"kind\": 7 }", "{ \"kind\": \"x\" }",
		"{ \"kind\": \"partition\", \"partition\": 1, \"name\": \"a\" }",
		"{ \"kind\": \"head\", \"version\": 2, \"machine\": \"U\" }",
		"{ \"kind\": \"head\", \"version\": 1, \"machine\": \"U\" } x",
		"{ \"kind\": \"head\", \"version\": -1, \"machine\": \"U\" }",
		"{ \"kind\": \"head\", \"version\": 1, \"machine\": \"U\\u0000x\" }",
		"{ \"kind\": \"head\", \"version\": 1, \"machine\": \"U\", \"slot\": 2 }",
	};
	struct item it;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		CHECK(!parses(lines[i], &it));
	CHECK(parses("{\"machine\":\"U\",\"version\":1,\"kind\":\"head\"}", &it));
}

/* --- tables --- */

static void test_verb_tables(void)
{
	const struct verb *const *v;
	const struct flag *f, *g;

	for (v = verbs; *v; v++) {
		CHECK(verb_find((*v)->name) == *v);
		CHECK((*v)->group && (*v)->summary && (*v)->usage && (*v)->run && (*v)->flags);
		CHECK(str_starts((*v)->usage, (*v)->name));
		for (f = (*v)->flags; f->name; f++) {
			CHECK(f->group < 32 && f - (*v)->flags < 64);
			for (g = (*v)->flags; g < f; g++)
				CHECK(strcmp(f->name, g->name));
		}
	}
	CHECK(!verb_find("mkvde"));
}

/*
 * A sysfs with sdb and its partition, a report of LVM in which one of them, 8:@minor, is in a
 * group of the server, and files in place of their nodes.  An exclamation mark is a slash in
 * /dev: that is how the partition's node can be a file.
 */
static bool groups_make(const char *dir, unsigned int minor)
{
	char *script = xasprintf("set -e; d=%s; s=$d/sys; rm -rf $d/*\n"
		"p=$s/devices/sdb; part=shm!${d##*/}; mkdir -p $p/$part $s/class/block $s/dev/block\n"
		"echo 1 > $p/$part/partition; ln -s $p $s/class/block/sdb\n"
		"ln -s $p $s/dev/block/8:16; ln -s $p/$part $s/dev/block/8:17\n"
		"printf '%%512sLABELONE%%2000s' '' '' > $d/labelled; : > $d/plain\n"
		"cat > $d/report <<'END'\n"
		"{ \"report\": [ {\n"
		"\"vg\": [ { \"vg_name\": \"datavg\", \"vg_tags\": \"vscsi.server\" } ],\n"
		"\"pv\": [ { \"vg_name\": \"datavg\", \"pv_major\": \"8\","
		" \"pv_minor\": \"%u\" } ] } ] }\nEND\n", dir, minor);
	bool made = !system(script);

	free(script);
	return made;
}

/* What is said about sdb, whose node is @node. */
static int groups_look(const char *dir, const char *node, const struct mkvdev *o)
{
	struct backing b = { .type = VSCSI_VTD_DISK, .dev = makedev(8, 16) };
	struct partition self = { .id = 1 };
	struct session s = { .self = &self };
	struct vtd_request r = { .fd = -1 };

	snprintf(b.path, sizeof(b.path), "%s/%s", dir, node);
	block_path(b.dev, b.sysfs, sizeof(b.sysfs));
	return mkvdev_check_use(&s, o, &b, &r);
}

static void check_groups(const char *dir)
{
	const struct mkvdev user = { .f = false }, forced = { .f = true };
	const struct mkvdev restoring = { .share = true };
	char *node = xasprintf("/dev/shm/%s", strrchr(dir, '/') + 1);
	char *label = xasprintf("cp %s/labelled %s", dir, node);

	CHECK(groups_make(dir, 16));
	CHECK(groups_look(dir, "plain", &user) == RC_OK);
	CHECK(groups_look(dir, "labelled", &user) == RC_FAILED);
	CHECK(groups_look(dir, "labelled", &restoring) == RC_FAILED);
	CHECK(groups_look(dir, "labelled", &forced) == RC_OK);
	/* A client's. */
	CHECK(groups_make(dir, 32));
	CHECK(groups_look(dir, "labelled", &user) == RC_OK);
	/* Only a partition is in the group. */
	CHECK(groups_make(dir, 17));
	CHECK(groups_look(dir, "plain", &user) == RC_OK);
	CHECK(!system(label));
	CHECK(groups_look(dir, "plain", &user) == RC_FAILED);
	/* Without LVM there are no groups, but one that fails may have some. */
	setenv("LVM_FAKE_MISSING", "1", 1);
	CHECK(groups_look(dir, "labelled", &user) == RC_OK);
	unsetenv("LVM_FAKE_MISSING");
	setenv("LVM_FAKE_ERROR", "no", 1);
	CHECK(groups_look(dir, "labelled", &user) != RC_OK);
	unsetenv("LVM_FAKE_ERROR");
	unlink(node);
	free(label);
	free(node);
}

static void test_groups(void)
{
	char dir[] = "/tmp/vscsi-unit-XXXXXX", *made = mkdtemp(dir);
	char *path = xasprintf("bin:%s", getenv("PATH"));
	char *sys = xasprintf("%s/sys", dir), *log = xasprintf("%s/log", dir);
	char *report = xasprintf("%s/report", dir), *clean = xasprintf("rm -rf %s", dir);
	const char *old = sysfs_root;

	sysfs_root = sys;
	setenv("PATH", path, 1);
	setenv("LVM_FAKE_LOG", log, 1);
	setenv("LVM_FAKE_REPORT", report, 1);
	CHECK(made);
	if (made)
		check_groups(dir);
	CHECK(!made || !system(clean));
	sysfs_root = old;
	free(clean);
	free(report);
	free(log);
	free(sys);
	free(path);
}

static void test_attr_table(void)
{
	const struct attr *a;

	for (a = attrs; a->name; a++) {
		CHECK(a->get && a->description && a->classes);
		CHECK(!a->set || a->range);
		CHECK(!a[1].name || strcmp(a->name, a[1].name) <= 0);
	}
}

static void test_messages(void)
{
	int e;

	for (e = 0; e < __ERR_MAX; e++)
		CHECK(err_rc(e) != RC_OK);
}

static void test_inject_names(void)
{
	int e;

	for (e = VSCSI_INJECT_NONE; e <= VSCSI_INJECT_HANG; e++)
		CHECK(inject_error_value(inject_error_name(e)) == e);
	CHECK(inject_error_value("unknown") < 0);
}

static void test_alua_names(void)
{
	int s;

	for (s = VSCSI_ALUA_OPTIMIZED; s <= VSCSI_ALUA_TRANSITIONING; s++)
		CHECK(alua_state_value(alua_state_name(s)) == s);
	CHECK(alua_state_value("offline") < 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "test_args_values", test_args_values },
	{ "test_args_refusals", test_args_refusals },
	{ "test_args_operands", test_args_operands },
	{ "test_sizes", test_sizes },
	{ "test_lv_sizes", test_lv_sizes },
	{ "test_regions", test_regions },
	{ "test_storage_names", test_storage_names },
	{ "test_name_order", test_name_order },
	{ "test_word_in", test_word_in },
	{ "test_lun", test_lun },
	{ "test_disk_location", test_disk_location },
	{ "test_item_lines", test_item_lines },
	{ "test_item_sets", test_item_sets },
	{ "test_item_refusals", test_item_refusals },
	{ "test_verb_tables", test_verb_tables },
	{ "test_groups", test_groups },
	{ "test_attr_table", test_attr_table },
	{ "test_messages", test_messages },
	{ "test_inject_names", test_inject_names },
	{ "test_alua_names", test_alua_names },
};

int main(void)
{
	bool all = true;
	size_t i;

	/* Messages are what the parser is expected to print. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	printf("KTAP version 1\n1..%zu\n", ARRAY_SIZE(tests));
	for (i = 0; i < ARRAY_SIZE(tests); i++) {
		ok = true;
		tests[i].run();
		printf("%sok %zu %s\n", ok ? "" : "not ", i + 1, tests[i].name);
		all = all && ok;
	}
	return all ? 0 : 1;
}
