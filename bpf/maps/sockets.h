/* What is remembered of each observed socket, freed with it. */
#pragma once
#include <bpf/bpf_helpers.h>
#include "../events/exchange.h"
#include "../kernel/user-bytes.h"
#include "work-scope.h"

/* The most that is kept of a request and its response together: the limits set before load share it. */
#define CAPTURE_MAX 1536

enum phase {
	PHASE_IDLE = 0,
	PHASE_REQUEST = 1,
	PHASE_RESPONSE = 2,
};

/* Where a direction of a framed protocol stands, where that is `known`. */
struct frame_place {
	/* Bytes of the current frame that are still to come, and whether they are a body that is passed by. */
	__u32 left;
	__u8 passing;
	__u8 known;
	/* Bytes of the next frame's header that came already. */
	__u8 held;
	__u8 padding;
	/* Twice what a header can have: see user_bytes_copy. */
	__u8 header[32];
};

/* Where a direction stands. */
struct stream_place {
	/* Offset of the next byte. */
	__u64 next;
	/* Bytes before it that the kernel's counters left out (sockmap), and those that another thread will tell of. */
	__u64 uncounted;
	__u64 owed;
};

/*
 * A write or read that is handed over piece by piece. It lies in the map and not on the stack, so that the verifier does
 * not follow its numbers through the loops.
 */
struct stream_write {
	struct user_bytes bytes;
	struct work_scope scope;
	__u64 now, offset, queue_wait;
	__u32 length;
	/* Where what was not handed over yet begins; it is captured up to `end` and stands for all up to `until`. */
	__u32 from, end, until;
	/* Where the next frame begins, in a framed protocol. */
	__u32 frame;
	__u32 direction;
};

/*
 * Invariants:
 * 1. Only the holder of `busy` changes anything but `unread_since` and, in the iterator, `told`.
 * 2. `exchange` is being put together while `phase` is not idle; it is handed over exactly once, and then phase is idle.
 * 3. The bytes of the request are at the start of `bytes`, those of the response follow them without a gap.
 * 4. `own_start` and `peer_start` never change once `identified`.
 */
struct socket_state {
	__u32 busy;
	__u8 identified;
	__u8 role;
	__u8 mode;
	__u8 phase;
	__u8 in_scope;
	__u8 announced;
	__u8 protocol;
	__u8 last_direction;
	__u32 scope_pid;
	__u32 scope_generation;
	__u32 mode_generation;
	/* Whether the process is one of `runtimes`. */
	__u32 runtime;
	__u64 scope_cgroup;
	__u32 own_start;
	__u32 peer_start;
	/* MPTCP: the data sequence number of the first byte sent, its low half. */
	__u32 mptcp_start;
	struct stream_place sent;
	struct stream_place received;
	__u64 opened;
	/* When the connection's progress was last told, and the kernel's counters as they were then. */
	__u64 told;
	__u32 told_segments;
	__u32 told_retransmits;
	__u64 unread_since;
	/* What the thread worked on that called connect(): the first request belongs there. */
	struct work_scope connect_scope;
	/* The task that sent the last response: its handle and id. */
	__u64 answerer;
	__u64 answerer_id;
	/* Datagrams: how many of them were of no protocol that is read, and the place in a sendmmsg. */
	__u32 misses;
	struct message_cursor cursor;
	/* By direction. */
	struct frame_place frames[2];
	struct stream_write write;
	struct exchange_event exchange;
	__u8 bytes[2 * CAPTURE_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct socket_state);
} sockets SEC(".maps");

/*
 * Sender and receiver may run on two CPUs at once, and a softirq may interrupt either. The wait is bounded: a state that
 * stays busy is left alone, and the loss counted.
 */
static __always_inline int socket_lock(struct socket_state *state)
{
	for (int i = 0; i < 64; i++)
		if (__sync_val_compare_and_swap(&state->busy, 0, 1) == 0)
			return 1;
	return 0;
}

static __always_inline void socket_unlock(struct socket_state *state)
{
	__sync_lock_test_and_set(&state->busy, 0);
}
