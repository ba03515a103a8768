/** `$unwind`: a document for each element of an array. */
import { Long } from 'bson';
import { parsePath, plainValueAt } from '../bson/path.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { locationError } from '../errors.ts';
import { withField } from '../query/projection.ts';
import { isTruthy } from './expression.ts';
import { textOf } from './stage-arguments.ts';

/** Compiles the stage's specification: a path, or a document with one. */
export function unwinding(value: Value): (docs: readonly Doc[]) => readonly Doc[] {
  const spec = isDoc(value) ? value : { path: value };
  const path = textOf('$unwind', 'path', spec['path'] ?? null);
  if (!path.startsWith('$')) {
    throw locationError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  }
  const parts = parsePath(path.slice(1));
  const keeps = isTruthy(spec['preserveNullAndEmptyArrays']);
  const index = spec['includeArrayIndex'];
  const indexPath = index === undefined ? undefined : parsePath(textOf('$unwind', 'includeArrayIndex', index));
  const numbered = (doc: Doc, i: number | null) =>
    indexPath === undefined ? doc : withField(doc, indexPath, i === null ? null : Long.fromNumber(i));
  return (docs) =>
    docs.flatMap((doc) => {
      const found = plainValueAt(doc, parts);
      if (Array.isArray(found) && found.length > 0) {
        return found.map((element, i) => numbered(withField(doc, parts, element), i));
      }
      if (Array.isArray(found)) return keeps ? [numbered(withField(doc, parts, undefined), null)] : [];
      return keeps || (found !== undefined && found !== null) ? [numbered(doc, null)] : [];
    });
}
