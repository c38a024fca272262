#pragma once
#include <linux/types.h>

/* Stream mode: one piece of one direction, followed by `captured` bytes. Units as in exchange.h. */
struct segment_event {
	__u8 kind;
	__u8 role;
	__u8 protocol;
	/* 0: from the client, 1: from the server */
	__u8 direction;
	__u32 flags;
	__u32 client_start;
	__u32 server_start;
	__u32 pid;
	__u32 tid;
	__u64 cgroup;
	__u64 offset;
	/* What the thread worked on as it sent this, as in exchange.h. */
	__u32 scope_kind;
	__u32 scope_client_start;
	__u32 scope_server_start;
	/* How far into its write or read this piece begins: a large one comes in several pieces. */
	__u32 into;
	__u64 scope_offset;
	/* The task that sent it (task.h), 0 where there is none. */
	__u64 task;
	__u64 time;
	__u64 queue_wait;
	__u64 bytes;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u32 captured;
};
