import { stripVTControlCharacters, styleText } from 'node:util';
import { endpointText } from '@sonde/agent/replay';
import type { Exchange } from '@sonde/model';
import { formatDuration } from '../format.ts';

interface StreamColumn {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
  readonly text: (exchange: Exchange) => string;
}

const COLUMNS: readonly StreamColumn[] = [
  { title: 'time (UTC)', width: 15, text: ({ start }) => timeOfDay(start) },
  { title: 'duration', width: 8, align: 'right', text: ({ duration }) => formatDuration(duration) },
  { title: 'protocol', width: 8, text: ({ protocol }) => protocol },
  { title: 'client', width: 21, text: ({ client }) => endpointText(client) },
  { title: 'server', width: 21, text: ({ server }) => endpointText(server) },
  { title: 'status', width: 8, text: statusText },
  { title: 'operation', width: 9, text: ({ operation }) => operation },
  { title: 'target', width: 0, text: ({ target, statement }) => oneLine(statement || target) },
];

const MAX_TEXT = 120;

/** A table whose rows are not known in advance: a column grows with what it has to hold. */
export class ExchangeTable {
  readonly #widths = COLUMNS.map(({ title, width }) => Math.max(title.length, width));

  heading(): string {
    return `${styleText('bold', this.#line(COLUMNS.map(({ title }) => title)))}\n`;
  }

  row(exchange: Exchange): string {
    return `${this.#line(COLUMNS.map(({ text }) => text(exchange)))}\n`;
  }

  #line(texts: readonly string[]): string {
    const cells = texts.map((text, index) => {
      const length = stripVTControlCharacters(text).length;
      const last = index === texts.length - 1;
      if (!last) this.#widths[index] = Math.max(this.#widths[index], length);
      const padding = last ? '' : ' '.repeat(this.#widths[index] - length);
      return COLUMNS[index].align === 'right' ? padding + text : text + padding;
    });
    return cells.join('  ').trimEnd();
  }
}

function statusText({ status, error, outcome, complete }: Exchange): string {
  const text = status || (outcome === 'complete' ? 'OK' : outcome);
  const marked = complete ? text : `${text} ~`;
  return error === '' ? marked : styleText('red', marked);
}

function timeOfDay(start: bigint): string {
  const microseconds = String((start / 1000n) % 1_000_000n).padStart(6, '0');
  return `${new Date(Number(start / 1_000_000n)).toISOString().slice(11, 19)}.${microseconds}`;
}

/** Texts come from the network: nothing in them may steer the terminal. */
function oneLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return plain.length > MAX_TEXT ? `${plain.slice(0, MAX_TEXT - 1)}…` : plain;
}
