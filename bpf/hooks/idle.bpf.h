/* Run by user space now and then: hands over turns whose response has been quiet for a while. */
#pragma once
#include "../turn.h"

/* Nanoseconds of quiet after which a turn counts as over. */
const volatile __u64 idle_after = 200000000;

SEC("iter/bpf_sk_storage_map")
int flush_idle(struct bpf_iter__bpf_sk_storage_map *context)
{
	struct socket_state *state = context->value;
	__u64 now = bpf_ktime_get_ns();

	if (!state || state->phase != PHASE_RESPONSE || state->exchange.response_last + idle_after > now)
		return 0;
	if (!socket_lock(state))
		return 0;
	if (state->phase == PHASE_RESPONSE && state->exchange.response_last + idle_after <= now)
		turn_flush(state, OUTCOME_COMPLETE);
	socket_unlock(state);
	return 0;
}
