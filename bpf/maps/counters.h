#pragma once
#include <bpf/bpf_helpers.h>
#include <linux/types.h>

/* What was lost or left out, by cause. */
enum counter {
	COUNTER_EXCHANGE_RING_FULL = 0,
	COUNTER_SEGMENT_RING_FULL = 1,
	COUNTER_CONNECTION_RING_FULL = 2,
	COUNTER_PROCESS_RING_FULL = 3,
	COUNTER_SOCKET_STATE_FULL = 4,
	COUNTER_SOCKET_BUSY = 5,
	COUNTER_IDENTITY_UNSTABLE = 6,
	COUNTER_BYTES_UNREADABLE = 7,
	COUNTER_TASK_RING_FULL = 8,
	COUNTER_TASK_FULL = 9,
	COUNTER_COUNT = 10,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTER_COUNT);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		*value += 1;
}
