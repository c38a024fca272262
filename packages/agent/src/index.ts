export { type Agent, startAgent } from './agent.ts';
export { AGENT_ERRORS, AgentError, type AgentErrorName } from './errors.ts';
export { testIdentity } from './identity/self-test.ts';
