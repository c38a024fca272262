import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { Dashboard } from '@sonde/api';
import { useNavigate } from '@tanstack/react-router';
import { fileName } from '../../base/export.ts';
import { newId, useDashboardChanges } from '../../data/dashboards.ts';
import { useText } from '../../data/text.ts';
import { download } from '../../widgets/download.ts';
import { Icon, type IconName } from '../../widgets/icon.tsx';
import { useDashboardText } from './text.ts';

interface ToolsProps {
  readonly id: string;
  readonly dashboard: Dashboard;
  readonly provided: boolean;
  readonly onEdit?: () => void;
}

/** What can be done with a dashboard. A copy opens to be changed. */
export function Tools({ id, dashboard, provided, onEdit }: ToolsProps) {
  const words = useDashboardText();
  const { state } = useText();
  const { put, remove } = useDashboardChanges();
  const navigate = useNavigate();
  const clipboard = useClipboard({ timeout: 1500 });
  const tool = (icon: IconName, label: string, run: () => void) => (
    <ActionIcon variant="subtle" color="gray" size={28} aria-label={label} title={label} onClick={run}>
      <Icon name={icon} size={15} />
    </ActionIcon>
  );
  const duplicate = () => {
    const copy = newId();
    put.mutate(
      { id: copy, body: { ...dashboard, name: words.copyOf(dashboard.name).slice(0, 200) } },
      {
        onSuccess: () =>
          navigate({ to: '/dashboards/$id', params: { id: copy }, search: (all) => ({ ...all, edit: '1' }) }),
      },
    );
  };
  const drop = () => {
    if (!window.confirm(words.removeSure(dashboard.name))) return;
    remove.mutate(id, { onSuccess: () => navigate({ to: '/dashboards' }) });
  };
  return (
    <>
      {!provided && onEdit && tool('edit', words.edit, onEdit)}
      {tool('copy', words.duplicate, duplicate)}
      {tool('download', words.export, () =>
        download(`${fileName(dashboard.name)}.json`, 'application/json', `${JSON.stringify(dashboard, null, 2)}\n`),
      )}
      {tool(clipboard.copied ? 'check' : 'link', clipboard.copied ? state.copied : words.link, () =>
        clipboard.copy(window.location.href),
      )}
      {!provided && tool('remove', words.remove, drop)}
    </>
  );
}
