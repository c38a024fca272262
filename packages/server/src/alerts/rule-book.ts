import { type AlertRule, type AlertSilence, alertRule, alertSilence } from '@sonde/api';
import type { SettingsTable, Store } from '@sonde/store';
import { matcherOf } from './pattern.ts';
import { PRESETS } from './presets.ts';
import type { Subject } from './windows.ts';

/** Rules and silences, as people set them. Kept in the store, the newest version counts. */
export class RuleBook {
  readonly #store: Store;
  readonly #rules = new Map<string, AlertRule>();
  readonly #silences = new Map<string, AlertSilence>();
  #version = 0;

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what is stored, and adds the presets a store has never had. */
  static async open(store: Store): Promise<RuleBook> {
    const book = new RuleBook(store);
    const [rules, silences] = await Promise.all([store.settingsOf('alert_rules'), store.settingsOf('alert_silences')]);
    for (const { id, body, deleted } of rules) if (!deleted) book.#rules.set(id, alertRule.parse(JSON.parse(body)));
    for (const { id, body, deleted } of silences) {
      if (!deleted) book.#silences.set(id, alertSilence.parse(JSON.parse(body)));
    }
    const known = new Set(rules.map(({ id }) => id));
    for (const [id, rule] of Object.entries(PRESETS)) if (!known.has(id)) await book.putRule(id, rule);
    return book;
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
