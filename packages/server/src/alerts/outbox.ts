import type { AlertEvent, Store } from '@sonde/store';
import { type Channel, deliver } from './channels/channel.ts';
import { DeliveryError } from './channels/delivery-error.ts';
import { notificationOf } from './notification.ts';

export interface OutboxLog {
  warn(details: object, message: string): void;
}

interface Entry {
  readonly event: AlertEvent;
  attempts: number;
}

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 300_000;

/** How long a receiver that is out of reach is tried, and how often one that refuses, in milliseconds and times. */
export const PATIENCE = 24 * 3_600_000;
const MOST_REFUSALS = 5;

/**
 * Sends events to channels, in order within a channel, and records each delivery. What is not recorded is sent again
 * after a restart: a kill between a receiver's answer and its record repeats a notification, under the same id.
 */
export class Outbox {
  readonly #store: Store;
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #pageUrl: string;
  readonly #log: OutboxLog;
  readonly #queues = new Map<string, Entry[]>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #pauses = new Map<string, NodeJS.Timeout>();
  #stopped = false;

  constructor(store: Store, channels: readonly Channel[], pageUrl: string, log: OutboxLog) {
    this.#store = store;
    this.#channels = new Map(channels.map((channel) => [channel.name, channel]));
    this.#pageUrl = pageUrl;
    this.#log = log;
  }

  /** Queues the events for their channels. */
  add(events: readonly AlertEvent[]): void {
    for (const event of events) {
      for (const name of event.channels) {
        if (!this.#channels.has(name)) continue;
        const queue = this.#queues.get(name) ?? [];
        queue.push({ event, attempts: 0 });
        this.#queues.set(name, queue);
      }
    }
    for (const name of this.#queues.keys()) this.#run(name);
  }

  /** Tells Alertmanager that the events still hold; no delivery is recorded. */
  async refresh(events: readonly AlertEvent[]): Promise<void> {
    for (const event of events) {
      for (const name of event.channels) {
        const channel = this.#channels.get(name);
        if (channel?.kind !== 'alertmanager' || this.#stopped) continue;
        await deliver(channel, notificationOf(event, this.#pageUrl)).catch((error: unknown) => {
          this.#log.warn({ err: error, channel: name }, 'an alert could not be kept alive');
        });
      }
    }
  }

  /** Ends after the deliveries that are under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const pause of this.#pauses.values()) clearTimeout(pause);
    await Promise.all(this.#running.values());
  }

  #run(name: string): void {
    if (this.#stopped || this.#running.has(name) || this.#pauses.has(name)) return;
    const running = this.#drain(name).finally(() => this.#running.delete(name));
    this.#running.set(name, running);
  }

  async #drain(name: string): Promise<void> {
    const queue = this.#queues.get(name)!;
    const channel = this.#channels.get(name)!;
    while (queue.length > 0 && !this.#stopped) {
      const entry = queue[0];
      try {
        const detail = await deliver(channel, notificationOf(entry.event, this.#pageUrl));
        if (detail !== '') this.#log.warn({ channel: name, detail }, 'a notification was not delivered to all');
        await this.#record(entry.event, name, 'delivered', detail);
      } catch (error) {
        entry.attempts++;
        this.#log.warn({ err: error, channel: name, alert: entry.event.alert }, 'a notification was not delivered');
        if (!isHopeless(entry, error)) {
          this.#pause(name, entry.attempts);
          return;
        }
        await this.#record(entry.event, name, 'given up', String(error)).catch(() => {});
      }
      queue.shift();
    }
  }

  #pause(name: string, attempts: number): void {
    if (this.#stopped) return;
    const pause = Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);
    const timer = setTimeout(() => {
      this.#pauses.delete(name);
      this.#run(name);
    }, pause);
    this.#pauses.set(name, timer);
  }

  #record({ alert, state }: AlertEvent, channel: string, outcome: 'delivered' | 'given up', detail: string) {
    return this.#store.addAlertDelivery({ time: Date.now(), alert, state, channel, outcome, detail });
  }
}

function isHopeless({ event, attempts }: Entry, error: unknown): boolean {
  if (Date.now() - event.time > PATIENCE) return true;
  return error instanceof DeliveryError && error.refused && attempts >= MOST_REFUSALS;
}
