import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** A span that was sent, and the trace id it was sent under. Ids are hex. */
export interface ExportedSpan {
  readonly spanId: string;
  /** The trace id it is stored with. */
  readonly stored: string;
  readonly traceId: string;
}

/** Spans of one of the two generations kept. */
const GENERATION = 100_000;

const NAMES = ['exported.log', 'exported.1.log'] as const;
const LINE = /^([0-9a-f]{32}) ([0-9a-f]{32}) ([0-9a-f]{16})$/;

interface Generation {
  /** Trace id as sent and span id, one after the other. */
  readonly spans: Set<string>;
  /** Trace ids as sent, by the ids stored. */
  readonly traces: Map<string, string>;
}

const empty = (): Generation => ({ spans: new Set(), traces: new Map() });

/**
 * What was sent lately, at least the last 100,000 spans, also before a restart: a span that comes late is sent under the
 * trace id of the others, one that comes again is not. One process at a time may use a directory.
 */
export class ExportedSpans {
  readonly #directory: string;
  readonly #generation: number;
  #young = empty();
  #old = empty();
  #file: FileHandle;

  private constructor(directory: string, generation: number, file: FileHandle) {
    this.#directory = directory;
    this.#generation = generation;
    this.#file = file;
  }

  /** Reads what an earlier process left. A line that was cut is passed over, and ended. */
  static async open(directory: string, generation = GENERATION): Promise<ExportedSpans> {
    const [young, old] = await Promise.all(NAMES.map((name) => readGeneration(join(directory, name))));
    const exported = new ExportedSpans(directory, generation, await open(join(directory, NAMES[0]), 'a', 0o600));
    exported.#young = young;
    exported.#old = old;
    await exported.#file.appendFile('\n');
    return exported;
  }

  has(traceId: string, spanId: string): boolean {
    const key = traceId + spanId;
    return this.#young.spans.has(key) || this.#old.spans.has(key);
  }

  /** The trace id that spans stored with this one were sent under. */
  traceIdOf(stored: string): string | undefined {
    return this.#young.traces.get(stored) ?? this.#old.traces.get(stored);
  }

  /** On disk when the promise resolves. */
  async add(spans: readonly ExportedSpan[]): Promise<void> {
    if (spans.length === 0) return;
    if (this.#young.spans.size >= this.#generation) await this.#turn();
    const lines = spans.map(({ stored, traceId, spanId }) => `${stored} ${traceId} ${spanId}\n`);
    await this.#file.appendFile(lines.join(''));
    await this.#file.datasync();
    for (const span of spans) remember(this.#young, span);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #turn(): Promise<void> {
    await this.#file.close();
    await rename(join(this.#directory, NAMES[0]), join(this.#directory, NAMES[1]));
    this.#old = this.#young;
    this.#young = empty();
    this.#file = await open(join(this.#directory, NAMES[0]), 'a', 0o600);
  }
}

function remember({ spans, traces }: Generation, { spanId, stored, traceId }: ExportedSpan): void {
  spans.add(traceId + spanId);
  traces.set(stored, traceId);
}

async function readGeneration(path: string): Promise<Generation> {
  const generation = empty();
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (match !== null) remember(generation, { stored: match[1], traceId: match[2], spanId: match[3] });
  }
  return generation;
}
