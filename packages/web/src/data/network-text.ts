import { en } from '../locales/en-network.ts';
import { zh } from '../locales/zh-network.ts';
import { useLanguage } from './settings.ts';

const DICTIONARIES = { en, zh };

export type NetworkText = typeof en;

/** Texts that come with the pages they are on, apart from the first load. */
export const useNetworkText = (): NetworkText => DICTIONARIES[useLanguage()];
