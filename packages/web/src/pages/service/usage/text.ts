import { useLanguage } from '../../../data/settings.ts';
import { en } from '../../../locales/en-usage.ts';
import { zh } from '../../../locales/zh-usage.ts';

const DICTIONARIES = { en, zh };

export type UsageText = typeof en;

/** Texts that come with the pages they are on, apart from the first load. */
export const useUsageText = (): UsageText => DICTIONARIES[useLanguage()];
