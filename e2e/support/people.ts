/**
 * Persons at their tabs: what the stories let them do and see, by the accessible names alone.
 * Owns no tab; knows nothing of links, nodes or the resolver.
 */
import { expect, type Locator, type Page } from '@playwright/test';

export interface Entry {
  readonly nickname: string;
  readonly mesh: string;
  readonly password: string;
  /** Asks to be known again next time. */
  readonly keeps?: boolean;
}

export interface Person {
  readonly page: Page;
  readonly nickname: string;
  /** The log of the room. */
  readonly log: Locator;
  readonly status: Locator;
  /** Rows of the list of members. */
  readonly members: Locator;
  /** The line to write on. */
  readonly line: Locator;
  say(text: string): Promise<void>;
  /** A message as it stands in the log of this person. */
  message(author: string, text: string): Locator;
}

export function personAt(page: Page, nickname: string): Person {
  const log = page.getByRole('log', { name: 'Messages' });
  const line = page.getByRole('textbox', { name: 'Message' });
  return {
    page,
    nickname,
    log,
    line,
    status: page.getByRole('status'),
    members: page.getByRole('list', { name: 'Members' }).getByRole('listitem'),
    async say(text) {
      await line.fill(text);
      await line.press('Enter');
      await expect(line).toHaveValue('');
    },
    message: (author, text) => log.getByText(`[${author}] ${text}`, { exact: true }),
  };
}

/** Fills the form of a page that shows it, and presses Join. */
export async function pressJoin(page: Page, { nickname, mesh, password, keeps = false }: Entry): Promise<Person> {
  await page.getByRole('textbox', { name: 'Nickname' }).fill(nickname);
  await page.getByRole('textbox', { name: 'Mesh' }).fill(mesh);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('checkbox', { name: 'Know each other again' }).setChecked(keeps);
  await page.getByRole('button', { name: 'Join' }).click();
  return personAt(page, nickname);
}

/** Settles when the room is there, whoever else is in it. */
export async function enter(page: Page, entry: Entry): Promise<Person> {
  const person = await pressJoin(page, entry);
  await expect(person.log).toContainText(`${entry.nickname || 'DefaultName'} is ready`);
  return person;
}

/** All of them are online and see each other, nobody more and nobody less. */
export async function expectTogether(persons: readonly Person[], timeoutMs?: number): Promise<void> {
  const timeout = timeoutMs === undefined ? {} : { timeout: timeoutMs };
  for (const { status, members } of persons) {
    await expect(status).toHaveText(new RegExp(`^Online · .* · ${persons.length} members$`), timeout);
    await expect(members).toHaveCount(persons.length);
  }
}

/** Messages as they stand in the log of this person, each as often as it stands there. */
export async function messagesOf({ log }: Person, pattern: RegExp): Promise<string[]> {
  return (await log.getByText(pattern).allTextContents()).sort();
}

/** One of them says something, and all of them have it once. */
export async function expectHeard(speaker: Person, text: string, persons: readonly Person[]): Promise<void> {
  await speaker.say(text);
  for (const person of persons) await expect(person.message(speaker.nickname, text)).toHaveCount(1);
}
