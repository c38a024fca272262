import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Writes a generated file, or with --check says whether that is needed. Paths are relative to the root. */
export function generate(path: string, text: string): void {
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text);
  } else if (read(path) !== text) {
    console.error(`${path} is not up to date: run node scripts/${basename(process.argv[1])}`);
    process.exitCode = 1;
  }
}

/** Rows of a Markdown table; text in cells may hold anything. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')));
  return `${line(head)}|${'---|'.repeat(head.length)}\n${escaped.map(line).join('')}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
