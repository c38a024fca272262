/* How user space wants a connection handed over, once it knows better than the first bytes told the kernel. */
#pragma once
#include <bpf/bpf_helpers.h>
#include <linux/types.h>

enum mode {
	MODE_UNDECIDED = 0,
	MODE_TURN = 1,
	MODE_STREAM = 2,
	MODE_IGNORE = 3,
};

struct connection_mode {
	__u8 mode;
	__u8 protocol;
};

/* Key: client_start << 32 | server_start. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct connection_mode);
} modes SEC(".maps");

/* Grows with every change of the map. */
volatile __u32 mode_generation = 0;
