// SPDX-License-Identifier: GPL-2.0
/* Requests about virtual target devices. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/list.h>

#include "../cmdset/lu.h"
#include "../hypervisor/hypervisor.h"
#include "../server/server.h"
#include "family.h"

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, VSCSI_A_PAD);
}

static int put_flag(struct sk_buff *skb, int attr, bool set)
{
	return set ? nla_put_flag(skb, attr) : 0;
}

/* What was not given when the VTD was made is not shown. */
static int put_text(struct sk_buff *skb, int attr, const char *text)
{
	return text[0] ? nla_put_string(skb, attr, text) : 0;
}

static int put_stat(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, VSCSI_STATS_A_PAD);
}

static int fill_stats(struct sk_buff *skb, const struct vscsi_lu *lu)
{
	struct nlattr *nest = nla_nest_start(skb, VSCSI_A_STATS);
	struct vscsi_lu_totals totals;

	if (!nest)
		return -EMSGSIZE;
	vscsi_lu_stats_read(lu, &totals);
	if (put_stat(skb, VSCSI_STATS_A_READ_CMDS, totals.read_cmds) ||
	    put_stat(skb, VSCSI_STATS_A_WRITE_CMDS, totals.write_cmds) ||
	    put_stat(skb, VSCSI_STATS_A_OTHER_CMDS, totals.other_cmds) ||
	    put_stat(skb, VSCSI_STATS_A_READ_BYTES, totals.read_bytes) ||
	    put_stat(skb, VSCSI_STATS_A_WRITE_BYTES, totals.write_bytes) ||
	    put_stat(skb, VSCSI_STATS_A_ERRORS, totals.errors) ||
	    put_stat(skb, VSCSI_STATS_A_ABORTED, totals.aborted) ||
	    put_stat(skb, VSCSI_STATS_A_UNIT_ATTENTIONS, totals.unit_attentions) ||
	    put_stat(skb, VSCSI_STATS_A_IN_FLIGHT, totals.in_flight))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_inject(struct sk_buff *skb, const struct vscsi_backend *be)
{
	struct vscsi_inject inject;
	struct nlattr *nest;

	if (!be->ops->get_inject)
		return 0;
	nest = nla_nest_start(skb, VSCSI_A_INJECT);
	if (!nest)
		return -EMSGSIZE;
	be->ops->get_inject(be, &inject);
	if (nla_put_u32(skb, VSCSI_INJECT_A_DELAY_US, inject.delay_us) ||
	    nla_put_u8(skb, VSCSI_INJECT_A_ERROR, inject.error) ||
	    nla_put_u32(skb, VSCSI_INJECT_A_EVERY, inject.every))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fill_lu(struct sk_buff *skb, const struct vscsi_lu *lu)
{
	const struct vscsi_backend *be = lu->backend;

	if (put_text(skb, VSCSI_A_BACKING_NAME, lu->backing_name) ||
	    put_text(skb, VSCSI_A_BACKING_PATH, lu->backing_path) ||
	    put_text(skb, VSCSI_A_UDID, lu->identity->udid) ||
	    put_u64(skb, VSCSI_A_LUN, lu->lun) ||
	    put_u64(skb, VSCSI_A_SIZE, READ_ONCE(lu->blocks) << lu->block_shift) ||
	    nla_put_u32(skb, VSCSI_A_BLOCK_SIZE, lu->block_size) ||
	    put_flag(skb, VSCSI_A_READ_ONLY, be->caps.read_only) ||
	    nla_put_u8(skb, VSCSI_A_BACKEND_TYPE, be->type) ||
	    nla_put_u32(skb, VSCSI_A_PHYSICAL_BLOCK_SIZE, be->caps.physical_block_size) ||
	    put_flag(skb, VSCSI_A_WRITE_CACHE, be->caps.write_cache) ||
	    put_flag(skb, VSCSI_A_THIN, be->caps.max_unmap) ||
	    (be->dev && put_u64(skb, VSCSI_A_BACKING_DEV, be->dev)) ||
	    (be->ino && put_u64(skb, VSCSI_A_BACKING_INO, be->ino)))
		return -EMSGSIZE;
	return fill_inject(skb, be) ?: fill_stats(skb, lu);
}

static int fill_vtd(struct sk_buff *skb, void *object)
{
	struct vscsi_vtd *vtd = object;
	const struct vscsi_adapter *adapter = vscsi_vtd_adapter(vtd);
	struct vscsi_lu *lu;
	int ret;

	if (nla_put_string(skb, VSCSI_A_VTD_NAME, vtd->name) ||
	    nla_put_string(skb, VSCSI_A_ADAPTER_NAME, adapter->name) ||
	    nla_put_u32(skb, VSCSI_A_PARTITION_ID, adapter->partition->id) ||
	    nla_put_u8(skb, VSCSI_A_VTD_TYPE, vtd->type) ||
	    nla_put_u8(skb, VSCSI_A_VTD_STATE, vscsi_vtd_state(vtd)) ||
	    put_text(skb, VSCSI_A_PHYSLOC, vtd->physloc) ||
	    put_flag(skb, VSCSI_A_LOCKED, vscsi_vtd_locked(vtd)))
		return -EMSGSIZE;
	if (vscsi_vtd_has_alua(vtd) &&
	    nla_put_u8(skb, VSCSI_A_ALUA_STATE, READ_ONCE(vtd->lu.path.state)))
		return -EMSGSIZE;
	lu = vscsi_lu_get(vtd);
	ret = fill_lu(skb, lu);
	vscsi_lu_put(vtd, lu);
	return ret;
}

const struct vscsi_ctl_kind vscsi_ctl_vtd = { .fill = fill_vtd };

static struct list_head *children(struct vscsi_adapter *adapter)
{
	if (adapter->type != VSCSI_ADAPTER_SERVER || adapter->state != VSCSI_ADAPTER_AVAILABLE)
		return NULL;
	return vscsi_server_vtds(adapter);
}

/**
 * vscsi_ctl_check_childless() - may this adapter be taken away?
 * @adapter: the adapter
 * @info: the request
 *
 * Context: configuration lock held.
 * Return: 0, or -EBUSY if it has VTDs and the request does not say RECURSIVE.
 */
int vscsi_ctl_check_childless(struct vscsi_adapter *adapter, struct genl_info *info)
{
	struct list_head *vtds = children(adapter);

	if (!vtds || list_empty(vtds) || info->attrs[VSCSI_A_RECURSIVE])
		return 0;
	NL_SET_ERR_MSG_FMT(info->extack, "%s has virtual target devices: %s", adapter->name,
			   list_first_entry(vtds, struct vscsi_vtd, entry)->name);
	return -EBUSY;
}

static int remove_vtd(struct vscsi_vtd *vtd, struct genl_info *info)
{
	struct sk_buff *notice = vscsi_ctl_notice(VSCSI_NL_CMD_VTD_DEL, &vscsi_ctl_vtd, vtd);
	int ret;

	if (IS_ERR(notice))
		return PTR_ERR(notice);
	ret = vscsi_vtd_remove(vtd, info->attrs[VSCSI_A_FORCE], info->extack);
	if (ret)
		kfree_skb(notice);
	else
		vscsi_ctl_notice_send(notice);
	return ret;
}

/**
 * vscsi_ctl_remove_children() - remove the VTDs of an adapter
 * @adapter: the adapter
 * @info: the request, which must say RECURSIVE if there are any
 *
 * Stops at the first that can't be removed and says which; those before it are gone.
 *
 * Context: configuration lock held, may sleep.
 * Return: 0, -EBUSY as vscsi_ctl_check_childless(), or as vscsi_vtd_remove().
 */
int vscsi_ctl_remove_children(struct vscsi_adapter *adapter, struct genl_info *info)
{
	struct list_head *vtds = children(adapter);
	int ret = vscsi_ctl_check_childless(adapter, info);
	struct vscsi_vtd *vtd, *next;

	if (ret || !vtds)
		return ret;
	list_for_each_entry_safe(vtd, next, vtds, entry) {
		ret = remove_vtd(vtd, info);
		if (ret)
			break;
	}
	return ret;
}

static struct vscsi_vtd *find_vtd(struct genl_info *info)
{
	struct nlattr *name = info->attrs[VSCSI_A_VTD_NAME];
	struct vscsi_vtd *vtd;
	int ret = vscsi_ctl_need(info, VSCSI_A_VTD_NAME, "name of the virtual target device");

	if (ret)
		return ERR_PTR(ret);
	vtd = vscsi_vtd_find(nla_data(name));
	if (!vtd) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, name, "there is no virtual target device %s",
					(char *)nla_data(name));
		return ERR_PTR(-ENOENT);
	}
	return vtd;
}

