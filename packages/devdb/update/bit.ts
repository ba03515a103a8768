/** The update operator `$bit`. */
import { Int32, Long } from 'bson';
import { isNumeric, numberKind } from '../bson/numbers.ts';
import { show } from '../bson/show.ts';
import { identical, typeAlias } from '../bson/types.ts';
import { isDoc, type Value } from '../bson/values.ts';
import { badValue } from '../errors.ts';
import type { Modifier } from './modifier.ts';

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
