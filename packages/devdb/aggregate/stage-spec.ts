/** One element of a pipeline: a document with one field, the name of the stage. */
import { isDoc, type Value } from '../bson/values.ts';
import { locationError, typeMismatch } from '../errors.ts';

export interface StageSpec {
  name: string;
  value: Value;
}

export function stageSpec(stage: Value): StageSpec {
  if (!isDoc(stage)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
  const [entry, second] = Object.entries(stage);
  if (entry === undefined || second !== undefined) {
    throw locationError(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  return { name: entry[0], value: entry[1] };
}
