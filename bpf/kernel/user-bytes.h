/*
 * The user's buffers of the running socket syscall, found in the registers saved at its entry: the tracepoints hand over
 * the socket and a length only. Where they cannot be known (sendfile, splice, io_uring, kernel sockets, sendmmsg of
 * several) there are no bytes, and the exchange is counted without.
 */
#pragma once
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "types.h"

/* Buffers of one syscall that are looked at: as many as there can be (UIO_MAXIOV). */
#define MAX_IOVECS 1024

struct user_iovec {
	__u64 base;
	__u64 length;
};

struct user_msghdr {
	__u64 name;
	__u32 name_length;
	__u32 padding;
	__u64 iov;
	__u64 iov_count;
};

struct user_bytes {
	__u64 base;  /* the buffer, or the array of iovecs */
	__u32 count; /* iovecs; 0: `base` is the buffer itself */
	__u32 known; /* whether there is anything to read */
	__u64 skip;  /* bytes to pass by first */
	__u64 name;  /* the address to send to, 0 for the socket's own peer */
};

/* Where the next message of a sendmmsg stands: the tracepoint runs once for each of them. */
struct message_cursor {
	__u64 vector;
	__u32 next;
};

#define MMSGHDR_SIZE 64

#if defined(__TARGET_ARCH_x86)
enum { SYS_READ = 0, SYS_WRITE = 1, SYS_READV = 19, SYS_WRITEV = 20, SYS_SENDTO = 44, SYS_RECVFROM = 45, SYS_SENDMSG = 46,
       SYS_RECVMSG = 47, SYS_RECVMMSG = 299, SYS_SENDMMSG = 307 };
#define SYSCALL_NUMBER(regs) ((regs)->orig_ax)
#define SYSCALL_ARG2(regs) ((regs)->si)
#define SYSCALL_ARG3(regs) ((regs)->dx)
#define SYSCALL_ARG5(regs) ((regs)->r8)
#elif defined(__TARGET_ARCH_arm64)
enum { SYS_READ = 63, SYS_WRITE = 64, SYS_READV = 65, SYS_WRITEV = 66, SYS_SENDTO = 206, SYS_RECVFROM = 207,
       SYS_SENDMSG = 211, SYS_RECVMSG = 212, SYS_RECVMMSG = 243, SYS_SENDMMSG = 269 };
#define SYSCALL_NUMBER(regs) ((__u64)(regs)->syscallno)
#define SYSCALL_ARG2(regs) ((regs)->user_regs.regs[1])
#define SYSCALL_ARG3(regs) ((regs)->user_regs.regs[2])
#define SYSCALL_ARG5(regs) ((regs)->user_regs.regs[4])
#endif

static __always_inline void user_bytes_of_msghdr(struct user_bytes *bytes, __u64 pointer)
{
	struct user_msghdr header;

	if (bpf_probe_read_user(&header, sizeof(header), (void *)pointer))
		return;
	bytes->base = header.iov;
	bytes->count = header.iov_count > MAX_IOVECS ? MAX_IOVECS : header.iov_count;
	bytes->known = bytes->count > 0;
	bytes->name = header.name;
}

static __always_inline struct user_bytes user_bytes_of_syscall(void)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs((void *)bpf_get_current_task_btf());
	struct user_bytes bytes = {};
	__u64 argument = SYSCALL_ARG2(regs);
	__u64 count;

	switch (SYSCALL_NUMBER(regs)) {
	case SYS_SENDTO:
		bytes.name = SYSCALL_ARG5(regs);
		bytes.base = argument;
		bytes.known = 1;
		break;
	case SYS_READ:
	case SYS_WRITE:
	case SYS_RECVFROM:
		bytes.base = argument;
		bytes.known = 1;
		break;
	case SYS_READV:
	case SYS_WRITEV:
		count = SYSCALL_ARG3(regs);
		bytes.base = argument;
		bytes.count = count > MAX_IOVECS ? MAX_IOVECS : count;
		bytes.known = count > 0;
		break;
	case SYS_SENDMSG:
	case SYS_RECVMSG:
		user_bytes_of_msghdr(&bytes, argument);
		break;
	case SYS_SENDMMSG:
	case SYS_RECVMMSG:
		if (SYSCALL_ARG3(regs) == 1)
			user_bytes_of_msghdr(&bytes, argument);
		break;
	}
	return bytes;
}

