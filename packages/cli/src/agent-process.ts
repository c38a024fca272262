import { once } from 'node:events';
import { startAgent } from '@sonde/agent';
import type { SondeConfig } from './config/schema.ts';
import type { AgentMessage } from './launch-agent.ts';
import { untilStopped } from './lifecycle.ts';

/** The process that `launchAgent` starts: waits for its configuration, runs until the channel closes. */
const stopped = untilStopped();
const [config] = (await once(process, 'message')) as [SondeConfig['agent']];
const tell = (message: AgentMessage) => process.connected && process.send?.(message);
try {
  const agent = await startAgent(config);
  tell({ kind: 'started' });
  await stopped;
  await agent.stop();
} catch (error) {
  tell(failed(error));
  process.exitCode = 1;
}
if (process.connected) process.disconnect();

function failed(error: unknown): AgentMessage {
  const { message, stack, code, hint } = error as Error & { code?: unknown; hint?: unknown };
  const known = typeof code === 'string' && code.startsWith('SONDE_') ? code : '';
  const text = known === '' ? (stack ?? String(error)) : message;
  return { kind: 'failed', message: text, code: known, hint: typeof hint === 'string' ? hint : '' };
}
