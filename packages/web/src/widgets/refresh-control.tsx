import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { REFRESH_SECONDS } from '../data/root-route.ts';
import { useRange, useRefresh, useSetSettings } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import css from './control.module.css';
import { Icon } from './icon.tsx';

/** Fetch again now, and how often by itself. */
export function RefreshControl() {
  const text = useText();
  const refresh = useRefresh();
  const live = useRange().to === 'now';
  const set = useSetSettings();
  const queries = useQueryClient();
  const busy = useIsFetching() > 0;
  const every = refresh === 0 ? text.settings.refreshOff : text.settings.refreshEvery(refresh);
  return (
    <fieldset className={css.group} aria-label={text.settings.refresh}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={text.settings.refreshNow}
        title={text.settings.refreshNow}
        onClick={() => void queries.invalidateQueries()}
      >
        <span className={busy ? css.spin : undefined}>
          <Icon name="refresh" size={15} />
        </span>
      </ActionIcon>
      <Menu>
        <Menu.Target>
          <Tooltip label={text.settings.refreshIdle} disabled={live}>
            <Button
              variant="default"
              className={css.button}
              aria-label={`${text.settings.refresh}: ${every}`}
              disabled={!live}
            >
              {every}
            </Button>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {REFRESH_SECONDS.map((seconds) => (
            <Menu.Item
              key={seconds}
              onClick={() => set({ refresh: seconds })}
              aria-current={seconds === refresh}
              fw={seconds === refresh ? 600 : 400}
            >
              {seconds === 0 ? text.settings.refreshOff : text.settings.refreshEvery(seconds)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </fieldset>
  );
}
