import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { matches } from '../base/compare.ts';
import { count } from '../base/format.ts';
import { traceIdIn } from '../base/trace-id.ts';
import { useSearchResults } from '../data/monitoring.ts';
import { useText } from '../data/text.ts';
import { navigation } from '../pages/index.ts';
import { Icon, type IconName } from '../widgets/icon.tsx';
import css from './palette.module.css';

interface Entry {
  readonly key: string;
  readonly group: string;
  readonly icon: IconName;
  readonly title: string;
  readonly note: string;
  readonly go: () => void;
}

/** What the text may mean: a trace, pages, services, endpoints, pods and processes, hosts. */
function useEntries(text: string): readonly Entry[] {
  const words = useText();
  const navigate = useNavigate();
  const [settled] = useDebouncedValue(text.trim(), 120);
  const { data } = useSearchResults(settled);
  const trace = traceIdIn(text);
  const entries: Entry[] = [];
  if (trace !== null) {
    const go = () => void navigate({ to: '/traces/$id', params: { id: trace } });
    entries.push({ key: `trace ${trace}`, group: words.nav.traces, icon: 'search', title: trace, note: '', go });
  }
  for (const { to, label, icon } of navigation) {
    const title = words.nav[label];
    if (text.trim() !== '' && !matches(text.trim(), title, label)) continue;
    entries.push({ key: to, group: words.search.pages, icon, title, note: '', go: () => void navigate({ to }) });
  }
  for (const { name, requests } of data?.services ?? []) {
    const go = () => void navigate({ to: '/services/$name', params: { name } });
    const note = `${count(requests)} ${words.measures.requests}`;
    entries.push({ key: `service ${name}`, group: words.search.services, icon: 'services', title: name, note, go });
  }
  for (const { service, protocol, operation, target, statement } of data?.endpoints ?? []) {
    const search = { protocol, operation, target, statement };
    entries.push({
      key: `endpoint ${service} ${protocol} ${operation} ${target} ${statement}`,
      group: words.search.endpoints,
      icon: 'rpc',
      title: statement || `${operation} ${target}`,
      note: service,
      go: () => void navigate({ to: '/services/$name/endpoint', params: { name: service }, search }),
    });
  }
  for (const { service, instance, name, host } of data?.instances ?? []) {
    entries.push({
      key: `instance ${service} ${instance}`,
      group: words.search.instances,
      icon: 'agents',
      title: name,
      note: [service, host].filter(Boolean).join(' · '),
      go: () => void navigate({ to: '/services/$name/instance', params: { name: service }, search: { instance } }),
    });
  }
  for (const host of data?.hosts ?? []) {
    const go = () => void navigate({ to: '/hosts/$host', params: { host } });
    entries.push({ key: `host ${host}`, group: words.search.hosts, icon: 'agents', title: host, note: '', go });
  }
  if (trace === null && settled !== '') {
    const go = () => void navigate({ to: '/traces', search: { text: settled } });
    const title = words.search.tracesWith(settled);
    entries.push({ key: 'traces with', group: words.nav.traces, icon: 'traces', title, note: '', go });
  }
  return entries;
}

/** Everything that has a page, by a few letters of its name. */
export default function Palette({ close }: { readonly close: () => void }) {
  const { search: words } = useText();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const entries = useEntries(text);
  const chosen = Math.min(at, entries.length - 1);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    document.getElementById(`palette-${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const open = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    close();
    entry.go();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, entries.length));
    else if (event.key === 'ArrowUp') setAt((chosen + entries.length - 1) % Math.max(1, entries.length));
    else if (event.key === 'Enter') open(entries[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className={css.palette}
      aria-label={words.label}
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
      onKeyDown={key}
    >
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={`palette-${chosen}`}
        aria-label={words.label}
        placeholder={words.placeholder}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      <div id="palette-list" role="listbox" aria-label={words.label} className={css.list}>
        {entries.map((entry, i) => (
          <div key={entry.key}>
            {entry.group !== entries[i - 1]?.group && <h3>{entry.group}</h3>}
            <div
              id={`palette-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === chosen}
              className={css.entry}
              onMouseMove={() => setAt(i)}
              onClick={() => open(entry)}
              onKeyDown={key}
            >
              <Icon name={entry.icon} size={15} />
              <span title={entry.title}>{entry.title}</span>
              <small>{entry.note}</small>
            </div>
          </div>
        ))}
        {entries.length === 0 && <p>{words.none}</p>}
      </div>
      <footer>{words.hint}</footer>
    </dialog>
  );
}
