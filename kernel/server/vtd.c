// SPDX-License-Identifier: GPL-2.0
/* Virtual target devices: made, found, resized, removed. */
#include <linux/netlink.h>
#include <linux/slab.h>

#include "../cmdset/alua.h"
#include "../cmdset/self_test.h"
#include "target.h"
#include "trace.h"

/* configuration lock */
static LIST_HEAD(servers);
static void (*vtd_changed)(struct vscsi_vtd *vtd);

/**
 * vscsi_server_list() - all server adapters that are AVAILABLE
 *
 * Context: configuration lock held.
 * Return: list of struct vscsi_server.
 */
struct list_head *vscsi_server_list(void)
{
	vscsi_config_assert_held();
	return &servers;
}

/**
 * vscsi_vtd_find() - look a VTD up by its name
 * @name: the name
 *
 * Context: configuration lock held.
 * Return: the VTD or NULL.
 */
struct vscsi_vtd *vscsi_vtd_find(const char *name)
{
	struct vscsi_server *server;
	struct vscsi_vtd *vtd;

	vscsi_config_assert_held();
	list_for_each_entry(server, &servers, entry)
		list_for_each_entry(vtd, &server->vtds, entry)
			if (!strcmp(vtd->name, name))
				return vtd;
	return NULL;
}

/**
 * vscsi_vtd_adapter() - the server adapter of a VTD
 * @vtd: the VTD
 *
 * Context: any, while the VTD is there.
 * Return: the adapter.
 */
struct vscsi_adapter *vscsi_vtd_adapter(const struct vscsi_vtd *vtd)
{
	return vtd->server->adapter;
}

/* A drive needs no medium to be usable. */
static bool backing_usable(struct vscsi_vtd *vtd)
{
	struct vscsi_lu *lu = vscsi_lu_get(vtd);
	enum vscsi_reason reason = lu->backend->ops->ready(lu->backend);

	vscsi_lu_put(vtd, lu);
	return reason == VSCSI_OK || reason == VSCSI_NO_MEDIUM;
}

/**
 * vscsi_vtd_state() - state of a VTD now
 * @vtd: the VTD
 *
 * Context: configuration lock held.
 * Return: the state.
 */
enum vscsi_vtd_state vscsi_vtd_state(struct vscsi_vtd *vtd)
{
	vscsi_config_assert_held();
	if (vtd->removing)
		return VSCSI_VTD_REMOVING;
	return backing_usable(vtd) ? VSCSI_VTD_AVAILABLE : VSCSI_VTD_BROKEN;
}

/* With @writers: and one of the two may write. */
static bool has_backing(struct vscsi_vtd *vtd, const struct vscsi_backend *be, bool writers)
{
	struct vscsi_lu *lu = vscsi_lu_get(vtd);
	bool found = vscsi_backend_same(lu->backend, be) &&
		     (!writers || !lu->backend->caps.read_only || !be->caps.read_only);

	vscsi_lu_put(vtd, lu);
	return found;
}

typedef bool (*vtd_match)(struct vscsi_vtd *vtd, const struct vscsi_backend *be);

static struct vscsi_vtd *find_vtd(const struct vscsi_backend *be, vtd_match match)
{
	struct vscsi_server *server;
	struct vscsi_vtd *vtd;

	list_for_each_entry(server, &servers, entry)
		list_for_each_entry(vtd, &server->vtds, entry)
			if (match(vtd, be))
				return vtd;
	return NULL;
}

static bool uses(struct vscsi_vtd *vtd, const struct vscsi_backend *be)
{
	return has_backing(vtd, be, false);
}

/* A path to the same blocks, with the same reservations.  A drive is one to nothing else. */
static bool is_disk_of(struct vscsi_vtd *vtd, const struct vscsi_backend *be)
{
	return vtd->type != VSCSI_VTD_OPTICAL && has_backing(vtd, be, false);
}

/* Has it in a drive, and one of the two may write. */
static bool is_medium_conflict(struct vscsi_vtd *vtd, const struct vscsi_backend *be)
{
	return vtd->type == VSCSI_VTD_OPTICAL && has_backing(vtd, be, true);
}

/**
 * vscsi_vtd_writer_conflict() - look for another user of a file where one of the two writes
 * @vtd: who wants to use it
 * @be: the file
 *
 * Context: configuration lock held.
 * Return: the other VTD or NULL.
 */
