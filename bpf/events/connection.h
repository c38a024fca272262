#pragma once
#include <linux/types.h>

enum connection_change {
	CONNECTION_OPEN = 1,
	CONNECTION_CLOSE = 2,
};

/* A connection was first seen (its identity is known from now on), or ended. Units as in exchange.h. */
struct connection_event {
	__u8 kind;
	__u8 role;
	__u8 change;
	__u8 outcome;
	__u32 client_start;
	__u32 server_start;
	__u32 pid;
	__u32 tid;
	__u32 retransmits;
	__u32 srtt_us;
	__u32 padding;
	__u64 cgroup;
	__u64 opened;
	__u64 time;
	__u64 sent;
	__u64 received;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u32 flags;
};
