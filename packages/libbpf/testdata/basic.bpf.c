// Everything the binding offers, in programs that run only when a test runs them.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u64 factor = 1;
__u64 runs;
__u64 initial = 7;

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 64);
  __type(key, __u32);
  __type(value, __u64);
} squares SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} per_cpu SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u64);
} shared SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} ring SEC(".maps");

struct request {
  __u32 sequence;
  __u32 size; // bytes of the record, 4 to 511
  __u32 discard;
};

__u8 record[512];

// Writes one record: the sequence number, then bytes of its low byte. Returns whether there was room.
SEC("syscall") int write_record(struct request *request) {
  __u32 size = request->size & (sizeof(record) - 1);
  if (size < 4) return 0;
  if (request->discard) {
    void *reserved = bpf_ringbuf_reserve(&ring, 64, 0);
    if (reserved) bpf_ringbuf_discard(reserved, BPF_RB_NO_WAKEUP);
    return reserved != 0;
  }
  __builtin_memset(record, request->sequence, sizeof(record));
  *(__u32 *)record = request->sequence;
  return bpf_ringbuf_output(&ring, record, size, BPF_RB_NO_WAKEUP) == 0;
}

// Multiplies by the constant set before load, and leaves a mark in each kind of map.
SEC("syscall") int multiply(__u32 *input) {
  __u32 zero = 0, key = *input;
  __u64 value = key * factor;
  runs++;
  bpf_map_update_elem(&squares, &key, &value, BPF_ANY);
  __u32 *count = bpf_map_lookup_elem(&per_cpu, &zero);
  if (count) *count += 1;
  __u64 *first = bpf_map_lookup_elem(&shared, &zero);
  if (first) *first += value;
  return value;
}

const volatile __u32 observed_pid;
__u64 events;

// Counts for one process only.
static __always_inline int count_own(void) {
  if (bpf_get_current_pid_tgid() >> 32 == observed_pid) __sync_fetch_and_add(&events, 1);
  return 0;
}

SEC("?tp_btf/inet_sock_set_state") int on_state(void *ctx) { return count_own(); }
SEC("?uprobe") int on_call(void *ctx) { return count_own(); }
SEC("?kprobe") int on_kernel_call(void *ctx) { return count_own(); }
SEC("?fexit/tcp_connect") int on_return(void *ctx) { return count_own(); }

struct bpf_iter_meta {
  struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__bpf_map_elem {
  struct bpf_iter_meta *meta;
  struct bpf_map *map;
  void *key;
  void *value;
} __attribute__((preserve_access_index));

// Writes each value of a map.
SEC("iter/bpf_map_elem") int dump(struct bpf_iter__bpf_map_elem *ctx) {
  __u64 *value = ctx->value;
  if (value) bpf_seq_write(ctx->meta->seq, value, sizeof(*value));
  return 0;
}

// Refused by the verifier: reads through a number.
SEC("?syscall") int refused(void *ctx) {
  __u64 *nowhere = (__u64 *)bpf_ktime_get_ns();
  return *nowhere;
}

// There is no such tracepoint in any kernel.
SEC("?tp_btf/sonde_no_such_tracepoint") int missing(void *ctx) { return 0; }
