/* UDP: messages that can be DNS (RFC 1035 section 4.1.1) are handed over as segments; other sockets are left alone soon. */
#pragma once
#include "stream.h"

#define DNS_HEADER 12
/* Header, root name, type and class. */
#define DNS_MIN 17
#define MDNS_PORT 5353
/* Messages of a socket that are looked at in vain. */
#define MAX_MISSES 16

struct user_sockaddr {
	__u16 family;
	__u16 port;
	union {
		__u32 v4;
		struct {
			__u32 flow;
			__u32 v6[4];
		};
	};
};

/* Whether it can be DNS: -1 no, 0 a query, 1 a response. */
static __always_inline int dns_kind(const __u8 *header, __u32 length)
{
	__u8 opcode = header[2] >> 3 & 15, code = header[3] & 15;
	int response = header[2] >> 7;

	if (length < DNS_HEADER || opcode > 5 || opcode == 3 || code > 11 || header[3] & 0x40 || header[4] || header[5] > 1)
		return -1;
	if (response)
		return 1;
	return header[5] == 1 && length >= DNS_MIN && code == 0 ? 0 : -1;
}

static __always_inline void copy_name(struct segment_event *event, __u64 pointer)
{
	struct user_sockaddr name = {};

	if (bpf_probe_read_user(&name, sizeof(name), (void *)pointer))
		return;
	if (name.family == AF_INET) {
		((__u64 *)event->remote_address)[0] = 0;
		((__u32 *)event->remote_address)[2] = bpf_htonl(0xffff);
		((__u32 *)event->remote_address)[3] = name.v4;
	} else if (name.family == AF_INET6) {
		for (int i = 0; i < 4; i++)
			((__u32 *)event->remote_address)[i] = name.v6[i];
	}
	event->remote_port = bpf_ntohs(name.port);
}

static __always_inline void datagram(struct sock *sk, struct socket_state *state, __u32 length, int sending, int unreadable)
{
	struct user_bytes bytes = user_bytes_of_datagram(&state->cursor);
	__u64 now = bpf_ktime_get_ns(), queue_wait = 0, cookie;
	struct segment_buffer *buffer;
	struct segment_event *event;
	struct work_scope scope = {};
	__u32 copied, header[DNS_HEADER / 4] = {};
	int kind;

	if (!sending) {
		if (state->unread_since && state->unread_since < now)
			queue_wait = now - state->unread_since;
		state->unread_since = 0;
	}
	if (unreadable || !bytes.known) {
		count(COUNTER_BYTES_UNREADABLE);
		return;
	}
	if (user_bytes_copy_first(&bytes, (__u8 *)header, length, DNS_HEADER, DNS_HEADER) < DNS_HEADER)
		return;
	kind = dns_kind((__u8 *)header, length);
	if (kind < 0) {
		if (state->protocol != PROTOCOL_DNS && ++state->misses >= MAX_MISSES)
			state->mode = MODE_IGNORE;
		return;
	}
	state->protocol = PROTOCOL_DNS;
	buffer = segment_begin(state, length, now, queue_wait);
	if (!buffer)
		return;
	event = &buffer->event;
	cookie = bpf_get_socket_cookie(sk);
	event->flags = EXCHANGE_DATAGRAM;
	event->role = sending == !kind ? ROLE_CLIENT : ROLE_SERVER;
	event->direction = kind;
	event->client_start = cookie >> 32;
	event->server_start = (__u32)cookie;
	event->offset = state->sent.next++;
	if (sending) {
		work_scope_now(state, &scope);
		SCOPE_INTO(event, &scope);
	} else {
		event->scope_kind = SCOPE_NONE;
		event->task = 0;
		work_scope_read(state, kind ? SCOPE_ANSWER : SCOPE_REQUEST, event->client_start, event->server_start,
				event->offset);
	}
	copy_addresses(sk, event->local_address, event->remote_address, &event->local_port, &event->remote_port);
	if (sending && bytes.name)
		copy_name(event, bytes.name);
	if (event->local_port == MDNS_PORT || event->remote_port == MDNS_PORT)
		return;
	copied = user_bytes_copy_first(&bytes, buffer->bytes, length, AT_MOST(segment_capture, SEGMENT_MAX), SEGMENT_MAX);
	if (copied == 0)
		event->flags |= EXCHANGE_UNREADABLE;
	segment_submit(buffer, copied);
}
