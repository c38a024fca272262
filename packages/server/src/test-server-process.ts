/** Runs a server over the store in the folder given, with more configuration as JSON, until it is killed. For tests. */
import { serverConfig, startServer } from './index.ts';

const config = serverConfig.parse({
  port: 0,
  logLevel: 'error',
  ...JSON.parse(process.argv[3] ?? '{}'),
  store: { path: process.argv[2] },
});
const { url, intakeUrl } = await startServer({ ...config, intake: { ...config.intake, port: 0, grpcPort: 0 } });
process.stdout.write(`${JSON.stringify({ url, intakeUrl })}\n`);
