// Package background runs what nobody waits for: jobs and their schedules.
package background

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/payload"
	"example.com/service/internal/strictjson"
)

// Queue is where a job waits.
type Queue string

// The queues, by their urgency.
const (
	High    Queue = "high"
	Default Queue = "default"
	Low     Queue = "low"
)

// Queues are all queues, the most urgent first.
func Queues() []Queue {
	return []Queue{High, Default, Low}
}

// defaultAttempts is how often a job is tried that says nothing else.
const defaultAttempts = 5

var errNoObject = errors.New("it is no object")

// Attempt is one attempt at a job.
type Attempt struct {
	JobID string
	// Number is which attempt this is, from 1.
	Number int
}

// Kind is a kind of job: what it is called and told. Whoever asks for a job knows its kind alone.
type Kind[In any] struct {
	name     string
	queue    Queue
	attempts int
	schedule string
	input    *payload.Object[In]
}

// NewKind declares a kind of job by its name and what it is told. That is kept in clear: pass ids, never secrets.
func NewKind[In any](name string, told ...field.Binding[In]) Kind[In] {
	input := payload.Of(field.Table(told...)...)
	return Kind[In]{name: name, queue: Default, attempts: defaultAttempts, input: input}
}

// On has the job wait in a queue; it is the default one when nothing is said.
func (k Kind[In]) On(queue Queue) Kind[In] {
	k.queue = queue
	return k
}

// Tried is how often the job is tried; five times when nothing is said.
func (k Kind[In]) Tried(attempts int) Kind[In] {
	k.attempts = attempts
	return k
}

// Every is when the job is asked for by itself: five fields of cron, in UTC.
func (k Kind[In]) Every(schedule string) Kind[In] {
	k.schedule = schedule
	return k
}

// Does makes a job of a kind: the function does it, at least once whatever crashes, and returns an error to be tried
// again. Its context ends when the time of the job is over.
func (k Kind[In]) Does(run func(ctx context.Context, attempt Attempt, given In) error) Job {
	return Job{
		name:     k.name,
		queue:    k.queue,
		attempts: k.attempts,
		schedule: k.schedule,
		execute: func(ctx context.Context, attempt Attempt, kept []byte) error {
			given, err := k.read(kept)
			if err != nil {
				return fmt.Errorf("wrong arguments: %w", err)
			}
			return run(ctx, attempt, given)
		},
	}
}

// read is what the job was told; what is left out becomes its default.
func (k Kind[In]) read(kept []byte) (In, error) {
	var given In
	value, err := strictjson.Decode(kept)
	if err != nil {
		return given, err
	}
	object, isObject := value.(*strictjson.Object)
	if !isObject {
		return given, errNoObject
	}
	return k.input.Filled(object)
}

// Job is something that is done in the background, by whoever has the time.
type Job struct {
	name     string
	queue    Queue
	attempts int
	schedule string
	execute  func(ctx context.Context, attempt Attempt, kept []byte) error
}

// Name is what the job is called.
func (j Job) Name() string {
	return j.name
}

// Execute runs the job with what it was told, as it is kept.
func (j Job) Execute(ctx context.Context, attempt Attempt, kept []byte) error {
	return j.execute(ctx, attempt, kept)
}

// Schedule is when the job is asked for by itself; empty for never.
func (j Job) Schedule() string {
	return j.schedule
}

// Enqueue has a job run once the transaction is committed; a rolled-back one asks for nothing. It returns the id of
// the job.
func Enqueue[In any](ctx context.Context, q database.Queryer, kind Kind[In], given In) (string, error) {
	return ask(ctx, q, kind.name, kind.queue, kind.input.Write(given))
}

func ask(ctx context.Context, q database.Queryer, name string, queue Queue, told []byte) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make the id of a job: %w", err)
	}
	now := database.StoreTime(time.Now())
	_, err = database.Exec(
		ctx, q,
		"INSERT INTO jobs (id, name, queue, arguments, status, attempts, run_at, created_at) "+
			"VALUES (%v, %v, %v, %v, 'pending', 0, %v, %v)",
		id.String(), name, string(queue), string(told), now, now,
	)
	if err != nil {
		return "", fmt.Errorf("ask for %s: %w", name, err)
	}
	return id.String(), nil
}
