import { ActionIcon } from '@mantine/core';
import { FORMULAS, type Meta } from '@sonde/api';
import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useSetSettings } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import { Command } from './command.tsx';
import css from './explain.module.css';
import { Icon } from './icon.tsx';

type Query = NonNullable<Meta['explain']>[number];

/** The queries of every answer the page shows now; the same query of two answers once. */
function useQueries(): readonly Query[] {
  const cache = useQueryClient().getQueryCache();
  useIsFetching();
  const found = new Map<string, Query>();
  for (const { state, isActive } of cache
    .getAll()
    .map((query) => ({ state: query.state, isActive: query.isActive() }))) {
    const { meta } = (isActive ? (state.data ?? {}) : {}) as { meta?: Meta };
    for (const query of meta?.explain ?? []) found.set(query.sql + JSON.stringify(query.params), query);
  }
  return [...found.values()];
}

/** Formulas of numbers and the queries behind the page; the number asked for comes into view. */
export default function ExplainDrawer({ number }: { readonly number: string }) {
  const { explain: words } = useText();
  const set = useSetSettings();
  const queries = useQueries();
  const [formula, query] = number.split('@', 2);
  const found = FORMULAS[formula];
  const chosen = found && { ...found, query: query ?? found.query };
  const sorted = [...queries].sort((a, b) => Number(b.name === chosen?.query) - Number(a.name === chosen?.query));
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  const end = () => set({ explain: undefined });
  return (
    <aside className={css.drawer} aria-label={words.title} onKeyDown={(event) => event.key === 'Escape' && end()}>
      <header>
        <h2>{words.title}</h2>
        <ActionIcon ref={close} variant="subtle" color="gray" aria-label={words.close} onClick={end}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </header>
      <section>
        <h3>{words.formulas}</h3>
        <ul>
          {Object.entries(chosen ? { [formula]: chosen } : FORMULAS).map(([name, { formula, query }]) => (
            <li key={name}>
              <code>{formula}</code> <small>← {query}</small>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{words.queries}</h3>
        <p>{words.hint}</p>
        {sorted.map((query) => (
          <details key={query.sql + JSON.stringify(query.params)} open={query.name === chosen?.query}>
            <summary>{query.name || query.sql.slice(0, 60)}</summary>
            <Command text={query.sql} />
            {Object.keys(query.params).length > 0 && (
              <p>
                {words.params}: <code>{JSON.stringify(query.params)}</code>
              </p>
            )}
          </details>
        ))}
      </section>
    </aside>
  );
}
