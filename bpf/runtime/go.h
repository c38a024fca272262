/*
 * Go: which goroutine runs on this thread. The register ABI of Go 1.17 keeps it in a register, in a system call too.
 *
 * Requests of net/http over HTTP/1 are written by a goroutine that each connection has: what it writes is asked for by
 * the goroutine that is in the connection's roundTrip, known by the number of the file.
 */
#pragma once
#include <bpf/bpf_helpers.h>
#include "../kernel/thread.h"
#include "../kernel/user-bytes.h"
#include "../maps/runtimes.h"
#include "../maps/tasks.h"

/* runtime.g: `stack` and `m`, the same in every version since 1.5; internal/poll.FD.Sysfd. */
#define GO_STACK 0
#define GO_M 48
#define GO_SYSFD 16
#define GO_MAX_FILE (1 << 24)
/* Goroutines are counted from 1: anything above is no number of one. */
#define GO_MAX_ID (1ULL << 48)

#if defined(__TARGET_ARCH_x86)
#define GO_G(registers) ((registers)->r14)
#define GO_STACK_POINTER(registers) ((registers)->sp)
#define GO_FIRST(registers) ((registers)->ax)
#define GO_SECOND(registers) ((registers)->bx)
#define GO_FILE(registers) ((registers)->di)
#elif defined(__TARGET_ARCH_arm64)
#define GO_G(registers) ((registers)->user_regs.regs[28])
#define GO_STACK_POINTER(registers) ((registers)->user_regs.sp)
#define GO_FIRST(registers) ((registers)->user_regs.regs[0])
#define GO_SECOND(registers) ((registers)->user_regs.regs[1])
#define GO_FILE(registers) ((registers)->orig_x0)
#endif

/* By process and file: the goroutine whose request the file's own writer is to write. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct task_key);
	__type(value, __u64);
} go_callers SEC(".maps");

static __always_inline __u64 go_number(const struct runtime *runtime, __u64 g)
{
	__u64 number = g ? read_user_word(g + runtime->goid) : 0;

	return number < GO_MAX_ID ? number : 0;
}

/* The goroutine whose work is being done on this thread, or 0: code of C, and of the runtime itself, is on another stack. */
static __always_inline __u64 go_goroutine(const struct runtime *runtime, __u32 pid)
{
	struct pt_regs *registers = (void *)bpf_task_pt_regs((void *)bpf_get_current_task_btf());
	__u64 g = GO_G(registers), sp = GO_STACK_POINTER(registers), stack[2] = {}, start;
	struct task_key file = { GO_FILE(registers), pid, 0 };
	__u64 *caller;

	if (!g || bpf_probe_read_user(stack, sizeof(stack), (void *)(g + GO_STACK)) || sp <= stack[0] || sp > stack[1])
		return 0;
	start = runtime->writers_from ? read_user_word(g + runtime->start_pc) : 0;
	if (!start || start < runtime->writers_from || start > runtime->writers_to)
		return go_number(runtime, g);
	caller = bpf_map_lookup_elem(&go_callers, &file);
	return caller ? *caller : 0;
}

/* A goroutine enters net/http.(*persistConn).roundTrip: the writer of this connection works for it from here on. */
static __always_inline void go_round_trip(const struct runtime *runtime, __u32 pid, __u64 g, __u64 connection)
{
	__u64 file = read_user_word(read_user_word(read_user_word(connection + runtime->connection + sizeof(__u64))) + GO_SYSFD);
	struct task_key key = { (__u32)file, pid, 0 };
	__u64 caller = go_number(runtime, g);

	if (caller && key.handle < GO_MAX_FILE && bpf_map_update_elem(&go_callers, &key, &caller, BPF_ANY))
		count(COUNTER_TASK_FULL);
}

/*
 * The scheduler enters runtime.newproc1 to make a goroutine for another: its number is the next one of the processor's,
 * or the next one of all where the processor has none left.
 */
static __always_inline void go_born(const struct runtime *runtime, __u32 pid, __u64 g, __u64 parent)
{
	__u64 processor = read_user_word(read_user_word(g + GO_M) + runtime->processor), numbers[2] = {};
	__u64 child;

	if (!processor || bpf_probe_read_user(numbers, sizeof(numbers), (void *)(processor + runtime->numbers)))
		return;
	if (numbers[0] != numbers[1])
		child = numbers[0];
	else if (runtime->sched)
		child = read_user_word(runtime->sched) + 1;
	else
		return;
	if (child && child < GO_MAX_ID)
		task_born(pid, child, go_number(runtime, parent), 0);
}
