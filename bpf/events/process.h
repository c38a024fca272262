#pragma once
#include <linux/types.h>

enum process_change {
	PROCESS_EXEC = 1,
	PROCESS_EXIT = 2,
	PROCESS_FORK = 3,
	/* It listens on a TCP socket from now on. */
	PROCESS_LISTEN = 4,
};

struct process_event {
	__u8 kind;
	__u8 change;
	__u16 padding;
	__u32 pid;
	/* After fork: who forked it. */
	__u32 parent;
	__u32 padding2;
	__u64 cgroup;
	__u64 time;
	/* The start of the executable's path, after exec; ends with 0. */
	__u8 executable[64];
};
