/** Faults on demand, for tests of clients: MongoDB's `configureFailPoint` with the one fail point `failCommand`. */
import { commandError } from './errors.ts';
import { isNumeric, toNumber } from './numbers.ts';
import { isDoc, type Doc, type Value } from './values.ts';

/** What a fail point does to a command. */
export interface Fault {
  readonly blockMs: number;
  readonly closeConnection: boolean;
  readonly errorCode: number | undefined;
  readonly errorLabels: readonly string[] | undefined;
  readonly writeConcernError: Doc | undefined;
}

interface Failpoint extends Fault {
  readonly commands: readonly Value[];
  readonly appName: string | undefined;
  /** How many commands go by first, and how many fail then. */
  skip: number;
  times: number;
}

export class Failpoints {
  #failpoint: Failpoint | undefined;

  /** @throws CommandError 2 on a mode or fail point that there isn't */
  configure(body: Doc): void {
    if (body['configureFailPoint'] !== 'failCommand') {
      throw commandError('BadValue', `there is no fail point ${String(body['configureFailPoint'])} in this server`);
    }
    const { mode } = body;
    const data = isDoc(body['data']) ? body['data'] : {};
    if (mode === 'off') {
      this.#failpoint = undefined;
      return;
    }
    const limits = isDoc(mode) ? mode : {};
    const { times, skip } = limits;
    if (mode !== 'alwaysOn' && !isNumeric(times) && !isNumeric(skip))
      throw commandError('BadValue', 'unknown fail point mode');
    const { failCommands, appName, errorCode, errorLabels, writeConcernError, blockTimeMS } = data;
    this.#failpoint = {
      commands: Array.isArray(failCommands) ? failCommands : [],
      appName: typeof appName === 'string' ? appName : undefined,
      skip: isNumeric(skip) ? toNumber(skip) : 0,
      times: isNumeric(times) ? toNumber(times) : Infinity,
      blockMs: data['blockConnection'] === true && isNumeric(blockTimeMS) ? toNumber(blockTimeMS) : 0,
      closeConnection: data['closeConnection'] === true,
      errorCode: isNumeric(errorCode) ? toNumber(errorCode) : undefined,
      errorLabels: Array.isArray(errorLabels) ? errorLabels.map(String) : undefined,
      writeConcernError: isDoc(writeConcernError) ? writeConcernError : undefined,
    };
  }

  /** The fault that this command is to suffer, if any. */
  take(command: string, appName: string): Fault | undefined {
    const failpoint = this.#failpoint;
    if (failpoint === undefined || !failpoint.commands.includes(command)) return undefined;
    if (failpoint.appName !== undefined && failpoint.appName !== appName) return undefined;
    if (failpoint.skip > 0) {
      failpoint.skip--;
      return undefined;
    }
    if (failpoint.times <= 0) return undefined;
    failpoint.times--;
    return failpoint;
  }
}
