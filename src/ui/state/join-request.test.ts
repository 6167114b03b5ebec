import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../core/base/errors.ts';
import { checkJoin, fieldOfError, meshKey, readableFragment, readMesh } from './join-request.ts';

const good = { nickname: 'alice', mesh: 'amber-otter-k3f9', password: 'tinsel-gravity-marble-oboe' };

const ORIGIN = 'https://chat.example';
const check = (values: Partial<typeof good>) => checkJoin({ ...good, ...values }, ORIGIN);

function errorsOf(values: Partial<typeof good>) {
  const result = check(values);
  return result.ok ? {} : result.errors;
}

describe('what stands in the join form', () => {
  it('[UI2] becomes a request when nothing is wrong', () => {
    const result = check({});
    expect(result).toMatchObject({ ok: true, request: { nickname: 'alice', password: good.password } });
    expect(result.ok && result.request.address).toEqual({ meshId: 'amber-otter-k3f9', path: '/chat' });
  });

  it.each([
    ['net.p2p://Ops-Room/bridge', 'ops-room', '/bridge'],
    ['https://chat.example/#ops-room/chat', 'ops-room', '/chat'],
    ['#ops-room', 'ops-room', '/chat'],
  ])('[UI2] takes %s where a mesh is typed', (mesh, meshId, path) => {
    const result = check({ mesh });
    expect(result.ok && result.request.address).toEqual({ meshId, path });
  });

  it.each([
    'https://chat.example/#ops-room?password=a%20b',
    'https://chat.example:443/app?lang=en#ops-room?password=a%20b',
    ' HTTPS://Chat.Example/#Ops-Room/chat?password=a%20b ',
    '#ops-room?password=a%20b',
  ])('[UI2, AD5] reads mesh and password of the link %j', (mesh) => {
    expect(readMesh(mesh, ORIGIN)).toMatchObject({ ok: true, address: { meshId: 'ops-room' }, password: 'a b' });
    // What stands in the password's own field is what counts.
    const result = check({ mesh });
    expect(result.ok && result.request.password).toBe(good.password);
  });

  it.each([
    'https://other.example/#ops-room',
    'http://chat.example/#ops-room',
    'https://chat.example:8443/#ops-room',
    'https://chat.example.evil.example/#ops-room',
    'https://chat.example@evil.example/#ops-room',
    'https://evil.example\\@chat.example/#ops-room',
    'https://chat.example /#ops-room',
    'https:///#ops-room',
    'ftp://chat.example/#ops-room',
    'net.p2p.evil://chat.example/#ops-room',
    'https://other.example/#ops-room?password=x',
    '\n https://other.example/#ops-room',
  ])('[UI2, UI3] does not take %j, which belongs to another site, as a room here', (mesh) => {
    expect(errorsOf({ mesh })).toEqual({ mesh: expect.stringMatching(/belongs to another site/) });
    expect(readMesh(mesh, ORIGIN)).not.toHaveProperty('password');
  });

  it('[UI2] knows the same mesh again in every form, and others apart', () => {
    const forms = ['ops-room', ' Ops-Room/chat', '#ops-room', 'net.p2p://ops-room', `${ORIGIN}/#ops-room?password=x`];
    const others = ['', 'ops-room/bridge', 'ops room', 'https://other.example/#ops-room', 'ops-roo'];
    expect(new Set(forms.map((text) => meshKey(text, ORIGIN))).size).toBe(1);
    expect(new Set([forms[0]!, ...others].map((text) => meshKey(text, ORIGIN))).size).toBe(1 + others.length);
  });

  it.each([
    ['ops-room/chat', 'ops-room'],
    ['ops-room/bridge', 'ops-room/bridge'],
    ['caf%C3%A9', 'caf\u00e9'],
    ['a%20b', 'a b'],
    ['a%20b/%C3%A9', 'a b/\u00e9'],
    ['100%', '100%'],
    ['%C3', '%C3'],
  ])('[UI2] shows the fragment %j as %j', (fragment, shown) => {
    expect(readableFragment(fragment)).toBe(shown);
  });

  it.each(['', '   '])('[UI2] reads an empty nickname as DefaultName', (nickname) => {
    const result = check({ nickname });
    expect(result.ok && result.request.nickname).toBe('DefaultName');
  });

  it('[UI2, CH2] takes a nickname without what nobody sees in it', () => {
    const result = check({ nickname: ' al\u200bice  of\tthe lake ' });
    expect(result.ok && result.request.nickname).toBe('alice of the lake');
  });

  it('[UI3] takes 40 characters of any script as a nickname and says so beside a longer one', () => {
    expect(errorsOf({ nickname: '👋'.repeat(40) })).toEqual({});
    expect(errorsOf({ nickname: '👋'.repeat(41) }).nickname).toMatch(/at most 40 characters/);
  });

  it('[UI3] asks for an empty password and never trims one', () => {
    expect(errorsOf({ password: '' }).password).toMatch(/password/);
    const result = check({ password: ' ' });
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
