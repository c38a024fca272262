import { ActionIcon, Button } from '@mantine/core';
import type { Panel } from '@sonde/api';
import { useRef, useState } from 'react';
import { moved } from '../../base/panels.ts';
import type { Scope } from '../../data/dashboards.ts';
import { Icon, type IconName } from '../../widgets/icon.tsx';
import css from './dashboards.module.css';
import { PanelForm } from './panel-form.tsx';
import { PanelView } from './panel-view.tsx';
import { titleOf, useDashboardText } from './text.ts';

const NEW_PANEL: Panel = {
  title: '',
  metric: 'rate',
  percentiles: '50,95,99',
  apdex: 500,
  slow: 8000,
  group: 'none',
  top: 10,
  filter: {},
  chart: 'line',
  width: 'half',
  height: 'normal',
};

interface BoardProps {
  readonly panels: readonly Panel[];
  readonly scope: Scope;
  readonly scoped: boolean;
  /** Given while it is being changed. */
  readonly onChange?: (panels: readonly Panel[]) => void;
}

/** The panels in a grid. While they are changed, each has its tools and can be dragged to the place of another. */
export function Board({ panels, scope, scoped, onChange }: BoardProps) {
  const words = useDashboardText();
  const [open, setOpen] = useState<Panel | null>(null);
  const dragged = useRef<number | null>(null);
  const names = useRef(new WeakMap<Panel, number>());
  const named = useRef(0);
  const keyOf = (panel: Panel) => {
    if (!names.current.has(panel)) names.current.set(panel, named.current++);
    return names.current.get(panel)!;
  };
  if (panels.length === 0 && !onChange) return <p className={css.empty}>{words.noPanels}</p>;
  const drop = (to: number) => {
    if (dragged.current !== null && dragged.current !== to) onChange?.(moved(panels, dragged.current, to));
    dragged.current = null;
  };
  const toolsOf = (panel: Panel, i: number) => {
    if (!onChange) return undefined;
    const title = titleOf(panel, words);
    const tool = (icon: IconName, label: string, run: () => void, disabled = false) => (
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={`${label}: ${title}`}
        title={label}
        disabled={disabled}
        onClick={run}
      >
        <Icon name={icon} size={14} />
      </ActionIcon>
    );
    return (
      <>
        {tool('left', words.forward, () => onChange(moved(panels, i, i - 1)), i === 0)}
        {tool('right', words.back, () => onChange(moved(panels, i, i + 1)), i === panels.length - 1)}
        {tool('edit', words.edit, () => setOpen(panel))}
        {tool('copy', words.duplicate, () => onChange(panels.toSpliced(i + 1, 0, { ...panel })))}
        {tool('close', words.remove, () => onChange(panels.toSpliced(i, 1)))}
      </>
    );
  };
  const replace = (old: Panel, next: Panel) => {
    names.current.set(next, keyOf(old));
    onChange?.(panels.map((each) => (each === old ? next : each)));
    setOpen(null);
  };
  return (
    <div className={css.board} data-editing={onChange !== undefined}>
      {panels.map((panel, i) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the same is done by the buttons of the panel
        <div
          key={keyOf(panel)}
          className={css.cell}
          data-width={open === panel ? 'full' : panel.width}
          draggable={onChange !== undefined && open === null}
          onDragStart={() => {
            dragged.current = i;
          }}
          onDragOver={(event) => dragged.current !== null && event.preventDefault()}
          onDrop={() => drop(i)}
        >
          <PanelView panel={panel} scope={scope} tools={toolsOf(panel, i)} />
          {open === panel && (
            <PanelForm
              panel={panel}
              scoped={scoped}
              onApply={(next) => replace(panel, next)}
              onCancel={() => setOpen(null)}
            />
          )}
        </div>
      ))}
      {onChange && (
        <div className={css.cell} data-width="full">
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              const added = { ...NEW_PANEL };
              onChange([...panels, added]);
              setOpen(added);
            }}
          >
            {words.addPanel}
          </Button>
        </div>
      )}
    </div>
  );
}
