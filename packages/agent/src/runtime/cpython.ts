import { RuntimeKind } from '../capture/generated/events.ts';
import type { Runtime } from './runtime.ts';

/**
 * Offsets of `thread_id` and `context` in `struct _ts` on x86-64, by minor version: offsetof with the headers of 3.9.18,
 * 3.10.13, 3.11.2, 3.11.7, 3.12.1 and 3.13.0 (Include/cpython/pystate.h); the same with and without the GIL in 3.13.
 */
const THREAD_STATE: Readonly<Record<string, { readonly threadId: number; readonly context: number }>> = {
  9: { threadId: 176, context: 240 },
  10: { threadId: 176, context: 240 },
  11: { threadId: 152, context: 224 },
  12: { threadId: 136, context: 208 },
  13: { threadId: 152, context: 208 },
};

const EXECUTABLE = /\/python3\.(\d+)t?$/;
const LIBRARY = /\/libpython3\.(\d+)t?\.so(?:\.\d+)*$/;
/** The only C library whose thread-specific data the kernel side knows how to read. */
const GLIBC = /\/libc(?:-2\.\d+)?\.so(?:\.6)?$/;

/** Whether an executable is named like the interpreter. */
export function isPython(executable: string): boolean {
  return EXECUTABLE.test(executable);
}

/**
 * The Python interpreter among the files that a process has mapped, or null: the library, else the executable. `root` is
 * where the agent finds the process's files.
 */
export function findCPython(files: readonly string[], root = ''): Runtime | null {
  if (process.arch !== 'x64' || !files.some((file) => GLIBC.test(file))) return null;
  for (const name of [LIBRARY, EXECUTABLE]) {
    const binary = files.find((file) => name.test(file));
    const offsets = THREAD_STATE[name.exec(binary ?? '')?.[1] ?? ''];
    if (binary === undefined || offsets === undefined) continue;
    const copied = { program: 'cpython_context_copied', symbol: 'PyContext_CopyCurrent', onReturn: true };
    const probes = [{ ...copied, binary: `${root}${binary}` }];
    return { name: 'cpython', kind: RuntimeKind.RUNTIME_CPYTHON, fields: offsets, probes };
  }
  return null;
}