struct vscsi_vtd *vscsi_vtd_writer_conflict(const struct vscsi_vtd *vtd,
					    const struct vscsi_backend *be)
{
	struct vscsi_server *server;
	struct vscsi_vtd *other;

	vscsi_config_assert_held();
	list_for_each_entry(server, &servers, entry)
		list_for_each_entry(other, &server->vtds, entry)
			if (other != vtd && has_backing(other, be, true))
				return other;
	return NULL;
}

/* vhost0, vscsi1: there may be such an adapter one day. */
static bool is_adapter_name(const char *name)
{
	size_t prefix = str_has_prefix(name, "vhost") ?: str_has_prefix(name, "vscsi");

	return prefix && name[prefix] && !name[prefix + strspn(name + prefix, "0123456789")];
}

static struct vscsi_vtd *find_same_identity(const struct vscsi_backend *be)
{
	const struct vscsi_identity *id = &be->identity, *other;
	struct vscsi_server *server;
	struct vscsi_vtd *vtd;

	list_for_each_entry(server, &servers, entry) {
		list_for_each_entry(vtd, &server->vtds, entry) {
			other = vtd->lu.identity;
			if (id->naa_len == other->naa_len &&
			    !memcmp(id->naa, other->naa, id->naa_len))
				return vtd;
		}
	}
	return NULL;
}

static int choose_name(struct vscsi_vtd *vtd, const char *name, struct netlink_ext_ack *extack)
{
	unsigned int n = 0;

	if (!name) {
		do {
			snprintf(vtd->name, sizeof(vtd->name), "%s%u",
				 vtd->type == VSCSI_VTD_OPTICAL ? "vtopt" : "vtscsi", n++);
		} while (vscsi_vtd_find(vtd->name));
		return 0;
	}
	if (!vscsi_name_valid(name)) {
		NL_SET_ERR_MSG(extack, "a name has 1 to 15 letters, digits, '_', '-' or '.'");
		return -EINVAL;
	}
	if (vscsi_vtd_find(name) || vscsi_adapter_find(name)) {
		NL_SET_ERR_MSG(extack, "a device of that name already exists");
		return -EEXIST;
	}
	if (is_adapter_name(name)) {
		NL_SET_ERR_MSG(extack, "a name like that is kept for adapters");
		return -EINVAL;
	}
	strscpy(vtd->name, name, sizeof(vtd->name));
	return 0;
}

#define ORDINAL_MAX	16383

static int choose_lun(struct vscsi_vtd *vtd, u64 lun, struct netlink_ext_ack *extack)
{
	struct xa_limit limit = XA_LIMIT(1, ORDINAL_MAX);
	u32 ordinal;
	int ret;

	if (lun && !vscsi_lun_valid(lun)) {
		NL_SET_ERR_MSG(extack, "not a LUN of the form 0x8100000000000000");
		return -EINVAL;
	}
	if (lun) {
		limit.min = vscsi_lun_to_ordinal(lun);
		limit.max = limit.min;
	}
	ret = xa_alloc(&vtd->server->luns, &ordinal, vtd, limit, GFP_KERNEL);
	if (ret == -EBUSY && lun) {
		NL_SET_ERR_MSG(extack, "the LUN is already used");
		return -EEXIST;
	}
	if (ret == -EBUSY) {
		NL_SET_ERR_MSG(extack, "no LUN is free");
		return -ENOSPC;
	}
	vtd->lu.lun = vscsi_ordinal_to_lun(ordinal);
	return ret;
}

static void insert_by_name(struct vscsi_vtd *vtd)
{
	struct list_head *place = &vtd->server->vtds;
	struct vscsi_vtd *other;

	list_for_each_entry(other, &vtd->server->vtds, entry) {
		if (strcmp(other->name, vtd->name) > 0) {
			place = &other->entry;
			break;
		}
	}
	list_add_tail(&vtd->entry, place);
}

static void vtd_drained(struct percpu_ref *ref)
{
	complete(&container_of(ref, struct vscsi_vtd, ref)->drained);
}

/*
 * Clients take disks of one identity for paths to the same data.  A snapshot or a copy of a
 * file system has files that look like the first one's.  Who has a file in a drive as well knows
 * nothing of the others, whatever they have agreed on.
 */
