/* SPDX-License-Identifier: GPL-2.0 */
/* Trace events of the command path: /sys/kernel/tracing/events/vscsi. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vscsi

#if !defined(VSCSI_SERVER_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define VSCSI_SERVER_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "target.h"

DECLARE_EVENT_CLASS(vscsi_conn,
	TP_PROTO(const struct vscsi_connection *conn, u32 value),
	TP_ARGS(conn, value),
	TP_STRUCT__entry(
		__array(char, client, VSCSI_DEVICE_NAME_MAX + 1)
		__field(u32, value)
	),
	TP_fast_assign(
		memcpy(__entry->client, conn->client->name, sizeof(__entry->client));
		__entry->value = value;
	),
	TP_printk("%s value=0x%x", __entry->client, __entry->value)
);

/* value: reason of the rejection, 0: accepted */
DEFINE_EVENT(vscsi_conn, vscsi_login,
	TP_PROTO(const struct vscsi_connection *conn, u32 value), TP_ARGS(conn, value));

/* value: type of the management datagram */
DEFINE_EVENT(vscsi_conn, vscsi_mad,
	TP_PROTO(const struct vscsi_connection *conn, u32 value), TP_ARGS(conn, value));

TRACE_EVENT(vscsi_bad_element,
	TP_PROTO(const struct vscsi_queue *queue, const struct viosrp_crq *element),
	TP_ARGS(queue, element),
	TP_STRUCT__entry(
		__array(char, client, VSCSI_DEVICE_NAME_MAX + 1)
		__field(u16, queue)
		__field(u64, high)
		__field(u64, ptr)
	),
	TP_fast_assign(
		memcpy(__entry->client, queue->conn->client->name, sizeof(__entry->client));
		__entry->queue = queue->index;
		__entry->high = be64_to_cpu(element->high);
		__entry->ptr = be64_to_cpu(element->IU_data_ptr);
	),
	TP_printk("%s queue=%u element=%016llx%016llx", __entry->client, __entry->queue,
		  __entry->high, __entry->ptr)
);

TRACE_EVENT(vscsi_cmd_start,
	TP_PROTO(const struct vscsi_task *task),
	TP_ARGS(task),
	TP_STRUCT__entry(
		__array(char, client, VSCSI_DEVICE_NAME_MAX + 1)
		__field(u16, queue)
		__field(u64, lun)
		__field(u64, tag)
		__field(u32, len)
		__array(u8, cdb, 16)
	),
	TP_fast_assign(
		memcpy(__entry->client, task->sq->queue->conn->client->name,
		       sizeof(__entry->client));
		__entry->queue = task->sq->queue->index;
		__entry->lun = task->cmd.lun;
		__entry->tag = task->tag;
		__entry->len = task->cmd.map.len;
		memcpy(__entry->cdb, task->cmd.cdb, sizeof(__entry->cdb));
	),
	TP_printk("%s queue=%u lun=%016llx tag=%llx len=%u cdb=%s", __entry->client,
		  __entry->queue, __entry->lun, __entry->tag, __entry->len,
		  __print_hex(__entry->cdb, 16))
);

TRACE_EVENT(vscsi_cmd_done,
	TP_PROTO(const struct vscsi_task *task),
	TP_ARGS(task),
	TP_STRUCT__entry(
		__array(char, client, VSCSI_DEVICE_NAME_MAX + 1)
		__field(u16, queue)
		__field(u64, lun)
		__field(u64, tag)
		__field(u32, done)
		__field(u8, opcode)
		__field(u8, status)
		__field(u8, reason)
	),
	TP_fast_assign(
		memcpy(__entry->client, task->sq->queue->conn->client->name,
		       sizeof(__entry->client));
		__entry->queue = task->sq->queue->index;
		__entry->lun = task->cmd.lun;
		__entry->tag = task->tag;
		__entry->done = task->cmd.done_bytes;
		__entry->opcode = task->cmd.cdb[0];
		__entry->status = task->cmd.status;
		__entry->reason = task->cmd.reason;
	),
	TP_printk("%s queue=%u lun=%016llx tag=%llx opcode=%02x status=%02x reason=%u done=%u",
		  __entry->client, __entry->queue, __entry->lun, __entry->tag, __entry->opcode,
		  __entry->status, __entry->reason, __entry->done)
);

DECLARE_EVENT_CLASS(vscsi_tmf,
	TP_PROTO(const struct vscsi_task *task),
	TP_ARGS(task),
	TP_STRUCT__entry(
		__array(char, client, VSCSI_DEVICE_NAME_MAX + 1)
		__field(u8, function)
		__field(u64, lun)
		__field(u64, task_tag)
	),
	TP_fast_assign(
		memcpy(__entry->client, task->sq->queue->conn->client->name,
		       sizeof(__entry->client));
		__entry->function = task->tmf.function;
		__entry->lun = task->tmf.lun;
		__entry->task_tag = task->tmf.task_tag;
	),
	TP_printk("%s function=%02x lun=%016llx tag=%llx", __entry->client, __entry->function,
		  __entry->lun, __entry->task_tag)
);

DEFINE_EVENT(vscsi_tmf, vscsi_tmf_start, TP_PROTO(const struct vscsi_task *task), TP_ARGS(task));
DEFINE_EVENT(vscsi_tmf, vscsi_tmf_done, TP_PROTO(const struct vscsi_task *task), TP_ARGS(task));

TRACE_EVENT(vscsi_event,
	TP_PROTO(const struct vscsi_connection *conn, u64 lun, u32 ua, bool sent),
	TP_ARGS(conn, lun, ua, sent),
	TP_STRUCT__entry(
		__array(char, client, VSCSI_DEVICE_NAME_MAX + 1)
		__field(u64, lun)
		__field(u32, ua)
		__field(bool, sent)
	),
	TP_fast_assign(
		memcpy(__entry->client, conn->client->name, sizeof(__entry->client));
		__entry->lun = lun;
		__entry->ua = ua;
		__entry->sent = sent;
	),
	TP_printk("%s lun=%016llx ua=%u sent=%d", __entry->client, __entry->lun, __entry->ua,
		  __entry->sent)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
