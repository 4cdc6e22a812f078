// Package webhooks hears what other services tell, by requests that they sign: it looks at the signature, then does the
// command once.
//
// Another service sends an event again until it has an answer, so one event may come many times, also at once. The event's
// id is the idempotency key of the command: it is kept in the command's own transaction, and an event that comes again finds
// it there.
package webhooks
