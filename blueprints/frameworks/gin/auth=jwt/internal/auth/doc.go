// Package auth keeps credentials: passwords, sessions with their tokens, and the lock after too many
// failed logins.
package auth
