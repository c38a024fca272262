/*
 * Turn mode: a request that is longer than what its turn can hold is handed over as a segment of its own, ahead of
 * it and behind the turn before.
 */
#pragma once
#include "stream.h"

/* Heads of HTTP are shorter than this; a statement can be as long as a piece. */
#define LONG_HEAD 4096

static __always_inline __u32 long_limit(const struct socket_state *state)
{
	return state->protocol == PROTOCOL_HTTP ? LONG_HEAD : SEGMENT_MAX;
}

/*
 * How many bytes of the request there are before the `length` that come now, where these make it longer than its turn can
 * hold, and its protocol has long ones to read; else -1.
 */
static __always_inline int long_request_at(const struct socket_state *state, __u32 word, __u32 length)
{
	__u64 before = state->phase == PHASE_REQUEST ? state->exchange.request_bytes : 0;

	if (before + length <= request_capture || before >= long_limit(state))
		return -1;
	if (state->phase != PHASE_REQUEST && state->protocol == PROTOCOL_HTTP && !begins_http_request(word, length))
		return -1;
	return state->protocol == PROTOCOL_UNKNOWN || state->protocol == PROTOCOL_REDIS ? -1 : (int)before;
}

/* `before` bytes of it came earlier: what the turn holds of them is handed over with these. */
static __always_inline void long_request(struct sock *sk, struct socket_state *state, const struct user_bytes *bytes, __u32 length,
					 __u64 now, __u32 before)
{
	__u32 at = before <= request_capture ? before : 0, into = before - at, copied;
	struct segment_buffer *buffer = segment_begin(state, at + length, now, 0);
	struct work_scope none = {};
	struct segment_event *event;

	if (!buffer || at > CAPTURE_MAX || bpf_probe_read_kernel(buffer->bytes, at, state->bytes))
		return;
	event = &buffer->event;
	event->flags = EXCHANGE_LONG;
	segment_place(event, sk, state, 0, state->exchange.request_offset, into, &none);
	copied = user_bytes_copy(bytes, buffer->bytes, at, length, long_limit(state) - before, SEGMENT_MAX);
	if (copied)
		segment_submit(buffer, at + copied);
}
