/* Life of observed processes: names change with exec, and a scope by process goes on in its children. */
#pragma once
#include "../events/process.h"
#include "../events/kinds.h"
#include "../maps/counters.h"
#include "../maps/ring.h"
#include "../maps/runtimes.h"
#include "../maps/scope.h"

/* `executable` is a kernel string, or 0. */
static __always_inline void process_emit(__u32 pid, __u8 change, __u32 parent, const char *executable)
{
	struct process_event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);

	if (!event) {
		count(COUNTER_PROCESS_RING_FULL);
		return;
	}
	event->kind = EVENT_PROCESS;
	event->change = change;
	event->padding = 0;
	event->pid = pid;
	event->parent = parent;
	event->padding2 = 0;
	event->cgroup = bpf_get_current_cgroup_id();
	event->time = bpf_ktime_get_ns();
	__builtin_memset(event->executable, 0, sizeof(event->executable));
	if (executable)
		bpf_probe_read_kernel_str(event->executable, sizeof(event->executable), executable);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 from = parent->tgid, to = child->tgid;
	struct runtime *runtime;
	__u8 yes = 1;

	if (from == to || !scope_has_current(from))
		return 0;
	if (bpf_map_lookup_elem(&scope_pids, &from))
		bpf_map_update_elem(&scope_pids, &to, &yes, BPF_ANY);
	runtime = runtime_of(from);
	if (runtime)
		bpf_map_update_elem(&runtimes, &to, runtime, BPF_ANY);
	process_emit(to, PROCESS_FORK, from, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sched_process_exec, struct task_struct *task, int old_pid, struct linux_binprm *program)
{
	__u32 pid = task->tgid;

	if (!scope_has_current(pid))
		return 0;
	bpf_map_delete_elem(&runtimes, &pid);
	process_emit(pid, PROCESS_EXEC, 0, program->filename);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(sched_process_exit, struct task_struct *task)
{
	__u32 pid = task->tgid;

	if (task->pid != task->tgid || !scope_has_current(pid))
		return 0;
	process_emit(pid, PROCESS_EXIT, 0, 0);
	bpf_map_delete_elem(&runtimes, &pid);
	bpf_map_delete_elem(&scope_pids, &pid);
	return 0;
}
