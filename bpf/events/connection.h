#pragma once
#include <linux/types.h>

enum connection_change {
	CONNECTION_OPEN = 1,
	CONNECTION_CLOSE = 2,
	CONNECTION_PROGRESS = 3,
};

/*
 * A connection was first seen (its identity is known from now on), goes on, or ended. `retransmits` and `segments` are what
 * this socket sent since the progress told last, so that all of a connection's records add up. Units as in exchange.h.
 */
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
	__u32 segments;
	__u32 srtt_us;
	__u64 cgroup;
	__u64 opened;
	__u64 time;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u32 padding;
};
