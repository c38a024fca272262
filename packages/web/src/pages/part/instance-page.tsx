import { useText } from '../../data/text.ts';
import { PartView } from './part-view.tsx';
import { instanceRoute } from './route.ts';

export function InstancePage() {
  const { overview } = useText();
  const { name } = instanceRoute.useParams();
  const { instance = '' } = instanceRoute.useSearch();
  const filter = instance === '' ? {} : { instance };
  return (
    <PartView key={instance} service={name} title={instance || name} kind={overview.instanceOf(name)} filter={filter} />
  );
}
