/** Characters of a password at least: the service asks for as many. */
export const PASSWORD_LEAST = 10;
