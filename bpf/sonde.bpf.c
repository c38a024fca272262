/* The probe object: one file per hook family, sharing the maps. Hook level A: BTF tracepoints only, nothing to patch. */
#include "kernel/types.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#include "hooks/data.bpf.h"
#include "hooks/idle.bpf.h"
#include "hooks/process.bpf.h"
#include "hooks/runtime.bpf.h"
#include "hooks/self.bpf.h"
#include "hooks/state.bpf.h"
