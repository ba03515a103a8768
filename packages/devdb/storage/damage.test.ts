/** What becomes of damaged files: a torn tail is cut off, and whatever else is wrong stops the start and changes nothing. */
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { flip, logDirectory, payloadOf, writtenLog } from '../tests/database.ts';

/** Every file of the directory, and its bytes in base64. */
const contents = (dataDir: string): [string, string][] =>
  fs
    .readdirSync(dataDir)
    .sort()
    .map((name) => [name, fs.readFileSync(path.join(dataDir, name), 'base64')]);

/** A frame as devdb wrote it before frames were numbered. */
function unnumbered(text: string): Buffer {
  const bytes = Buffer.alloc(8 + text.length);
  bytes.writeUInt32LE(text.length, 0);
  bytes.writeUInt32LE(crc32(text), 4);
  bytes.write(text, 8);
  return bytes;
}

describe('a log that was damaged', () => {
  const TEXTS = ['one', 'two', 'three', 'four'];
  /** What can become of the second of four frames, which spans `from` to `to`. */
  const DAMAGES: Record<string, (bytes: Buffer, from: number, to: number) => Buffer> = {
    'is zeroed': (bytes, from, to) => Buffer.from(bytes).fill(0, from, to),
    'is all ones': (bytes, from, to) => Buffer.from(bytes).fill(0xff, from, to),
    'lost a byte': (bytes, from, to) =>
      Buffer.concat([bytes.subarray(0, from + 1), bytes.subarray(from + 2, to), bytes.subarray(to)]),
    'lost its first half': (bytes, from, to) =>
      Buffer.concat([bytes.subarray(0, from), bytes.subarray((from + to) >> 1)]),
    'is missing whole': (bytes, from, to) => Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]),
    'is there twice': (bytes, from, to) =>
      Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, to), bytes.subarray(to)]),
    'has other bytes before it': (bytes, from) =>
      Buffer.concat([bytes.subarray(0, from), Buffer.from('garbage'), bytes.subarray(from)]),
    'has the length of a frame that reaches behind the end': (bytes, from) => flip(bytes, from + 2, 0xff),
  };

  it.each(Object.keys(DAMAGES))('stops where a frame %s and whole ones follow, and changes nothing', async (what) => {
    for (const behind of [1, 2]) {
      using files = logDirectory();
      const { file, whole, starts } = await writtenLog(files, TEXTS);
      const at = TEXTS.length - 1 - behind;
      const [from = NaN, to = NaN] = starts.slice(at);
      fs.writeFileSync(file, DAMAGES[what]?.(whole, from, to) ?? whole);
      const before = contents(files.dataDir);
      const damagedAt = what === 'is there twice' ? to : from;
      expect(() => files.open()).toThrow(
        new RegExp(
          `^${file} is damaged at byte ${String(damagedAt)}, and whole writes follow from byte \\d+\\. Nothing was changed\\.`,
        ),
      );
      expect(contents(files.dataDir)).toEqual(before);
    }
  });

  it('stops wherever a bit is flipped before the last frame', async () => {
    using files = logDirectory();
    const { file, whole, starts } = await writtenLog(files, TEXTS);
    for (let at = 0; at < (starts[3] ?? NaN); at++) {
      for (let bit = 1; bit < 0x100; bit *= 2) {
        const damaged = flip(whole, at, bit);
        fs.writeFileSync(file, damaged);
        expect(() => files.open()).toThrow(/is damaged at byte \d+, and whole writes follow/);
        expect(fs.readFileSync(file)).toEqual(damaged);
      }
    }
  });

  it('cuts what follows the last frame and is no later write: zeros, garbage, a copy of older frames', async () => {
    using files = logDirectory();
    const { file, whole, starts } = await writtenLog(files, TEXTS);
    for (const tail of [Buffer.alloc(5000), Buffer.from('garbage '.repeat(99)), whole.subarray(starts[1], starts[3])]) {
      fs.writeFileSync(file, Buffer.concat([whole, tail]));
      const { log, replayed, warnings } = files.open();
      expect(replayed).toEqual(TEXTS);
      expect(warnings).toEqual([{ file, keptBytes: whole.length, droppedBytes: tail.length }]);
      await log.close();
    }
  });

  it('finds the whole frames behind a long damage without trying every byte of it as a frame', async () => {
    using files = logDirectory();
    const { file, whole, starts } = await writtenLog(files, ['one', 'text\0'.repeat(4_000_000), 'three']);
    fs.writeFileSync(file, Buffer.from(whole).fill(0, starts[1], (starts[1] ?? NaN) + 100));
    expect(() => files.open()).toThrow(`and whole writes follow from byte ${String(starts[2])}.`);
  });

  it('stops where a snapshot or an older segment ends too early, or a file is missing', async () => {
    const stops = async (damage: (file: (name: string) => string, ends: number[]) => void, sentence: RegExp) => {
      using files = logDirectory();
      const file = (name: string): string => path.join(files.dataDir, `devdb.${name}`);
      const { log } = files.open();
      await log.compact([payloadOf('snapshot 1'), payloadOf('snapshot 2')]);
      log.append(payloadOf('one'));
      const end = log.size;
      log.append(payloadOf('two'));
      const failing = function* (): Generator<Buffer[]> {
        yield payloadOf('half');
        throw new Error('killed');
      };
      await expect(log.compact(failing())).rejects.toThrow('killed');
      log.append(payloadOf('three'));
      await log.close();
      const sound = files.open();
      expect(sound.replayed).toEqual(['snapshot 1', 'snapshot 2', 'one', 'two', 'three']);
      await sound.log.close();
      damage(file, [end]);
      const before = contents(files.dataDir);
      expect(() => files.open()).toThrow(sentence);
      expect(contents(files.dataDir)).toEqual(before);
    };
    await stops((file) => {
      fs.truncateSync(file('000002.snapshot'), 0);
    }, /000002\.snapshot ends at byte 0, before its end mark/);
    await stops((file, [end]) => {
      fs.truncateSync(file('000002.log'), end);
    }, /000002\.log ends at byte \d+, before its end mark/);
    await stops((file) => {
      fs.writeFileSync(file('000002.log'), flip(fs.readFileSync(file('000002.log')), 5));
    }, /000002\.log is damaged at byte 0/);
    await stops((file) => {
      fs.unlinkSync(file('000002.log'));
    }, /000002\.log is missing/);
    await stops((file) => {
      fs.unlinkSync(file('000002.snapshot'));
    }, /000002\.snapshot is missing/);
    await stops((file) => {
      fs.copyFileSync(file('000003.log'), file('000002.log'));
    }, /000002\.log is damaged at byte 0/);
  });

  it('goes on in a log of the format before frames were numbered, and finds its whole frames, too', async () => {
    using files = logDirectory();
    const file = path.join(files.dataDir, 'devdb.000001.log');
    const old = Buffer.concat(['one', 'two', 'three'].map(unnumbered));
    fs.writeFileSync(file, old);
    const first = files.open();
    expect(first.replayed).toEqual(['one', 'two', 'three']);
    first.log.append(payloadOf('four'));
    await first.log.close();
    const second = files.open();
    expect(second.replayed).toEqual(TEXTS.slice(0, 3).concat('four'));
    await second.log.close();

    for (const bytes of [fs.readFileSync(file), old]) {
      fs.writeFileSync(file, flip(bytes, 12));
      expect(() => files.open()).toThrow('is damaged at byte 11, and whole writes follow from byte 22.');
    }
    fs.writeFileSync(file, old.subarray(0, -1));
    const { log, replayed } = files.open();
    expect(replayed).toEqual(['one', 'two']);
    await log.compact([payloadOf('snapshot')]);
    await log.close();
    const compacted = files.open();
    expect(compacted.replayed).toEqual(['snapshot']);
    await compacted.log.close();
  });

  it('opens a snapshot of the format before frames were numbered', async () => {
    using files = logDirectory();
    fs.writeFileSync(path.join(files.dataDir, 'devdb.000007.snapshot'), unnumbered('snapshot'));
    fs.writeFileSync(path.join(files.dataDir, 'devdb.000007.log'), unnumbered('one'));
    fs.writeFileSync(path.join(files.dataDir, 'devdb.000008.log'), '');
    const { log, replayed } = files.open();
    expect(replayed).toEqual(['snapshot', 'one']);
    await log.close();
  });
});
