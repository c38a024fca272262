/* Uprobes in the runtimes of observed processes, attached by user space to one process at a time: births of tasks. */
#pragma once
#include "../work.h"

/* PyContext_CopyCurrent() returns: asyncio makes a context for a task, a callback, or a call in another thread. */
SEC("uretprobe")
int cpython_context_copied(struct pt_regs *registers)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct runtime *runtime = runtime_of(pid);
	__u64 child = RETURNED(registers);

	if (!runtime || runtime->kind != RUNTIME_CPYTHON || !child)
		return 0;
	__sync_fetch_and_add(&runtime->births, 1);
	task_born(pid, child, cpython_context(runtime), (__u32)bpf_get_current_pid_tgid());
	return 0;
}

/* The running process's runtime, where it is Go; counts the run. */
static __always_inline struct runtime *go_of(__u32 pid)
{
	struct runtime *runtime = runtime_of(pid);

	if (!runtime || runtime->kind != RUNTIME_GO)
		return 0;
	__sync_fetch_and_add(&runtime->births, 1);
	return runtime;
}

/* runtime.newproc1(fn, callergp, …) is entered on the stack of the scheduler. */
SEC("uprobe")
int go_newproc1(struct pt_regs *registers)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct runtime *runtime = go_of(pid);

	if (runtime)
		go_born(runtime, pid, GO_G(registers), GO_SECOND(registers));
	return 0;
}

/* net/http.(*persistConn).roundTrip(…) is entered. */
SEC("uprobe")
int go_roundtrip(struct pt_regs *registers)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct runtime *runtime = go_of(pid);

	if (runtime)
		go_round_trip(runtime, pid, GO_G(registers), GO_FIRST(registers));
	return 0;
}
