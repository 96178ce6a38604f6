/** Logins of staff. */

/** Two logins that look alike are one: the form in which they are compared. */
export function foldLogin(login: string): string {
  return login.normalize('NFKC').toLowerCase();
}
