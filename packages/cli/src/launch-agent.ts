import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { SondeConfig } from './config/schema.ts';
import { CliError } from './errors.ts';

/** As in the launcher: what was compiled is kept. */
const COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/sonde');

/** Between this process and the agent's: one configuration down, one answer up. */
export type AgentMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string; readonly hint: string };

export interface LaunchedAgent {
  readonly pid: number;
  /** Resolves when the process is gone; rejects with SONDE_CLI_AGENT_ENDED when nobody asked it to end. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the agent in a process of its own, so that its memory and its pace are not the server's.
 * It ends with this process, however this one ends.
 */
export async function launchAgent(config: SondeConfig['agent']): Promise<LaunchedAgent> {
  const child = fork(join(import.meta.dirname, 'agent-process.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2'],
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
  });
  let stopping = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (stopping) resolve();
      else reject(new CliError('SONDE_CLI_AGENT_ENDED', `process ${child.pid} ended with ${signal ?? code}`));
    });
  });
  ended.catch(() => undefined);

  const answer = new Promise<void>((resolve, reject) => {
    child.once('message', (message: AgentMessage) => {
      if (message.kind === 'started') resolve();
      else reject(failure(message));
    });
  });
  child.send(config);
  await Promise.race([answer, ended]);

  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      stopping = true;
      if (child.connected) child.disconnect();
      await ended.catch(() => undefined);
    },
  };
}

/** What the agent says of itself is said again; an error without a code of ours is told in full. */
function failure({ message, code, hint }: Extract<AgentMessage, { kind: 'failed' }>): Error {
  if (code === '') return new CliError('SONDE_CLI_AGENT_ENDED', message);
  return Object.assign(new Error(message), { code, hint });
}