/* The same for a datagram: of a sendmmsg or recvmmsg with several, the next one. */
static __always_inline struct user_bytes user_bytes_of_datagram(struct message_cursor *cursor)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs((void *)bpf_get_current_task_btf());
	__u64 number = SYSCALL_NUMBER(regs), vector = SYSCALL_ARG2(regs), count = SYSCALL_ARG3(regs);
	struct user_bytes bytes = {};

	if (number != SYS_SENDMMSG && number != SYS_RECVMMSG)
		return user_bytes_of_syscall();
	if (cursor->vector != vector || cursor->next >= count)
		cursor->next = 0;
	cursor->vector = vector;
	user_bytes_of_msghdr(&bytes, vector + (__u64)cursor->next * MMSGHDR_SIZE);
	cursor->next++;
	return bytes;
}

/* A copy under way from several buffers to one. */
struct user_copy {
	__u64 vectors;
	__u64 skip;
	__u8 *to;
	__u32 place, end, room;
};

static long user_copy_piece(__u64 index, struct user_copy *copy)
{
	__u32 place = copy->place, room = copy->room, part = copy->end - place;
	struct user_iovec vector;

	if (place >= copy->end || bpf_probe_read_user(&vector, sizeof(vector), (void *)(copy->vectors + index * sizeof(vector))))
		return 1;
	if (copy->skip >= vector.length) {
		copy->skip -= vector.length;
		return 0;
	}
	vector.base += copy->skip;
	vector.length -= copy->skip;
	copy->skip = 0;
	if (vector.length < part)
		part = vector.length;
	barrier_var(part);
	barrier_var(place);
	if (part > room || place > room)
		return 1;
	if (part && bpf_probe_read_user(copy->to + place, part, (void *)vector.base))
		return 1;
	copy->place = place + part;
	return 0;
}

/*
 * Copies up to `limit` of the first `length` bytes to `to + at` and returns how many. `to` must have room for twice `room`
 * bytes: the verifier bounds the place and the length of a piece each by `room`, and cannot know that their sum is too.
 */
static __always_inline __u32 user_bytes_copy(const struct user_bytes *from, __u8 *to, __u32 at, __u32 length, __u32 limit,
					     const __u32 room)
{
	struct user_copy copy = { .vectors = from->base, .skip = from->skip, .to = to, .place = at, .room = room };

	if (length > limit)
		length = limit;
	if (!from->known || at + length > room)
		return 0;
	copy.end = at + length;
	if (from->count) {
		bpf_loop(from->count, user_copy_piece, &copy, 0);
		return copy.place - at;
	}
	barrier_var(length);
	barrier_var(at);
	if (length > room || at > room || bpf_probe_read_user(to + at, length, (void *)(from->base + from->skip)))
		return 0;
	return length;
}

/* The same from the first buffer only, which holds all of what small messages have. */
static __always_inline __u32 user_bytes_copy_first(const struct user_bytes *from, __u8 *to, __u32 length, __u32 limit, const __u32 room)
{
	struct user_iovec vector = { from->base, length };

	if (!from->known)
		return 0;
	if (from->count && bpf_probe_read_user(&vector, sizeof(vector), (void *)from->base))
		return 0;
	if (length > limit)
		length = limit;
	if (vector.length < length)
		length = vector.length;
	barrier_var(length);
	if (length > room || bpf_probe_read_user(to, length, (void *)vector.base))
		return 0;
	return length;
}
