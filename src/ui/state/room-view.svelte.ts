/**
 * A chat room as components read it: the one bridge from the room's events to reactivity.
 * Owns the composed text and the error beside it; the room owns everything else. [UI1, UI4]
 */
import { createSubscriber } from 'svelte/reactivity';
import { formatAddress, type EndpointAddress } from '../../core/base/address.ts';
import type { ChatRoom, Member, RoomStatus } from '../../core/chat/types.ts';
import { errorSentences } from '../text/errors.ts';
import { timelineRows, type Row } from './timeline-rows.ts';

export class RoomView {
  readonly #room: ChatRoom;
  readonly #status: () => void;
  readonly #members: () => void;
  readonly #timeline: () => void;
  readonly #rows = $derived.by(() => this.#foldTimeline());
  #draft = $state('');
  #sendError = $state<string>();

  constructor(room: ChatRoom, draft: string) {
    this.#room = room;
    this.#draft = draft;
    this.#status = createSubscriber((update) => room.on('statusChanged', update));
    this.#members = createSubscriber((update) => room.on('membersChanged', update));
    this.#timeline = createSubscriber((update) => room.on('timelineGrew', update));
  }

  get address(): EndpointAddress {
    return this.#room.address;
  }
  /** Names the room among others, for what is kept of it. */
  get key(): string {
    return formatAddress(this.#room.address);
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
  get draft(): string {
    return this.#draft;
  }
  set draft(text: string) {
    this.#draft = text;
    this.#sendError = undefined;
  }
  get sendError(): string | undefined {
    return this.#sendError;
  }

  /** Sends the draft. What was not taken stands in it again, with a sentence saying why. */
  submit(): 'Sent' | 'Left' | 'Kept' {
    const line = this.#draft;
    // Emptied first: leaving closes the room within this call, and a "q" is no text to come back to.
    this.draft = '';
    const result = this.#room.submit(line);
    if (result === 'Sent' || result === 'Left') return result;
    this.#draft = line;
    if (result !== 'Empty') this.#sendError = errorSentences[result]();
    return 'Kept';
  }

  refreshConnection(): void {
    this.#room.refreshConnection();
  }

  #foldTimeline(): readonly Row[] {
    this.#timeline();
    return timelineRows(this.#room.timeline, this.members, (at) => new Date(at).toDateString());
  }
}
