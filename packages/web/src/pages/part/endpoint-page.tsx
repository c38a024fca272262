import { endpointPart } from '../../base/alert-groups.ts';
import { areaOf } from '../../base/area.ts';
import { useText } from '../../data/text.ts';
import { Panel } from '../../widgets/page.tsx';
import { Statement } from '../../widgets/statement.tsx';
import { PartView } from './part-view.tsx';
import { endpointRoute } from './route.ts';

export function EndpointPage() {
  const { overview, service } = useText();
  const { name } = endpointRoute.useParams();
  const search = endpointRoute.useSearch();
  const navigate = endpointRoute.useNavigate();
  const { protocol, operation, target, statement } = search;
  const title = [operation, target].filter(Boolean).join(' ') || statement || (protocol ?? name);
  const filter = { protocol, operation, target, statement };
  const head = statement && (
    <Panel title={service.statement}>
      <Statement text={statement} />
    </Panel>
  );
  return (
    <PartView
      key={`${title}\0${statement}`}
      service={name}
      title={title}
      kind={overview.endpointOf(name)}
      filter={filter}
      area={areaOf(search)}
      onSelect={(area) => navigate({ search: (previous) => ({ ...previous, ...area }) })}
      scope={{ service: name, by: 'endpoint', part: endpointPart({ operation, target, statement }) }}
      head={head}
    />
  );
}
