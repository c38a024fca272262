import type { Agent } from '@sonde/api';
import { bytes, cores, count, duration, exact, percent } from '../../base/format.ts';
import { completenessLevel } from '../../base/health.ts';
import { dateTime } from '../../base/time.ts';
import { useText } from '../../data/text.ts';
import { Facts } from '../../widgets/facts.tsx';
import { Panel } from '../../widgets/page.tsx';
import { Stat, Stats } from '../../widgets/stat.tsx';
import css from './agents-page.module.css';

/** The project's budgets: what an exchange may cost, and how much memory an agent may hold. */
const BUDGET = { userNs: 600, kernelNs: 700, rss: 120e6 };

const over = (value: number | null, budget: number) => (value !== null && value > budget ? 'warn' : 'none');

export function AgentCard({ agent, now }: { readonly agent: Agent; readonly now: number }) {
  const text = useText();
  const words = text.agents;
  const facts: (readonly [string, string])[] = [
    [words.version, agent.version],
    [words.kernel, agent.kernel],
    [words.hookLevel, agent.hookLevel],
    [words.scope, agent.scope],
    ...(agent.unlinked === '' ? [] : [[words.unlinked, agent.unlinked] as const]),
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
          note={`${words.lost} ${count(agent.drops.reduce((sum, drop) => sum + drop.count, 0))}`}
        />
        <Stat
          label={words.exchanges}
          value={count(agent.exchanges)}
          title={exact(agent.exchanges)}
          note={`${words.records} ${count(agent.records)}`}
        />
        <Stat label={words.cpu} value={cores(agent.cpu)} note={words.cores} />
        <Stat
          label={words.rss}
          value={bytes(agent.rss)}
          level={over(agent.rss, BUDGET.rss)}
          note={words.budget(bytes(BUDGET.rss))}
        />
        <Stat
          label={words.userNs}
          value={duration(agent.userNsPerExchange)}
          level={over(agent.userNsPerExchange, BUDGET.userNs)}
          note={words.budget(duration(BUDGET.userNs))}
        />
        <Stat
          label={words.kernelNs}
          value={duration(agent.kernelNsPerExchange)}
          level={over(agent.kernelNsPerExchange, BUDGET.kernelNs)}
          note={words.budget(duration(BUDGET.kernelNs))}
        />
        <Stat
          label={words.spool}
          title={words.spoolHelp}
          value={bytes(agent.spoolBytes)}
          level={agent.spoolBytes > 0 ? 'warn' : 'none'}
        />
      </Stats>
      <div className={css.tables}>
        <Programs programs={agent.programs} />
        <Drops drops={agent.drops} />
      </div>
    </Panel>
  );
}

function Programs({ programs }: { readonly programs: Agent['programs'] }) {
  const words = useText().agents;
  const total = programs.reduce((sum, program) => sum + program.timeNs, 0);
  return (
    <table className={css.table}>
      <caption>{words.programs}</caption>
      <thead>
        <tr>
          <th scope="col">{words.program}</th>
          <th scope="col">{words.runs}</th>
          <th scope="col">{words.perRun}</th>
          <th scope="col">{words.time}</th>
        </tr>
      </thead>
      <tbody>
        {programs.length === 0 && (
          <tr>
            <td colSpan={4}>{words.noPrograms}</td>
          </tr>
        )}
        {[...programs]
          .sort((a, b) => b.timeNs - a.timeNs)
          .map(({ program, runs, timeNs }) => (
            <tr key={program}>
              <td className="mono">{program}</td>
              <td title={exact(runs)}>{count(runs)}</td>
              <td>{duration(runs > 0 ? timeNs / runs : null)}</td>
              <td title={percent(total > 0 ? timeNs / total : null)}>{duration(timeNs)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Drops({ drops }: { readonly drops: Agent['drops'] }) {
  const words = useText().agents;
  const lost = drops.filter(({ count: n }) => n > 0).sort((a, b) => b.count - a.count);
  return (
    <table className={css.table}>
      <caption>{words.drops}</caption>
      <thead>
        <tr>
          <th scope="col">{words.cause}</th>
          <th scope="col">{words.lost}</th>
        </tr>
      </thead>
      <tbody>
        {lost.length === 0 && (
          <tr>
            <td colSpan={2}>{words.noDrops}</td>
          </tr>
        )}
        {lost.map(({ cause, count: n }) => (
          <tr key={cause}>
            <td>
              <span className="mono">{cause}</span>
              <small>{words.causes[cause]}</small>
            </td>
            <td title={exact(n)}>{count(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
