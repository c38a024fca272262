import { en } from '../locales/en.ts';
import { zh } from '../locales/zh.ts';
import { useLanguage } from './settings.ts';

const DICTIONARIES = { en, zh };

export type Text = typeof en;

/** The dictionary of the language in the URL; a key missing in one language does not compile. */
export function useText(): Text {
  return DICTIONARIES[useLanguage()];
}
