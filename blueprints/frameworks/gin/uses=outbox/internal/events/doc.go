// Package events are the events that commands tell of, one file each.
package events
