/** What a chat application sees: a room of members and a timeline. Implemented by room.ts, shown by src/ui. */
import type { EndpointAddress } from '../base/address.ts';
import type { EventSource } from '../base/emitter.ts';
import type { ErrorCode } from '../base/errors.ts';
import type { NodeId } from '../base/ids.ts';
import type { DeliveryState } from '../mesh/types.ts';
import type { Reach } from './reach.ts';

/** Longest nickname in characters (code points); longer is refused with a sentence, empty becomes DEFAULT_NICKNAME (R10). */
export const MAX_NICKNAME_CHARS = 40;
export const DEFAULT_NICKNAME = 'DefaultName';
/** Longest message in UTF-8 bytes. */
export const MAX_TEXT_BYTES = 4096;
/** Timeline entries kept in memory; those furthest up go first, whenever they came. */
export const MAX_TIMELINE_ENTRIES = 2000;

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
  | { readonly kind: 'namesake'; readonly id: string; readonly at: number; readonly member: Member };

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
  leave(): void;
  /** Tries at once to find neighbours (R21); `alone` is 'Looking' again, unless there is no resolver to ask. */
  refreshConnection(): void;
  /** The page came back or its network changed: asks after the neighbours at once. */
  wake(): void;
}

/** What the join screen asks for. */
export interface JoinRequest {
  readonly nickname: string;
  readonly address: EndpointAddress;
  readonly password: string;
}

/** `stretching`: the password is being stretched, 0.5 to 2 s; `connecting`: neighbours are being sought. */
export type JoinStage = 'stretching' | 'connecting';

/** Told at the beginning of each stage, and along the way with the fraction done, 0 to 1, where that is known. */
export type OnJoinStage = (stage: JoinStage, fraction?: number) => void;

/** Composition root's offer to the UI. Rejects with PeerChannelError only. Resolves when the room can be shown (R66). */
export type Join = (request: JoinRequest, onStage: OnJoinStage) => Promise<ChatRoom>;
