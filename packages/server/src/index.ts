export { StoreUnusable } from '@sonde/store';
export { type ServerConfig, serverConfig } from './config.ts';
export { type SondeServer, startServer } from './server.ts';
