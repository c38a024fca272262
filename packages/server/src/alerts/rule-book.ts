import { type AlertRule, type AlertSilence, alertRule, alertSilence } from '@sonde/api';
import type { SettingsTable, Store } from '@sonde/store';
import { matcherOf } from './pattern.ts';
import { PRESETS } from './presets.ts';
import type { Subject } from './windows.ts';

/**
 * Rules and silences, as people set them. Kept in the store, the newest version counts; several servers may share it, so
 * `refresh` comes before whatever must see the others' changes.
 */
export class RuleBook {
  readonly #store: Store;
  #rules = new Map<string, AlertRule>();
  #silences = new Map<string, AlertSilence>();
  #version = 0;

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what is stored, and adds the presets a store has never had. */
  static async open(store: Store, presets: Readonly<Record<string, AlertRule>> = PRESETS): Promise<RuleBook> {
    const book = new RuleBook(store);
    const known = await book.refresh();
    for (const [id, rule] of Object.entries(presets)) if (!known.has(id)) await book.putRule(id, rule);
    return book;
  }

  /** Reads what is stored; returns the ids of all rules there ever were. */
  async refresh(): Promise<ReadonlySet<string>> {
    const [rules, silences] = await Promise.all([
      this.#store.settingsOf('alert_rules'),
      this.#store.settingsOf('alert_silences'),
    ]);
    const parsed = <T>(settings: typeof rules, parse: (value: unknown) => T) =>
      new Map(settings.filter(({ deleted }) => !deleted).map(({ id, body }) => [id, parse(JSON.parse(body))]));
    this.#rules = parsed(rules, (value) => alertRule.parse(value));
    this.#silences = parsed(silences, (value) => alertSilence.parse(value));
    return new Set(rules.map(({ id }) => id));
  }

  get rules(): ReadonlyMap<string, AlertRule> {
    return this.#rules;
  }

  get silences(): ReadonlyMap<string, AlertSilence> {
    return this.#silences;
  }

  async putRule(id: string, rule: AlertRule): Promise<void> {
    await this.#put('alert_rules', id, rule);
    this.#rules.set(id, rule);
  }

  /** False where there is none. */
  async deleteRule(id: string): Promise<boolean> {
    await this.refresh();
    if (!this.#rules.has(id)) return false;
    await this.#put('alert_rules', id, null);
    return this.#rules.delete(id);
  }

  async putSilence(id: string, silence: AlertSilence): Promise<void> {
    await this.#put('alert_silences', id, silence);
    this.#silences.set(id, silence);
  }

  /** False where there is none. */
  async deleteSilence(id: string): Promise<boolean> {
    await this.refresh();
    if (!this.#silences.has(id)) return false;
    await this.#put('alert_silences', id, null);
    return this.#silences.delete(id);
  }

  isSilenced(rule: string, { service, part }: Subject, now: number): boolean {
    return [...this.#silences.values()].some(
      (silence) =>
        now < silence.until &&
        matcherOf(silence.rule)(rule) &&
        matcherOf(silence.service)(service) &&
        matcherOf(silence.part)(part),
    );
  }

  async #put(table: SettingsTable, id: string, value: AlertRule | AlertSilence | null): Promise<void> {
    this.#version = Math.max(this.#version + 1, Date.now() * 1000);
    await this.#store.putSetting(table, id, value === null ? null : JSON.stringify(value), this.#version);
  }
}
