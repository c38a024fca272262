/** A stable error code of the agent: what went wrong and what to do. docs/reference/errors.md lists exactly these. */
export interface AgentErrorCode {
  readonly cause: string;
  readonly hint: string;
}

export const AGENT_ERRORS = {
  SONDE_AGENT_NO_SCOPE: {
    cause: 'nothing says what may be observed',
    hint: 'name cgroups (agent.scope.cgroups) or processes (agent.scope.pids), or allow every process with --host-wide',
  },
  SONDE_AGENT_CGROUP_NOT_FOUND: {
    cause: 'a cgroup of the scope does not exist in the cgroup v2 hierarchy',
    hint: 'give its path as the cgroup2 mount shows it; `sonde doctor` prints where that is',
  },
  SONDE_AGENT_PROCESS_NOT_FOUND: {
    cause: 'a process of the scope does not exist',
    hint: 'give the pid of a running process, as the host numbers it',
  },
  SONDE_AGENT_PROBES_NOT_BUILT: {
    cause: 'the compiled probes are missing',
    hint: 'run `make build`',
  },
  SONDE_AGENT_SPOOL_IN_USE: {
    cause: 'another agent keeps its data in the same folder',
    hint: 'give each agent a folder of its own (agent.spool.path), or let one agent observe all of it',
  },
  SONDE_AGENT_IDENTITY: {
    cause: 'the two ends of a connection on loopback do not show the same identity, so spans are not linked',
    hint: 'see to it that loopback is up where the agent runs; `sonde doctor` tries again; else report it, with the kernel',
  },
  SONDE_AGENT_HOOK_LEVEL: {
    cause: 'this kernel offers none of the hooks that the probes are built for',
    hint: '`sonde doctor` lists what is missing',
  },
} as const satisfies Record<string, AgentErrorCode>;

export type AgentErrorName = keyof typeof AGENT_ERRORS;

export class AgentError extends Error {
  readonly code: AgentErrorName;
  readonly hint: string;

  constructor(code: AgentErrorName, detail: string) {
    super(`${AGENT_ERRORS[code].cause}: ${detail}`);
    this.code = code;
    this.hint = AGENT_ERRORS[code].hint;
  }
}
