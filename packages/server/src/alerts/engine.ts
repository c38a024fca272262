import { createHash } from 'node:crypto';
import type { AlertRule } from '@sonde/api';
import type { AlertEvent, Store } from '@sonde/store';
import type { Channel } from './channels/channel.ts';
import { type Standing, step } from './evaluate.ts';
import { type Measured, measure } from './measure.ts';
import { Outbox, type OutboxLog, PATIENCE } from './outbox.ts';
import { RuleBook } from './rule-book.ts';
import { keyOf, type Subject, Windows } from './windows.ts';

export interface AlertLog extends OutboxLog {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface EngineOptions {
  readonly channels: readonly Channel[];
  /** Origin of the pages, for links; '' where unknown. */
  readonly pageUrl: string;
  readonly log: AlertLog;
  /** False for a server beside others over one store, of which another evaluates and sends. */
  readonly evaluates?: boolean;
  /** Rules of a store that has never had them; `PRESETS` where not given. */
  readonly presets?: Readonly<Record<string, AlertRule>>;
}

interface Open {
  readonly subject: Subject;
  readonly standing: Standing;
  readonly event: AlertEvent;
}

/** Agents send every 10 s: rows of the last seconds are not all there yet. */
const DELAY_SECONDS = 20;
const BUCKET = 10;
const REFRESH_EVERY = 60_000;

/** Names an alert from its first event to its last, the same in every process. */
function alertId(rule: string, subject: Subject, started: number): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, keyOf(subject), started]))
    .digest('hex')
    .slice(0, 32);
}

/**
 * Evaluates the rules, records each change in the store, and hands it to the channels. What is open is read back from
 * the store when it starts, so that a restart neither repeats nor forgets an alert.
 */
export class AlertEngine {
  readonly book: RuleBook;
  readonly channelNames: readonly string[];
  readonly #store: Store;
  readonly #outbox: Outbox;
  readonly #log: AlertLog;
  #open = new Map<string, Map<string, Open>>();
  #isStale = true;
  #refreshed = 0;
  #ticking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  private constructor(store: Store, book: RuleBook, { channels, pageUrl, log }: EngineOptions) {
    this.book = book;
    this.channelNames = channels.map(({ name }) => name);
    this.#store = store;
    this.#outbox = new Outbox(store, channels, pageUrl, log);
    this.#log = log;
  }

  static async start(store: Store, options: EngineOptions): Promise<AlertEngine> {
    const engine = new AlertEngine(store, await RuleBook.open(store, options.presets), options);
    if (options.evaluates !== false) engine.#outbox.add(await store.undeliveredAlerts(Date.now() - PATIENCE));
    return engine;
  }

  /** Evaluates every `milliseconds` from now on. */
  every(milliseconds: number): void {
    this.#timer = setInterval(() => {
      this.#ticking ??= this.tick()
        .catch((error: unknown) => this.#log.error({ err: error }, 'alert rules could not be evaluated'))
        .finally(() => {
          this.#ticking = null;
        });
    }, milliseconds);
  }

  /** One evaluation of all rules; `now` in epoch milliseconds. */
  async tick(now = Date.now()): Promise<void> {
    if (this.#isStale) await this.#load();
    await this.book.refresh();
    const windows = new Windows(this.#store, Math.floor((now / 1000 - DELAY_SECONDS) / BUCKET) * BUCKET);
    const next = new Map<string, Map<string, Open>>();
    const events: AlertEvent[] = [];
    for (const [id, rule] of this.book.rules) {
      if (!rule.enabled) continue;
      // What one rule asks may fail, as where it reads too much; the others go on, and its alerts stay as they are.
      const after = await this.#evaluate(id, rule, windows, now).catch((error: unknown) => {
        this.#log.error({ err: error, rule: id }, 'an alert rule could not be evaluated');
        return { open: this.#open.get(id) ?? new Map<string, Open>(), events: [] };
      });
      next.set(id, after.open);
      events.push(...after.events);
    }
    for (const [id, open] of this.#open)
      if (!next.has(id)) for (const each of open.values()) this.#drop(each, now, events);
    // An insert whose answer is lost may have stored the events: what is open is then read again, not guessed.
    this.#isStale = true;
    await this.#store.addAlertEvents(events);
    this.#isStale = false;
    this.#open = next;
    for (const { rule, service, part, state, value } of events) {
      if (state === 'firing' || state === 'resolved') this.#log.info({ rule, service, part, value }, `alert ${state}`);
    }
    this.#outbox.add(events);
    if (now - this.#refreshed >= REFRESH_EVERY) {
      this.#refreshed = now;
      const all = [...next.values()].flatMap((open) => [...open.values()]);
      await this.#outbox.refresh(all.filter(({ standing }) => standing.state === 'firing').map(({ event }) => event));
    }
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#ticking;
    await this.#outbox.stop();
  }

  async #load(): Promise<void> {
    const open = await this.#store.openAlerts();
    this.#open = new Map();
    for (const event of open) {
      const subject = { service: event.service, part: event.part };
      const state = event.state === 'firing' ? 'firing' : 'pending';
      const standing: Standing = { state, started: event.started, calmSince: null };
      const ofRule = this.#open.get(event.rule) ?? new Map<string, Open>();
      ofRule.set(keyOf(subject), { subject, standing, event });
      this.#open.set(event.rule, ofRule);
    }
    this.#isStale = false;
  }

  async #evaluate(id: string, rule: AlertRule, windows: Windows, now: number) {
    const events: AlertEvent[] = [];
    const before = this.#open.get(id) ?? new Map<string, Open>();
    const measured = await measure(rule, windows);
    const subjects = new Map<string, Measured>(measured.map((each) => [keyOf(each), each]));
    for (const [key, { subject }] of before) if (!subjects.has(key)) subjects.set(key, { ...subject, value: null });
    const after = new Map<string, Open>();
    for (const [key, { value, service, part }] of subjects) {
      const subject = { service, part };
      const known = before.get(key);
      const { standing, event: change } = step(rule, known?.standing, value, now);
      let last = known?.event;
      const wasSilenced = last?.state === 'firing' && last.silenced;
      const silenced = this.book.isSilenced(id, subject, now);
      // A silence that ends before the alert does: what nobody was told is told now.
      const event = change ?? (standing?.state === 'firing' && wasSilenced && !silenced ? 'firing' : null);
      if (event !== null) {
        const started = standing?.started ?? known!.standing.started;
        const isTold = event === 'firing' || (event === 'resolved' && !wasSilenced);
        last = {
          time: now,
          alert: alertId(id, subject, started),
          rule: id,
          service,
          part,
          state: event,
          started,
          severity: rule.severity,
          value: value ?? known?.event.value ?? null,
          threshold: rule.threshold,
          silenced,
          channels: isTold && !silenced ? this.#channelsOf(rule) : [],
          body: JSON.stringify(rule),
        };
        events.push(last);
      }
      if (standing !== undefined && last !== undefined) after.set(key, { subject, standing, event: last });
    }
    return { open: after, events };
  }

  /** Ends what is open of a rule that is gone or off. */
  #drop({ standing, event }: Open, now: number, events: AlertEvent[]): void {
    const state = standing.state === 'firing' ? 'resolved' : 'cleared';
    events.push({ ...event, time: now, state, channels: state === 'resolved' ? event.channels : [] });
  }

  #channelsOf({ channels }: AlertRule): readonly string[] {
    return channels.length === 0 ? this.channelNames : channels.filter((name) => this.channelNames.includes(name));
  }
}
