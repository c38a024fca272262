/* Opening and closing of observed connections. */
#pragma once
#include "events/connection.h"
#include "turn.h"

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
	event->sent = state->sent;
	event->received = state->received;
	tcp = bpf_skc_to_tcp_sock((void *)sk);
	if (tcp) {
		event->retransmits = tcp->total_retrans;
		event->srtt_us = tcp->srtt_us >> 3;
	}
	copy_addresses(sk, event->local_address, event->remote_address, &event->local_port, &event->remote_port);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline void connection_opened(const struct sock *sk, struct socket_state *state, __u64 now)
{
	state->announced = 1;
	turn_prepare(sk, state);
	connection_emit(sk, state, CONNECTION_OPEN, OUTCOME_PENDING, now);
}
