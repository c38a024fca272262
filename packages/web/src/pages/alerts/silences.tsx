import { Button } from '@mantine/core';
import { dateTime } from '../../base/time.ts';
import { useAlertChanges, useAlertRules } from '../../data/alerts.ts';
import { useText } from '../../data/text.ts';
import css from '../../widgets/monitoring/alerts.module.css';
import { Panel } from '../../widgets/page.tsx';

/** What is not spoken of for now, and until when; nothing where all is. */
export function Silences() {
  const { alerts: words } = useText();
  const { data } = useAlertRules();
  const { unsilence } = useAlertChanges();
  if (data === undefined || data.silences.length === 0) return null;
  const ruleName = (id: string) => data.rules.find((rule) => rule.id === id)?.name ?? id;
  return (
    <Panel title={words.silences}>
      <ul className={css.silences}>
        {data.silences.map(({ id, rule, service, part, until, comment }) => (
          <li key={id}>
            <span>{ruleName(rule)}</span>
            <code>{[service, part].join(' · ')}</code>
            <span>
              {words.until} {dateTime(until)}
            </span>
            {comment && <em>{comment}</em>}
            <Button size="compact-xs" variant="default" onClick={() => unsilence.mutate(id)}>
              {words.unsilence}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
