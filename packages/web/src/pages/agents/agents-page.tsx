import { useAgents } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { ExportMenu } from '../../widgets/export-menu.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Page } from '../../widgets/page.tsx';
import { QueryView } from '../../widgets/query-view.tsx';
import { AgentCard } from './agent-card.tsx';
import { agentColumns } from './agent-columns.ts';
import { Imports } from './imports.tsx';

export function AgentsPage() {
  const text = useText();
  const query = useAgents();
  return (
    <Page
      title={text.agents.title}
      meta={query.data?.meta}
      aside={<ExportMenu label={text.agents.title} columns={agentColumns(text)} rows={query.data?.agents ?? []} />}
    >
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
      <Imports />
    </Page>
  );
}
