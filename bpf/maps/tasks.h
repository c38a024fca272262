/*
 * Logical tasks of runtimes: contexts of Python's asyncio, goroutines. Each has a note of what it works on, with which the
 * tasks that it makes begin. User space hears of a task's ancestors with the first bytes it sends.
 */
#pragma once
#include "../events/task.h"
#include "counters.h"
#include "ring.h"
#include "work-scope.h"

#define TASK_LINE (sizeof(((struct task_event *)0)->line) / sizeof(__u64))

/* `handle` is what the runtime calls the task: unique while it lives, used again after. */
struct task_key {
	__u64 handle;
	__u32 pid;
	__u32 padding;
};

struct task {
	/* Its id, and those of its ancestors, the nearest first. */
	__u64 line[TASK_LINE];
	struct work_scope scope;
	__u64 handle;
	/* Where nobody saw it being made: the thread it was first seen on, 0 where it may change threads. */
	__u32 thread;
	__u32 told;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct task_key);
	__type(value, struct task);
} tasks SEC(".maps");

static __always_inline struct task *task_find(__u32 pid, __u64 handle)
{
	struct task_key key = { handle, pid, 0 };

	return bpf_map_lookup_elem(&tasks, &key);
}

static __always_inline void task_put(__u32 pid, __u64 handle, const struct task *task)
{
	struct task_key key = { handle, pid, 0 };

	if (bpf_map_update_elem(&tasks, &key, task, BPF_ANY))
		count(COUNTER_TASK_FULL);
}

/*
 * The task with this handle; one that was never seen has its handle for an id, and no ancestors. It stays on `thread`, if that
 * is given: with another one, the handle is used again.
 */
static __always_inline struct task *task_of(__u32 pid, __u64 handle, __u32 thread)
{
	struct task *known = task_find(pid, handle);
	struct task fresh = { .handle = handle, .thread = thread };

	if (known && (!known->thread || known->thread == thread))
		return known;
	fresh.line[0] = known ? bpf_ktime_get_ns() : handle;
	task_put(pid, handle, &fresh);
	return task_find(pid, handle);
}

/* A task was made, by another one where that is known. Its id is the time, so that nobody takes it for an earlier one with its handle. */
static __always_inline void task_born(__u32 pid, __u64 handle, __u64 parent_handle, __u32 thread)
{
	struct task child = { .line = { bpf_ktime_get_ns() }, .handle = handle };
	struct task *parent = parent_handle ? task_of(pid, parent_handle, thread) : 0;

	if (parent) {
		for (__u32 i = 1; i < TASK_LINE; i++)
			child.line[i] = parent->line[i - 1];
		child.scope = parent->scope;
	}
	task_put(pid, handle, &child);
}

/* Has user space know of the task's ancestors, once. */
static __always_inline void task_tell(__u32 pid, struct task *task)
{
	struct task_event *event;

	if (task->told || !task->line[1])
		return;
	event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	if (!event) {
		count(COUNTER_TASK_RING_FULL);
		return;
	}
	event->kind = EVENT_TASK;
	event->padding[0] = event->padding[1] = event->padding[2] = 0;
	event->pid = pid;
	for (__u32 i = 0; i < TASK_LINE; i++)
		event->line[i] = task->line[i];
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	task->told = 1;
}
