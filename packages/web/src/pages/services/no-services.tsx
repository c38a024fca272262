import { useAgents } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { Notice } from '../../widgets/notice.tsx';
import { QueryView } from '../../widgets/query-view.tsx';

const START = 'sudo ./sonde up';

/** Nothing to list: because nobody watches, or because nothing happened. */
export function NoServices() {
  const text = useText();
  const query = useAgents();
  return (
    <QueryView query={query}>
      {({ agents }) =>
        agents.length === 0 ? (
          <Notice title={text.services.noAgent} hint={text.services.noAgentHint} commands={[START]}>
            {text.services.noAgentScope}
          </Notice>
        ) : (
          <Notice
            title={text.services.quiet}
            hint={text.services.quietHint([...new Set(agents.map(({ scope }) => scope))].join(', '))}
          />
        )
      }
    </QueryView>
  );
}
