/** Words about one member, fetched with the dialog that shows them. */
import type { ComparisonStage, Standing } from '../../core/chat/types.ts';
import type { Keeping } from '../state/room-view.svelte.ts';

export const memberWords = {
  standing: {
    Own: 'This is you. The four characters are of your key: others see them beside your name.',
    New: 'You have not met this key before.',
    Known: 'You have met this key before.',
    Verified: 'You have compared this key with theirs.',
    Doubtful:
      'This name is another key’s: another device of theirs, another person, or somebody who takes their place.',
  } satisfies Record<Standing, string>,
  equivocates:
    'This key has signed two different messages as one, so that some may have read what others have not. A program that works as it should does not do that: do not rely on what is written with it.',
  gone: (nickname: string) => `${nickname} is not here any more.`,
  /** Another tab of one's own. */
  ownTab: 'This is you, in another tab or window.',
  keeping: {
    kept: 'This device keeps your key for this mesh, so that others know you again, and the keys of those you met in it.',
    earlier:
      'This device keeps a key of yours for this mesh from before. This time you have another, which goes with this tab.',
    impossible: 'This browser keeps no keys: yours goes with this tab, and so does what you know of the others.',
    not: 'Your key goes with this tab, and so does what you know of the others. To know each other again, say so when you join.',
    forgotten: 'Forgotten. You stay in the room until you leave.',
  } satisfies Record<Keeping, string>,
  forget: 'Forget this mesh on this device',
  forgetFailed:
    'It could not be forgotten: the browser does not let go of its storage. Try again, or clear the data of this site.',
  number: 'Safety number',
  compare: (nickname: string) =>
    `Let ${nickname} open you in their list of members, and read the number to each other, by voice or side by side. If it is the same, this key is theirs, and nobody stands between you.`,
  pictures: 'Compare seven pictures',
  picturesHint: (nickname: string) => `Quicker than the number, while ${nickname} is at the screen.`,
  comparing: {
    Asking: (nickname: string) => `${nickname} is asked to compare. Tell them, by voice or side by side…`,
    Asked: (nickname: string) => `${nickname} wants to compare.`,
    Answering: () => 'One moment…',
    Showing: (nickname: string) =>
      `Say these to each other, by voice or side by side. If ${nickname} sees the same in the same order, this key is theirs, and nobody stands between you.`,
    Declined: (nickname: string) => `${nickname} does not want to compare now.`,
    Unanswered: (nickname: string) => `${nickname} has not answered. Ask again when they are at the screen.`,
    Failed: () => 'That did not come about. Try again, or compare the number.',
  } satisfies Record<ComparisonStage, (nickname: string) => string>,
  picturesSame: 'They are the same',
  picturesDiffer: 'They differ',
  differ: 'Then somebody stands between you, or this is not their key: do not trust what is written under this name.',
  cancel: 'Cancel',
  again: 'Back to the number',
  same: 'It is the same',
  notSame: 'Not compared after all',
  mute: 'Do not show what they write',
  unmute: 'Show what they write again',
  muted: 'What they write is not shown to you. They are not told.',
  block: 'Block',
  unblock: 'Unblock',
  blockHint:
    'Blocking hides it too, and this device makes no connection to theirs. They still get what you write, over others.',
  blocked:
    'What they write is not shown to you, and this device makes no connection to theirs. They still get what you write, over others: to keep them out, start a new mesh.',
} as const;
