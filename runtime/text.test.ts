import { describe, expect, it } from '@jest/globals';
import { isLongerThan, showsSomething, textKey, textProblem, textProblems, trimText } from './text.ts';

it.each(['k\ud83d', '\ude00', 'a\ude00\ud83db', '\0', 'a\0b'])('%j can be stored nowhere', (text) => {
  expect(textProblem(text)).not.toBeNull();
});
it.each(['', 'k\u{1f600}', '\ufffd', '\u0007', '\u{10ffff}', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'])('%j can be stored', (text) => {
  expect(textProblem(text)).toBeNull();
});

it('unfit text is found at any depth, with its path', () => {
  const value = { a: ['x', { b: 'k\ud83d' }], c: new Date(), d: null, e: '\0', f: 7 };
  expect([...textProblems(value)].map(({ path }) => path.join('.'))).toEqual(['a.1.b', 'e']);
});

it.each([
  ['  Mug\t\n', 'Mug'],
  ['\u200b\ufeff\u0085Mug\u00a0\u3000\u00ad\u2060', 'Mug'],
  ['\u0000\u0007Mug\u001f', 'Mug'],
  ['an  inner\u200bone', 'an  inner\u200bone'],
  // Marks and joiners of the last character stay.
  ['I ❤\ufe0f', 'I ❤\ufe0f'],
  ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 ', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  [' \u200b ', ''],
])('%j is trimmed to %j', (given, trimmed) => {
  expect(trimText(given)).toBe(trimmed);
});

it('a long run of spaces is trimmed in one pass', () => {
  const inner = `a${' '.repeat(1_000_000)}b`;
  expect(trimText(` ${inner} `)).toBe(inner);
});

describe('text that shows nothing', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \t\u00a0\u2003\u2028\u3000'],
    ['zero-width spaces and joiners', '\u200b\u200c\u200d\u2060\ufeff'],
    ['controls', '\u0001\u001b\u007f\u0085'],
    ['direction marks', '\u200e\u200f\u202e\u2066\u2069\u061c'],
    ['a soft hyphen', '\u00ad'],
    ['Hangul fillers', '\u115f\u1160\u3164\uffa0'],
    ['blank Braille and a blank note', '\u2800\u{1d159}'],
    ['marks without a base', '\u0301\u20dd\u0903'],
    ['variation selectors and tags', '\ufe0f\u{e0100}\u{e0067}'],
    ['interlinear anchors', '\ufff9\ufffa\ufffb'],
    ['noncharacters', '\uffff\ufdd0\u{1fffe}'],
  ])('is %s', (_, text) => {
    expect(showsSomething(text)).toBe(false);
    expect(showsSomething(`${text}x`)).toBe(true);
  });

  it.each(['a', '-', '0', '猫', '👩‍👩‍👧', '🇩🇪', '1\ufe0f\u20e3', 'e\u0301', '\ufffd', '\ue000'])('is not %j', (text) => {
    expect(showsSomething(text)).toBe(true);
  });
});

it('lengths count code points', () => {
  expect(isLongerThan('😀'.repeat(200), 200)).toBe(false);
  expect(isLongerThan('😀'.repeat(201), 200)).toBe(true);
  expect(isLongerThan('x'.repeat(200), 200)).toBe(false);
  expect(isLongerThan('x'.repeat(201), 200)).toBe(true);
});

describe('the key of a text', () => {
  it.each([
    ['Äpfel', 'apfel'],
    ['E\u0301lodie', 'elodie'],
    ['Élodie', 'elodie'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['DİYARBAKIR', 'diyarbakır'],
    ['ﬁnger', 'FINGER'],
    ['ＭＵＧ', 'mug'],
    ['Ørsted', 'orsted'],
    ['Łódź', 'lodz'],
    ['Đặng', 'dang'],
    ['Þór', 'thor'],
    ['Œuvre', 'oeuvre'],
    ['ΟΔΟΣ', 'οδος'],
    ['ﾃｽﾄ', 'テスト'],
    ['Tee\u00adkanne', 'teekanne'],
    ['a \u00a0\t b', 'A B'],
    [' mug\u200b', 'mug'],
    ['Jose\u0301', 'JOSÉ'],
  ])('is the same for %j and %j', (one, other) => {
    expect(textKey(one)).toBe(textKey(other));
  });

  it('sorts accented letters beside their base letters', () => {
    const names = ['zoo', 'Äpfel', 'apple', 'Élan', 'elk', 'Österreich', 'oak', 'Ørsted'];
    const sorted = names.toSorted((a, b) => (textKey(a) < textKey(b) ? -1 : 1));
    expect(sorted).toEqual(['Äpfel', 'apple', 'Élan', 'elk', 'oak', 'Ørsted', 'Österreich', 'zoo']);
  });

  it('is its own key, and the same for each form of each character', () => {
    const different: string[] = [];
    for (let point = 1; point < 0x20000; point += 1) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const text = `a${String.fromCodePoint(point)}b`;
      const key = textKey(text);
      const forms = [key, text.toUpperCase(), text.toLowerCase(), text.normalize('NFC'), text.normalize('NFD')];
      if (forms.some((form) => textKey(form) !== key)) different.push(point.toString(16));
    }
    expect(different).toEqual([]);
  });
});
