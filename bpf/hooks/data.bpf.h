/* Bytes sent and received: sock_send_length and sock_recv_length run once a socket call has moved `ret` bytes. */
#pragma once
#include "../connection.h"
#include "../datagram.h"
#include "../redis.h"
#include "../http2.h"
#include "../long-request.h"
#include "../mptcp.h"
#include "../maps/scope.h"

/* The state of a socket the running process may be observed on, made where there is none; or 0. */
static __always_inline struct socket_state *socket_in_scope(struct sock *sk)
{
	struct socket_state *state = bpf_sk_storage_get(&sockets, sk, 0, 0);
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	__u64 cgroup = bpf_get_current_cgroup_id();
	int in_scope;

	if (state && state->scope_pid == pid && state->scope_cgroup == cgroup && state->scope_generation == scope_generation)
		return state->in_scope ? state : 0;
	in_scope = scope_has_current(pid);
	if (!state) {
		if (!in_scope)
			return 0;
		state = bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (!state) {
			count(COUNTER_SOCKET_STATE_FULL);
			return 0;
		}
		state->opened = bpf_ktime_get_ns();
		connection_baseline(state, sk);
	}
	state->scope_pid = pid;
	state->scope_cgroup = cgroup;
	state->scope_generation = scope_generation;
	state->in_scope = in_scope;
	state->runtime = in_scope && runtime_of(pid);
	return in_scope ? state : 0;
}

static __always_inline void ask_mode(struct socket_state *state)
{
	__u64 key = (__u64)client_start(state) << 32 | server_start(state);
	struct connection_mode *wanted;

	if (state->mode_generation == mode_generation)
		return;
	state->mode_generation = mode_generation;
	wanted = bpf_map_lookup_elem(&modes, &key);
	if (!wanted)
		return;
	if (state->mode == MODE_TURN && wanted->mode != MODE_TURN && state->phase != PHASE_IDLE)
		turn_flush(state, state->phase == PHASE_RESPONSE ? OUTCOME_COMPLETE : OUTCOME_PENDING);
	state->mode = wanted->mode;
	state->protocol = wanted->protocol;
}

static __always_inline int on_datagram(struct sock *sk, int ret, int flags, int sending)
{
	struct socket_state *state;

	if (sk->sk_protocol != IPPROTO_UDP)
		return 0;
	state = socket_in_scope(sk);
	if (!state || state->mode == MODE_IGNORE)
		return 0;
	if (!socket_lock(state)) {
		count(COUNTER_SOCKET_BUSY);
		return 0;
	}
	datagram(sk, state, ret, sending, flags & MSG_TRUNC);
	socket_unlock(state);
	return 0;
}

/* A read that ended without a byte: where a request waits for its answer, the one who asked knows that none comes. */
static __noinline int on_silence(struct sock *sk)
{
	struct socket_state *state = bpf_sk_storage_get(&sockets, sk, 0, 0);

	if (!state || !state->in_scope || !socket_lock(state))
		return 0;
	turn_unanswered(state);
	socket_unlock(state);
	return 0;
}

