/* Run by user space now and then: hands over turns whose response has been quiet for a while, and what connections sent. */
#pragma once
#include "../connection.h"
#include "../turn.h"

/* Nanoseconds of quiet after which a turn counts as over. */
const volatile __u64 idle_after = 200000000;

/* Set once, when the agent ends: whatever is under way is handed over. */
volatile __u32 ending = 0;

static __always_inline int turn_is_due(const struct socket_state *state, __u64 now)
{
	if (ending)
		return state->phase != PHASE_IDLE;
	return state->phase == PHASE_RESPONSE && state->exchange.response_last + idle_after <= now;
}

SEC("iter/bpf_sk_storage_map")
int flush_idle(struct bpf_iter__bpf_sk_storage_map *context)
{
	struct socket_state *state = context->value;
	struct sock *sk = context->sk;
	__u64 now = bpf_ktime_get_ns();

	if (!state || !sk || !(turn_is_due(state, now) || progress_is_due(state, sk, now, ending)))
		return 0;
	if (!socket_lock(state))
		return 0;
	if (turn_is_due(state, now)) {
		if (state->phase == PHASE_RESPONSE)
			state->exchange.flags |= EXCHANGE_QUIET;
		turn_flush(state, state->phase == PHASE_RESPONSE ? OUTCOME_COMPLETE : OUTCOME_PENDING);
	}
	if (progress_is_due(state, sk, now, ending))
		connection_progress(sk, state, now);
	socket_unlock(state);
	return 0;
}