/**
 * vscsi_ctl_vtd_get() - VSCSI_NL_CMD_VTD_GET of one VTD
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_vtd_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vscsi_vtd *vtd = find_vtd(info);

	return IS_ERR(vtd) ? PTR_ERR(vtd) : vscsi_ctl_reply(info, &vscsi_ctl_vtd, vtd);
}

static const char *text(const struct nlattr *attr)
{
	return attr ? nla_data(attr) : NULL;
}

static struct vscsi_adapter *find_server(struct genl_info *info)
{
	struct nlattr *name = info->attrs[VSCSI_A_ADAPTER_NAME];
	int ret = vscsi_ctl_need(info, VSCSI_A_ADAPTER_NAME, "name of the server adapter");
	struct vscsi_adapter *adapter;

	if (ret)
		return ERR_PTR(ret);
	adapter = vscsi_ctl_find_adapter(info);
	if (IS_ERR(adapter))
		return adapter;
	if (adapter->type != VSCSI_ADAPTER_SERVER) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, name, "%s is not a server adapter",
					adapter->name);
		return ERR_PTR(-EINVAL);
	}
	if (adapter->state != VSCSI_ADAPTER_AVAILABLE) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, name, "%s is not configured", adapter->name);
		return ERR_PTR(-EINVAL);
	}
	return adapter;
}

static int read_ram(struct genl_info *info, struct vscsi_vtd_params *params)
{
	struct nlattr *type = info->attrs[VSCSI_A_VTD_TYPE];

	if (type && nla_get_u8(type) != VSCSI_VTD_RAM) {
		NL_SET_ERR_MSG_ATTR(info->extack, type,
				    "the type does not fit: a RAM size makes type RAM");
		return -EINVAL;
	}
	params->type = VSCSI_VTD_RAM;
	params->backend.ram_size = nla_get_u64(info->attrs[VSCSI_A_RAM_SIZE]);
	params->backend.name = text(info->attrs[VSCSI_A_BACKING_NAME]) ?: "ram";
	return 0;
}

/* What is neither a block device nor a regular file is for the backend to refuse. */
static int read_type(struct genl_info *info, umode_t mode, enum vscsi_vtd_type *type)
{
	struct nlattr *attr = info->attrs[VSCSI_A_VTD_TYPE];

	*type = S_ISBLK(mode) ? VSCSI_VTD_DISK : VSCSI_VTD_FILE;
	if (!attr)
		return 0;
	*type = nla_get_u8(attr);
	if (*type == VSCSI_VTD_RAM || (S_ISREG(mode) && *type != VSCSI_VTD_FILE) ||
	    (S_ISBLK(mode) && *type == VSCSI_VTD_FILE)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the type does not fit what the file descriptor stands for");
		return -EINVAL;
	}
	return 0;
}

