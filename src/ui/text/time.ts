/** Times and days as the person's own locale writes them. */
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

export const clockText = (at: number): string => clockFormat.format(at);
export const dayText = (at: number): string => dayFormat.format(at);
/** As one says when something was. */
export function whenText(at: number, now: number): string {
  return dayText(at) === dayText(now) ? `at ${clockText(at)}` : `on ${dayText(at)}`;
}
