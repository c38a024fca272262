/* What may be observed: cgroups with everything below them, and processes with what they fork. */
#pragma once
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "../kernel/types.h"

#define MAX_CGROUP_DEPTH 12

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u8);
} scope_cgroups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, __u8);
} scope_pids SEC(".maps");

/* Set before load. */
const volatile __u8 host_wide = 0;
/* The agent never observes itself. Set before anything is attached. */
volatile __u32 agent_pid = 0;

/* Grows with every change of the two maps, so that cached answers are asked again. */
volatile __u32 scope_generation = 0;

static __always_inline int scope_has_cgroup(__u64 id)
{
	return bpf_map_lookup_elem(&scope_cgroups, &id) != 0;
}

/* Whether the running process may be observed. */
static __always_inline int scope_has_current(__u32 pid)
{
	if (pid == agent_pid)
		return 0;
	if (host_wide || bpf_map_lookup_elem(&scope_pids, &pid))
		return 1;
	for (int level = 1; level <= MAX_CGROUP_DEPTH; level++) {
		__u64 id = bpf_get_current_ancestor_cgroup_id(level);

		if (id == 0)
			break;
		if (scope_has_cgroup(id))
			return 1;
	}
	return 0;
}

/* Whether the cgroup in which a socket was made may be observed: for places where the running process is any. */
static __always_inline int scope_has_socket(const struct sock *sk)
{
	struct cgroup *group;
	int level;

	if (host_wide)
		return 1;
	group = BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
	if (!group || !bpf_core_field_exists(group->ancestors))
		return 0;
	level = BPF_CORE_READ(group, level);
	for (int i = 1; i <= MAX_CGROUP_DEPTH && i <= level; i++) {
		struct cgroup *ancestor;

		if (bpf_core_read(&ancestor, sizeof(ancestor), &group->ancestors[i]) || !ancestor)
			break;
		if (scope_has_cgroup(BPF_CORE_READ(ancestor, kn, id)))
			return 1;
	}
	return 0;
}
