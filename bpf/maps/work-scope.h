/* What a thread last read: the request it works on, or the answer to a call it made. */
#pragma once
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "../events/exchange.h"

/* A request or call by its connection and offset. */
struct work_scope {
	__u32 kind;
	__u32 client_start;
	__u32 server_start;
	__u32 padding;
	__u64 offset;
	/* The task that works on it (maps/tasks.h), 0 for a thread. */
	__u64 task;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct work_scope);
} thread_scopes SEC(".maps");

static __always_inline struct work_scope *thread_scope(int create)
{
	return bpf_task_storage_get(&thread_scopes, bpf_get_current_task_btf(), 0, create ? BPF_LOCAL_STORAGE_GET_F_CREATE : 0);
}

static __always_inline void work_scope_set(struct work_scope *scope, __u32 kind, __u32 client_start, __u32 server_start, __u64 offset)
{
	scope->kind = kind;
	scope->client_start = client_start;
	scope->server_start = server_start;
	scope->offset = offset;
}

#define SCOPE_INTO(event, scope)                                         \
	do {                                                              \
		(event)->scope_kind = (scope)->kind;                      \
		(event)->scope_client_start = (scope)->client_start;      \
		(event)->scope_server_start = (scope)->server_start;      \
		(event)->scope_offset = (scope)->offset;                  \
		(event)->task = (scope)->task;                            \
	} while (0)
