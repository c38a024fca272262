/* Opening, progress and closing of observed connections. */
#pragma once
#include "events/connection.h"
#include "turn.h"

/* Nanoseconds between two reports of a connection that goes on. */
const volatile __u64 report_after = 10000000000;

/* What was sent before the connection was observed does not count. */
static __always_inline void connection_baseline(struct socket_state *state, struct sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	if (!tcp)
		return;
	state->told_segments = tcp->data_segs_out;
	state->told_retransmits = tcp->total_retrans;
}

static __always_inline void connection_emit(const struct sock *sk, struct socket_state *state, __u8 change, __u8 outcome, __u64 now)
{
	struct connection_event *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	__u64 id = bpf_get_current_pid_tgid();
	struct tcp_sock *tcp;

	if (!event) {
		count(COUNTER_CONNECTION_RING_FULL);
		return;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->kind = EVENT_CONNECTION;
	event->role = state->role;
	event->change = change;
	event->outcome = outcome;
	event->client_start = state->identified ? client_start(state) : 0;
	event->server_start = state->identified ? server_start(state) : 0;
	event->pid = state->scope_pid;
	event->tid = change == CONNECTION_OPEN ? (__u32)id : 0;
	event->cgroup = state->scope_cgroup;
	event->opened = state->opened;
	event->time = now;
	tcp = bpf_skc_to_tcp_sock((void *)sk);
	if (tcp && change != CONNECTION_OPEN) {
		__u32 segments = tcp->data_segs_out, retransmits = tcp->total_retrans;

		event->segments = segments - state->told_segments;
		event->retransmits = retransmits - state->told_retransmits;
		event->srtt_us = tcp->srtt_us >> 3;
		state->told_segments = segments;
		state->told_retransmits = retransmits;
	}
	copy_addresses(sk, event->local_address, event->remote_address, &event->local_port, &event->remote_port);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline void connection_opened(const struct sock *sk, struct socket_state *state, __u64 now)
{
	state->announced = 1;
	state->told = now;
	turn_prepare(sk, state);
	connection_emit(sk, state, CONNECTION_OPEN, OUTCOME_PENDING, now);
}

/*
 * Whether a connection that goes on has sent anything that was not told for a while. The socket's counters are looked at
 * once in that while, since those of a quiet connection are in no cache: so `told` moves here too.
 */
static __always_inline int progress_is_due(struct socket_state *state, struct sock *sk, __u64 now, int ending)
{
	struct tcp_sock *tcp;

	if (!state->announced || !state->in_scope || (!ending && state->told + report_after > now))
		return 0;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp)
		return 0;
	if (tcp->data_segs_out != state->told_segments || tcp->total_retrans != state->told_retransmits)
		return 1;
	state->told = now;
	return 0;
}

static __always_inline void connection_progress(struct sock *sk, struct socket_state *state, __u64 now)
{
	state->told = now;
	connection_emit(sk, state, CONNECTION_PROGRESS, OUTCOME_PENDING, now);
}
