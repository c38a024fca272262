import { AGENT_ERRORS } from '@sonde/agent';
import { REPLAY_ERRORS } from '@sonde/agent/replay';
import { ERRORS } from '@sonde/api';
import { CLI_ERRORS } from '@sonde/cli';
import { BPF_ERRORS } from '@sonde/libbpf';
import { generate, table } from './generated-file.ts';

/** Writes docs/reference/errors.md from the tables of error codes; with --check it only says whether that is needed. */
interface Entry {
  readonly cause: string;
  readonly hint: string;
}

const TABLES: readonly { readonly title: string; readonly entries: Readonly<Record<string, Entry>> }[] = [
  { title: 'Command line', entries: CLI_ERRORS },
  { title: 'Agent', entries: AGENT_ERRORS },
  { title: 'Replay', entries: REPLAY_ERRORS },
  { title: 'Probes', entries: BPF_ERRORS },
  { title: 'Server: intake, API and store', entries: ERRORS },
];

function section({ title, entries }: (typeof TABLES)[number]): string {
  const rows = Object.entries(entries).map(([code, { cause, hint }]) => [`\`${code}\``, cause, hint]);
  return `## ${title}\n\n${table(['code', 'cause', 'what to do'], rows)}`;
}

generate(
  'docs/reference/errors.md',
  `# Errors

Every error Sonde reports has a code that stays the same from version to version. This page is made from the tables in
the source by \`scripts/gen-errors.ts\`; \`make check\` fails when it is not up to date.

${TABLES.map(section).join('\n')}`,
);
