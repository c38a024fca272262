/*
 * MPTCP: the application's socket is no TCP socket but stands above several, the subflows, any of which carries any byte.
 *
 *   start of a side = its key, folded: both ends learned both keys with the first subflow
 *   place           = the connection's own counters: of the data sequence, which is one for all subflows
 *
 * Where the other end speaks TCP alone no key came back; the first subflow is the connection then, and known as such there.
 */
#pragma once
#include "identity.h"

struct mptcp_counters {
	__u64 local_key, remote_key, write_seq, snd_nxt, bytes_sent, bytes_consumed;
};

/* Whether the kernel has all that is read of it: since 6.10 or so. */
#define HAS_MPTCP bpf_core_field_exists(((struct mptcp_sock *)0)->bytes_consumed)

static __always_inline int is_mptcp(const struct sock *sk)
{
	return HAS_MPTCP && sk->sk_protocol == IPPROTO_MPTCP;
}

/* Whether a TCP socket is a subflow: what happens to it is told of the socket above it. */
static __always_inline int is_subflow(struct tcp_sock *tcp)
{
	return HAS_MPTCP && tcp->is_mptcp;
}

static __always_inline void mptcp_counters_read(struct mptcp_counters *to, const struct mptcp_sock *mptcp)
{
	to->local_key = BPF_CORE_READ(mptcp, local_key);
	to->remote_key = BPF_CORE_READ(mptcp, remote_key);
	to->write_seq = BPF_CORE_READ(mptcp, write_seq);
	to->snd_nxt = BPF_CORE_READ(mptcp, snd_nxt);
	to->bytes_sent = BPF_CORE_READ(mptcp, bytes_sent);
	to->bytes_consumed = BPF_CORE_READ(mptcp, bytes_consumed);
}

static __always_inline int mptcp_counters_equal(const struct mptcp_counters *a, const struct mptcp_counters *b)
{
	return a->local_key == b->local_key && a->remote_key == b->remote_key && a->write_seq == b->write_seq &&
	       a->snd_nxt == b->snd_nxt && a->bytes_sent == b->bytes_sent && a->bytes_consumed == b->bytes_consumed;
}

static __always_inline __u32 fold(__u64 key)
{
	return (__u32)key ^ (__u32)(key >> 32);
}

/* The starts of a connection whose other end speaks TCP alone. 0 where its only subflow is gone or its counters move. */
static __always_inline int mptcp_starts_of_first(struct socket_state *state, const struct mptcp_sock *mptcp)
{
	struct tcp_sock *first = (struct tcp_sock *)BPF_CORE_READ(mptcp, first);
	__u32 own[2], peer[2];

	if (!first)
		return 0;
	for (int i = 0; i < 2; i++) {
		own[i] = BPF_CORE_READ(first, snd_nxt) -
			 (__u32)(BPF_CORE_READ(first, bytes_sent) - BPF_CORE_READ(first, bytes_retrans));
		peer[i] = BPF_CORE_READ(first, rcv_nxt) - (__u32)BPF_CORE_READ(first, bytes_received);
	}
	state->own_start = own[0];
	state->peer_start = peer[0];
	return own[0] == own[1] && peer[0] == peer[1];
}

/* As `identify`, of a socket of MPTCP. */
static __always_inline int mptcp_identify(struct socket_state *state, struct sock *sk)
{
	const struct mptcp_sock *mptcp = (const struct mptcp_sock *)sk;
	struct mptcp_counters now, again;

	for (int i = 0; i < IDENTITY_ATTEMPTS; i++) {
		mptcp_counters_read(&now, mptcp);
		mptcp_counters_read(&again, mptcp);
		if (!mptcp_counters_equal(&now, &again))
			continue;
		if (now.remote_key) {
			state->own_start = fold(now.local_key);
			state->peer_start = fold(now.remote_key);
		} else if (!mptcp_starts_of_first(state, mptcp))
			continue;
		state->role = BPF_CORE_READ(mptcp, pm.server_side) ? ROLE_SERVER : ROLE_CLIENT;
		state->mptcp_start = now.snd_nxt - now.bytes_sent;
		state->sent.next = now.write_seq - (now.snd_nxt - now.bytes_sent);
		state->received.next = now.bytes_consumed;
		state->identified = 1;
		return 1;
	}
	count(COUNTER_IDENTITY_UNSTABLE);
	return 0;
}

/* Bytes written and read so far, their low halves. */
static __always_inline __u32 mptcp_written(const struct socket_state *state, const struct sock *sk)
{
	return (__u32)BPF_CORE_READ((const struct mptcp_sock *)sk, write_seq) - state->mptcp_start;
}

static __always_inline __u32 mptcp_consumed(const struct sock *sk)
{
	return BPF_CORE_READ((const struct mptcp_sock *)sk, bytes_consumed);
}
