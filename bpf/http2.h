/*
 * HTTP/2 in stream mode: walks from frame to frame (RFC 9113 section 4.1), so that bodies are passed by however large they
 * are, and no header block behind them is lost.
 */
#pragma once
#include "stream.h"

#define HTTP2_HEADER 9
#define HTTP2_PREFACE 24
#define HTTP2_DATA 0
/* Longer than any frame that servers are known to allow, and more types than there are. */
#define HTTP2_LONGEST (1 << 20)
#define HTTP2_TYPES 0x20
/* Bodies shorter than this are captured: a record of their own would cost more. */
#define HTTP2_BODY 1024
/* A piece ends with the frame that makes it longer than this. */
#define HTTP2_PIECE 8192
#define HTTP2_PIECES 65536

/* The client's first bytes are the preface; behind it, and where the server stands, a frame begins. */
static __always_inline void http2_begin(struct socket_state *state)
{
	state->frames[0].left = HTTP2_PREFACE;
	state->frames[0].known = state->frames[1].known = 1;
}

/* Reads the header of the next frame, and steps behind the frame. 1: the piece ends here. */
static long http2_frame(__u64 index, struct stream *stream)
{
	struct stream_write *write = &stream->state->write;
	struct frame_place *place = &stream->state->frames[write->direction & 1];
	struct user_bytes bytes = write->bytes;
	__u32 at = write->frame, held = place->held & 15, part, size;

	if (at >= write->length || at - write->from >= HTTP2_PIECE)
		return 1;
	part = AT_MOST(write->length - at, HTTP2_HEADER - held);
	bytes.skip = at;
	if (held >= HTTP2_HEADER || user_bytes_copy(&bytes, place->header, held, part, HTTP2_HEADER, 16) < part) {
		place->known = 0;
		return 1;
	}
	at += part;
	held += part;
	if (held < HTTP2_HEADER) {
		place->held = held;
		write->frame = at;
		return 1;
	}
	place->held = 0;
	size = place->header[0] << 16 | place->header[1] << 8 | place->header[2];
	if (size > HTTP2_LONGEST || place->header[3] >= HTTP2_TYPES) {
		place->known = 0;
		return 1;
	}
	place->passing = place->header[3] == HTTP2_DATA && size >= HTTP2_BODY;
	write->frame = at + size;
	write->end = place->passing ? at : at + size;
	return place->passing;
}

/* Finds the next piece and hands it over. */
static long http2_next(__u64 index, struct stream *stream)
{
	struct stream_write *write = &stream->state->write;
	struct frame_place *place = &stream->state->frames[write->direction & 1];

	if (write->from >= write->end) {
		bpf_loop(HTTP2_PIECE, http2_frame, stream, 0);
		write->until = AT_MOST(write->frame, write->length);
		if (!place->known)
			write->until = write->length;
		if (!place->passing || !place->known)
			write->end = write->until;
	}
	return stream_piece(stream);
}

/* Hands over what is not body. 0: it is not known where frames begin. */
static __always_inline int http2_bytes(struct stream *stream)
{
	struct stream_write *write = &stream->state->write;
	struct frame_place *place = &stream->state->frames[write->direction & 1];

	if (!place->known)
		return 0;
	write->frame = place->left;
	if (place->left) {
		write->until = AT_MOST(place->left, write->length);
		write->end = place->passing ? 0 : write->until;
	}
	bpf_loop(HTTP2_PIECES, http2_next, stream, 0);
	place->left = write->frame > write->length ? write->frame - write->length : 0;
	return 1;
}
