import { describe, expect, it } from 'vitest';
import { createEmitter } from './emitter.ts';

interface Facts {
  said: string;
  left: undefined;
}

describe('emitter', () => {
  it('tells every listener of that fact, in the order they came', () => {
    const emitter = createEmitter<Facts>();
    const heard: string[] = [];
    emitter.on('said', (text) => heard.push(`alice ${text}`));
    emitter.on('said', (text) => heard.push(`bob ${text}`));
    emitter.on('left', () => heard.push('left'));
    emitter.emit('said', 'hello');
    expect(heard).toEqual(['alice hello', 'bob hello']);
  });

  it('hears a function twice that subscribed twice, and each subscription ends by itself', () => {
    const emitter = createEmitter<Facts>();
    const heard: string[] = [];
    const listener = (text: string): void => void heard.push(text);
    const unsubscribe = emitter.on('said', listener);
    emitter.on('said', listener);
    emitter.emit('said', 'twice');
    unsubscribe();
    unsubscribe();
    emitter.emit('said', 'once');
    expect(heard).toEqual(['twice', 'twice', 'once']);
  });

  it('a listener that comes or goes while a fact is told does not change who hears it', () => {
    const emitter = createEmitter<Facts>();
    const heard: string[] = [];
    const unsubscribe = emitter.on('said', () => {
      unsubscribe();
      emitter.on('said', () => heard.push('carol'));
    });
    emitter.on('said', () => heard.push('bob'));
    emitter.emit('said', 'first');
    expect(heard).toEqual(['bob']);
    emitter.emit('said', 'second');
    expect(heard).toEqual(['bob', 'bob', 'carol']);
  });

  it('a listener that throws keeps nobody from hearing, and the first error is not lost', () => {
    const emitter = createEmitter<Facts>();
    const heard: string[] = [];
    emitter.on('said', () => {
      throw new Error('first');
    });
    emitter.on('said', () => {
      throw new Error('second');
    });
    emitter.on('said', (text) => heard.push(text));
    expect(() => emitter.emit('said', 'hello')).toThrow('first');
    expect(heard).toEqual(['hello']);
  });
});
