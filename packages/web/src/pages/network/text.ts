import { useLanguage } from '../../data/settings.ts';
import { en } from '../../locales/en-network.ts';
import { zh } from '../../locales/zh-network.ts';

const DICTIONARIES = { en, zh };

export type NetworkText = typeof en;

/** Texts that come with the page, apart from the first load. */
export const useNetworkText = (): NetworkText => DICTIONARIES[useLanguage()];