static int check_file(struct genl_info *info, struct vscsi_backend_params *backend)
{
	umode_t mode = file_inode(backend->file)->i_mode;
	int ret = vscsi_ctl_need(info, VSCSI_A_BACKING_NAME, "name of the backing device");

	if (ret)
		return ret;
	if (!backend->read_only && !(backend->file->f_mode & FMODE_WRITE) &&
	    (S_ISBLK(mode) || S_ISREG(mode))) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[VSCSI_A_FD],
				    "the file descriptor is open for reading only");
		return -EROFS;
	}
	backend->name = text(info->attrs[VSCSI_A_BACKING_NAME]);
	return 0;
}

/*
 * The handler runs in the task that sends the message: the number is looked up
 * among that task's descriptors, whoever opened the socket.
 */
static struct file *get_file_of(struct genl_info *info)
{
	struct nlattr *fd = info->attrs[VSCSI_A_FD];
	struct file *file = fget(nla_get_u32(fd));

	if (!file)
		NL_SET_ERR_MSG_ATTR(info->extack, fd, "the file descriptor is not open");
	return file;
}

static int read_file(struct genl_info *info, struct vscsi_vtd_params *params)
{
	int ret;

	params->backend.file = get_file_of(info);
	if (!params->backend.file)
		return -EBADF;
	ret = read_type(info, file_inode(params->backend.file)->i_mode, &params->type);
	if (!ret)
		ret = check_file(info, &params->backend);
	if (ret)
		fput(params->backend.file);
	return ret;
}

static bool wants_drive(struct genl_info *info)
{
	struct nlattr *type = info->attrs[VSCSI_A_VTD_TYPE];

	return type && nla_get_u8(type) == VSCSI_VTD_OPTICAL;
}

