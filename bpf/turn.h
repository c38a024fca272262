/* Turn mode: one record for a request and its response, handed over when the turn is over. */
#pragma once
#include "events/kinds.h"
#include "identity.h"
#include "infer.h"
#include "kernel/user-bytes.h"
#include "maps/ring.h"
#include "work.h"

const volatile __u32 request_capture = 512;
const volatile __u32 response_capture = 128;

/* `sk` is a pointer the verifier knows: its fields are read without a helper. */
static __always_inline void copy_addresses(const struct sock *sk, __u8 *local, __u8 *remote, __u16 *local_port, __u16 *remote_port)
{
	if (sk->__sk_common.skc_family == AF_INET6) {
		for (int i = 0; i < 4; i++) {
			((__u32 *)local)[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
			((__u32 *)remote)[i] = sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
		}
	} else {
		((__u64 *)local)[0] = ((__u64 *)remote)[0] = 0;
		((__u32 *)local)[2] = ((__u32 *)remote)[2] = bpf_htonl(0xffff);
		((__u32 *)local)[3] = sk->__sk_common.skc_rcv_saddr;
		((__u32 *)remote)[3] = sk->__sk_common.skc_daddr;
	}
	*local_port = sk->__sk_common.skc_num;
	*remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
}

/* Hands over the exchange under construction. The caller holds the lock, or nobody else can reach the socket. */
static __always_inline void turn_flush(struct socket_state *state, __u8 outcome)
{
	struct exchange_event *exchange = &state->exchange;
	__u32 size = sizeof(*exchange) + exchange->request_captured + exchange->response_captured;

	state->phase = PHASE_IDLE;
	exchange->outcome = outcome;
	exchange->protocol = state->protocol;
	if (size > sizeof(*exchange) + sizeof(state->bytes))
		return;
	barrier_var(size);
	if (bpf_ringbuf_output(&ring, exchange, size, BPF_RB_NO_WAKEUP))
		count(COUNTER_EXCHANGE_RING_FULL);
}

/* What all exchanges of a socket have in common, once it is identified. */
static __always_inline void turn_prepare(const struct sock *sk, struct socket_state *state)
{
	struct exchange_event *exchange = &state->exchange;

	exchange->kind = EVENT_EXCHANGE;
	exchange->role = state->role;
	exchange->client_start = client_start(state);
	exchange->server_start = server_start(state);
	copy_addresses(sk, exchange->local_address, exchange->remote_address, &exchange->local_port, &exchange->remote_port);
}

static __always_inline void turn_begin(struct socket_state *state, __u64 now, __u64 offset, __u64 queue_wait)
{
	struct exchange_event *exchange = &state->exchange;

	exchange->flags = 0;
	exchange->scope_kind = SCOPE_NONE;
	exchange->task = 0;
	exchange->pid = state->scope_pid;
	exchange->tid = (__u32)bpf_get_current_pid_tgid();
	exchange->cgroup = state->scope_cgroup;
	exchange->request_offset = offset;
	exchange->request_first = exchange->request_last = now;
	exchange->response_first = exchange->response_last = 0;
	exchange->queue_wait = queue_wait;
	exchange->request_bytes = exchange->response_bytes = 0;
	exchange->request_captured = exchange->response_captured = 0;
}

/*
 * Whether these bytes from the client begin another request while one of HTTP, which has no body, is not answered, or lie
 * across the border of two: turns cannot tell them apart.
 */
static __always_inline int turn_is_pipelined(const struct socket_state *state, __u32 word, __u32 length)
{
	if (state->mode != MODE_TURN || state->protocol != PROTOCOL_HTTP || !state->exchange.request_captured ||
	    (state->bytes[0] != 'G' && state->bytes[0] != 'H'))
		return 0;
	if (state->phase == PHASE_REQUEST)
		return length >= sizeof(word) && is_http_request(word);
	return state->phase == PHASE_RESPONSE && !begins_http_request(word, length);
}

/* Takes `length` bytes from the client. `word` is the first four of them, 0 where they could not be read. */
static __always_inline void turn_request(struct socket_state *state, const struct user_bytes *bytes, __u32 word,
					 __u32 length, __u64 now, __u64 offset, __u64 queue_wait)
{
	struct exchange_event *exchange = &state->exchange;
	struct work_scope scope = {};
	__u32 at, copied;

	if (state->phase == PHASE_RESPONSE) {
		if (state->protocol == PROTOCOL_HTTP && exchange->request_captured && !begins_http_request(word, length)) {
			exchange->request_bytes += length;
			exchange->request_last = now;
			exchange->flags |= EXCHANGE_INTERLEAVED;
			return;
		}
		turn_flush(state, OUTCOME_COMPLETE);
	}
	if (state->phase == PHASE_IDLE) {
		turn_begin(state, now, offset, queue_wait);
		if (state->role == ROLE_CLIENT) {
			work_scope_sent(state, &scope);
			SCOPE_INTO(exchange, &scope);
		}
	}
	state->phase = PHASE_REQUEST;
	if (state->role == ROLE_SERVER)
		work_scope_read(state, SCOPE_REQUEST, exchange->client_start, exchange->server_start, exchange->request_offset);
	at = exchange->request_captured;
	if (at == exchange->request_bytes && at < request_capture) {
		copied = user_bytes_copy(bytes, state->bytes, at, length, request_capture - at, CAPTURE_MAX);
		exchange->request_captured = at + copied;
		if (copied == 0)
			exchange->flags |= EXCHANGE_UNREADABLE;
	}
	exchange->request_bytes += length;
	exchange->request_last = now;
}

/* Whether `copied` bytes of a response at `at` begin as `HTTP/1.1 101`: what follows is of another protocol. */
static __always_inline int is_switching(const struct socket_state *state, __u32 at, __u32 copied)
{
	const __u8 *code;

	if (state->protocol != PROTOCOL_HTTP || copied < sizeof("HTTP/1.1 101") - 1)
		return 0;
	barrier_var(at);
	if (at > CAPTURE_MAX)
		return 0;
	code = state->bytes + at + sizeof("HTTP/1.1 ") - 1;
	return code[0] == '1' && code[1] == '0' && code[2] == '1';
}

/* Takes `length` bytes from the server. */
static __always_inline void turn_response(struct socket_state *state, const struct user_bytes *bytes, __u32 length,
					  __u64 now, __u64 queue_wait)
{
	struct exchange_event *exchange = &state->exchange;
	struct work_scope scope = {};
	__u32 at, before, copied;
	int switching = 0;

	if (state->phase == PHASE_IDLE) {
		__u64 next = state->role == ROLE_CLIENT ? state->sent.next : state->received.next;

		turn_begin(state, now, exchange->flags & EXCHANGE_QUIET ? exchange->request_offset : next, queue_wait);
	}
	if (state->phase != PHASE_RESPONSE) {
		exchange->response_first = now;
		state->phase = PHASE_RESPONSE;
		if (state->role == ROLE_SERVER) {
			work_scope_answered(state, &scope);
			SCOPE_INTO(exchange, &scope);
		}
	}
	if (state->role == ROLE_CLIENT)
		work_scope_read(state, SCOPE_CALL, exchange->client_start, exchange->server_start, exchange->request_offset);
	before = exchange->response_captured;
	if (before == exchange->response_bytes && before < response_capture) {
		at = exchange->request_captured + before;
		copied = user_bytes_copy(bytes, state->bytes, at, length, response_capture - before, CAPTURE_MAX);
		exchange->response_captured = before + copied;
		if (copied == 0)
			exchange->flags |= EXCHANGE_UNREADABLE;
		switching = before == 0 && is_switching(state, at, copied);
	}
	exchange->response_bytes += length;
	exchange->response_last = now;
	if (switching) {
		turn_flush(state, OUTCOME_COMPLETE);
		state->mode = MODE_STREAM;
		state->protocol = PROTOCOL_UNKNOWN;
	}
}

/* What runs now has read that the connection ended: its call got no answer, which is something to go on with, too. */
static __always_inline void turn_unanswered(struct socket_state *state)
{
	const struct exchange_event *exchange = &state->exchange;

	if (state->role == ROLE_CLIENT && state->mode == MODE_TURN && exchange->request_bytes && !exchange->response_first)
		work_scope_read(state, SCOPE_CALL, exchange->client_start, exchange->server_start, exchange->request_offset);
}
