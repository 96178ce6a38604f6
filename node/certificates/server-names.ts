/** Checks the names and addresses that a certificate is asked for and brings them into one form, so that they compare. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { MachineryError } from '#node/signing/machinery-error.ts';
import type { ServerSubject } from './issue.ts';

const MAX_ENTRIES = 100;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Without doubles, the first name first (it becomes the subject), the rest sorted. Throws `certificate/name`. */
export function canonicalSubject(subject: ServerSubject): ServerSubject {
  const [first, ...rest] = subject.names.map(dnsName);
  const addresses = subject.addresses.map(ipAddress);
  const names = first === undefined ? [] : [first, ...rest.sort()];
  if (names.length + addresses.length === 0 || names.length + addresses.length > MAX_ENTRIES) {
    throw new MachineryError('certificate/name', { reason: `needs 1 to ${MAX_ENTRIES} names and addresses` });
  }
  return { names: [...new Set(names)], addresses: [...new Set(addresses)].sort() };
}

/** Whether both ask for the same names and addresses, in whatever order. */
export function sameSubject(one: ServerSubject, two: ServerSubject): boolean {
  const list = (subject: ServerSubject) =>
    [...subject.names.map((name) => name.toLowerCase()), ...subject.addresses.map(ipAddress)]
      .sort()
      .join(' ');
  return list(one) === list(two);
}

function dnsName(text: string): string {
  const name = domainToASCII(text).toLowerCase();
  const labels = name.split('.');
  // An address put among the names would be accepted by no browser.
  if (name === '' || name.length > 253 || !labels.every((label) => LABEL.test(label)) || isIP(name) !== 0) {
    throw new MachineryError('certificate/name', { name: text.slice(0, 260), reason: 'not a host name' });
  }
  return name;
}

function ipAddress(text: string): string {
  const version = isIP(text);
  if (version === 4) return text;
  // With a zone (`fe80::1%eth0`) it means something on one machine only.
  if (version !== 6 || text.includes('%')) {
    throw new MachineryError('certificate/name', { address: text.slice(0, 64), reason: 'not an IP address' });
  }
  return new URL(`http://[${text}]/`).hostname.slice(1, -1);
}