static int check_unique(const struct vscsi_backend *be, bool share, struct netlink_ext_ack *extack)
{
	struct vscsi_vtd *vtd = find_same_identity(be);
	struct vscsi_vtd *drive = find_vtd(be, is_medium_conflict);

	if (drive) {
		NL_SET_ERR_MSG_FMT(extack, "it is the medium in %s, and one of the two would write",
				   drive->name);
		return -EBUSY;
	}
	if (!share && be->file && find_vtd(be, uses)) {
		NL_SET_ERR_MSG(extack, "it is already being used as a backing device");
		return -EADDRINUSE;
	}
	if (vtd && !vscsi_backend_same(vtd->lu.backend, be)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "its identity is that of %s: it needs one of its own",
				   vtd->name);
		return -ENOTUNIQ;
	}
	return 0;
}

static void pr_free(struct vscsi_pr *pr)
{
	vscsi_store_close(pr->saved.store);
	vscsi_pr_free(pr);
}

static int pr_load(struct vscsi_pr *pr, const struct vscsi_backend *be)
{
	u8 *state = kmalloc(VSCSI_STATE_MAX, GFP_KERNEL);
	u32 len;
	int ret;

	if (!state)
		return -ENOMEM;
	ret = vscsi_store_open(be, &pr->saved.store, state, &len);
	if (!ret)
		ret = vscsi_saved_load(pr, state, len);
	if (ret == -EINVAL) {
		vscsi_store_distrust(pr->saved.store);
		ret = 0;
	}
	kfree(state);
	return ret;
}

static struct vscsi_pr *pr_make(const struct vscsi_backend *be)
{
	struct vscsi_pr *pr = vscsi_pr_alloc(&vscsi_target_ops);

	if (pr && pr_load(pr, be)) {
		pr_free(pr);
		return NULL;
	}
	return pr;
}

/* VTDs of one identity are one logical unit, with one set of reservations. */
static struct vscsi_pr *pr_get(const struct vscsi_backend *be)
{
	struct vscsi_vtd *vtd = find_same_identity(be);

	return vtd ? vtd->lu.pr : pr_make(be);
}

/* The VTD is on no list any more, or not yet. */
static void pr_put(const struct vscsi_vtd *vtd)
{
	bool port_left = false, unit_left = false;
	struct vscsi_server *server;
	struct vscsi_vtd *other;

	list_for_each_entry(server, &servers, entry) {
		list_for_each_entry(other, &server->vtds, entry) {
			if (other->lu.pr != vtd->lu.pr)
				continue;
			unit_left = true;
			port_left |= server == vtd->server;
		}
	}
	if (!unit_left)
		pr_free(vtd->lu.pr);
	else if (!port_left)
		vscsi_pr_forget_target(vtd->lu.pr, vscsi_target_id(vtd->server));
}

static int disk_init(struct vscsi_vtd *vtd, const struct vscsi_vtd_params *params,
		     struct netlink_ext_ack *extack)
{
	struct vscsi_backend_params backend = params->backend;
	struct vscsi_lu *lu = &vtd->lu;
	struct vscsi_backend *be;
	int ret;

	/* Memory has no name but the VTD's to tell it from other memory. */
	if (!backend.file)
		backend.name = vtd->name;
	be = vscsi_backend_open(&backend, extack);
	if (IS_ERR(be))
		return PTR_ERR(be);
	ret = check_unique(be, params->share, extack);
	if (ret) {
		vscsi_backend_close(be);
		return ret;
	}
	lu->backend = be;
	lu->block_size = be->caps.block_size;
	lu->block_shift = ilog2(lu->block_size);
	lu->blocks = be->ops->size(be) >> lu->block_shift;
	strscpy(lu->backing_name, params->backend.name ?: "", sizeof(lu->backing_name));
	strscpy(lu->backing_path, params->backing_path ?: "", sizeof(lu->backing_path));
	return 0;
}

/* What is shared with the VTDs over the same backing device; a drive shares nothing. */
static int unit_init(struct vscsi_vtd *vtd)
{
	struct vscsi_backend *be = vtd->lu.backend;
	struct vscsi_vtd *same = find_vtd(be, is_disk_of);
	int ret;

	vtd->lu.pr = pr_get(be);
	if (!vtd->lu.pr)
		return -ENOMEM;
	ret = vscsi_unit_join(vtd, same);
	if (ret) {
		pr_put(vtd);
		return ret;
	}
	if (!same)
		vscsi_lu_reset(&vtd->lu);
	vtd->lu.path.port = vscsi_target_id(vtd->server);
	vscsi_path_join(vtd->lu.pr, &vtd->lu.path);
	vtd->told_path = vtd->lu.path.state;
	return 0;
}

