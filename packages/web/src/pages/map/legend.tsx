import { useText } from '../../data/text.ts';
import css from './map-page.module.css';
import type { MapSearch } from './route.ts';

const ERROR_BOUNDS = ['<0.1 %', '<1 %', '<5 %', '<20 %', '≥20 %'];

/** What the colours stand for. */
export function Legend({ fill }: { readonly fill: NonNullable<MapSearch['fill']> }) {
  const text = useText();
  const steps = [0, 1, 2, 3, 4];
  if (fill === 'errors') {
    return (
      <ul className={css.legend}>
        {steps.map((step) => (
          <li key={step}>
            <i style={{ background: `var(--alarm-${step})` }} />
            {ERROR_BOUNDS[step]}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <ul className={css.legend}>
      <li>{text.map.less}</li>
      {steps.map((step) => (
        <li key={step}>
          <i style={{ background: `var(--heat-${step})` }} />
        </li>
      ))}
      <li>{text.map.more}</li>
    </ul>
  );
}
