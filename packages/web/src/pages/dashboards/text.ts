import type { Panel } from '@sonde/api';
import { useLanguage } from '../../data/settings.ts';
import { en } from '../../locales/en-dashboards.ts';
import { zh } from '../../locales/zh-dashboards.ts';

const DICTIONARIES = { en, zh };

export type DashboardText = typeof en;

/** Texts that come with the pages they are on, apart from the first load. */
export const useDashboardText = (): DashboardText => DICTIONARIES[useLanguage()];

/** The title of a panel, or what it shows. */
export function titleOf({ title, metric, group, percentiles }: Panel, words: DashboardText): string {
  if (title !== '') return title;
  const name = words.metrics[metric];
  if (group === 'none') return name;
  return words.by(metric === 'latency' ? `${name} P${percentiles.split(',')[0]}` : name, words.groups[group]);
}
