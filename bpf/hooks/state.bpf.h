/* inet_sock_set_state: who opened a connection, and how it ended. */
#pragma once
#include "../connection.h"
#include "../maps/scope.h"
#include "../mptcp.h"
#include "process.bpf.h"

/* An application that gives up a connection of which nothing was heard, though it was asked for again, met a timeout. */
static __always_inline int was_unanswered(struct sock *sk, int old)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	return old == TCP_SYN_SENT && tcp && tcp->total_retrans > 0;
}

static __always_inline __u8 outcome_of(struct sock *sk, int old)
{
	switch (BPF_CORE_READ(sk, sk_err)) {
	case 0:
		return was_unanswered(sk, old) ? OUTCOME_TIMEOUT : OUTCOME_CLOSED;
	case ECONNREFUSED:
		return OUTCOME_REFUSED;
	case ETIMEDOUT:
	case EHOSTUNREACH:
	case ENETUNREACH:
		return OUTCOME_TIMEOUT;
	default:
		return OUTCOME_RESET;
	}
}

/* listen() runs in the process that calls it. */
static __always_inline void on_listen(void)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;

	if (scope_has_current(pid))
		process_emit(pid, PROCESS_LISTEN, 0, 0);
}

/* connect() runs in the process that calls it. */
static __always_inline void on_connect(struct sock *sk)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct socket_state *state;
	struct work_scope scope = {};

	if (!scope_has_current(pid))
		return;
	state = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!state) {
		count(COUNTER_SOCKET_STATE_FULL);
		return;
	}
	state->role = ROLE_CLIENT;
	state->opened = bpf_ktime_get_ns();
	state->in_scope = 1;
	state->scope_pid = pid;
	state->scope_cgroup = bpf_get_current_cgroup_id();
	state->scope_generation = scope_generation;
	state->runtime = runtime_of(pid) != 0;
	work_scope_now(state, &scope);
	if (!scope.task)
		state->connect_scope = scope;
}

/* The last packet of a passive open comes in on whatever process runs: the socket's own cgroup decides. */
static __always_inline void on_accept(struct sock *sk)
{
	struct socket_state *state;

	if (bpf_sk_storage_get(&sockets, sk, 0, 0) || !scope_has_socket(sk))
		return;
	state = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!state) {
		count(COUNTER_SOCKET_STATE_FULL);
		return;
	}
	state->role = ROLE_SERVER;
	state->opened = bpf_ktime_get_ns();
}

static __always_inline void on_end(struct sock *sk, int old, int state_number)
{
	struct socket_state *state = bpf_sk_storage_get(&sockets, sk, 0, 0);
	__u8 outcome;

	if (!state || !state->in_scope)
		return;
	if (!socket_lock(state)) {
		count(COUNTER_SOCKET_BUSY);
		return;
	}
	outcome = outcome_of(sk, old);
	if (state->phase == PHASE_RESPONSE)
		turn_flush(state, OUTCOME_COMPLETE);
	else if (state->phase == PHASE_REQUEST && state_number == TCP_CLOSE) {
		state->exchange.response_last = bpf_ktime_get_ns();
		turn_flush(state, outcome);
	}
	if (state_number == TCP_CLOSE)
		connection_emit(sk, state, CONNECTION_CLOSE, outcome, bpf_ktime_get_ns());
	socket_unlock(state);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(inet_sock_set_state, struct sock *sk, int old, int new)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	if (tcp ? is_subflow(tcp) : !is_mptcp(sk))
		return 0;
	switch (new) {
	case TCP_LISTEN:
		on_listen();
		break;
	case TCP_SYN_SENT:
		on_connect(sk);
		break;
	case TCP_ESTABLISHED:
		if (old == TCP_SYN_RECV)
			on_accept(sk);
		break;
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
	case TCP_CLOSE:
		on_end(sk, old, new);
		break;
	}
	return 0;
}
