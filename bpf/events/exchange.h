#pragma once
#include <linux/types.h>

enum exchange_flag {
	/* Bytes of the request or the response could not be had (sendfile, io_uring, fault). */
	EXCHANGE_UNREADABLE = 1,
	/* Request bytes went on after the response had begun. */
	EXCHANGE_INTERLEAVED = 2,
	/* A datagram: the two starts are the socket's cookie, and the address may be known of what is sent only. */
	EXCHANGE_DATAGRAM = 8,
	/* A segment that holds more of a long request than the record of its turn, which comes later, can. */
	EXCHANGE_LONG = 16,
	/* Handed over since nothing came for a while: the response may go on, in a record without a request. */
	EXCHANGE_QUIET = 32,
};

enum scope_kind {
	SCOPE_NONE = 0,
	/* A request this process serves. */
	SCOPE_REQUEST = 1,
	/* A call this process made, whose answer it has read. */
	SCOPE_CALL = 2,
	/* A piece of the server's stream this process has read: user space knows which call it answered. */
	SCOPE_ANSWER = 3,
};

/*
 * Turn mode: one request and its response, followed by `request_captured` and then `response_captured` bytes.
 * Times are CLOCK_MONOTONIC nanoseconds; addresses are IPv6, IPv4 mapped; ports in host order.
 */
struct exchange_event {
	__u8 kind;
	__u8 role;
	__u8 protocol;
	__u8 outcome;
	__u32 flags;
	__u32 client_start;
	__u32 server_start;
	__u32 pid;
	__u32 tid;
	__u64 cgroup;
	__u64 request_offset;
	/* At a client: what the thread worked on as it sent the request. At a server: as it sent the response. */
	__u32 scope_kind;
	__u32 scope_client_start;
	__u32 scope_server_start;
	__u32 scope_padding;
	__u64 scope_offset;
	/* The task that sent it (task.h), 0 where there is none. */
	__u64 task;
	__u64 request_first;
	__u64 request_last;
	__u64 response_first;
	__u64 response_last;
	__u64 queue_wait;
	__u64 request_bytes;
	__u64 response_bytes;
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u16 request_captured;
	__u16 response_captured;
};
