/** Exit codes: 1 failed while running, 2 wrong use or configuration, 3 this machine cannot do it. */
type ExitCode = 1 | 2 | 3;

export interface CliErrorCode {
  readonly exit: ExitCode;
  readonly cause: string;
  readonly hint: string;
}

/** Every error the command line ends with. docs/reference/errors.md lists exactly these. */
export const CLI_ERRORS = {
  SONDE_CLI_USAGE: {
    exit: 2,
    cause: 'the command or one of its flags is not known',
    hint: 'sonde --help lists the commands, sonde <command> --help the flags of one',
  },
  SONDE_CONFIG_UNREADABLE: {
    exit: 2,
    cause: 'the configuration file cannot be read',
    hint: 'it must exist, be readable, and be YAML (or JSON, which is YAML too)',
  },
  SONDE_CONFIG_INVALID: {
    exit: 2,
    cause: 'the configuration has values that are not allowed',
    hint: 'sonde config --help explains where values come from; sonde config prints every key with its type',
  },
  SONDE_CLI_NO_SCOPE: {
    exit: 2,
    cause: 'the agent was not told what it may observe',
    hint: 'name it with --cgroup or --pid, or say --host-wide to observe everything on this host',
  },
  SONDE_CLI_NOT_LINUX: {
    exit: 3,
    cause: 'the agent observes the Linux kernel, and this is another system',
    hint: 'run the agent on Linux; here `sonde server`, `sonde top`, `sonde replay` and `sonde config` work',
  },
  SONDE_CLI_NOT_ROOT: {
    exit: 3,
    cause: 'loading probes needs root',
    hint: 'run it as root (sudo ./sonde …); `sonde server`, `sonde top`, `sonde replay` and `sonde config` do not need it',
  },
  SONDE_CLI_NO_CAPTURE: {
    exit: 3,
    cause: 'this machine offers no way to capture',
    hint: '`sonde doctor` says what is missing and what would help',
  },
  SONDE_CLI_NOT_BUILT: {
    exit: 3,
    cause: 'the probes or the pages are not built',
    hint: 'run `make build` in the folder of Sonde',
  },
  SONDE_CLI_DEMO_UNAVAILABLE: {
    exit: 3,
    cause: 'the demo shop cannot run on this machine',
    hint: 'run `make setup` as root in the folder of Sonde; it installs what is missing',
  },
  SONDE_CLI_PORT_IN_USE: {
    exit: 1,
    cause: 'another process listens on the port',
    hint: 'end it, or choose another port; `sonde config` lists the ports with their keys',
  },
  SONDE_CLI_STORE_UNUSABLE: {
    exit: 1,
    cause: 'the server cannot open its store',
    hint: 'server.store.path must be a folder this user may write and no other server uses; with server.store.url that ClickHouse must answer',
  },
  SONDE_CLI_SERVER_UNREACHABLE: {
    exit: 1,
    cause: 'the server does not answer',
    hint: 'start it with `sonde server`, or say where it is with --url',
  },
  SONDE_CLI_AGENT_ENDED: {
    exit: 1,
    cause: 'the agent ended on its own',
    hint: 'its last lines above say why; `sonde doctor` checks this machine',
  },
} as const satisfies Record<string, CliErrorCode>;

export type CliErrorName = keyof typeof CLI_ERRORS;

/** Ends the command with the exit code of `code`. `message` is what happened here, one line or several. */
export class CliError extends Error {
  readonly code: CliErrorName;

  constructor(code: CliErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** `SONDE_X: message`, then the hint on a line of its own. Errors of the other packages have the same form. */
export function formatError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, hint } = error as Error & { code?: unknown; hint?: unknown };
  if (typeof code !== 'string' || !code.startsWith('SONDE_')) return error.stack ?? error.message;
  const advice = code in CLI_ERRORS ? CLI_ERRORS[code as CliErrorName].hint : hint;
  return `${code}: ${error.message}${typeof advice === 'string' ? `\n  ${advice}` : ''}`;
}

export function exitCode(error: unknown): number {
  return error instanceof CliError ? CLI_ERRORS[error.code].exit : 1;
}
