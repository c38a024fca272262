import { agentConfig } from '@sonde/agent/config';
import { serverConfig } from '@sonde/server/config';
import { z } from 'zod';

/** The whole configuration of Sonde; every program takes its own part. */
export const sondeConfig = z.object({
  agent: agentConfig.prefault({}),
  server: serverConfig.prefault({}),
});

export type SondeConfig = z.infer<typeof sondeConfig>;
