import { readFileSync, writeFileSync } from 'node:fs';
import { REPLAY_ERRORS } from '@sonde/agent/replay';
import { ERRORS } from '@sonde/api';
import { CLI_ERRORS } from '@sonde/cli';
import { BPF_ERRORS } from '@sonde/libbpf';

/** Writes docs/reference/errors.md from the tables of error codes; with --check it only says whether that is needed. */
const FILE = 'docs/reference/errors.md';

interface Entry {
  readonly cause: string;
  readonly hint: string;
}

const TABLES: readonly { readonly title: string; readonly entries: Readonly<Record<string, Entry>> }[] = [
  { title: 'Command line', entries: CLI_ERRORS },
  { title: 'Replay', entries: REPLAY_ERRORS },
  { title: 'Probes', entries: BPF_ERRORS },
  { title: 'Server: intake, API and store', entries: ERRORS },
];

function section({ title, entries }: (typeof TABLES)[number]): string {
  const rows = Object.entries(entries).map(
    ([code, { cause, hint }]) => `| \`${code}\` | ${cell(cause)} | ${cell(hint)} |`,
  );
  return `## ${title}\n\n| code | cause | what to do |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

const text = `# Errors

Every error Sonde reports has a code that stays the same from version to version. This page is made from the tables in
the source by \`scripts/gen-errors.ts\`; \`make check\` fails when it is not up to date.

${TABLES.map(section).join('\n')}`;

if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is not up to date: run node scripts/gen-errors.ts`);
  process.exitCode = 1;
}
