import { useText } from '../../data/text.ts';
import { PartView } from './part-view.tsx';
import { endpointRoute } from './route.ts';

export function EndpointPage() {
  const { overview } = useText();
  const { name } = endpointRoute.useParams();
  const { protocol, operation, target, statement } = endpointRoute.useSearch();
  const title = statement || [operation, target].filter(Boolean).join(' ') || (protocol ?? name);
  const filter = { protocol, operation, target, statement };
  return <PartView key={title} service={name} title={title} kind={overview.endpointOf(name)} filter={filter} />;
}
