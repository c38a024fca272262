import { readFileSync } from 'node:fs';
import type { LinkResults, LinkRow } from '../bench/links.ts';
import { generate, table } from './generated-file.ts';

/** Writes docs/reference/links.md from bench/results/links.json; with --check it only says whether that is needed. */
const { machine, requests, delay, rows }: LinkResults = JSON.parse(readFileSync('bench/results/links.json', 'utf8'));

const share = (part: number, whole: number) => (whole === 0 ? '-' : (part / whole).toFixed(4));

const cells = (row: LinkRow) => [
  row.runtime,
  row.mode,
  row.meanInFlight.toFixed(0),
  String(row.calls),
  share(row.right, row.linked),
  share(row.right, row.calls),
  share(row.exact, row.requests),
  `${row.overMerged} of ${row.traces}`,
];

const sum = (of: (row: LinkRow) => number) => rows.reduce((total, row) => total + of(row), 0);
const edges = sum(({ network }) => network.edges);
const right = sum(({ network }) => network.right);

const methods = [
  ...Map.groupBy(
    rows.flatMap(({ calibration }) => calibration),
    ({ method, as }) => `${method}|${as}`,
  ),
]
  .map(([key, parts]) => {
    const links = parts.reduce((total, part) => total + part.links, 0);
    const stated = parts.reduce((total, part) => total + part.stated * part.links, 0);
    const right = parts.reduce((total, part) => total + part.right, 0);
    return { key, links, stated, right };
  })
  .sort((a, b) => b.links - a.links)
  .map(({ key, links, stated, right }) => {
    const [method, as] = key.split('|');
    return [`\`${method}\``, as, String(links), share(stated, links), share(right, links)];
  });

generate(
  'docs/reference/links.md',
  `# How right links are

Measured by \`make bench-links\`, which writes \`bench/results/links.json\`; this page is made from it by
\`scripts/gen-links.ts\`. The load carries an id in each path, which the agent never compares: what belongs together is
known, and what the agent says is held against it. A service answers each request after three calls to another one that
takes up to ${delay} ms (nginx after one). Each row begins with a fresh agent that has learned nothing: ${requests} requests, fewer where
one is in flight at a time. Both ends are on one machine (${machine.cores} × ${machine.cpu}, Linux ${machine.kernel}), seen by one agent.

## Calls and requests inside a process

Precision: of the calls that got a parent, those for which it is the request they were made for. Recall: of all calls. Whole
traces: all that was done for the request is in its trace, nothing else, and nothing hangs wrong. Merged: traces with the
ids of more than one request. In flight is what was measured, on average.

${table(['runtime', 'mode', 'in flight', 'calls', 'precision', 'recall', 'whole traces', 'merged'], rows.map(cells))}
\`new\`: a new connection for each call. \`pool\`: one connection for all requests; \`pool-4\`: four. \`timer\`, \`random-timer\`,
\`fs\`: after a pause, one of random length, a file read. \`mix\`: chain, fan-out, new connections, pool and random timers
at once in one process.

## Requests between processes

Of ${edges} requests seen at both ends, ${right} have the right parent: precision ${share(
    right,
    sum(({ network }) => network.linked),
  )}, recall ${share(right, edges)}.

## How sure the agent was

What \`link.confidence\` said on average, and what share of these links was right: a link is a parent from 0.95 on, a mere
span link from 0.5 on.

${table(['`link.method`', 'as', 'links', 'stated', 'right'], methods)}`,
);
