/*
 * Processes with a runtime that has many tasks on one thread, and where it says which one is running. User space fills it;
 * a process that is not in it has none.
 */
#pragma once
#include <bpf/bpf_helpers.h>
#include <linux/types.h>

enum runtime_kind {
	RUNTIME_NONE = 0,
	RUNTIME_CPYTHON = 1,
	RUNTIME_GO = 2,
};

struct runtime {
	__u32 kind;
	/* Offsets in PyThreadState: the pthread_t of its thread, and the running context. */
	__u32 thread_id;
	__u32 context;
	/* 1 + the pthread key of the thread state, once found; how often it was looked for. */
	__u32 key;
	__u32 searches;
	/* Offsets in runtime.g, runtime.m, runtime.p and net/http.persistConn of Go. */
	__u32 goid;
	__u32 start_pc;
	__u32 processor;
	__u32 numbers;
	__u32 connection;
	/* Addresses in this process, 0 where not known: what writers of net/http start with lies between; runtime.sched. */
	__u64 writers_from;
	__u64 writers_to;
	__u64 sched;
	/* Tasks whose birth was seen. */
	__u64 births;
};

/* By process id; a fork has its parent's. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct runtime);
} runtimes SEC(".maps");

static __always_inline struct runtime *runtime_of(__u32 pid)
{
	return bpf_map_lookup_elem(&runtimes, &pid);
}
