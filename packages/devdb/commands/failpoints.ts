/**
 * Faults on demand, for tests of clients: MongoDB's `configureFailPoint` with two of its fail points. `failCommand` fails
 * commands by name; `onPrimaryTransactionalWrite` loses the connection at a retryable write, before it or after.
 */
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isDoc, type Doc, type Value } from '../bson/values.ts';
import { badValue } from '../errors.ts';

/** What `failCommand` does to a command. */
export interface Fault {
  blockMs: number;
  closeConnection: boolean;
  errorCode: number | undefined;
  errorLabels: readonly string[] | undefined;
  writeConcernError: Doc | undefined;
}

/** Thrown in the middle of a command whose client is to get no answer. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}

/** How often a fail point lets go by what comes, and how often it strikes then. */
class Trigger {
  #skip: number;
  #times: number;

  constructor(mode: Value | undefined) {
    const { skip, times } = isDoc(mode) ? mode : {};
    if (mode !== 'alwaysOn' && !isNumeric(times) && !isNumeric(skip)) throw badValue('unknown fail point mode');
    this.#skip = isNumeric(skip) ? toNumber(skip) : 0;
    this.#times = isNumeric(times) ? toNumber(times) : Infinity;
  }

  strikes(): boolean {
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    return this.#times-- > 0;
  }
}

interface FailCommand extends Fault {
  trigger: Trigger;
  commands: readonly Value[];
  appName: string | undefined;
}

interface FailWrite {
  trigger: Trigger;
  /** Whether the write is lost, and not only its answer. */
  before: boolean;
}

export class Failpoints {
  #failCommand: FailCommand | undefined;
  #failWrite: FailWrite | undefined;

  /** @throws CommandError 2 on a mode or fail point that there isn't */
  configure({ configureFailPoint: name, mode, data: given }: Doc): void {
    const data = isDoc(given) ? given : {};
    if (name === 'failCommand') {
      this.#failCommand = mode === 'off' ? undefined : failCommand(new Trigger(mode), data);
    } else if (name === 'onPrimaryTransactionalWrite') {
      const before = data['failBeforeCommitExceptionCode'] !== undefined;
      this.#failWrite = mode === 'off' ? undefined : { trigger: new Trigger(mode), before };
    } else {
      throw badValue(`there is no fail point ${JSON.stringify(name)} in this server`);
    }
  }

  /** The fault that this command is to suffer, if any. */
  command(name: string, appName: string): Fault | undefined {
    const point = this.#failCommand;
    if (point === undefined || !point.commands.includes(name)) return undefined;
    if (point.appName !== undefined && point.appName !== appName) return undefined;
    return point.trigger.strikes() ? point : undefined;
  }

  /**
   * Comes before each statement of a retryable write.
   * @returns whether the client is to get no answer once the command is done
   * @throws Disconnected when the statement is not to be done either
   */
  retryableWrite(): boolean {
    const point = this.#failWrite;
    if (point?.trigger.strikes() !== true) return false;
    if (point.before) throw new Disconnected();
    return true;
  }
}

function failCommand(trigger: Trigger, data: Doc): FailCommand {
  const { failCommands, appName, errorCode, errorLabels, writeConcernError, blockTimeMS } = data;
  return {
    trigger,
    commands: Array.isArray(failCommands) ? failCommands : [],
    appName: typeof appName === 'string' ? appName : undefined,
    blockMs: data['blockConnection'] === true && isNumeric(blockTimeMS) ? toNumber(blockTimeMS) : 0,
    closeConnection: data['closeConnection'] === true,
    errorCode: isNumeric(errorCode) ? toNumber(errorCode) : undefined,
    errorLabels: Array.isArray(errorLabels) ? errorLabels.map(String) : undefined,
    writeConcernError: isDoc(writeConcernError) ? writeConcernError : undefined,
  };
}
