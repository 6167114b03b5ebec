/** Who is in the room: members by node, with tag and hue of their key, namesakes marked. [CH4, CH5] */
import { compareBytes } from '../base/bytes.ts';
import type { NodeId } from '../base/ids.ts';
import { keyHue, keyTag } from '../crypto/key-tag.ts';
import type { Acquaintances } from './acquaintances.ts';
import { cleanNickname, isNameless, isNamesake } from './nickname.ts';
import type { Member } from './types.ts';

export interface Roster {
  /** Self first, then by nickname, then by tag. */
  readonly list: readonly Member[];
  /** Members besides oneself. */
  readonly others: number;
  get(nodeId: NodeId): Member | undefined;
  /** Undefined when it was known under this name already. */
  join(nodeId: NodeId, key: Uint8Array, nickname: string): Member | undefined;
  remove(nodeId: NodeId): Member | undefined;
  /** What is thought of somebody has changed, and maybe of others of the same name; or of this key alone. */
  judgeAnew(only?: Uint8Array): void;
  /** A member as it would be listed; for those who speak without having joined. */
  describe(nodeId: NodeId, key: Uint8Array, nickname: string): Member;
}

export function createRoster(
  self: NodeId,
  ownNickname: string,
  acquaintances: Pick<Acquaintances, 'standingOf' | 'isMuted' | 'isBlocked'>,
  doesEquivocate: (key: Uint8Array) => boolean,
): Roster {
  const members = new Map<NodeId, Member>();
  const collator = new Intl.Collator();
  let list: readonly Member[] = [];

  function before(a: Member, b: Member): boolean {
    if (a.self !== b.self) return a.self;
    return (collator.compare(a.nickname, b.nickname) || collator.compare(a.tag, b.tag)) < 0;
  }

  /** Put where it belongs: sorting all anew at every join of a crowd would take seconds. */
  function insert(member: Member): void {
    let [from, to] = [0, list.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (before(list[middle]!, member)) from = middle + 1;
      else to = middle;
    }
    list = [...list.slice(0, from), member, ...list.slice(from)];
  }

  function judgementOf(
    key: Uint8Array,
    nickname: string,
  ): Pick<Member, 'standing' | 'muted' | 'blocked' | 'equivocates'> {
    return {
      standing: acquaintances.standingOf(key, nickname),
      muted: acquaintances.isMuted(key),
      blocked: acquaintances.isBlocked(key),
      equivocates: doesEquivocate(key),
    };
  }

  function describe(nodeId: NodeId, key: Uint8Array, text: string): Member {
    const nickname = cleanNickname(text);
    const isSelf = nodeId === self;
    const judgement = judgementOf(key, nickname);
    return {
      nodeId,
      nickname,
      tag: keyTag(key),
      hue: keyHue(key),
      self: isSelf,
      namesake: !isSelf && judgement.standing !== 'Own' && !isNameless(nickname) && isNamesake(nickname, ownNickname),
      key,
      ...judgement,
      ...(isSelf && { standing: 'Own' as const }),
    };
  }

  return {
    get list() {
      return list;
    },
    get others() {
      return members.size - (members.has(self) ? 1 : 0);
    },
    get: (nodeId) => members.get(nodeId),
    join(nodeId, key, nickname) {
      const known = members.get(nodeId);
      const described = describe(nodeId, key, nickname);
      const member = known?.equivocates ? { ...described, equivocates: true } : described;
      if (known?.nickname === member.nickname) return undefined;
      if (known) list = list.filter((other) => other !== known);
      members.set(nodeId, member);
      insert(member);
      return member;
    },
    remove(nodeId) {
      const member = members.get(nodeId);
      if (!member) return undefined;
      members.delete(nodeId);
      list = list.filter((other) => other !== member);
      return member;
    },
    judgeAnew(only) {
      list = list.map((member) => {
        if (member.self || (only && compareBytes(member.key, only) !== 0)) return member;
        const judged = { ...member, ...judgementOf(member.key, member.nickname) };
        // Whoever is here stays marked, also where the key is forgotten for many others.
        judged.equivocates ||= member.equivocates;
        members.set(member.nodeId, judged);
        return judged;
      });
    },
    describe,
  };
}
