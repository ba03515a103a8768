import { describe, expect, it } from '@jest/globals';
import { LruMap } from './lru.ts';

describe('an LruMap', () => {
  it('removes the least recently used entry', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
  });

  it('removes as many entries as a heavy one needs, and does not keep one that is too heavy', () => {
    const map = new LruMap<string, number>(10);
    for (const key of ['a', 'b', 'c']) map.set(key, 1, 3);
    map.set('heavy', 1, 6);
    expect([map.get('a'), map.get('b'), map.get('c'), map.get('heavy')]).toEqual([undefined, undefined, 1, 1]);
    map.set('too heavy', 1, 11);
    expect(map.size).toBe(0);
    map.set('d', 1, 10);
    expect(map.get('d')).toBe(1);
  });

  it('counts only the new weight of a replaced value', () => {
    const map = new LruMap<string, number>(10);
    map.set('a', 1, 9);
    map.set('a', 2, 5);
    map.set('b', 3, 5);
    expect([map.get('a'), map.get('b')]).toEqual([2, 3]);
  });
});
