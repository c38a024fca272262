import { type PartFilter, useBreakdown } from '../../data/monitoring.ts';
import { useText } from '../../data/text.ts';
import { Panel } from '../page.tsx';
import { QueryView } from '../query-view.tsx';
import { Ring } from '../ring.tsx';
import css from './monitoring.module.css';

/** Which instance has what share of the service's errors. */
const ALL: PartFilter = {};

export function ErrorRing({ name, filter = ALL }: { readonly name: string; readonly filter?: PartFilter }) {
  const { overview } = useText();
  const query = useBreakdown(name, filter, 'instance');
  return (
    <Panel title={overview.errorShare} formula="errorShare" query="requests by instance">
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
