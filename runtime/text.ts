/**
 * Rules for text from outside, the same in every service: what can be stored, what is empty, how long a text is, and by
 * which key it is sorted and searched. Pure.
 */

/** Why text can't be stored or compared, as the end of a sentence; null if it can. */
export function textProblem(text: string): string | null {
  // UTF-8 can't encode half of a surrogate pair: MongoDB would store U+FFFD, and different texts would become equal.
  if (!text.isWellFormed()) return 'must be well-formed Unicode: it has half of a surrogate pair';
  // MongoDB allows U+0000 in neither names nor regular expressions, and other programs end a text there.
  return text.includes('\0') ? 'must not contain the character U+0000' : null;
}

export interface TextProblem {
  path: string[];
  message: string;
}

/** All texts inside a value, at any depth, that can't be stored. */
export function* textProblems(value: unknown, path: string[] = []): Generator<TextProblem> {
  if (typeof value === 'string') {
    const message = textProblem(value);
    if (message !== null) yield { path, message };
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* textProblems(inner, [...path, name]);
  }
}

/**
 * White space, controls, and invisible characters that have no use at the edge of a text. Joiners and variation
 * selectors are not among them, because an emoji may end with one.
 */
const EDGE = /[\p{White_Space}\p{Cc}\u00ad\u180e\u200b\u2060\ufeff]/u;

/** The text without invisible characters at its edges. */
export function trimText(text: string): string {
  let [start, end] = [0, text.length];
  // A regular expression that ends in `+$` would take quadratic time for a long run of spaces inside.
  while (start < end && EDGE.test(text.charAt(start))) start += 1;
  while (end > start && EDGE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Anything but white space, ignorable characters, controls, marks without a base, and U+2800 and U+1D159, which are blank. */
const VISIBLE =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cc}\p{Cf}\p{M}\u2800\u{1d159}]/u;

/** Whether a reader would see something. */
export const showsSomething = (text: string): boolean => VISIBLE.test(text);

/** Whether the text has more code points than `max`. */
export const isLongerThan = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || Array.from(text).length > max);

const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}\p{Cc}]/gu;
/** Letters that Unicode doesn't decompose, although people search for them by their base letters. */
const BASE_LETTERS: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  þ: 'th',
  ŧ: 't',
  // JavaScript's lower case distinguishes this final form from σ.
  ς: 'σ',
};
const SPECIAL = new RegExp(`[${Object.keys(BASE_LETTERS).join('')}]`, 'gu');

/**
 * The key by which names are sorted and searched: compatibility forms decomposed (NFKD), marks removed, case folded,
 * white space normalized. Texts that differ only in these have equal keys; the key of a key is the key itself.
 */
export const textKey = (text: string): string =>
  trimText(
    text
      .normalize('NFKD')
      // By way of upper case, where ß is SS and every kind of i is the same I; ẞ gets there only by way of lower case.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      .replace(/\p{White_Space}+/gu, ' ')
      .replace(UNSEEN, '')
      .replace(SPECIAL, (letter) => BASE_LETTERS[letter] ?? letter),
  );
