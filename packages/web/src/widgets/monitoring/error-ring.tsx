import { useBreakdown } from '../../data/monitoring.ts';
import { useText } from '../../data/text.ts';
import { Panel } from '../page.tsx';
import { QueryView } from '../query-view.tsx';
import { Ring } from '../ring.tsx';
import css from './monitoring.module.css';

/** Which instance has what share of the service's errors. */
export function ErrorRing({ name }: { readonly name: string }) {
  const { overview } = useText();
  const query = useBreakdown(name, {}, 'instance');
  return (
    <Panel title={overview.errorShare}>
      <QueryView query={query}>
        {({ parts }) =>
          parts.every(({ errors }) => errors === 0) ? (
            <p className={css.empty}>{overview.noErrors}</p>
          ) : (
            <Ring
              label={`${overview.errorShare}: ${name}`}
              parts={parts.map(({ key, errors }) => ({ key, value: errors }))}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
