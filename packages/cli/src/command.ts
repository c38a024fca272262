import type { LoadedConfig } from './config/load.ts';

/** A flag of one command, besides the keys of the configuration. */
export interface Flag {
  readonly type: 'boolean' | 'string';
  readonly description: string;
}

export interface Invocation {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  /** Words that are no flags; only a command with `operands` gets any. */
  readonly operands: readonly string[];
  readonly loaded: LoadedConfig;
}

export interface CommandInfo {
  readonly summary: string;
  /** What it does, where it ends, what it needs; shown by --help. */
  readonly description: string;
  /** What the words after the flags are, as shown by --help (`FILE...`); none are taken without it. */
  readonly operands?: string;
  /** Parts of the configuration it takes as flags. */
  readonly sections: readonly ('agent' | 'server')[];
  /** Keys it sets itself, or the start of their names: it takes no flag for them. */
  readonly own?: readonly string[];
  readonly flags: Readonly<Record<string, Flag>>;
  /** Loaded when called, so that help and configuration work where the kernel side cannot be loaded. */
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<number> }>;
}

export const COMMANDS: Readonly<Record<string, CommandInfo>> = {
  up: {
    summary: 'agent and server on this host',
    description: 'Runs the server in this process and the agent in a second one, until Ctrl-C. Needs Linux and root.',
    sections: ['agent', 'server'],
    flags: {},
    load: () => import('./commands/up.ts'),
  },
  agent: {
    summary: 'the agent alone: observes this host and sends to a server',
    description:
      'Loads the probes and sends metrics and spans to agent.server.url, until Ctrl-C. Needs Linux and root.',
    sections: ['agent'],
    flags: {},
    load: () => import('./commands/agent.ts'),
  },
  server: {
    summary: 'the server alone: takes OTLP, stores, serves pages and API',
    description: 'Runs until Ctrl-C. Needs no root.',
    sections: ['server'],
    flags: {},
    load: () => import('./commands/server.ts'),
  },
  demo: {
    summary: 'a small shop under load, with Sonde watching it',
    description:
      'Starts a shop of nginx, Node, Python, Redis, PostgreSQL, NATS and dnsmasq in cgroups of its own, a server with a\n' +
      'temporary store, and an agent that sees only the shop. Prints one address. Ctrl-C ends all of it. Needs Linux and root.',
    sections: ['agent', 'server'],
    own: ['agent.scope.', 'agent.server.url'],
    flags: { rate: { type: 'string', description: 'requests a second to the shop (default 40)' } },
    load: () => import('./commands/demo.ts'),
  },
  doctor: {
    summary: 'what this kernel offers, and what is lost without the rest',
    description: 'Tries each feature instead of comparing versions. Ends with 1 when capture is impossible.',
    sections: [],
    flags: { json: { type: 'boolean', description: 'print JSON' } },
    load: () => import('./commands/doctor.ts'),
  },
  top: {
    summary: 'services of a server, as a table in the terminal',
    description: 'Asks the API of a server and prints the table again every two seconds, until Ctrl-C.',
    sections: [],
    flags: {
      url: { type: 'string', description: 'address of the server (default http://127.0.0.1 and server.port)' },
      range: { type: 'string', description: 'from when on: now-5m, now-1h (default now-5m)' },
      once: { type: 'boolean', description: 'print once and end' },
      json: { type: 'boolean', description: 'print JSON, once' },
    },
    load: () => import('./commands/top.ts'),
  },
  replay: {
    summary: 'the exchanges in capture files (pcap, pcapng), without root',
    description:
      'Reads captures as the agent reads the kernel, and prints a table of what was asked and answered. pcap and pcapng,\n' +
      'plain, gzip or zstd; several files count as one; - is standard input. With --to the exchanges go to a server instead.',
    operands: 'FILE...',
    sections: [],
    flags: {
      json: { type: 'boolean', description: 'print JSON, one exchange a line' },
      to: { type: 'string', description: 'address of a server that takes OTLP/HTTP, such as http://127.0.0.1:4318' },
      token: { type: 'string', description: 'bearer token for --to' },
      'keep-times': { type: 'boolean', description: 'with --to: keep the times of the capture, else it ends now' },
    },
    load: () => import('./commands/replay.ts'),
  },
  config: {
    summary: 'every key of the configuration: value, origin, type, default',
    description:
      'Flags win over the environment, the environment over the file, the file over the defaults. The file is YAML:\n' +
      '--config FILE, SONDE_CONFIG, else sonde.yaml in this folder, else /etc/sonde/sonde.yaml.',
    sections: ['agent', 'server'],
    flags: { json: { type: 'boolean', description: 'print JSON' } },
    load: () => import('./commands/config.ts'),
  },
};

/** Short flags for the keys people use most. */
export const ALIASES: Readonly<Record<string, string>> = {
  cgroup: 'agent.scope.cgroups',
  pid: 'agent.scope.pids',
  'host-wide': 'agent.scope.hostWide',
};
