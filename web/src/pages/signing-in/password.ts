/** What the server asks of a new password. */
export const MIN_PASSWORD = 10;