static int lu_init(struct vscsi_vtd *vtd, const struct vscsi_vtd_params *params,
		   struct netlink_ext_ack *extack)
{
	struct vscsi_lu *lu = &vtd->lu;
	int ret;

	if (vtd->type == VSCSI_VTD_OPTICAL)
		ret = vscsi_drive_init(vtd, extack);
	else
		ret = disk_init(vtd, params, extack);
	if (ret)
		return ret;
	lu->identity = &lu->backend->identity;
	ret = vscsi_lu_stats_alloc(lu);
	if (ret)
		goto close;
	ret = unit_init(vtd);
	if (ret)
		goto free_stats;
	return 0;

free_stats:
	vscsi_lu_stats_free(lu);
close:
	vscsi_backend_close(lu->backend);
	return ret;
}

static void lu_exit(struct vscsi_vtd *vtd)
{
	vscsi_drive_exit(vtd);
	vscsi_path_leave(vtd->lu.pr, &vtd->lu.path);
	vscsi_unit_leave(vtd);
	pr_put(vtd);
	vscsi_lu_stats_free(&vtd->lu);
	vscsi_backend_close(vtd->lu.backend);
}

static void itls_free(struct vscsi_vtd *vtd)
{
	struct vscsi_itl *itl, *next;

	list_for_each_entry_safe(itl, next, &vtd->itls, entry)
		vscsi_itl_free(itl);
}

static void report(struct vscsi_vtd *vtd, enum vscsi_ua ua)
{
	struct vscsi_itl *itl;

	list_for_each_entry(itl, &vtd->itls, entry)
		vscsi_event_send(itl->nexus, vtd->lu.lun, ua);
}

/* For the clients that take no events: SPC-4 6.33, on every other logical unit of theirs. */
static void report_inventory(struct vscsi_vtd *vtd)
{
	struct vscsi_itl *itl, *other;
	unsigned long ordinal;

	list_for_each_entry(itl, &vtd->itls, entry) {
		if (vscsi_event_send(itl->nexus, vtd->lu.lun, VSCSI_UA_LUNS_CHANGED))
			continue;
		xa_for_each(&itl->nexus->itls, ordinal, other)
			if (other != itl)
				vscsi_ua_set(other, VSCSI_UA_LUNS_CHANGED);
	}
}

/* All or nothing: every client gets its I_T_L nexus before any client sees one. */
static int publish(struct vscsi_vtd *vtd)
{
	struct vscsi_connection *conn;
	struct vscsi_itl *itl;

	list_for_each_entry(conn, &vtd->server->links, server_entry) {
		if (!vscsi_itl_alloc(conn->server_data, vtd)) {
			list_for_each_entry(itl, &vtd->itls, entry)
				vscsi_itl_unpublish(itl);
			itls_free(vtd);
			return -ENOMEM;
		}
	}
	list_for_each_entry(itl, &vtd->itls, entry)
		vscsi_itl_publish(itl);
	insert_by_name(vtd);
	report_inventory(vtd);
	vscsi_config_changed();
	return 0;
}

static struct vscsi_vtd *vtd_alloc(const struct vscsi_vtd_params *params)
{
	struct vscsi_vtd *vtd = kzalloc(sizeof(*vtd), GFP_KERNEL);

	if (!vtd)
		return NULL;
	if (percpu_ref_init(&vtd->ref, vtd_drained, 0, GFP_KERNEL)) {
		kfree(vtd);
		return NULL;
	}
	init_completion(&vtd->drained);
	spin_lock_init(&vtd->drive.lock);
	vtd->drive.lock_round = 1;
	INIT_LIST_HEAD(&vtd->itls);
	vtd->server = vscsi_adapter_server(params->adapter);
	vtd->type = params->type;
	strscpy(vtd->physloc, params->physloc ?: "", sizeof(vtd->physloc));
	return vtd;
}

static void vtd_free(struct vscsi_vtd *vtd)
{
	percpu_ref_exit(&vtd->ref);
	kfree_rcu(vtd, rcu);
}

