import { stripVTControlCharacters, styleText } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly text: (row: Row) => string;
}

/** Rows under a heading, each column as wide as its widest cell; colours do not count as width. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => visibleLength(line[index] ?? ''))),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => {
        const padding = ' '.repeat((widths[index] ?? 0) - visibleLength(text));
        return columns[index]?.align === 'right' ? padding + text : text + padding;
      })
      .join('  ')
      .trimEnd();
  const heading = line(columns.map(({ title }) => title));
  return `${[styleText('bold', heading), ...cells.map(line)].join('\n')}\n`;
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length;
}
