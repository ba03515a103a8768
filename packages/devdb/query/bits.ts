/** The tests of `$bitsAllSet` and its relatives: the bits of an integer or of binary data under a mask. */
import { Binary, Decimal128 } from 'bson';
import { isNumeric, toInteger, toNumber, type Numeric } from '../bson/numbers.ts';
import type { ValueTest } from '../bson/path.ts';
import { show } from '../bson/show.ts';
import type { Value } from '../bson/values.ts';
import { badValue } from '../errors.ts';

/** The queries `$bitsAllSet` and its like: what of an integer's or binary data's bits lies under the mask. */
export function bitTest(
  operator: string,
  argument: Value,
  accepts: (bits: bigint, mask: bigint) => boolean,
): ValueTest {
  const mask = Array.isArray(argument)
    ? argument.reduce((bits, position) => bits | (1n << (bitsOf(position) ?? -1n)), 0n)
    : bitsOf(argument);
  if (mask === undefined || mask < 0n) {
    throw badValue(`${operator} takes an Array, a number, or a BinData but received: ${show(argument)}`);
  }
  return (value) => {
    const bits = bitsOf(value);
    return bits !== undefined && accepts(bits & mask, mask);
  };
}

/** Half to even. */
function roundedDecimal(value: Numeric): bigint | undefined {
  const number = value instanceof Decimal128 ? toNumber(value) : NaN;
  if (!Number.isFinite(number)) return undefined;
  const rounded = Math.round(number);
  return BigInt(Math.abs(number % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded);
}

/** The bits of an integer, sign-extended without end, or of binary data, lowest byte first. MongoDB rounds a decimal. */
function bitsOf(value: Value | undefined): bigint | undefined {
  if (value instanceof Binary) return BigInt(`0x0${Buffer.from(value.value()).reverse().toString('hex')}`);
  return isNumeric(value) ? (toInteger(value) ?? roundedDecimal(value)) : undefined;
}
