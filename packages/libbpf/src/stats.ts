import { BpfError } from './errors.ts';
import { native } from './native.ts';

const BPF_STATS_RUN_TIME = 0;

/**
 * Asks the kernel to measure how long BPF programs run, for as long as the returned handle lives. The setting is one for
 * the whole kernel, counted by reference, and costs two clock reads per run of each program.
 */
export function enableStats(): Disposable {
  let fd: number = native().bpf_enable_stats(BPF_STATS_RUN_TIME);
  if (fd < 0) throw new BpfError('SONDE_BPF_PERMISSION', 'BPF_ENABLE_STATS', { errno: -fd });
  return {
    [Symbol.dispose]() {
      if (fd >= 0) native().close(fd);
      fd = -1;
    },
  };
}
