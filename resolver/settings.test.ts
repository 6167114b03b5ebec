import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, firstBadSetting, readEnvironment } from './settings.ts';

describe('settings', () => {
  it('[RS17] are ten minutes of life and a clean-up every minute unless set', () => {
    const read = readEnvironment({});
    expect(read).toEqual({ ok: true, value: { port: 8080, host: undefined, resolver: DEFAULT_SETTINGS } });
    expect(DEFAULT_SETTINGS.lifetimeMs).toBe(600_000);
    expect(DEFAULT_SETTINGS.cleanUpIntervalMs).toBe(60_000);
    expect(DEFAULT_SETTINGS.trustedProxies).toBe(0);
  });

  it('[RS17] are read from the environment, in seconds', () => {
    const read = readEnvironment({
      PORT: '0',
      HOST: ' ::1 ',
      REGISTRATION_LIFETIME_S: '30',
      CLEAN_UP_INTERVAL_S: '5',
      TRUST_PROXY: '2',
    });
    expect(read.ok && read.value).toMatchObject({
      port: 0,
      host: '::1',
      resolver: { lifetimeMs: 30_000, cleanUpIntervalMs: 5_000, trustedProxies: 2 },
    });
  });

  it.each([
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '8080.5'],
    ['PORT', '0x50'],
    ['REGISTRATION_LIFETIME_S', '0'],
    ['CLEAN_UP_INTERVAL_S', '99999999'],
    ['MAX_CONNECTIONS_PER_ADDRESS', '0'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '1.5'],
    ['TRUST_PROXY', '-1'],
    ['TRUST_PROXY', '17'],
  ])('[RS17] say what is wrong with %s=%s in one line', (name, value) => {
    const read = readEnvironment({ [name]: value });
    expect(!read.ok && read.reason).toMatch(new RegExp(`^${name} must be a whole number from .*"${value}"\\.$`));
  });

  it('[RS17] must be positive', () => {
    expect(firstBadSetting(DEFAULT_SETTINGS)).toBeUndefined();
    for (const name of ['lifetimeMs', 'cleanUpIntervalMs', 'maxConnectionsPerAddress'] as const) {
      for (const value of [0, -1, NaN, Infinity, 1.5]) {
        expect(firstBadSetting({ ...DEFAULT_SETTINGS, [name]: value })).toBe(name);
      }
    }
    for (const name of ['graceMs', 'trustedProxies'] as const) {
      expect(firstBadSetting({ ...DEFAULT_SETTINGS, [name]: 0 })).toBeUndefined();
      for (const value of [-1, NaN, 1.5]) expect(firstBadSetting({ ...DEFAULT_SETTINGS, [name]: value })).toBe(name);
    }
  });
});
