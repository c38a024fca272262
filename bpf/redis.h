/* Whether a write of a Redis client is one command: several of them need more than turn mode captures. */
#pragma once
#include "kernel/user-bytes.h"

/* Arguments that are looked at, and bytes of the longest `$<length>` line. */
#define REDIS_ARGUMENTS 64
#define REDIS_LINE 16

struct redis_walk {
	struct user_bytes bytes;
	__u32 at, end;
	__u8 line[2 * REDIS_LINE];
};

/* Reads the line at `at`, a sign with a number: steps behind it and returns the number, or -1. */
static __always_inline long redis_line(struct redis_walk *walk, __u8 sign)
{
	__u32 number = 0;

	walk->bytes.skip = walk->at;
	user_bytes_copy(&walk->bytes, walk->line, 0, walk->end - walk->at, REDIS_LINE, REDIS_LINE);
	if (walk->line[0] != sign)
		return -1;
	for (int i = 1; i < REDIS_LINE - 2; i++) {
		__u8 digit = walk->line[i] - '0';

		if (digit > 9) {
			walk->at += i + 2;
			return number;
		}
		number = number * 10 + digit;
	}
	return -1;
}

static long redis_argument(__u64 index, struct redis_walk *walk)
{
	long length = walk->at < walk->end ? redis_line(walk, '$') : -1;

	if (length < 0)
		return 1;
	walk->at += length + 2;
	return 0;
}

/* `length` bytes are one command or the beginning of one; anything that is not understood counts as several. */
static __always_inline int redis_is_one(const struct user_bytes *bytes, __u32 length)
{
	struct redis_walk walk = { .bytes = *bytes, .end = length };
	long arguments = redis_line(&walk, '*');

	if (arguments < 1 || arguments > REDIS_ARGUMENTS)
		return 0;
	bpf_loop(arguments, redis_argument, &walk, 0);
	return walk.at >= walk.end;
}
