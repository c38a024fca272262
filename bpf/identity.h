/*
 * Who a socket is: the sequence numbers of the first data byte in both directions, the same at both ends and through NAT.
 *
 *   peer's start = rcv_nxt - bytes_received                    (data, FIN and retransmits move both alike)
 *   own start    = snd_nxt - (bytes_sent - bytes_retrans)      (until the own FIN is sent)
 *   role         : snd_una - bytes_acked is the own start on the passive side, one less on the active side, since
 *                  bytes_acked counts the SYN that connect() sent
 *
 * The counters move under the socket's lock, which is not held here: they are read until two readings agree.
 */
#pragma once
#include <bpf/bpf_helpers.h>
#include "events/kinds.h"
#include "kernel/types.h"
#include "maps/counters.h"
#include "maps/sockets.h"

#define IDENTITY_ATTEMPTS 8

struct tcp_counters {
	__u32 rcv_nxt, snd_nxt, snd_una;
	__u64 bytes_received, bytes_sent, bytes_retrans, bytes_acked;
};

static __always_inline void tcp_counters_read(struct tcp_counters *to, struct tcp_sock *tcp)
{
	to->rcv_nxt = *(volatile __u32 *)&tcp->rcv_nxt;
	to->snd_nxt = *(volatile __u32 *)&tcp->snd_nxt;
	to->snd_una = *(volatile __u32 *)&tcp->snd_una;
	to->bytes_received = *(volatile __u64 *)&tcp->bytes_received;
	to->bytes_sent = *(volatile __u64 *)&tcp->bytes_sent;
	to->bytes_retrans = *(volatile __u64 *)&tcp->bytes_retrans;
	to->bytes_acked = *(volatile __u64 *)&tcp->bytes_acked;
}

static __always_inline int tcp_counters_equal(const struct tcp_counters *a, const struct tcp_counters *b)
{
	return a->rcv_nxt == b->rcv_nxt && a->snd_nxt == b->snd_nxt && a->snd_una == b->snd_una &&
	       a->bytes_received == b->bytes_received && a->bytes_sent == b->bytes_sent &&
	       a->bytes_retrans == b->bytes_retrans && a->bytes_acked == b->bytes_acked;
}

/* The 64-bit stream offset whose low half is `low`, nearest to `known`: counters wrap every 4 GiB, offsets do not. */
static __always_inline __u64 stream_offset(__u64 known, __u32 low)
{
	return known + (__s64)(__s32)(low - (__u32)known);
}

/* More than that was not seen for another reason. */
#define OWED_MAX 65536

/*
 * Moves a place over `length` bytes that were just sent or read and returns where they end. `low` is what the kernel's
 * counter says of it. Where another thread has moved the counter too and will tell of it later, that is owed; else data
 * for which the counter does not move is what a sockmap hands from socket to socket.
 */
static __always_inline __u64 stream_advance(struct stream_place *place, __u32 low, __u32 length)
{
	__u64 before = place->next - place->uncounted, counted = stream_offset(before, low);

	if (counted > before + length && counted - before - length <= OWED_MAX)
		place->owed += counted - before - length;
	else if (counted == before && place->owed >= length)
		place->owed -= length;
	else if (counted == before)
		place->uncounted += length;
	place->next = counted + place->uncounted;
	return place->next;
}

/* The sequence number after the last byte the application has read; the kernel counts the peer's FIN once that is read too. */
static __always_inline __u32 tcp_consumed(const struct sock *sk, const struct tcp_sock *tcp)
{
	__u32 copied = tcp->copied_seq;
	int done = sk->__sk_common.skc_flags & 1UL << SOCK_DONE && copied == tcp->rcv_nxt;

	return copied - done;
}

/* Fills starts, role and offsets of a socket seen for the first time. 0 where the counters do not say yet. */
static __always_inline int identify(struct socket_state *state, const struct sock *sk, struct tcp_sock *tcp)
{
	int tcp_state = sk->__sk_common.skc_state;
	struct tcp_counters now, again;
	__u32 own, acked_start;

	for (int i = 0; i < IDENTITY_ATTEMPTS; i++) {
		tcp_counters_read(&now, tcp);
		tcp_counters_read(&again, tcp);
		if (!tcp_counters_equal(&now, &again))
			continue;
		own = now.snd_nxt - (__u32)(now.bytes_sent - now.bytes_retrans);
		if (tcp_state != TCP_ESTABLISHED && tcp_state != TCP_CLOSE_WAIT)
			own -= 1; /* the own FIN */
		acked_start = now.snd_una - (__u32)now.bytes_acked;
		if (own - acked_start > 1)
			continue;
		if (state->role == ROLE_UNKNOWN)
			state->role = own == acked_start ? ROLE_SERVER : ROLE_CLIENT;
		state->own_start = own;
		state->peer_start = now.rcv_nxt - (__u32)now.bytes_received;
		state->sent.next = now.bytes_acked - (own - acked_start) + (tcp->write_seq - now.snd_una);
		state->received.next = now.bytes_received - (now.rcv_nxt - tcp_consumed(sk, tcp));
		state->identified = 1;
		return 1;
	}
	count(COUNTER_IDENTITY_UNSTABLE);
	return 0;
}

static __always_inline __u32 client_start(const struct socket_state *state)
{
	return state->role == ROLE_CLIENT ? state->own_start : state->peer_start;
}

static __always_inline __u32 server_start(const struct socket_state *state)
{
	return state->role == ROLE_CLIENT ? state->peer_start : state->own_start;
}
