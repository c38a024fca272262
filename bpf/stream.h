/* Stream mode: one record per piece of either direction, for protocols with several requests in flight. */
#pragma once
#include "events/segment.h"
#include "turn.h"

#define SEGMENT_MAX 16384

const volatile __u32 segment_capture = 4096;

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
	event->pid = id >> 32;
	event->tid = (__u32)id;
	event->cgroup = state->scope_cgroup;
	event->time = now;
	event->queue_wait = queue_wait;
	event->bytes = length;
	return buffer;
}

/* Hands the segment over, with the bytes that were copied. */
static __always_inline void segment_submit(struct segment_buffer *buffer, __u32 copied)
{
	struct segment_event *event = &buffer->event;
	__u32 size = sizeof(*event) + copied;

	if (copied == 0)
		event->flags |= EXCHANGE_UNREADABLE;
	event->captured = copied;
	if (size > sizeof(*buffer))
		return;
	barrier_var(size);
	if (bpf_ringbuf_output(&ring, buffer, size, BPF_RB_NO_WAKEUP))
		count(COUNTER_SEGMENT_RING_FULL);
}

static __always_inline void stream_segment(struct sock *sk, struct socket_state *state, const struct user_bytes *bytes, __u32 length,
					   __u8 direction, __u64 now, __u64 offset, __u64 queue_wait)
{
	struct segment_buffer *buffer = segment_begin(state, length, now, queue_wait);
	struct segment_event *event;
	struct work_scope scope = {};

	if (!buffer)
		return;
	event = &buffer->event;
	event->role = state->role;
	event->direction = direction;
	event->client_start = client_start(state);
	event->server_start = server_start(state);
	event->offset = offset;
	if (direction == (state->role == ROLE_CLIENT)) {
		event->scope_kind = SCOPE_NONE;
		thread_scope_set(state->role == ROLE_CLIENT ? SCOPE_ANSWER : SCOPE_REQUEST, event->client_start, event->server_start, offset);
	} else {
		socket_scope(state, &scope);
		SCOPE_INTO(event, &scope);
	}
	copy_addresses(sk, event->local_address, event->remote_address, &event->local_port, &event->remote_port);
	segment_submit(buffer, user_bytes_copy(bytes, buffer->bytes, 0, length, segment_capture, SEGMENT_MAX));
}
