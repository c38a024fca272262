import { MAX_LINE, NO_TASK, type Tasks } from './tasks.ts';
import { NOWHERE, SERVE, type WorkTable } from './work-table.ts';

/** Requests of one task that are looked at for one call. */
const MAX_REQUESTS = 4096;
/** Its tasks lead to a request that they do not work for: one answered before they went on, or one of several at once. */
export const REFUTED = -2;
/** Its tasks lead on and on: they make each other, as those of a client do that take the next call from a queue. */
export const ENDLESS = -3;
/** Requests of a task looked back at for one that overlaps a new one. */
const OVERLAPS = 4;

/**
 * Links calls to requests by the tasks of a runtime: a call belongs to the request that its task, or the one that made its
 * task for it, was to answer.
 *
 * Invariants:
 * 1. A task that has answered two requests at once links nothing.
 * 2. A task that was made by another one belongs to the request that one worked on at that moment, and to no later one;
 *    if it goes on with calls after that request was answered, it works for all, and belongs to none.
 */
export class TaskLinks {
  readonly #table: WorkTable;
  readonly #tasks: Tasks;

  constructor(table: WorkTable, tasks: Tasks) {
    this.#table = table;
    this.#tasks = tasks;
  }

  /** A request (its place) was answered by a task. */
  serve(at: number, task: number): void {
    const table = this.#table;
    const tasks = this.#tasks;
    for (let parent = tasks.parent(task); parent !== NO_TASK; parent = tasks.parent(parent)) {
      if (tasks.parent(parent) === NO_TASK || tasks.born(parent) < table.first[at]) break;
      task = parent;
    }
    const latest = tasks.latest(task, NOWHERE);
    table.task[at] = task;
    table.sibling[at] = latest;
    tasks.answered(task, at);
    for (let i = 0, other = latest; i < OVERLAPS && this.#isOf(other, task); i++, other = table.sibling[other]) {
      if (table.first[at] < table.last[other] && table.first[other] < table.last[at]) tasks.share(task);
    }
  }

  /** The request that a call (its place) was made for; NOWHERE or ENDLESS, as long as it is not answered; or REFUTED. */
  requestOf(call: number): number {
    const table = this.#table;
    const tasks = this.#tasks;
    let task = table.task[call];
    let time = table.first[call];
    let active = time;
    for (let depth = 0; depth < MAX_LINE && task !== NO_TASK; depth++) {
      if (tasks.isShared(task)) return REFUTED;
      const request = this.#answeredAt(task, time);
      if (request !== NOWHERE) return table.nests(call, request) && active <= table.last[request] ? request : REFUTED;
      time = tasks.born(task);
      active = tasks.active(task);
      task = tasks.parent(task);
    }
    return task === NO_TASK ? NOWHERE : ENDLESS;
  }

  /** Whether a request was answered by a task that the call has nothing to do with. */
  refutes(call: number, request: number): boolean {
    const answerer = this.#table.task[request];
    let task = this.#table.task[call];
    for (let depth = 0; depth < MAX_LINE && task !== NO_TASK && task !== answerer; depth++)
      task = this.#tasks.parent(task);
    return answerer !== NO_TASK && task !== answerer;
  }

  /** The request that a task was to answer at that time, or NOWHERE. */
  #answeredAt(task: number, time: number): number {
    const { first, last, sibling } = this.#table;
    let at = this.#tasks.latest(task, NOWHERE);
    for (let i = 0; i < MAX_REQUESTS && this.#isOf(at, task) && last[at] >= time; i++, at = sibling[at]) {
      if (first[at] <= time) return at;
    }
    return NOWHERE;
  }

  /** Whether a place still holds a request of that task. */
  #isOf(at: number, task: number): boolean {
    return at !== NOWHERE && this.#table.end[at] === SERVE && this.#table.task[at] === task;
  }
}