static __always_inline int on_bytes(struct sock *sk, int ret, int flags, int sending)
{
	struct socket_state *state;
	struct tcp_sock *tcp;
	struct user_bytes bytes;
	__u64 now, end, offset, queue_wait = 0;
	__u32 head[2] = {};
	__u32 word;
	__u8 direction;

	if (ret <= 0 || flags & MSG_PEEK) {
		if (!sending && ret != -EAGAIN && !(flags & MSG_PEEK))
			on_silence(sk);
		return 0;
	}
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp && !is_mptcp(sk))
		return on_datagram(sk, ret, flags, sending);
	state = socket_in_scope(sk);
	if (!state)
		return 0;
	if (!socket_lock(state)) {
		count(COUNTER_SOCKET_BUSY);
		return 0;
	}
	now = bpf_ktime_get_ns();
	if (!state->identified) {
		if (!(tcp ? identify(state, sk, tcp) : mptcp_identify(state, sk)))
			goto out;
		/* The first bytes seen are already in the counters, if they count at all. */
		if (sending && state->sent.next >= (__u32)ret)
			state->sent.next -= ret;
		else if (!sending && state->received.next >= (__u32)ret)
			state->received.next -= ret;
	}
	if (sending) {
		end = stream_advance(&state->sent, tcp ? tcp->write_seq - state->own_start : mptcp_written(state, sk), ret);
	} else {
		end = stream_advance(&state->received, tcp ? tcp_consumed(sk, tcp) - state->peer_start : mptcp_consumed(sk), ret);
		if (state->unread_since && state->unread_since < now)
			queue_wait = now - state->unread_since;
		state->unread_since = !tcp || tcp->copied_seq == tcp->rcv_nxt ? 0 : now;
	}
	offset = end - ret;
	direction = sending == (state->role == ROLE_CLIENT) ? 0 : 1;
	if (!state->announced)
		connection_opened(sk, state, now);
	if (state->mode == MODE_IGNORE)
		goto out;
	bytes = flags & MSG_TRUNC ? (struct user_bytes){} : user_bytes_of_syscall();
	if (!bytes.known)
		count(COUNTER_BYTES_UNREADABLE);
	if (direction == 0 && (state->mode == MODE_UNDECIDED || state->protocol == PROTOCOL_HTTP || offset == 0))
		user_bytes_copy(&bytes, (__u8 *)head, 0, ret, sizeof(word), sizeof(word));
	word = head[0];
	if (state->mode == MODE_UNDECIDED) {
		struct connection_mode found = { MODE_STREAM, PROTOCOL_UNKNOWN };

		if (direction == 0)
			found = infer_request(word);
		state->mode = found.mode;
		state->protocol = found.protocol;
	}
	if (direction == 0 && offset == 0 && is_http2_preface(word)) {
		state->protocol = PROTOCOL_HTTP2;
		http2_begin(state);
	}
	if (state->phase != PHASE_REQUEST && direction == 0 && state->last_direction == 1)
		ask_mode(state);
	else if (state->mode == MODE_STREAM && state->last_direction == direction && state->mode_generation != mode_generation &&
		 state->protocol == PROTOCOL_UNKNOWN)
		ask_mode(state);
	state->last_direction = direction;
	if (direction == 0 && (__u32)ret > request_capture && state->protocol == PROTOCOL_REDIS && state->mode == MODE_TURN &&
	    state->phase != PHASE_REQUEST && !redis_is_one(&bytes, ret)) {
		if (state->phase == PHASE_RESPONSE)
			turn_flush(state, OUTCOME_COMPLETE);
		state->mode = MODE_STREAM;
	}
	if (direction == 0 && turn_is_pipelined(state, word, ret)) {
		turn_flush(state, OUTCOME_PENDING);
		state->mode = MODE_STREAM;
	}
	if (state->mode == MODE_STREAM) {
		struct stream stream = { .sk = sk, .state = state };

		stream_begin(state, &bytes, ret, direction, now, offset, queue_wait);
		if (state->protocol != PROTOCOL_HTTP2 || !http2_bytes(&stream))
			stream_bytes(&stream);
	} else if (state->mode == MODE_TURN && direction == 0) {
		int at = long_request_at(state, word, ret);

		turn_request(state, &bytes, word, ret, now, offset, queue_wait);
		if (at >= 0)
			long_request(sk, state, &bytes, ret, now, at);
	} else if (state->mode == MODE_TURN)
		turn_response(state, &bytes, ret, now, queue_wait);
out:
	socket_unlock(state);
	return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(sock_send_length, struct sock *sk, int ret, int flags)
{
	return on_bytes(sk, ret, 0, 1);
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(sock_recv_length, struct sock *sk, int ret, int flags)
{
	return on_bytes(sk, ret, flags, 0);
}

/* Data came in: the first of it begins to wait for the application. */
SEC("tp_btf/sk_data_ready")
int BPF_PROG(sk_data_ready, const struct sock *sk)
{
	struct socket_state *state = bpf_sk_storage_get(&sockets, (void *)sk, 0, 0);

	if (state && !state->unread_since)
		state->unread_since = bpf_ktime_get_ns();
	return 0;
}
