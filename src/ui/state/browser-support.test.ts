import { describe, expect, it } from 'vitest';
import { missingSupport } from './browser-support.ts';

const whole = { isSecureContext: true, crypto: { subtle: {} }, RTCPeerConnection: class {} };

describe('what the browser must have', () => {
  it('[UI3] is told before anything is tried', () => {
    expect(missingSupport(whole)).toBeUndefined();
    expect(missingSupport({ ...whole, isSecureContext: false })).toBe('InsecureContext');
    expect(missingSupport({ ...whole, crypto: {} })).toBe('InsecureContext');
    expect(missingSupport({ isSecureContext: true, crypto: { subtle: {} } })).toBe('WebRtcMissing');
    expect(missingSupport({})).toBe('InsecureContext');
  });
});
