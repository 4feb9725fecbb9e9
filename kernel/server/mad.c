// SPDX-License-Identifier: GPL-2.0
/* Management datagrams. */
#include "target.h"
#include "trace.h"

/* Largest command that every backend takes, announced for each port. */
#define MAX_TRANSFER	(16U << 20)

static void answer(struct vscsi_task *task, const union mad_iu *mad, enum viosrp_mad_status status)
{
	union mad_iu reply = *mad;

	reply.empty_iu.common.status = cpu_to_be16(status);
	vscsi_task_answer(task, &reply, sizeof(reply), VIOSRP_MAD_FORMAT);
}

/* The buffer of a datagram is a window handle, as in the element. */
static bool map_buffer(struct vscsi_task *task, const struct mad_common *common, __be64 buffer,
		       u32 need, struct vscsi_map *map)
{
	u16 len = be16_to_cpu(common->length);
	u64 handle = be64_to_cpu(buffer);

	return len >= need && handle <= U32_MAX &&
	       !vscsi_window_map(&task->req->window, handle, 0, len, DMA_BIDIRECTIONAL, map);
}

static enum viosrp_mad_status adapter_info(struct vscsi_task *task,
					   const struct viosrp_adapter_info *mad)
{
	const struct vscsi_partition *part = task->sq->nexus->server->adapter->partition;
	struct mad_adapter_info_data info = {
		.srp_version = SRP_VERSION,
		.partition_number = cpu_to_be32(part->id),
		.mad_version = cpu_to_be32(SRP_MAD_VERSION_1),
		.os_type = cpu_to_be32(SRP_MAD_OS_AIX),	/* what a VIOS is */
		.port_max_txu = { cpu_to_be32(MAX_TRANSFER) },
	};
	struct vscsi_map map;

	if (!map_buffer(task, &mad->common, mad->buffer, sizeof(info), &map))
		return VIOSRP_MAD_FAILED;
	strscpy(info.partition_name, part->name, sizeof(info.partition_name));
	vscsi_map_copy_out(&map, 0, &info, sizeof(info));
	return VIOSRP_MAD_SUCCESS;
}

/* RESERVE and RELEASE work; clients do not migrate. */
static u16 reserve_support(const struct mad_reserve_cap *reserve)
{
	return be32_to_cpu(reserve->type) == CLIENT_RESERVE_SCSI_2 ? SERVER_SUPPORTS_CAP :
								     SERVER_DOES_NOT_SUPPORTS_CAP;
}

static enum viosrp_mad_status capabilities(struct vscsi_task *task,
					   const struct viosrp_capabilities *mad)
{
	const struct vscsi_adapter *adapter = task->sq->nexus->server->adapter;
	struct capabilities caps;
	struct vscsi_map map;

	if (!map_buffer(task, &mad->common, mad->buffer, sizeof(caps), &map))
		return VIOSRP_MAD_FAILED;
	vscsi_map_copy_in(&map, 0, &caps, sizeof(caps));
	caps.flags &= cpu_to_be32(CAP_LIST_SUPPORTED | CAP_LIST_DATA);
	caps.migration.common.server_support = cpu_to_be16(SERVER_DOES_NOT_SUPPORTS_CAP);
	caps.reserve.common.server_support = cpu_to_be16(reserve_support(&caps.reserve));
	strscpy_pad(caps.name, adapter->name, sizeof(caps.name));
	strscpy_pad(caps.loc, adapter->physloc, sizeof(caps.loc));
	vscsi_map_copy_out(&map, 0, &caps, sizeof(caps));
	return VIOSRP_MAD_SUCCESS;
}

/**
 * vscsi_mad() - execute a management datagram
 * @task: accepted
 * @mad: a copy of it, zeroes behind its end
 * @len: its bytes
 *
 * Context: drain callback.
 */
void vscsi_mad(struct vscsi_task *task, const union mad_iu *mad, u16 len)
{
	struct vscsi_nexus *nexus = task->sq->nexus;

	trace_vscsi_mad(nexus->conn, be32_to_cpu(mad->empty_iu.common.type));
	if (vscsi_nexus_state(nexus) == VSCSI_NEXUS_CLOSED) {
		answer(task, mad, VIOSRP_MAD_FAILED);
		return;
	}
	switch (be32_to_cpu(mad->empty_iu.common.type)) {
	case VIOSRP_EMPTY_IU_TYPE:
		if (!map_buffer(task, &mad->empty_iu.common, mad->empty_iu.buffer,
				VSCSI_EVENT_LEN, &task->empty.map))
			answer(task, mad, VIOSRP_MAD_FAILED);
		else
			vscsi_event_offer(task, &mad->empty_iu);
		break;
	case VIOSRP_ADAPTER_INFO_TYPE:
		answer(task, mad, adapter_info(task, &mad->adapter_info));
		break;
	case VIOSRP_CAPABILITIES_TYPE:
		answer(task, mad, capabilities(task, &mad->capabilities));
		break;
	case VIOSRP_ERROR_LOG_TYPE:
		answer(task, mad, VIOSRP_MAD_SUCCESS);
		break;
	default:
		answer(task, mad, VIOSRP_MAD_NOT_SUPPORTED);
	}
}
