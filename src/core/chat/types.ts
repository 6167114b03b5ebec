/** What a chat application sees: a room of members and a timeline. Implemented by room.ts, shown by src/ui. */
import type { EndpointAddress } from '../base/address.ts';
import type { EventSource } from '../base/emitter.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { EndpointPath, NodeId } from '../base/ids.ts';
import type { DeliveryState } from '../mesh/types.ts';
import type { Reach } from './reach.ts';

/** Longest nickname in characters (code points); longer is refused with a sentence, empty becomes DEFAULT_NICKNAME (R10). */
export const MAX_NICKNAME_CHARS = 40;
export const DEFAULT_NICKNAME = 'DefaultName';
/** Longest message in UTF-8 bytes. */
export const MAX_TEXT_BYTES = 4096;
/** Timeline entries kept in memory; those furthest up go first, whenever they came. */
export const MAX_TIMELINE_ENTRIES = 2000;

/**
 * How well a key is known under the name it bears: oneself, in this tab or another; met for the first time; met before;
 * compared by the safety number; bears a name that is another key's, and was not compared.
 */
export type Standing = 'Own' | 'New' | 'Known' | 'Verified' | 'Doubtful';

export interface Member {
  readonly nodeId: NodeId;
  readonly nickname: string;
  /** Four characters derived from the identity key, to tell namesakes apart. */
  readonly tag: string;
  /** Stable hue in degrees, 0 to 359, derived from the identity key. */
  readonly hue: number;
  readonly self: boolean;
  /** Bears the own nickname: its messages are not shown (R13), and this is said (R14). */
  readonly namesake: boolean;
  /** The identity key, 32 bytes. */
  readonly key: Uint8Array;
  readonly standing: Standing;
  /** By this person: what it writes is not shown. */
  readonly muted: boolean;
  /** By this person: muted, and no link is made with its nodes. */
  readonly blocked: boolean;
  /** Its key has signed one message for some and another for others. */
  readonly equivocates: boolean;
}

export interface RoomStatus {
  readonly online: boolean;
  readonly neighbours: number;
  /** Members of the room, this one included. */
  readonly members: number;
  readonly resolver: 'Connecting' | 'Reachable' | 'Unreachable';
  /**
   * Why nobody is linked: still looking; nobody else is here; somebody is here with another password;
   * somebody is here who cannot be connected to; nobody can be looked for. `undefined` while online.
   */
  readonly alone?: 'Looking' | 'NobodyHere' | 'AnotherPassword' | 'ConnectionImpossible' | 'ResolverUnreachable';
}

/** `at`, ms since the Unix epoch: when it came, or of a message when it was sent if that is believed and was earlier. */
export type TimelineEntry =
  | {
      readonly kind: 'message';
      readonly id: string;
      readonly at: number;
      readonly author: Member;
      readonly text: string;
      /** What became of an own message. */
      readonly delivery?: DeliveryState;
      /** How many others have an own message; undefined until one has. */
      readonly reach?: Reach;
    }
  | { readonly kind: 'ready'; readonly id: string; readonly at: number; readonly nickname: string }
  | { readonly kind: 'joined' | 'left' | 'lost'; readonly id: string; readonly at: number; readonly member: Member }
  | { readonly kind: 'online' | 'offline'; readonly id: string; readonly at: number }
  /** A notice with a sentence of the error table: another password met, resolver unreachable, ... */
  | { readonly kind: 'notice'; readonly id: string; readonly at: number; readonly code: ErrorCode }
  /** Somebody with the own nickname is here; said once per namesake (R14). */
  | { readonly kind: 'namesake'; readonly id: string; readonly at: number; readonly member: Member }
  /** Somebody signed two messages as one: what came here first, and the other; '' is no text. */
  | {
      readonly kind: 'equivocation';
      readonly id: string;
      readonly at: number;
      readonly member: Member;
      readonly texts: readonly [string, string];
    }
  /** Somebody bears a name that another key bore before, which is `knownTag`'s. */
  | {
      readonly kind: 'doubtful';
      readonly id: string;
      readonly at: number;
      readonly member: Member;
      readonly knownTag: string;
      /** When the other was last met, ms since the Unix epoch. */
      readonly knownAt: number;
    };

