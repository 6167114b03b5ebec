/**
 * A chat room as components read it: the one bridge from the room's events to reactivity.
 * Owns the composed text, kept over a reload of the tab, and the error beside it; the room owns everything else. [UI1, UI4]
 */
import { createSubscriber } from 'svelte/reactivity';
import { formatAddress, type EndpointAddress } from '../../core/base/address.ts';
import type {
  ChatRoom,
  Comparison,
  Comparisons,
  Joined,
  JoinRequest,
  Member,
  RoomStatus,
} from '../../core/chat/types.ts';
import { errorSentences } from '../text/errors.ts';
import type { TabMemory } from './tab-memory.ts';
import { timelineRows, type Row } from './timeline-rows.ts';

/**
 * What this device keeps of the mesh: this session's key and people; those of an earlier session, which this one does
 * without; nothing, although it was asked for; nothing; or no longer anything.
 */
export type Keeping = 'kept' | 'earlier' | 'impossible' | 'not' | 'forgotten';

export class RoomView {
  /** To be shown and passed on by who is in the room; gone with this view. [UI6] */
  readonly password: string;
  readonly comparisons: Comparisons;
  readonly #room: ChatRoom;
  readonly #memory: TabMemory;
  readonly #status: () => void;
  readonly #members: () => void;
  readonly #timeline: () => void;
  readonly #rows = $derived.by(() => this.#foldTimeline());
  readonly #forget: Joined['forget'];
  readonly #comparison: () => void;
  #keeping = $state<Keeping>('not');
  #draft = $state('');
  #sendError = $state<string>();

  constructor({ room, comparisons, isKept, forget }: Joined, { password, keeps }: JoinRequest, memory: TabMemory) {
    this.#forget = forget;
    this.comparisons = comparisons;
    this.#comparison = createSubscriber((update) => comparisons.onChange(update));
    this.#keeping = isKept ? 'kept' : forget ? 'earlier' : keeps ? 'impossible' : 'not';
    this.#room = room;
    this.password = password;
    this.#memory = memory;
    this.#draft = memory.read(this.#draftKey);
    this.#status = createSubscriber((update) => room.on('statusChanged', update));
    this.#members = createSubscriber((update) => room.on('membersChanged', update));
    this.#timeline = createSubscriber((update) => {
      const unsubscribes = [room.on('timelineGrew', update), room.on('timelineChanged', update)];
      return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
    });
  }

  get address(): EndpointAddress {
    return this.#room.address;
  }
  get status(): RoomStatus {
    this.#status();
    return this.#room.status;
  }
  get members(): readonly Member[] {
    this.#members();
    return this.#room.members;
  }
  get rows(): readonly Row[] {
    return this.#rows;
  }
  /** Something that was written is still to go out. */
  get waits(): boolean {
    return this.#rows.some((row) => row.kind === 'message' && row.waiting > 0);
  }
  get draft(): string {
    return this.#draft;
  }
  set draft(text: string) {
    this.#draft = text;
    this.#sendError = undefined;
    // At every key: a tab that crashes has no time to.
    this.#memory.write(this.#draftKey, text);
  }
  get sendError(): string | undefined {
    return this.#sendError;
  }

  /** Before the room is left: what nobody has received stands in its line again, for whoever comes back to it. */
  keepUnsent(): void {
    const unsent = this.#room.timeline.flatMap((entry) =>
      entry.kind === 'message' && entry.delivery === 'waiting' ? [entry.text] : [],
    );
    if (unsent.length === 0) return;
    const text = [...unsent, this.#draft].join('\n').trimEnd();
    // Alone it would leave (R12).
    this.draft = /^q$/i.test(text) ? `//${text}` : text;
  }

  /** Sends the draft. What was not taken stands in it again, with a sentence saying why. */
  submit(): 'Sent' | 'Left' | 'Kept' {
    const line = this.#draft;
    // Emptied first: leaving closes the room within this call, and a "q" is no text to come back to.
    this.draft = '';
    const result = this.#room.submit(line);
    if (result === 'Sent' || result === 'Left') return result;
    this.draft = line;
    if (result !== 'Empty') this.#sendError = errorSentences[result]();
    return 'Kept';
  }

  safetyNumber(member: Member): readonly string[] | undefined {
    return this.#room.safetyNumber(member);
  }
  compare(member: Member, isSame: boolean): void {
    this.#room.compare(member, isSame);
  }
  /** As `comparisons` has it now. */
  get comparison(): Comparison | undefined {
    this.#comparison();
    return this.comparisons.current;
  }
  block(member: Member, isBlocked: boolean): void {
    this.#room.block(member, isBlocked);
  }

  mute(member: Member, isMuted: boolean): void {
    this.#room.mute(member, isMuted);
  }

  get keeping(): Keeping {
    return this.#keeping;
  }
  async forget(): Promise<void> {
    await this.#forget?.();
    this.#keeping = 'forgotten';
  }

  refreshConnection(): void {
    this.#room.refreshConnection();
  }

  /** Each room has its own. */
  get #draftKey(): string {
    return `draft ${formatAddress(this.#room.address)}`;
  }

  #foldTimeline(): readonly Row[] {
    this.#timeline();
    return timelineRows(this.#room.timeline, this.members, (at) => new Date(at).toDateString());
  }
}
