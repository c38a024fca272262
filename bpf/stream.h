/* Stream mode: one record per piece of either direction, for protocols with several requests in flight. */
#pragma once
#include "events/segment.h"
#include "turn.h"

#define SEGMENT_MAX 16384
#define AT_MOST(a, b) ((a) < (b) ? (a) : (b))

/* Most pieces of one write or read. */
#define SEGMENT_PIECES 4
/* Captured of each, whatever else there is. */
#define SEGMENT_LEAST 4096
/* Large ones are captured further while there is room in the window of so many nanoseconds (a power of two). */
#define BULK_WINDOW_SHIFT 24

const volatile __u32 segment_capture = SEGMENT_PIECES * SEGMENT_MAX;
const volatile __u64 bulk_capture = 1 << 20;
static __u64 bulk_window, bulk_taken;

struct segment_buffer {
	struct segment_event event;
	__u8 bytes[2 * SEGMENT_MAX];
};

/*
 * Where a segment is put together: one a processor (too large for a per-CPU map; the number is set before load). The
 * programs that use it are not preempted and do not nest.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct segment_buffer);
} segment_buffers SEC(".maps");

/* Fills what is alike for every segment; the caller sets role, direction, starts, offset and addresses. 0: no room. */
static __always_inline struct segment_buffer *segment_begin(const struct socket_state *state, __u32 length, __u64 now, __u64 queue_wait)
{
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 id = bpf_get_current_pid_tgid();
	struct segment_buffer *buffer = bpf_map_lookup_elem(&segment_buffers, &cpu);
	struct segment_event *event;

	if (!buffer)
		return 0;
	event = &buffer->event;
	event->kind = EVENT_SEGMENT;
	event->protocol = state->protocol;
	event->flags = 0;
	event->into = 0;
	event->pid = id >> 32;
	event->tid = (__u32)id;
	event->cgroup = state->scope_cgroup;
	event->time = now;
	event->queue_wait = queue_wait;
	event->bytes = length;
	return buffer;
}

/* Fills whose segment it is, and where in the stream it lies. */
static __always_inline void segment_place(struct segment_event *event, const struct sock *sk, const struct socket_state *state,
					  __u8 direction, __u64 offset, __u32 into, const struct work_scope *scope)
{
	event->role = state->role;
	event->direction = direction;
	event->client_start = client_start(state);
	event->server_start = server_start(state);
	event->offset = offset;
	event->into = into;
	SCOPE_INTO(event, scope);
	copy_addresses(sk, event->local_address, event->remote_address, &event->local_port, &event->remote_port);
}

/* Hands the segment over, with the bytes that were copied. */
static __always_inline void segment_submit(struct segment_buffer *buffer, __u32 copied)
{
	struct segment_event *event = &buffer->event;
	__u32 size = sizeof(*event) + copied;

	event->captured = copied;
	if (size > sizeof(*buffer))
		return;
	barrier_var(size);
	if (bpf_ringbuf_output(&ring, buffer, size, BPF_RB_NO_WAKEUP))
		count(COUNTER_SEGMENT_RING_FULL);
}

/* How much of a write or read is captured. */
static __always_inline __u32 stream_limit(__u32 length, __u64 now)
{
	__u64 window = now >> BULK_WINDOW_SHIFT;

	if (length <= SEGMENT_LEAST || segment_capture <= SEGMENT_LEAST)
		return segment_capture;
	if (bulk_window != window) {
		bulk_window = window;
		bulk_taken = 0;
	}
	if (bulk_taken >= bulk_capture)
		return SEGMENT_LEAST;
	__sync_fetch_and_add(&bulk_taken, AT_MOST(length, segment_capture));
	return segment_capture;
}

/* A write or read under way to user space: its socket, whose state holds the rest (`stream_write`). */
struct stream {
	struct sock *sk;
	struct socket_state *state;
};

/* Takes `length` bytes of a direction, and notes what the thread works on from here on, or worked on as it sent them. */
static __always_inline void stream_begin(struct socket_state *state, const struct user_bytes *bytes, __u32 length, __u8 direction,
					 __u64 now, __u64 offset, __u64 queue_wait)
{
	struct stream_write *write = &state->write;
	struct work_scope scope = {};

	if (direction == (state->role == ROLE_CLIENT))
		work_scope_read(state, state->role == ROLE_CLIENT ? SCOPE_ANSWER : SCOPE_REQUEST, client_start(state), server_start(state), offset);
	else if (state->role == ROLE_CLIENT)
		work_scope_sent(state, &scope);
	else
		work_scope_answered(state, &scope);
	write->bytes = *bytes;
	write->scope = scope;
	write->now = now;
	write->offset = offset;
	write->queue_wait = queue_wait;
	write->length = length;
	write->direction = direction;
	write->from = write->end = write->until = write->frame = 0;
}

/* Hands over one piece. 1: it was the last. */
static __always_inline long stream_piece(struct stream *stream)
{
	struct sock *sk = stream->sk;
	struct socket_state *state = stream->state;
	struct stream_write *write = &state->write;
	__u32 from = write->from, wanted = AT_MOST(write->end - from, SEGMENT_MAX);
	__u32 next = from + wanted < write->end ? from + wanted : write->until;
	struct segment_buffer *buffer = segment_begin(state, next - from, write->now, write->queue_wait);
	struct segment_event *event;
	struct user_bytes bytes;
	__u32 copied = 0;

	if (!buffer)
		return 1;
	event = &buffer->event;
	segment_place(event, sk, state, write->direction, write->offset + from, from, &write->scope);
	if (wanted) {
		bytes = write->bytes;
		bytes.skip = from;
		copied = user_bytes_copy(&bytes, buffer->bytes, 0, wanted, SEGMENT_MAX, SEGMENT_MAX);
		if (copied == 0)
			event->flags |= EXCHANGE_UNREADABLE;
	}
	segment_submit(buffer, copied);
	write->queue_wait = 0;
	write->from = next;
	return next >= write->length;
}

static long stream_next(__u64 index, struct stream *stream)
{
	return stream_piece(stream);
}

static __always_inline void stream_bytes(struct stream *stream)
{
	struct stream_write *write = &stream->state->write;

	write->end = AT_MOST(write->length, stream_limit(write->length, write->now));
	write->until = write->length;
	if (!stream_piece(stream))
		bpf_loop(SEGMENT_PIECES, stream_next, stream, 0);
}
