/**
 * Every word of the screen that is not an error sentence, in one place, so that other languages can follow.
 * Knows nothing of components; functions take plain values and give plain text.
 */
import type { Reach } from '../../core/chat/reach.ts';
import type { JoinStage, RoomStatus } from '../../core/chat/types.ts';

const number = (n: number): string => n.toLocaleString('en-GB');

export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** "bob", "bob and carol", "bob, carol and 3 others" */
export function nameList(names: readonly string[], shown = 3): string {
  if (names.length <= 1) return names[0] ?? '';
  const listed = names.length <= shown ? names.slice(0, -1) : names.slice(0, shown - 1);
  const rest = names.length - listed.length;
  const last = rest === 1 ? (names[names.length - 1] ?? '') : count(rest, 'other');
  return `${listed.join(', ')} and ${last}`;
}

/** Short, for the panel beside the log has the whole sentence. */
const aloneWords: Record<NonNullable<RoomStatus['alone']>, string> = {
  Looking: 'looking for others',
  NobodyHere: 'nobody else is here yet',
  AnotherPassword: 'passwords differ',
  ConnectionImpossible: 'no connection gets through',
  ResolverUnreachable: 'no way to look for others',
};

/** Text of the status line. It begins with "Online" or "Offline" and tells the numbers. [UI5] */
export function statusText(status: RoomStatus): string {
  const parts = [
    status.online ? 'Online' : 'Offline',
    count(status.neighbours, 'neighbour'),
    count(status.members, 'member'),
  ];
  if (!status.online && status.alone !== undefined) parts.push(aloneWords[status.alone]);
  return parts.join(' · ');
}

export const stageWords: Record<JoinStage, string> = {
  stretching: 'Strengthening the password…',
  connecting: 'Looking for others…',
};

