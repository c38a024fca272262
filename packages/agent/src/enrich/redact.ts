/** Stands where a secret was. */
export const REDACTED = '[redacted]';

/** Longest command line kept, in characters. */
const MAX_LENGTH = 1024;

/** What is looked at of one argument: more than is kept, so that no secret is cut out of the form that gives it away. */
const MAX_ARGUMENT = 4 * MAX_LENGTH;

const SECRET_NAME =
  'pass(?:wd|word|phrase)?|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|credentials?|authorization|cookie';

/** The name of an option or variable whose value is a secret, the next argument or what follows `=`. */
const SECRET_OPTION = new RegExp(`^[-/]{1,2}(?:[\\w.-]*[-_.])?(?:${SECRET_NAME}|auth)$`, 'i');

/** `name=value` and `name: value` anywhere in an argument: options, -D properties, variables, conninfo, headers, queries. */
const SECRET_PAIR = new RegExp(
  `(?<![\\w.-])(?=[\\w.-]*?(?:${SECRET_NAME}))([\\w.-]+["']?\\s?[=:]\\s?)(?:"[^"]*"|'[^']*'|[^\\s&;,]+)`,
  'gi',
);

/** User information of a URL (RFC 3986, section 3.2.1) and `user:password@` of data source names. */
const USER_INFO = /(:\/\/)[^/\s@]*@|(^|[\s"'=])[^\s/:@"'=]+:(?!\/\/)[^\s@"']+@/g;

/** HTTP credentials, JSON web tokens, and keys of well-known form. */
const SECRET_VALUE =
  /\b(bearer|basic)\s+[\w.~+/=-]+|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:gh[pousr]|glpat|xox[abprs]|sk|pk|rk)[-_][\w-]{16,}/gi;

/** Short options of common clients that take a password: attached (`-psecret`) or as the next argument. */
const ATTACHED: Readonly<Record<string, RegExp>> = {
  mysql: /^-p./,
  mysqldump: /^-p./,
  mysqladmin: /^-p./,
  mariadb: /^-p./,
  'mariadb-dump': /^-p./,
  sshpass: /^-p./,
};
const NEXT: Readonly<Record<string, readonly string[]>> = {
  'redis-cli': ['-a'],
  curl: ['-u', '--user', '-U', '--proxy-user'],
  wget: ['--user'],
  sshpass: ['-p'],
  mongosh: ['-p'],
  mongo: ['-p'],
  sqlcmd: ['-P'],
};

/** A command line as text without the secrets it may hold, cut at 1024 characters. */
export function redactCommandLine(args: readonly string[]): string {
  const program = args[0]?.split('/').at(-1) ?? '';
  const shown: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const previous = i > 0 ? args[i - 1] : '';
    const isValue = NEXT[program]?.includes(previous) || (SECRET_OPTION.test(previous) && !args[i].startsWith('-'));
    if (isValue) shown.push(REDACTED);
    else if (ATTACHED[program]?.test(args[i])) shown.push(`${args[i].slice(0, 2)}${REDACTED}`);
    else shown.push(redactText(args[i]));
  }
  const line = shown.join(' ').trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}

function redactText(text: string): string {
  return text
    .slice(0, MAX_ARGUMENT)
    .replace(SECRET_VALUE, (_, scheme) => (scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`))
    .replace(SECRET_PAIR, `$1${REDACTED}`)
    .replace(USER_INFO, (_, slashes, before) => `${slashes ?? before}${REDACTED}@`);
}
