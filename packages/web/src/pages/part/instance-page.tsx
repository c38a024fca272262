import type { Instance } from '@sonde/api';
import { Link } from '@tanstack/react-router';
import { areaOf } from '../../base/area.ts';
import { age } from '../../base/format.ts';
import { dateTime } from '../../base/time.ts';
import { useInstances } from '../../data/queries.ts';
import { useText } from '../../data/text.ts';
import { Facts } from '../../widgets/facts.tsx';
import { ageOf, InstanceStatus, instanceName, readyText } from '../../widgets/monitoring/instance-state.tsx';
import { Panel } from '../../widgets/page.tsx';
import { PartView } from './part-view.tsx';
import { instanceRoute } from './route.ts';

export function InstancePage() {
  const { overview } = useText();
  const { name } = instanceRoute.useParams();
  const search = instanceRoute.useSearch();
  const navigate = instanceRoute.useNavigate();
  const { instance = '' } = search;
  const { data } = useInstances(name);
  const seen = data?.instances.find((each) => each.instance === instance);
  const filter = instance === '' ? {} : { instance };
  return (
    <PartView
      key={instance}
      service={name}
      title={(seen && instanceName(seen)) || instance || name}
      kind={overview.instanceOf(name)}
      filter={filter}
      area={areaOf(search)}
      onSelect={(area) => navigate({ search: (previous) => ({ ...previous, ...area }) })}
      scope={{ service: name, by: 'instance', part: instance }}
      head={seen && <State of={seen} to={data?.meta.to ?? 0} />}
    />
  );
}

/** What is known of the pod, container or process itself. */
function State({ of, to }: { readonly of: Instance; readonly to: number }) {
  const { instances: words, service } = useText();
  const { pod, host, restarts, started, lastSeen } = of;
  const ofPod = pod
    ? ([
        [words.ready, readyText(of)],
        [words.owner, pod.owner],
        [words.namespace, pod.namespace],
        [words.address, pod.ip],
      ] as const)
    : [];
  return (
    <Panel title={words.facts} aside={<span>{`${words.source}: ${words.sources[of.source]}`}</span>}>
      <Facts
        facts={[
          [words.status, <InstanceStatus key="status" of={of} />],
          ...ofPod,
          [words.restarts, restarts === null ? '' : String(restarts)],
          [words.age, started === null ? '' : age(ageOf(of, to))],
          [words.started, started === null ? '' : dateTime(started)],
          [words.lastSeen, lastSeen === null ? '' : dateTime(lastSeen)],
          [
            service.host,
            host && (
              <Link to="/hosts/$host" params={{ host }}>
                {host}
              </Link>
            ),
          ],
          [service.container, [of.containerName, of.container.slice(0, 12)].filter(Boolean).join(' ')],
          [words.command, of.commandLine || of.executable],
        ]}
      />
    </Panel>
  );
}
