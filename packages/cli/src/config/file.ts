import { readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { CliError } from '../errors.ts';
import type { ConfigKey } from './keys.ts';

/** A value of the file and the line it starts on. */
export interface FileEntry {
  readonly path: string;
  readonly value: unknown;
  readonly line: number;
}

export interface FileContent {
  readonly entries: readonly FileEntry[];
  /** Names the schema does not have, and sections that are something else. */
  readonly unknown: readonly FileEntry[];
}

/** @throws CliError SONDE_CONFIG_UNREADABLE with file and line. */
export function readConfigFile(file: string, keys: readonly ConfigKey[]): FileContent {
  const text = readText(file);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const [error] = document.errors;
  if (error) {
    const line = counter.linePos(error.pos[0]).line;
    throw new CliError('SONDE_CONFIG_UNREADABLE', `${file}:${line}: ${error.message.split('\n')[0]}`);
  }
  if (document.toJS() !== null && !isMap(document.contents)) {
    throw new CliError('SONDE_CONFIG_UNREADABLE', `${file}:1: expected sections with keys, got something else`);
  }

  const leaves = new Set(keys.map(({ path }) => path));
  const sections = new Set(keys.flatMap(({ path }) => parents(path)));
  const entries: FileEntry[] = [];
  const unknown: FileEntry[] = [];
  visit(document.contents, '');
  return { entries, unknown };

  function visit(node: Node | null, prefix: string): void {
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const path = prefix === '' ? String(key.value) : `${prefix}.${key.value}`;
      const line = counter.linePos(key.range?.[0] ?? 0).line;
      const child = value as Node | null;
      const entry = { path, value: child?.toJSON() ?? null, line };
      if (leaves.has(path)) entries.push(entry);
      else if (sections.has(path) && (isMap(child) || entry.value === null)) visit(child, path);
      else unknown.push(entry);
    }
  }
}

/** `a.b.c` → `a`, `a.b` */
function parents(path: string): string[] {
  const names = path.split('.');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('.'));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new CliError('SONDE_CONFIG_UNREADABLE', `${file}: ${reason}`, { cause: error });
  }
}
