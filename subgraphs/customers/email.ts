/** E-mail addresses: which are valid, and the form in which each is stored and searched. Pure. */
import { domainToASCII, domainToUnicode } from 'node:url';
import { textKey, trimText } from '../../runtime/text.ts';

/**
 * RFC 5321, section 4.5.3.1: octets of the local part; and of the whole address, which with its brackets must fit into
 * a path of 256.
 */
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
/** RFC 1035, section 2.3.4. */
const MAX_LABEL = 63;

/**
 * A dot-string (RFC 5321, section 4.1.2) of atext (RFC 5322, section 3.2.3). Quoted strings are left out: only mail
 * servers use them.
 */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/**
 * The characters of a domain before it is converted: letters, digits, hyphens, dots, and anything that isn't ASCII. The
 * converter reads hosts of URLs, and would also accept an escape, a path or a hexadecimal number.
 */
const DOMAIN_TEXT = /^[A-Za-z0-9.\-\P{ASCII}]+$/u;
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/** A top-level domain has a letter (RFC 3696, section 2), and none has a single character. */
const TOP_LABEL = /^(?=.*[a-z])..+$/;

/**
 * The form in which an address is stored: lower case, its domain as A-labels (RFC 5890), so that all ways to write it
 * are equal. Null if it is not a valid address. It is checked before it is lower-cased, because the Kelvin sign would
 * become a k.
 */
export function normalizeEmail(given: string): string | null {
  const [, local = '', domain = ''] = /^([^@]*)@([^@]*)$/.exec(trimText(given)) ?? [];
  if (local.length > MAX_LOCAL || !LOCAL.test(local)) return null;
  const ascii = toALabels(domain);
  if (ascii === null) return null;
  const address = `${local.toLowerCase()}@${ascii}`;
  return address.length > MAX_ADDRESS ? null : address;
}

/** Two or more labels, in lower case; null if it is not a valid domain. */
function toALabels(domain: string): string | null {
  if (domain.length > MAX_ADDRESS || !DOMAIN_TEXT.test(domain)) return null;
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  const isDomain =
    labels.length > 1 &&
    labels.every((label) => label.length <= MAX_LABEL && LABEL.test(label)) &&
    TOP_LABEL.test(labels.at(-1) ?? '');
  // A label that begins with xn-- is an A-label only if its Unicode form converts back to it.
  return isDomain && domainToASCII(domainToUnicode(ascii)) === ascii ? ascii : null;
}

/** The keys by which a normalized address is searched: as it is stored, and with its domain in Unicode. */
export function emailKeys(address: string): string[] {
  const [local = '', domain = ''] = address.split('@');
  return [...new Set([address, `${local}@${textKey(domainToUnicode(domain))}`])];
}