/* A drive is made empty: whatever describes a backing device has no meaning. */
static int read_drive(struct genl_info *info, struct vscsi_vtd_params *params)
{
	static const int unfit[] = {
		VSCSI_A_FD, VSCSI_A_RAM_SIZE, VSCSI_A_BACKING_NAME, VSCSI_A_BACKING_PATH,
		VSCSI_A_PHYSLOC, VSCSI_A_UDID, VSCSI_A_BLOCK_SIZE, VSCSI_A_READ_ONLY,
		VSCSI_A_SHARE,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unfit); i++) {
		if (!info->attrs[unfit[i]])
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[unfit[i]],
				    "an optical drive is made empty; a medium is loaded later");
		return -EINVAL;
	}
	params->type = VSCSI_VTD_OPTICAL;
	return 0;
}

/* On success the caller puts params->backend.file, which is NULL for RAM and a drive. */
static int read_params(struct genl_info *info, struct vscsi_vtd_params *params)
{
	struct nlattr **attrs = info->attrs;

	params->adapter = find_server(info);
	if (IS_ERR(params->adapter))
		return PTR_ERR(params->adapter);
	params->name = text(attrs[VSCSI_A_VTD_NAME]);
	params->lun = attrs[VSCSI_A_LUN] ? nla_get_u64(attrs[VSCSI_A_LUN]) : 0;
	if (wants_drive(info))
		return read_drive(info, params);
	if (!attrs[VSCSI_A_FD] == !attrs[VSCSI_A_RAM_SIZE]) {
		NL_SET_ERR_MSG(info->extack, "give a file descriptor or a RAM size, one of them");
		return -EINVAL;
	}

	params->share = attrs[VSCSI_A_SHARE];
	params->physloc = text(attrs[VSCSI_A_PHYSLOC]);
	params->backing_path = text(attrs[VSCSI_A_BACKING_PATH]);
	params->backend.read_only = attrs[VSCSI_A_READ_ONLY];
	params->backend.udid = text(attrs[VSCSI_A_UDID]);
	if (attrs[VSCSI_A_BLOCK_SIZE])
		params->backend.block_size = nla_get_u32(attrs[VSCSI_A_BLOCK_SIZE]);
	return attrs[VSCSI_A_FD] ? read_file(info, params) : read_ram(info, params);
}

/**
 * vscsi_ctl_vtd_new() - VSCSI_NL_CMD_VTD_NEW
 * @skb: the request
 * @info: the request
 *
 * Context: the task that sent the request; configuration lock held, may sleep.
 * Return: 0, or a negative errno and nothing was made.
 */
int vscsi_ctl_vtd_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vscsi_vtd_params params = {};
	struct vscsi_vtd *vtd;
	int ret = read_params(info, &params);

	if (ret)
		return ret;
	vtd = vscsi_vtd_create(&params, info->extack);
	if (params.backend.file)
		fput(params.backend.file);
	if (IS_ERR(vtd))
		return PTR_ERR(vtd);
	vscsi_ctl_notify(VSCSI_NL_CMD_VTD_NEW, &vscsi_ctl_vtd, vtd);
	vscsi_ctl_reply(info, &vscsi_ctl_vtd, vtd);
	return 0;
}

/**
 * vscsi_ctl_vtd_changed() - report a VTD that has changed
 * @vtd: as it is now
 *
 * Context: configuration lock held, may sleep.
 */
void vscsi_ctl_vtd_changed(struct vscsi_vtd *vtd)
{
	vscsi_ctl_notify(VSCSI_NL_CMD_VTD_SET, &vscsi_ctl_vtd, vtd);
}

/* What the request does not mention stays as it is. */
static int set_inject(struct vscsi_backend *be, struct genl_info *info)
{
	struct nlattr *nest = info->attrs[VSCSI_A_INJECT];
	struct nlattr *attrs[VSCSI_INJECT_A_MAX + 1];
	struct vscsi_inject inject;
	int ret;

	if (!be->ops->set_inject) {
		NL_SET_ERR_MSG_ATTR(info->extack, nest, "only RAM backing devices inject faults");
		return -EOPNOTSUPP;
	}
	/* The contents were checked with the rest of the request. */
	ret = nla_parse_nested(attrs, VSCSI_INJECT_A_MAX, nest, NULL, info->extack);
	if (ret)
		return ret;
	be->ops->get_inject(be, &inject);
	if (attrs[VSCSI_INJECT_A_DELAY_US])
		inject.delay_us = nla_get_u32(attrs[VSCSI_INJECT_A_DELAY_US]);
	if (attrs[VSCSI_INJECT_A_ERROR])
		inject.error = nla_get_u8(attrs[VSCSI_INJECT_A_ERROR]);
	if (attrs[VSCSI_INJECT_A_EVERY])
		inject.every = nla_get_u32(attrs[VSCSI_INJECT_A_EVERY]);
	ret = be->ops->set_inject(be, &inject);
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, nest, "the backing device can't do that");
	else
		vscsi_config_changed();
	return ret;
}