/**
 * vscsi_vtd_create() - map a backing device
 * @params: what, under which name and LUN
 * @extack: says what was wrong; may be NULL
 *
 * When it returns, commands to the new logical unit work and the clients have been told.
 *
 * Context: configuration lock held, may sleep.
 * Return: the VTD; or an ERR_PTR, and nothing was made.
 */
struct vscsi_vtd *vscsi_vtd_create(const struct vscsi_vtd_params *params,
				   struct netlink_ext_ack *extack)
{
	struct vscsi_vtd *vtd = vtd_alloc(params);
	int ret;

	vscsi_config_assert_held();
	if (!vtd)
		return ERR_PTR(-ENOMEM);
	ret = choose_name(vtd, params->name, extack);
	if (ret)
		goto free_vtd;
	ret = choose_lun(vtd, params->lun, extack);
	if (ret)
		goto free_vtd;
	ret = lu_init(vtd, params, extack);
	if (ret)
		goto free_lun;
	vtd->told = vscsi_vtd_state(vtd);
	ret = publish(vtd);
	if (ret)
		goto exit_lu;
	return vtd;

exit_lu:
	lu_exit(vtd);
free_lun:
	xa_erase(&vtd->server->luns, vscsi_lun_to_ordinal(vtd->lu.lun));
free_vtd:
	vtd_free(vtd);
	return ERR_PTR(ret);
}

/* Stage one: no new command finds it. */
static void unpublish(struct vscsi_vtd *vtd)
{
	struct vscsi_itl *itl;

	vtd->removing = true;
	list_for_each_entry(itl, &vtd->itls, entry)
		vscsi_itl_unpublish(itl);
	percpu_ref_kill(&vtd->ref);
	report_inventory(vtd);
	vscsi_config_changed();
}

static void explain_wait(struct vscsi_vtd *vtd, struct netlink_ext_ack *extack)
{
	unsigned long oldest;
	unsigned int n = vscsi_tasks_count(vtd->server, vscsi_task_on_vtd, vtd, &oldest);

	if (vscsi_background_on(vtd)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is being formatted or sanitized", vtd->name);
		return;
	}
	NL_SET_ERR_MSG_FMT(extack, "%u commands on %s have not finished, the oldest for %u s",
			   n, vtd->name, jiffies_to_msecs(jiffies - oldest) / 1000);
}

/**
 * vscsi_vtd_remove() - remove a mapping
 * @vtd: the VTD; freed on success
 * @force: abort the commands that are under way, and formatting or sanitizing, instead of waiting
 *	for them first; a self-test ends in any case
 * @extack: says what was wrong; may be NULL
 *
 * Commands hold a reference; lookups hold it or the RCU read lock.  So after the reference
 * is dead and drained only RCU readers can still see the memory, and none of them keeps it.
 *
 * Context: configuration lock held, sleeps for 10 seconds at most.
 * Return: 0; or -ETIMEDOUT: clients see it no more, but commands have not finished; the
 * call may be repeated.
 */
int vscsi_vtd_remove(struct vscsi_vtd *vtd, bool force, struct netlink_ext_ack *extack)
{
	vscsi_config_assert_held();
	if (!vtd->removing)
		unpublish(vtd);
	vscsi_self_test_leave(&vtd->lu);
	if (force) {
		vscsi_tasks_abort(vtd->server, vscsi_task_on_vtd, vtd);
		vscsi_background_stop(vtd);
	}
	if (!wait_for_completion_timeout(&vtd->drained, VSCSI_DRAIN_TIMEOUT)) {
		explain_wait(vtd, extack);
		return -ETIMEDOUT;
	}

	list_del(&vtd->entry);
	xa_erase(&vtd->server->luns, vscsi_lun_to_ordinal(vtd->lu.lun));
	itls_free(vtd);
	lu_exit(vtd);
	vtd_free(vtd);
	vscsi_config_changed();
	return 0;
}

/**
 * vscsi_client_gone() - see struct vscsi_role_ops, forget
 * @client: the client adapter
 *
 * Context: configuration lock held.
 */
void vscsi_client_gone(const struct vscsi_adapter *client)
{
	u8 initiator[VSCSI_PORT_ID_LEN];
	struct vscsi_server *server;
	struct vscsi_vtd *vtd;

	vscsi_initiator_id(client, initiator);
	list_for_each_entry(server, &servers, entry)
		list_for_each_entry(vtd, &server->vtds, entry)
			vscsi_pr_forget_initiator(vtd->lu.pr, initiator);
}

