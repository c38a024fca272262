import { useAgents } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { AgentCard } from './agent-card.tsx';

export function AgentsPage() {
  const text = useText();
  const query = useAgents();
  return (
    <Page title={text.agents.title} meta={query.data?.meta}>
      <QueryView query={query}>
        {({ agents, meta }) =>
          agents.length === 0 ? (
            <Notice title={text.services.agentGone} hint={text.services.agentGoneHint} commands={['sudo ./sonde up']}>
              {text.services.noAgentScope}
            </Notice>
          ) : (
            agents.map((agent) => <AgentCard key={agent.id} agent={agent} now={meta.to} />)
          )
        }
      </QueryView>
    </Page>
  );
}
