export { REPLAY_ERRORS, ReplayError, type ReplayErrorName } from './errors.ts';
export * from './forward.ts';
export {
  endpointText,
  type ReplayedSession,
  type ReplayOptions,
  type ReplayProgress,
  type ReplayReport,
  replay,
} from './replay.ts';
export { STANDARD_INPUT } from './source.ts';
