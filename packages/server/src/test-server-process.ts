/** Runs a server over the store in the folder given, with more configuration as JSON, until it is killed. For tests. */
import { serverConfig, startServer } from './index.ts';

const given = JSON.parse(process.argv[3] ?? '{}');
const config = serverConfig.parse({
  port: 0,
  logLevel: 'error',
  ...given,
  intake: { port: 0, grpcPort: 0, ...given.intake },
  store: { ...given.store, path: process.argv[2] },
});
const { url, intakeUrl } = await startServer(config);
process.stdout.write(`${JSON.stringify({ url, intakeUrl })}\n`);
