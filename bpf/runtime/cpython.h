/*
 * CPython: which context (PEP 567) runs on this thread. asyncio gives each task one of its own.
 *
 * The thread state is found where PyGILState_GetThisThreadState() finds it: in the thread-specific data of pthreads, since
 * the interpreter's own pointer to it is empty during a system call. glibc keeps the data of the first 32 keys in `struct
 * pthread`, to which the thread pointer points; the right key is the one whose data has this thread's id in it, and that
 * is asked again with each reading.
 */
#pragma once
#include <bpf/bpf_helpers.h>
#include "../kernel/thread.h"
#include "../maps/runtimes.h"

/* struct pthread.specific_1stblock of glibc on x86-64: pairs of sequence number and data. */
#define PTHREAD_SPECIFIC 784
#define PTHREAD_SPECIFIC_DATA 8
#define PTHREAD_SPECIFIC_SIZE 16
#define PTHREAD_KEYS 32
#define MAX_SEARCHES 1000

/* The thread state of this thread under a key, or 0. */
static __always_inline __u64 cpython_thread_state(const struct runtime *runtime, __u64 thread, __u64 key)
{
	__u64 state = read_user_word(thread + PTHREAD_SPECIFIC + key * PTHREAD_SPECIFIC_SIZE + PTHREAD_SPECIFIC_DATA);

	return state && read_user_word(state + runtime->thread_id) == thread ? state : 0;
}

struct cpython_search {
	struct runtime *runtime;
	__u64 thread;
};

static long cpython_try_key(__u64 key, struct cpython_search *search)
{
	if (!cpython_thread_state(search->runtime, search->thread, key))
		return 0;
	search->runtime->key = key + 1;
	return 1;
}

/* The address of the context that runs, or 0. */
static __always_inline __u64 cpython_context(struct runtime *runtime)
{
	struct cpython_search search = { runtime, thread_pointer() };
	__u64 state;

	if (!runtime->key && runtime->searches < MAX_SEARCHES) {
		runtime->searches++;
		bpf_loop(PTHREAD_KEYS, cpython_try_key, &search, 0);
	}
	if (!runtime->key)
		return 0;
	state = cpython_thread_state(runtime, search.thread, runtime->key - 1);
	return state ? read_user_word(state + runtime->context) : 0;
}
