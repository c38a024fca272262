/* The running thread: where its runtime keeps what belongs to it, and the registers of a function it returns from. */
#pragma once
#include <bpf/bpf_helpers.h>
#include "types.h"

/* The address that thread-local storage starts from. */
static __always_inline __u64 thread_pointer(void)
{
#if defined(__TARGET_ARCH_x86)
	return bpf_get_current_task_btf()->thread.fsbase;
#elif defined(__TARGET_ARCH_arm64)
	return bpf_get_current_task_btf()->thread.uw.tp_value;
#endif
}

#if defined(__TARGET_ARCH_x86)
#define RETURNED(registers) ((registers)->ax)
#elif defined(__TARGET_ARCH_arm64)
#define RETURNED(registers) ((registers)->user_regs.regs[0])
#endif

/* A word of the running process, 0 where it cannot be read. */
static __always_inline __u64 read_user_word(__u64 address)
{
	__u64 word = 0;

	bpf_probe_read_user(&word, sizeof(word), (void *)address);
	return word;
}
