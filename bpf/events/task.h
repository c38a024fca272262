#pragma once
#include <linux/types.h>

/*
 * The ancestors of a task of a runtime, before its first bytes: its id, its parent's, and so on; 0 ends. The id is the
 * time of its birth (CLOCK_MONOTONIC), or for the last one, whose birth was not seen, what the runtime calls it.
 */
struct task_event {
	__u8 kind;
	__u8 padding[3];
	__u32 pid;
	__u64 line[6];
};
