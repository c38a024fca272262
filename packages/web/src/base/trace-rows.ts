import type { TraceSpan } from '@sonde/api';
import { childrenOf } from './trace-children.ts';

/** One line of a waterfall. */
export interface TraceRow {
  readonly span: TraceSpan;
  /** Ancestors above it. */
  readonly depth: number;
  /** Spans below it, at any depth. */
  readonly descendants: number;
}

const byOffset = (a: TraceSpan, b: TraceSpan) => a.offset - b.offset || b.duration - a.duration;

/** Spans in the order of a tree drawn from the top: each after its parent, siblings by start. */
export function rowsOf(spans: readonly TraceSpan[]): TraceRow[] {
  const children = childrenOf(spans);
  for (const siblings of children.values()) siblings.sort(byOffset);
  const rows: { span: TraceSpan; depth: number; descendants: number }[] = [];
  const open: { row: { descendants: number }; at: number; depth: number }[] = [];
  const pending = (children.get('') ?? []).toReversed().map((span) => ({ span, depth: 0 }));
  const close = (depth: number) => {
    while (open.length > 0 && open[open.length - 1].depth >= depth) {
      const { row, at } = open.pop()!;
      row.descendants = rows.length - at - 1;
    }
  };
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { span, depth } = next;
    close(depth);
    const row = { span, depth, descendants: 0 };
    open.push({ row, at: rows.length, depth });
    rows.push(row);
    for (const child of (children.get(span.id) ?? []).toReversed()) pending.push({ span: child, depth: depth + 1 });
  }
  close(0);
  return rows;
}

/** Rows that are shown: none below a folded one. */
export function unfoldedRows(rows: readonly TraceRow[], folded: ReadonlySet<string>): TraceRow[] {
  const shown: TraceRow[] = [];
  for (let i = 0; i < rows.length; i++) {
    shown.push(rows[i]);
    if (folded.has(rows[i].span.id)) i += rows[i].descendants;
  }
  return shown;
}

const parents = (rows: readonly TraceRow[]) => rows.filter((row) => row.descendants > 0);

/** Every row with something below it. */
export function foldAll(rows: readonly TraceRow[]): Set<string> {
  return new Set(parents(rows).map((row) => row.span.id));
}

/** Folds the deepest level that is open. */
export function foldOne(rows: readonly TraceRow[], folded: ReadonlySet<string>): Set<string> {
  const open = parents(unfoldedRows(rows, folded)).filter((row) => !folded.has(row.span.id));
  const deepest = Math.max(...open.map((row) => row.depth));
  return new Set([...folded, ...open.filter((row) => row.depth === deepest).map((row) => row.span.id)]);
}

/** Opens the topmost level that is folded. */
export function unfoldOne(rows: readonly TraceRow[], folded: ReadonlySet<string>): Set<string> {
  const shut = rows.filter((row) => folded.has(row.span.id));
  const topmost = Math.min(...shut.map((row) => row.depth));
  const opened = new Set(shut.filter((row) => row.depth === topmost).map((row) => row.span.id));
  return new Set([...folded].filter((id) => !opened.has(id)));
}

/** An address that is longer than this some programs cut. */
const MOST_FOLD_TEXT = 1500;

/** Folded rows as a link carries them, by their place in the tree; nothing where there are none, or too many. */
export function foldText(rows: readonly TraceRow[], folded: ReadonlySet<string>): string | undefined {
  const text = rows.flatMap(({ span }, i) => (folded.has(span.id) ? [i.toString(36)] : [])).join('.');
  return text === '' || text.length > MOST_FOLD_TEXT ? undefined : text;
}

export function foldedOf(rows: readonly TraceRow[], text: string | undefined): ReadonlySet<string> {
  const places = (text ?? '').split('.').map((place) => Number.parseInt(place, 36));
  return new Set(places.flatMap((place) => (rows[place] === undefined ? [] : [rows[place].span.id])));
}

/** Below this a link is no parent but a possibility. */
const PARENT_CONFIDENCE = 0.95;

/** Where the span hangs is a guess: its link is not sure enough for a parent, or it has only possible parents. */
export function isUncertain({ link, candidates }: TraceSpan): boolean {
  return link === null ? candidates.length > 0 : link.confidence < PARENT_CONFIDENCE;
}

const SAID: readonly string[] = ['sequence', 'context', 'header', 'application'];

/** Whether links of this method are read from ids, and not concluded from what a process was seen to do. */
export const isSaid = (method: string): boolean => SAID.includes(method);
