import type { Agent } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { bytes, cores, count, duration, exact, percent } from '../../base/format.ts';
import { completenessLevel } from '../../base/health.ts';
import { dateTime } from '../../base/time.ts';
import { useText } from '../../data/text.ts';
import { ExplainLink } from '../../widgets/explain-link.tsx';
import { Facts } from '../../widgets/facts.tsx';
import { Panel } from '../../widgets/page.tsx';
import { Stat, Stats } from '../../widgets/stat.tsx';
import { Drops, Programs } from './agent-tables.tsx';
import css from './agents-page.module.css';

/** The project's budgets: what an exchange may cost, and how much memory an agent may hold. */
const BUDGET = { userNs: 600, kernelNs: 700, rss: 120e6 };

/** In cores. Below it the agent's fixed work is shared by few exchanges: what one of them costs says nothing. */
const BUSY = 0.05;

const over = (value: number | null, budget: number) => (value !== null && value > budget ? 'warn' : 'none');

export function AgentCard({ agent, now }: { readonly agent: Agent; readonly now: number }) {
  const text = useText();
  const words = text.agents;
  const isBusy = agent.cpu !== null && agent.cpu >= BUSY;
  const facts: (readonly [string, ReactNode])[] = [
    [
      words.host,
      <Link key="host" to="/hosts/$host" params={{ host: agent.host }}>
        {agent.host}
      </Link>,
    ],
    [words.version, agent.version],
    [words.kernel, agent.kernel],
    [words.hookLevel, agent.hookLevel],
    [words.scope, agent.scope],
    ...(agent.unlinked === '' ? [] : [[words.unlinked, agent.unlinked] as const]),
    ...(agent.podProblem === '' ? [] : [[words.podProblem, agent.podProblem] as const]),
    [words.since, dateTime(agent.firstSeen)],
    [words.lastSeen, words.ago(duration(Math.max(0, now - agent.lastSeen) * 1e6))],
  ];
  return (
    <Panel
      title={agent.host}
      aside={
        <span className={css.health} data-healthy={agent.healthy}>
          <i /> {agent.healthy ? words.healthy : words.silent}
        </span>
      }
    >
      <div className={css.facts}>
        <Facts facts={facts} />
      </div>
      <Stats label={agent.host}>
        <Stat
          label={words.completeness}
          value={percent(agent.completeness)}
          level={completenessLevel(agent.completeness)}
          note={
            <>
              {`${words.lost} ${count(agent.drops.reduce((sum, drop) => sum + drop.count, 0))}`}{' '}
              <ExplainLink number="completeness" />
            </>
          }
        />
        <Stat
          label={words.exchanges}
          value={count(agent.exchanges)}
          title={exact(agent.exchanges)}
          note={
            <>
              {`${words.records} ${count(agent.records)}`} <ExplainLink number="exchanges" />
            </>
          }
        />
        <Stat
          label={words.cpu}
          value={cores(agent.cpu)}
          note={
            <>
              {words.cores} <ExplainLink number="cpu" />
            </>
          }
        />
        <Stat
          label={words.rss}
          value={bytes(agent.rss)}
          level={over(agent.rss, BUDGET.rss)}
          note={
            <>
              {words.budget(bytes(BUDGET.rss))} <ExplainLink number="rss" />
            </>
          }
        />
        <Stat
          label={words.userNs}
          value={duration(agent.userNsPerExchange)}
          level={isBusy ? over(agent.userNsPerExchange, BUDGET.userNs) : 'none'}
          note={
            <>
              {words.budget(duration(BUDGET.userNs))} <ExplainLink number="userNs" />
            </>
          }
        />
        <Stat
          label={words.kernelNs}
          value={duration(agent.kernelNsPerExchange)}
          level={isBusy ? over(agent.kernelNsPerExchange, BUDGET.kernelNs) : 'none'}
          note={
            <>
              {words.budget(duration(BUDGET.kernelNs))} <ExplainLink number="kernelNs" />
            </>
          }
        />
        <Stat
          label={words.spool}
          title={words.spoolHelp}
          value={bytes(agent.spoolBytes)}
          level={agent.spoolBytes > 0 ? 'warn' : 'none'}
          note={<ExplainLink number="spool" />}
        />
      </Stats>
      <div className={css.tables}>
        <Programs agent={agent} />
        <Drops agent={agent} />
      </div>
    </Panel>
  );
}
