import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../core/base/errors.ts';
import { checkJoin, fieldOfError } from './join-request.ts';

const good = { nickname: 'alice', mesh: 'amber-otter-k3f9', password: 'tinsel-gravity-marble-oboe' };

function errorsOf(values: Partial<typeof good>) {
  const result = checkJoin({ ...good, ...values });
  return result.ok ? {} : result.errors;
}

describe('what stands in the join form', () => {
  it('[UI2] becomes a request when nothing is wrong', () => {
    const result = checkJoin(good);
    expect(result).toMatchObject({ ok: true, request: { nickname: 'alice', password: good.password } });
    expect(result.ok && result.request.address).toEqual({ meshId: 'amber-otter-k3f9', path: '/chat' });
  });

  it.each([
    ['net.p2p://Ops-Room/bridge', 'ops-room', '/bridge'],
    ['https://chat.example/#ops-room/chat', 'ops-room', '/chat'],
    ['#ops-room', 'ops-room', '/chat'],
  ])('[UI2] takes %s where a mesh is typed', (mesh, meshId, path) => {
    const result = checkJoin({ ...good, mesh });
    expect(result.ok && result.request.address).toEqual({ meshId, path });
  });

  it.each(['', '   '])('[UI2] reads an empty nickname as DefaultName', (nickname) => {
    const result = checkJoin({ ...good, nickname });
    expect(result.ok && result.request.nickname).toBe('DefaultName');
  });

  it('[UI2, CH2] takes a nickname without what nobody sees in it', () => {
    const result = checkJoin({ ...good, nickname: ' al\u200bice  of\tthe lake ' });
    expect(result.ok && result.request.nickname).toBe('alice of the lake');
  });

  it('[UI3] takes 40 characters of any script as a nickname and says so beside a longer one', () => {
    expect(errorsOf({ nickname: '👋'.repeat(40) })).toEqual({});
    expect(errorsOf({ nickname: '👋'.repeat(41) }).nickname).toMatch(/at most 40 characters/);
  });

  it('[UI3] asks for an empty password and never trims one', () => {
    expect(errorsOf({ password: '' }).password).toMatch(/password/);
    const result = checkJoin({ ...good, password: ' ' });
    expect(result.ok && result.request.password).toBe(' ');
  });

  it.each([
    ['', /name/],
    ['two words', /letters, digits/],
    ['https://example.org/', /leads to no mesh/],
    ['%E0%A4%A', /letters, digits/],
    ['x'.repeat(65), /at most 64 characters/],
    ['x'.repeat(1_000_000), /at most 64 characters/],
  ])('[UI3] says what is wrong with a mesh that is none', (mesh, sentence) => {
    expect(errorsOf({ mesh }).mesh).toMatch(sentence);
  });

  it('[UI3] names every bad field at once', () => {
    expect(Object.keys(errorsOf({ nickname: 'x'.repeat(41), mesh: '', password: '' }))).toEqual([
      'nickname',
      'mesh',
      'password',
    ]);
  });

  it('[UI3] has a place on the screen for every error of joining', () => {
    const places = Object.fromEntries(errorCodes.map((code) => [code, fieldOfError(code)]));
    expect(places).toMatchObject({
      NicknameTooLong: 'nickname',
      MeshAddressMalformed: 'mesh',
      PasswordTooLong: 'password',
      AppUnavailable: 'form',
    });
  });
});
