#pragma once
#include <bpf/bpf_helpers.h>

/* Everything user space gets. No wake-ups: it polls. The size is set before load. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 24);
} ring SEC(".maps");
