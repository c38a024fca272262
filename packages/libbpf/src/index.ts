/**
 * A binding to libbpf. A compiled object is opened, adjusted, and then loaded; nothing touches the kernel before that.
 * Whatever was attached ends when the object is closed or when this process ends, however it ends.
 */
export type { OnEntry } from './batch.ts';
export { BPF_ERRORS, BpfError, type BpfErrorCode } from './errors.ts';
export { type Feature, type FeatureName, type HookLevel, hookLevel, probeFeatures } from './features/features.ts';
export { cgroup2MountPoint, lockdownMode, memoryLimit } from './features/host.ts';
export { BpfIteratorLink, BpfLink } from './link.ts';
export { type LoadedProgram, loadedPrograms } from './loaded.ts';
export { BpfMap, UPDATE } from './map.ts';
export { BpfObject, openObject } from './object.ts';
export { BpfProgram, type TestRun, type UprobeTarget } from './program.ts';
export type { ProgramStats } from './program-info.ts';
export { RingBuffer } from './ring-buffer.ts';
export { type OnRecord, RingReader } from './ring-reader.ts';
export { enableStats } from './stats.ts';
export { summarizeVerifierLog, VerifierError } from './verifier.ts';