export interface ChatRoomEvents {
  statusChanged: RoomStatus;
  membersChanged: readonly Member[];
  /** An entry came: at the end, or above others. */
  timelineGrew: TimelineEntry;
  /** It stands where one of the same ID stood. */
  timelineChanged: TimelineEntry;
  closed: undefined;
}

export type SendTextResult = 'Sent' | 'Left' | 'Empty' | ErrorCode;

export interface ChatRoom extends EventSource<ChatRoomEvents> {
  readonly address: EndpointAddress;
  readonly nickname: string;
  readonly status: RoomStatus;
  /** Self first, then by nickname. */
  readonly members: readonly Member[];
  /** In the order shown. */
  readonly timeline: readonly TimelineEntry[];
  /**
   * Sends what was typed. `q`, `Q` and `/q` alone leave (R12); `//q` sends "q"; an empty line does nothing ('Empty').
   * Returns an error code when it was not taken: the composed text then stays where it is.
   */
  submit(line: string): SendTextResult;
  /** What two people compare, in twelve groups of five digits; undefined of oneself. */
  safetyNumber(member: Member): readonly string[] | undefined;
  /** The safety numbers were compared with this member, as it is called now; or were not after all. */
  compare(member: Member, isSame: boolean): void;
  /** What this member's key writes from now on is not shown, or is again. */
  mute(member: Member, isMuted: boolean): void;
  /** Or neither shows what it writes nor links to it. */
  block(member: Member, isBlocked: boolean): void;
  leave(): void;
  /** Tries at once to find neighbours (R21); `alone` is 'Looking' again, unless there is no resolver to ask. */
  refreshConnection(): void;
  /** The page came back or its network changed: asks after the neighbours at once. */
  wake(): void;
}

/**
 * Asking: the other has not answered. Asked: this person has not. Answering: the other is to open its nonce. Showing: the
 * pictures stand to be compared. Declined, Unanswered, Failed: nothing came of it.
 */
export type ComparisonStage = 'Asking' | 'Asked' | 'Answering' | 'Showing' | 'Declined' | 'Unanswered' | 'Failed';

/** Of its own, so that what is said for comparing is nothing to a chat. */
export const COMPARISON_PATH = '/comparison' as EndpointPath;

/** Two people who compare pictures, as one of them sees it. */
export interface Comparison {
  /** The other, as it was when this began. */
  readonly member: Member;
  readonly stage: ComparisonStage;
  /** Seven numbers from 0 to 63 while showing; else none. */
  readonly code: readonly number[];
}

/** One comparison at a time. */
export interface Comparisons {
  readonly current: Comparison | undefined;
  /** Asks this member; what was under way is over. Rejects where the program for it cannot be fetched. */
  ask(member: Member): Promise<void>;
  /** Of what one was asked. */
  answer(accepts: boolean): void;
  /** Takes it off the screen; the other is told if it still waits. */
  end(): void;
  onChange(listener: () => void): () => void;
}

/** What the join screen asks for. */
export interface JoinRequest {
  readonly nickname: string;
  readonly address: EndpointAddress;
  readonly password: string;
  /** Key and acquaintances of this mesh are kept on this device. */
  readonly keeps: boolean;
}

/** What a person has joined. */
export interface Joined {
  readonly room: ChatRoom;
  readonly comparisons: Comparisons;
  /** Key and acquaintances are kept, as was asked; false also where the browser cannot. */
  readonly isKept: boolean;
  /** Takes everything of this mesh off this device, while the room goes on; undefined where there is nothing. */
  readonly forget: (() => Promise<void>) | undefined;
}

/** `stretching`: the password is being stretched, 0.5 to 2 s; `connecting`: neighbours are being sought. */
export type JoinStage = 'stretching' | 'connecting';

/** Told at the beginning of each stage, and along the way with the fraction done, 0 to 1, where that is known. */
export type OnJoinStage = (stage: JoinStage, fraction?: number) => void;

/** Composition root's offer to the UI. Rejects with PeerChannelError only. Resolves when the room can be shown (R66). */
export type Join = (request: JoinRequest, onStage: OnJoinStage) => Promise<Joined>;
