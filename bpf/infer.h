/*
 * What the first bytes of a connection say, for the frequent protocols: enough to choose how to hand it over. User space
 * looks again, at more, and has the last word.
 */
#pragma once
#include "events/protocol.h"
#include "kernel/types.h"
#include "maps/modes.h"

#define WORD(a, b, c, d) ((__u32)(a) | (__u32)(b) << 8 | (__u32)(c) << 16 | (__u32)(d) << 24)

static __always_inline int is_http_request(__u32 word)
{
	switch (word) {
	case WORD('G', 'E', 'T', ' '):
	case WORD('P', 'O', 'S', 'T'):
	case WORD('P', 'U', 'T', ' '):
	case WORD('D', 'E', 'L', 'E'):
	case WORD('H', 'E', 'A', 'D'):
	case WORD('O', 'P', 'T', 'I'):
	case WORD('P', 'A', 'T', 'C'):
	case WORD('T', 'R', 'A', 'C'):
	case WORD('C', 'O', 'N', 'N'):
	case WORD('Q', 'U', 'E', 'R'):
	case WORD('P', 'R', 'O', 'P'):
		return 1;
	}
	return 0;
}

/* Whether a request of HTTP begins with these `length` bytes, of which `word` has the first four: Go reads one at first. */
static __always_inline int begins_http_request(__u32 word, __u32 length)
{
	__u8 first = word & 0xff;

	return length < sizeof(word) ? first >= 'A' && first <= 'Z' : is_http_request(word);
}

static __always_inline int is_http2_preface(__u32 word)
{
	return word == WORD('P', 'R', 'I', ' ');
}

/* Chooses by the first four bytes that the client sent. */
static __always_inline struct connection_mode infer_request(__u32 word)
{
	struct connection_mode found = { MODE_STREAM, PROTOCOL_UNKNOWN };

	if (is_http_request(word)) {
		found.mode = MODE_TURN;
		found.protocol = PROTOCOL_HTTP;
	} else if ((word & 0xff) == '*' && (word >> 8 & 0xff) >= '1' && (word >> 8 & 0xff) <= '9') {
		found.mode = MODE_TURN;
		found.protocol = PROTOCOL_REDIS;
	}
	return found;
}
