/** Bits: what queries ask of them (`$bitsAllSet` and its like) and what updates do to them (`$bit`). */
import { Binary, Int32, Long } from 'bson';
import { badValue } from '../errors.ts';
import type { Modifier } from '../update/modifiers.ts';
import { isNumeric, numberKind, toInteger } from './numbers.ts';
import type { ValueTest } from './path.ts';
import { show } from './show.ts';
import { identical, typeAlias } from './types.ts';
import { isDoc, type Value } from './values.ts';

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

/** The bits of an integer, sign-extended without end, or of binary data, lowest byte first. */
function bitsOf(value: Value | undefined): bigint | undefined {
  if (value instanceof Binary) return BigInt(`0x0${Buffer.from(value.value()).reverse().toString('hex')}`);
  return isNumeric(value) ? toInteger(value) : undefined;
}

const BITWISE: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

/** `$bit`: and, or and xor on an int32 or an int64, one after the other. */
export function bitModifier(path: string, argument: Value): Modifier {
  if (!isDoc(argument)) {
    throw badValue(
      `The $bit modifier is not compatible with a ${typeAlias(argument)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  }
  const steps = Object.entries(argument).map(([name, operand]) => {
    const operation = Object.hasOwn(BITWISE, name) ? BITWISE[name] : undefined;
    if (operation === undefined) {
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${show(operand)}}`,
      );
    }
    const bits = bitOperand(operand);
    if (bits === undefined) {
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeAlias(operand)}' is not supported here: {${name}: ${show(operand)}}`,
      );
    }
    return { operation, ...bits };
  });
  if (steps.length === 0) {
    throw badValue(`You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`);
  }
  return (current, { doc }) => {
    const start = bitOperand(current ?? new Int32(0));
    if (start === undefined) {
      throw badValue(
        `Cannot apply $bit to a value of non-integral type._id: ${show(doc['_id'])} has the field ${path} of non-integer type ${typeAlias(current)}`,
      );
    }
    const long = start.long || steps.some((step) => step.long);
    const bits = steps.reduce((value, { operation, integer }) => operation(value, integer), start.integer);
    const result = long ? Long.fromBigInt(BigInt.asIntN(64, bits)) : new Int32(Number(BigInt.asIntN(32, bits)));
    return current !== undefined && identical(current, result) ? current : result;
  };
}

function bitOperand(value: Value): { integer: bigint; long: boolean } | undefined {
  if (!isNumeric(value)) return undefined;
  const kind = numberKind(value);
  if (kind !== 'int' && kind !== 'long') return undefined;
  return { integer: BigInt(value.toString()), long: kind === 'long' };
}
