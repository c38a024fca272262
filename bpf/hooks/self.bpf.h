/* Run by user space in its own process: the pid by which the kernel knows it, in whatever pid namespace it lives. */
#pragma once
#include <bpf/bpf_helpers.h>

SEC("syscall")
int own_pid(void *context)
{
	return bpf_get_current_pid_tgid() >> 32;
}