export const words = {
  product: 'Peer Channel',
  tagline: 'Private talk, browser to browser.',
  promises: [
    'No account, nothing to install.',
    'No server sees a message, a name or the password.',
    'When the last one leaves, nothing is left behind.',
  ],
  join: {
    heading: { offered: 'Open a room', link: 'You are invited', typed: 'Join a room' },
    nickname: 'Nickname',
    nicknameHint: 'How others see you. Left empty, you are DefaultName.',
    mesh: 'Mesh',
    meshHint: {
      offered: 'A fresh name. Or paste a link you were sent.',
      link: 'The room this link leads to.',
      typed: 'Who gives the same name and password meets you there.',
    },
    foreignLink: 'That link belongs to another site: open it there.',
    password: 'Password',
    passwordFreshHint: 'Made for you. Tell it to the others, not together with the link.',
    passwordHint: 'The one the others use. It never leaves this browser.',
    show: 'Show',
    hide: 'Hide',
    ofPassword: 'the characters',
    copy: 'Copy',
    another: 'Make another',
    makeOne: 'Make one for me',
    passphraseFailed: 'No passphrase could be made just now: choose a password of your own.',
    keeps: 'Know each other again next time',
    keepsHint: 'This device then keeps a key for this mesh, and the keys of those you meet in it.',
    submit: 'Join',
  },
  room: {
    messages: 'Messages',
    members: 'Members',
    message: 'Message',
    placeholder: 'Write to everybody here',
    send: 'Send',
    share: 'Share',
    leave: 'Leave',
    you: 'you',
    namesake: 'same name as you',
    doubtful: 'another key',
    equivocates: 'two versions',
    muted: 'muted',
    blocked: 'blocked',
    verified: 'compared',
    waiting: (messages: number) =>
      messages === 1 ? 'Nobody has received this yet' : `Nobody has received these ${messages} yet`,
    reached: ({ nodes, of }: Reach) => {
      if (nodes < of) return `Reached ${number(nodes)} of ${number(of)}`;
      return of === 1 ? 'Reached' : `Reached all ${number(of)}`;
    },
    reachedMeans: ({ nodes, of }: Reach) =>
      nodes < of
        ? `${number(nodes)} of the ${number(of)} others here have it so far. Who was cut off gets it on coming back; after a minute that is not counted.`
        : 'All others here have it. Whether they read it, nobody is told.',
    earlier: (messages: number) => `${count(messages, 'earlier message')} came in`,
    latest: 'Jump to latest',
    showAll: 'Show all of it',
    showLess: 'Show less',
    allMembers: 'All',
    fewerMembers: 'Fewer',
    resolverUnreachable: 'The resolver cannot be reached; trying again. The people you are linked to stay reachable.',
    resolverUnreachableAlone: 'The resolver cannot be reached; trying again. Until it is, nobody can find you.',
    keys: 'Enter sends, Shift and Enter begins a new line, q alone leaves.',
  },
  alone: {
    Looking: { title: 'Looking for others…', text: 'You can write already: it waits for them.' },
    NobodyHere: {
      title: 'Nobody else is here yet',
      text: 'Pass the link on, and tell the password separately. What you write waits for whoever comes.',
    },
    AnotherPassword: {
      title: 'Somebody here uses another password',
      text: 'Nothing passes between you and them. Check your password together: capitals and spaces count. If both are the same, somebody stands between you.',
    },
    ConnectionImpossible: {
      title: 'Somebody is here, but no connection gets through',
      text: 'The networks between you block it. Another network, such as a phone’s, often helps.',
    },
    ResolverUnreachable: {
      title: 'Others cannot be looked for just now',
      text: 'The resolver, which helps people find each other, does not answer. Check your network; trying goes on by itself.',
    },
  },
  aloneActions: { invite: 'Invite people', retype: 'Try another password', again: 'Look again' },
  compare: {
    asked: (nickname: string, tag: string) => `${nickname} (${tag}) wants to compare keys with you.`,
    accept: 'Compare',
    decline: 'Not now',
  },
  share: {
    heading: 'Invite people',
    text: 'Whoever has this link and the password can come in.',
    textWithPassword: 'Whoever has this link can come in.',
    link: 'Link',
    copy: 'Copy link',
    copied: 'Copied.',
    qr: 'QR code to scan',
    otherApps: 'Other apps…',
    noQr: 'The link is too long for a QR code.',
    passwordApart: 'Tell the password by another way than the link: by voice, for instance.',
    password: 'Password of this room',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    copyPassword: 'Copy password',
    passwordCopied: 'Password copied.',
    withPassword: 'Put the password in the link',
    warning: 'Then whoever sees the link gets in, and links stay in histories and chats.',
    close: 'Close',
    failed: 'That could not be opened: a newer version may have replaced this one. The link is in the address bar.',
  },
  otherMesh: {
    text: (meshId: string) => `The address bar now names another mesh: ${meshId}.`,
    go: 'Go there',
    stay: 'Stay here',
  },
  update: {
    text: 'A new version is ready.',
    inRoom: 'Reloading leaves the room.',
    reload: 'Reload',
    later: 'Later',
  },
  timeline: {
    ready: (nickname: string) => `${nickname} is ready`,
    joined: (names: readonly string[]) => `${nameList(names)} joined`,
    left: (names: readonly string[]) => `${nameList(names)} left`,
    lost: (names: readonly string[]) => `${nameList(names)} lost the connection`,
    online: 'You are linked',
    offline: 'You are linked to nobody now',
    anotherPassword: 'Somebody here uses another password',
    namesake: (nickname: string, tag: string) =>
      `Another ${nickname} is here (${tag}). What a namesake writes is not shown, and yours is not shown to them: take another nickname.`,
    equivocation: (nickname: string, tag: string) =>
      `${nickname} (${tag}) has signed two different messages as one. What came here, and the other:`,
    doubtful: (nickname: string, tag: string, knownTag: string, known: string) =>
      `This ${nickname} (${tag}) has another key than the ${nickname} (${knownTag}) you last met ${known}. It may be another device of theirs, another person, or somebody who takes their place: compare the safety number before you trust it.`,
  },
} as const;