/**
 * vscsi_vtd_watch() - hear of changes that nobody has asked for
 * @changed: called with the configuration lock held, may sleep; NULL for nobody
 *
 * Context: configuration lock held.
 */
void vscsi_vtd_watch(void (*changed)(struct vscsi_vtd *vtd))
{
	vscsi_config_assert_held();
	vtd_changed = changed;
}

static void announce(struct vscsi_vtd *vtd, enum vscsi_ua ua)
{
	vscsi_ua_set_all(vtd, ua);
	report(vtd, ua);
}

/* Backing devices go, and some come back: a multipath map gets a path again. */
static bool look_at_state(struct vscsi_vtd *vtd)
{
	enum vscsi_vtd_state state = vscsi_vtd_state(vtd);
	bool changed = state != vtd->told;

	vtd->told = state;
	return changed;
}

/* A client may have asked for another one. */
static bool look_at_path(struct vscsi_vtd *vtd)
{
	enum vscsi_alua_state state = READ_ONCE(vtd->lu.path.state);
	bool changed = state != vtd->told_path;

	vtd->told_path = state;
	return changed;
}

static bool look_at_cache(struct vscsi_vtd *vtd)
{
	struct vscsi_backend *be = vtd->lu.backend;

	if (!be->ops->refresh || !be->ops->refresh(be))
		return false;
	announce(vtd, VSCSI_UA_MODE_CHANGED);
	return true;
}

static bool look_at_size(struct vscsi_vtd *vtd)
{
	struct vscsi_backend *be = vtd->lu.backend;
	u64 blocks = be->ops->size(be) >> vtd->lu.block_shift;

	if (!blocks || blocks == vtd->lu.blocks)
		return false;
	WRITE_ONCE(vtd->lu.blocks, blocks);
	announce(vtd, VSCSI_UA_CAPACITY_CHANGED);
	return true;
}

/**
 * vscsi_vtd_rescan() - look whether the backing device has changed
 * @vtd: the VTD
 *
 * Whether it is there, whether it has a write cache, its size.  A change of the last two is
 * announced to the clients by a unit attention and by an event; any change to those who
 * watch.  A backing device that is gone keeps its last size: commands then say that it is
 * not ready.  Of a drive: whether a client has ejected the medium.  And whether a client has
 * set the state of the path.
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_vtd_rescan(struct vscsi_vtd *vtd)
{
	bool changed;

	vscsi_config_assert_held();
	if (vtd->removing)
		return;
	changed = look_at_state(vtd);
	changed |= look_at_path(vtd);
	if (vtd->type == VSCSI_VTD_OPTICAL) {
		changed |= vscsi_drive_changed(vtd);
	} else if (vtd->told == VSCSI_VTD_AVAILABLE) {
		changed |= look_at_cache(vtd);
		changed |= look_at_size(vtd);
	}
	if (!changed)
		return;
	vscsi_config_changed();
	if (vtd_changed)
		vtd_changed(vtd);
}

/**
 * vscsi_vtd_has_alua() - has its path a state that can be set?
 * @vtd: the VTD
 *
 * Context: any.
 */
bool vscsi_vtd_has_alua(const struct vscsi_vtd *vtd)
{
	return vtd->type != VSCSI_VTD_OPTICAL && spc_alua_supported(&vtd->lu);
}

/**
 * vscsi_vtd_set_alua() - set the state of a path
 * @vtd: the VTD; so that of the others of its logical unit on the same adapter
 * @state: the state
 * @extack: says what was wrong
 *
 * Every client of the logical unit is told, on whichever path.
 *
 * Context: configuration lock held.
 * Return: 0 or -EOPNOTSUPP.
 */
int vscsi_vtd_set_alua(struct vscsi_vtd *vtd, enum vscsi_alua_state state,
		       struct netlink_ext_ack *extack)
{
	vscsi_config_assert_held();
	if (!vscsi_vtd_has_alua(vtd)) {
		NL_SET_ERR_MSG(extack, "only a disk that can have several paths has a path state");
		return -EOPNOTSUPP;
	}
	vscsi_path_set(vtd->lu.pr, &vtd->lu.path, state);
	return 0;
}
