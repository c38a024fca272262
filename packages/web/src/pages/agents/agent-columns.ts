import type { Agent } from '@sonde/api';
import type { Text } from '../../data/text.ts';

/** One row an agent, for a file: the page shows cards. */
export function agentColumns({ agents: words }: Text) {
  const lost = ({ drops }: Agent) => drops.reduce((sum, drop) => sum + drop.count, 0);
  return [
    { header: words.host, value: (row: Agent) => row.host },
    { header: words.version, value: (row: Agent) => row.version },
    { header: words.kernel, value: (row: Agent) => row.kernel },
    { header: words.hookLevel, value: (row: Agent) => row.hookLevel },
    { header: words.scope, value: (row: Agent) => row.scope },
    { header: words.completeness, value: (row: Agent) => row.completeness },
    { header: words.lost, value: lost },
    { header: words.exchanges, value: (row: Agent) => row.exchanges },
    { header: words.records, value: (row: Agent) => row.records },
    { header: words.cpu, value: (row: Agent) => row.cpu },
    { header: words.rss, value: (row: Agent) => row.rss },
    { header: words.userNs, value: (row: Agent) => row.userNsPerExchange },
    { header: words.kernelNs, value: (row: Agent) => row.kernelNsPerExchange },
    { header: words.spool, value: (row: Agent) => row.spoolBytes },
  ];
}
