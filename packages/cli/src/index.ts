export { CLI_ERRORS, type CliErrorName } from './errors.ts';
export { run } from './run.ts';
