/*
 * What is sent belongs to what was read last: by the same task where the process has a runtime that says which one is
 * running, else by the same thread. User space follows the chain from call to call, and measures how often that is right.
 */
#pragma once
#include "maps/sockets.h"
#include "maps/tasks.h"
#include "runtime/cpython.h"
#include "runtime/go.h"

/* Whether anybody asks. Set before load. */
const volatile __u8 linking = 1;

/* The task that runs, or 0 where there is none: then the thread counts. */
static __noinline struct task *task_running(__u32 pid)
{
	struct runtime *runtime = runtime_of(pid);
	__u32 thread = 0;
	__u64 handle;

	if (!runtime)
		return 0;
	if (runtime->kind == RUNTIME_GO) {
		handle = go_goroutine(runtime, pid);
	} else {
		handle = cpython_context(runtime);
		thread = (__u32)bpf_get_current_pid_tgid();
	}
	return handle ? task_of(pid, handle, thread) : 0;
}

/* What runs now has read what belongs to this request, call or answer. */
static __always_inline void work_scope_read(struct socket_state *state, __u32 kind, __u32 client_start, __u32 server_start, __u64 offset)
{
	struct work_scope *scope;
	struct task *task;

	if (!linking)
		return;
	task = state->runtime ? task_running(state->scope_pid) : 0;
	scope = task ? &task->scope : thread_scope(1);
	if (scope)
		work_scope_set(scope, kind, client_start, server_start, offset);
	if (!state->answerer || kind != SCOPE_REQUEST)
		return;
	/* A loop reads in a task of its own: the one that answered the last request here will answer this one too. */
	task = task_find(state->scope_pid, state->answerer);
	if (task && task->line[0] == state->answerer_id)
		work_scope_set(&task->scope, kind, client_start, server_start, offset);
}

/* What runs now works on this; returns its task, or 0. */
static __always_inline struct task *work_scope_now(const struct socket_state *state, struct work_scope *to)
{
	struct work_scope *scope;
	struct task *task;

	if (!linking)
		return 0;
	task = state->runtime ? task_running(state->scope_pid) : 0;
	scope = task ? &task->scope : thread_scope(0);
	if (scope)
		*to = *scope;
	if (!task)
		return 0;
	to->task = task->line[0];
	task_tell(state->scope_pid, task);
	return task;
}

/* What was worked on by who sends a response. */
static __always_inline void work_scope_answered(struct socket_state *state, struct work_scope *to)
{
	struct task *task = work_scope_now(state, to);

	state->answerer = task ? task->handle : 0;
	state->answerer_id = to->task;
}

/* What a request sent belongs to: where its thread connected, if it is the first on the connection, else what it read. */
static __always_inline void work_scope_sent(struct socket_state *state, struct work_scope *to)
{
	work_scope_now(state, to);
	if (state->connect_scope.kind == SCOPE_NONE)
		return;
	if (!to->task)
		*to = state->connect_scope;
	state->connect_scope.kind = SCOPE_NONE;
}