static int load(struct vscsi_vtd *vtd, struct genl_info *info)
{
	struct vscsi_load_params params = {
		.backing_path = text(info->attrs[VSCSI_A_BACKING_PATH]),
		.replace = info->attrs[VSCSI_A_UNLOAD],
		.release = info->attrs[VSCSI_A_RELEASE],
		.backend.read_only = info->attrs[VSCSI_A_READ_ONLY],
	};
	int ret;

	params.backend.file = get_file_of(info);
	if (!params.backend.file)
		return -EBADF;
	ret = check_file(info, &params.backend);
	if (!ret)
		ret = vscsi_vtd_load(vtd, &params, info->extack);
	fput(params.backend.file);
	return ret;
}

static int set_medium(struct vscsi_vtd *vtd, struct genl_info *info)
{
	int ret;

	if (info->attrs[VSCSI_A_INJECT] || info->attrs[VSCSI_A_RESCAN] ||
	    info->attrs[VSCSI_A_ALUA_STATE]) {
		NL_SET_ERR_MSG(info->extack, "a medium is changed in a request of its own");
		return -EINVAL;
	}
	if (info->attrs[VSCSI_A_FD])
		ret = load(vtd, info);
	else
		ret = vscsi_vtd_unload(vtd, info->attrs[VSCSI_A_RELEASE], info->extack);
	if (!ret)
		vscsi_ctl_vtd_changed(vtd);
	return ret;
}

static int check_change(struct genl_info *info)
{
	struct nlattr *inject = info->attrs[VSCSI_A_INJECT];
	struct nlattr *alua = info->attrs[VSCSI_A_ALUA_STATE];

	if (!inject && !alua && !info->attrs[VSCSI_A_RESCAN]) {
		NL_SET_ERR_MSG(info->extack, "the request does not say what to change");
		return -EINVAL;
	}
	if (inject && alua) {
		NL_SET_ERR_MSG_ATTR(info->extack, alua,
				    "what injects faults has one path only, without a state");
		return -EOPNOTSUPP;
	}
	return 0;
}

/**
 * vscsi_ctl_vtd_set() - VSCSI_NL_CMD_VTD_SET
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held, may sleep.
 * Return: 0, or a negative errno and nothing was changed.
 */
int vscsi_ctl_vtd_set(struct sk_buff *skb, struct genl_info *info)
{
	bool inject = info->attrs[VSCSI_A_INJECT], rescan = info->attrs[VSCSI_A_RESCAN];
	struct nlattr *alua = info->attrs[VSCSI_A_ALUA_STATE];
	struct vscsi_vtd *vtd = find_vtd(info);
	int ret;

	if (IS_ERR(vtd))
		return PTR_ERR(vtd);
	if (info->attrs[VSCSI_A_FD] || info->attrs[VSCSI_A_UNLOAD])
		return set_medium(vtd, info);
	ret = check_change(info);
	if (!ret && alua)
		ret = vscsi_vtd_set_alua(vtd, nla_get_u8(alua), info->extack);
	if (!ret && inject)
		ret = set_inject(vtd->lu.backend, info);
	if (ret)
		return ret;
	if (inject)
		vscsi_ctl_vtd_changed(vtd);
	/* That also tells of another state of the path. */
	if (alua || rescan)
		vscsi_vtd_rescan(vtd);
	return 0;
}

/**
 * vscsi_ctl_vtd_del() - VSCSI_NL_CMD_VTD_DEL
 * @skb: the request
 * @info: the request
 *
 * Context: configuration lock held, may sleep.
 * Return: 0 or a negative errno.
 */
int vscsi_ctl_vtd_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vscsi_vtd *vtd = find_vtd(info);

	return IS_ERR(vtd) ? PTR_ERR(vtd) : remove_vtd(vtd, info);
}
