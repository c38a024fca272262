import { equalsIgnoreCase } from './bytes.ts';

const MECHANISMS = [' plain', ' login', ' cram-', ' xoauth', ' digest', ' scram', ' ntlm', ' gssapi', ' oauthb'];

/** Whether a mechanism of SASL (RFC 4422) is named right behind the word AUTH, as mail protocols do. */
export function hasMechanism(bytes: Uint8Array, at: number, end: number): boolean {
  return MECHANISMS.some((name) => at + name.length <= end && equalsIgnoreCase(bytes, at, at + name.length, name));
}
