import { expect, it } from '@jest/globals';
import { emailKeys, normalizeEmail } from './email.ts';

it.each([
  ['ada@example.com', 'ada@example.com'],
  [' Ada@Example.COM\u200b\n', 'ada@example.com'],
  ['ada@xn--e1afmkfd.xn--p1ai', 'ada@xn--e1afmkfd.xn--p1ai'],
  ['ada@пример.рф', 'ada@xn--e1afmkfd.xn--p1ai'],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['ada@BU\u0308CHER.example', 'ada@xn--bcher-kva.example'],
  ['ADA@XN--BCHER-KVA.EXAMPLE', 'ada@xn--bcher-kva.example'],
  ['ada@bücher。example', 'ada@xn--bcher-kva.example'],
  ['ada@faß.example', 'ada@xn--fa-hia.example'],
  ['a!b@example.com', 'a!b@example.com'],
  ["!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"],
  ['ada+orders.2026@mail.example.co.uk', 'ada+orders.2026@mail.example.co.uk'],
  ['a@b.museum', 'a@b.museum'],
  ['1@1.de', '1@1.de'],
  [`${'x'.repeat(64)}@example.com`, `${'x'.repeat(64)}@example.com`],
])('%j is stored as %j', (given, stored) => {
  expect(normalizeEmail(given)).toBe(stored);
  expect(normalizeEmail(stored)).toBe(stored);
});

it.each([
  ['nothing', ''],
  ['no @', 'ada.example.com'],
  ['two @', 'ada@home@example.com'],
  ['no local part', '@example.com'],
  ['no domain', 'ada@'],
  ['one label', 'ada@localhost'],
  ['the Kelvin sign, which is not a k', 'mi\u212ae@example.com'],
  ['a long s, which is not an s', '\u017fue@example.com'],
  ['a local part that is not ASCII', 'élodie@example.com'],
  ['a fullwidth letter', 'ａda@example.com'],
  ['something invisible inside', 'a\u200bda@example.com'],
  ['a space inside', 'a da@example.com'],
  ['a dot at the start', '.ada@example.com'],
  ['a dot at the end', 'ada.@example.com'],
  ['two dots', 'a..da@example.com'],
  ['a quoted local part', '"ada"@example.com'],
  ['a comment', 'ada(home)@example.com'],
  ['brackets', '<ada@example.com>'],
  ['an address as a domain', 'ada@[127.0.0.1]'],
  ['an IPv4 address', 'ada@127.0.0.1'],
  ['a number for an IPv4 address', 'ada@0x7f.1'],
  ['an escape in the domain', 'ada@ex%61mple.com'],
  ['a path', 'ada@example.com/x'],
  ['a port', 'ada@example.com:25'],
  ['a dot at the end of the domain', 'ada@example.com.'],
  ['an empty label', 'ada@example..com'],
  ['a hyphen at the start of a label', 'ada@-example.com'],
  ['a hyphen at the end of a label', 'ada@example-.com'],
  ['an underscore in the domain', 'ada@ex_ample.com'],
  ['a top-level domain of digits', 'ada@example.12'],
  ['a top-level domain of one letter', 'ada@example.c'],
  ['an invalid A-label', 'ada@xn--zzzz--.example'],
  ['an empty A-label', 'ada@xn--.example'],
  ['a label of 64 characters', `ada@${'x'.repeat(64)}.com`],
  ['a local part of 65 characters', `${'x'.repeat(65)}@example.com`],
  ['255 characters', `ada@${`${'x'.repeat(61)}.`.repeat(4)}com`],
  ['U+0000', 'ada\0@example.com'],
  ['a line break', 'ada@example.com\nbcc:eve@example.com'],
])('an address with %s is refused', (_, given) => {
  expect(normalizeEmail(given)).toBeNull();
});

it('an address is searched by its stored domain, and by its domain in Unicode', () => {
  expect(emailKeys('ada@xn--bcher-kva.example')).toEqual(['ada@xn--bcher-kva.example', 'ada@bucher.example']);
  expect(emailKeys('ada@example.com')).toEqual(['ada@example.com']);
});

it('an endless address is refused at once', () => {
  for (const given of [`${'a.'.repeat(500_000)}@x.de`, `a@${'b.'.repeat(500_000)}de`, '@'.repeat(1_000_000)]) {
    expect(normalizeEmail(given)).toBeNull();
  }
});
