/** Who is in the room: members by node, with tag and hue of their key, namesakes marked. [CH4, CH5] */
import type { NodeId } from '../base/ids.ts';
import { keyHue, keyTag } from '../crypto/key-tag.ts';
import { cleanNickname, isNamesake } from './nickname.ts';
import type { Member } from './types.ts';

export interface Roster {
  /** Self first, then by nickname, then by tag. */
  readonly list: readonly Member[];
  get(nodeId: NodeId): Member | undefined;
  /** Undefined when it was known under this name already. */
  join(nodeId: NodeId, key: Uint8Array, nickname: string): Member | undefined;
  remove(nodeId: NodeId): Member | undefined;
  /** A member as it would be listed; for those who speak without having joined. */
  describe(nodeId: NodeId, key: Uint8Array, nickname: string): Member;
}

export function createRoster(self: NodeId, ownNickname: string): Roster {
  const members = new Map<NodeId, Member>();
  let list: readonly Member[] = [];

  function sort(): void {
    list = [...members.values()].sort((a, b) => {
      if (a.self !== b.self) return a.self ? -1 : 1;
      return a.nickname.localeCompare(b.nickname) || a.tag.localeCompare(b.tag);
    });
  }

  function describe(nodeId: NodeId, key: Uint8Array, text: string): Member {
    const nickname = cleanNickname(text);
    const isSelf = nodeId === self;
    return {
      nodeId,
      nickname,
      tag: keyTag(key),
      hue: keyHue(key),
      self: isSelf,
      namesake: !isSelf && isNamesake(nickname, ownNickname),
    };
  }

  return {
    get list() {
      return list;
    },
    get: (nodeId) => members.get(nodeId),
    join(nodeId, key, nickname) {
      const member = describe(nodeId, key, nickname);
      if (members.get(nodeId)?.nickname === member.nickname) return undefined;
      members.set(nodeId, member);
      sort();
      return member;
    },
    remove(nodeId) {
      const member = members.get(nodeId);
      if (!members.delete(nodeId)) return undefined;
      sort();
      return member;
    },
    describe,
  };
}
