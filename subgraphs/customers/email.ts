/** E-mail addresses: which are valid, and the one form in which each is stored and looked for. Pure. */
import { domainToASCII, domainToUnicode } from 'node:url';
import { textKey, trimText } from '../../runtime/text.ts';

/** RFC 5321, section 4.5.3.1: octets of the local part; and of the whole, as it fits into a path of 256 with its brackets. */
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
/** RFC 1035, section 2.3.4. */
const MAX_LABEL = 63;

/** A dot-string (RFC 5321, section 4.1.2) of atext (RFC 5322, section 3.2.3). Quoted strings are for mail servers alone. */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/**
 * What a domain may consist of before it is converted: letters, digits, hyphens, dots, and whatever isn't ASCII. The converter
 * reads hosts of URLs and would take an escape, a path or a hexadecimal number as well.
 */
const DOMAIN_TEXT = /^[A-Za-z0-9.\-\P{ASCII}]+$/u;
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/** A top-level domain has a letter (RFC 3696, section 2), and none has a single character. */
const TOP_LABEL = /^(?=.*[a-z])..+$/;

/**
 * The form in which an address is stored: lower case, its domain as A-labels (RFC 5890), so that all ways to write it are
 * equal. Null for what is no address. Nothing is lower-cased before it is checked: the Kelvin sign is no k.
 */
export function normalizeEmail(given: string): string | null {
  const [, local = '', domain = ''] = /^([^@]*)@([^@]*)$/.exec(trimText(given)) ?? [];
  if (local.length > MAX_LOCAL || !LOCAL.test(local)) return null;
  const ascii = toALabels(domain);
  if (ascii === null) return null;
  const address = `${local.toLowerCase()}@${ascii}`;
  return address.length > MAX_ADDRESS ? null : address;
}

/** Two or more labels, in lower case; null for what is no domain. */
function toALabels(domain: string): string | null {
  if (domain.length > MAX_ADDRESS || !DOMAIN_TEXT.test(domain)) return null;
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  const isDomain =
    labels.length > 1 &&
    labels.every((label) => label.length <= MAX_LABEL && LABEL.test(label)) &&
    TOP_LABEL.test(labels.at(-1) ?? '');
  // A label that begins with xn-- and stands for nothing that would be written so is no A-label.
  return isDomain && domainToASCII(domainToUnicode(ascii)) === ascii ? ascii : null;
}

/** By what a normalized address is searched: as it is stored, and with its domain as people write it. */
export function emailKeys(address: string): string[] {
  const [local = '', domain = ''] = address.split('@');
  return [...new Set([address, `${local}@${textKey(domainToUnicode(domain))}`])];
}
