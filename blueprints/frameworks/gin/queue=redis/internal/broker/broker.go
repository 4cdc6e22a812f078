// Package broker carries events and jobs by Redis: streams, a group for each handler, and one for all workers.
package broker

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"example.com/service/internal/background"
	"example.com/service/internal/database"
	"example.com/service/internal/outbox"
)

const (
	kept    = 7 * 24 * time.Hour
	poll    = 100 * time.Millisecond
	workers = "workers"
	reader  = "worker"
	// idle is when a job that was read, and not taken, was read by a process that is gone.
	idle = 30 * time.Second
)

// Broker is the streams of this service.
type Broker struct {
	log      *slog.Logger
	server   *server
	handlers []outbox.Handler
	prefix   string
	process  string

	mutex sync.Mutex
	// declared tells that the groups are there.
	declared bool
	// first is where groups that are not there begin.
	first      string
	nextSearch time.Time
}

// New makes the broker of one process; all keys begin with the prefix.
func New(log *slog.Logger, url URL, handlers []outbox.Handler, prefix string) (*Broker, error) {
	server, err := newServer(log, url)
	if err != nil {
		return nil, err
	}
	return &Broker{
		log: log, server: server, handlers: handlers, prefix: prefix, process: uuid.NewString(), first: "$",
	}, nil
}

func (b *Broker) events() string {
	return b.prefix + ":events"
}

func (b *Broker) jobs(queue background.Queue) string {
	return b.prefix + ":jobs:" + string(queue)
}

func (b *Broker) streams(handler string) *streams {
	return &streams{
		server: b.server, events: b.events(), own: b.prefix + ":" + handler, group: handler, process: b.process,
		before: make(map[string]string),
	}
}

// Publish implements [outbox.Broker].
func (b *Broker) Publish(ctx context.Context, _ database.Queryer, events []outbox.Outgoing) error {
	threshold := strconv.FormatInt(time.Now().Add(-kept).UnixMilli(), 10)
	return b.ready(ctx, func(ctx context.Context, client *redis.Client) error {
		_, err := client.TxPipelined(ctx, func(steps redis.Pipeliner) error {
			for _, event := range events {
				steps.XAdd(ctx, &redis.XAddArgs{
					Stream: b.events(), MinID: threshold, Approx: true, Values: []string{"envelope", event.Envelope},
				})
			}
			return nil
		})
		return err
	})
}

// Subscribe implements [outbox.Broker].
func (b *Broker) Subscribe(ctx context.Context, consumer *outbox.Consumer) {
	name := consumer.Handler().Name
	own := b.streams(name)
	held := newHolding()
	background.Loop{
		Log:   b.log,
		Name:  "read the events of " + name,
		Pause: poll,
		Step: func(working context.Context) (bool, error) {
			if err := b.declare(working); err != nil {
				return false, err
			}
			found, err := own.read(working, outbox.Held-held.count(), held.has)
			if err != nil {
				// It may have lost its groups, and an answer with messages may be lost.
				b.forget()
				own.startOver()
				return false, err
			}
			for _, each := range found {
				held.until(each, consumer.Take(ctx, messageOf(own, each)))
			}
			return false, nil
		},
	}.Run(ctx)
	held.wait()
	// Another process waits some seconds longer when this does not work.
	_ = own.leave(context.WithoutCancel(ctx))
}

func messageOf(own *streams, each entry) outbox.Message {
	return outbox.Message{
		Text:   each.text,
		Again:  each.again,
		Settle: func(ctx context.Context) error { return own.settle(ctx, each) },
		Bury: func(ctx context.Context, reason string, attempts int) error {
			return own.bury(ctx, each, reason, attempts)
		},
	}
}

// holding is the messages that a handler has.
type holding struct {
	mutex   sync.Mutex
	entries map[string]bool
	running sync.WaitGroup
}

func newHolding() *holding {
	return &holding{entries: make(map[string]bool)}
}

func (h *holding) count() int {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return len(h.entries)
}

func (h *holding) has(each entry) bool {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return h.entries[each.stream+" "+each.id]
}

// until holds a message until it is done with.
func (h *holding) until(each entry, done <-chan struct{}) {
	key := each.stream + " " + each.id
	h.mutex.Lock()
	h.entries[key] = true
	h.mutex.Unlock()
	h.running.Go(func() {
		<-done
		h.mutex.Lock()
		delete(h.entries, key)
		h.mutex.Unlock()
	})
}

func (h *holding) wait() {
	h.running.Wait()
}

// Depths implements [outbox.Broker].
func (b *Broker) Depths(ctx context.Context) (background.Depths, error) {
	if err := b.declare(ctx); err != nil {
		return nil, err
	}
	depths := make(background.Depths)
	for _, handler := range b.handlers {
		waiting, dead, err := b.streams(handler.Name).depths(ctx)
		if err != nil {
			return nil, err
		}
		depths[handler.Name], depths[handler.Name+".dlq"] = waiting, dead
	}
	return depths, nil
}

// Replay implements [outbox.Broker].
func (b *Broker) Replay(
	ctx context.Context, handler string, forget func(ctx context.Context, message string) error,
) (int, error) {
	return b.streams(handler).replay(ctx, forget)
}

// Send implements [Carrier].
func (b *Broker) Send(ctx context.Context, jobs []DueJob) error {
	return b.ready(ctx, func(ctx context.Context, client *redis.Client) error {
		_, err := client.TxPipelined(ctx, func(steps redis.Pipeliner) error {
			for _, job := range jobs {
				steps.XAdd(ctx, &redis.XAddArgs{Stream: b.jobs(job.Queue), Values: []string{"id", job.ID}})
			}
			return nil
		})
		return err
	})
}

// Next implements [background.Source].
func (b *Broker) Next(ctx context.Context) (*background.JobAtHand, error) {
	found, err := b.lost(ctx)
	if found != nil || err != nil {
		return found, err
	}
	for _, queue := range background.Queues() {
		key := b.jobs(queue)
		var messages []redis.XMessage
		err := b.ready(ctx, func(ctx context.Context, client *redis.Client) error {
			answer, err := client.XReadGroup(ctx, &redis.XReadGroupArgs{
				Group: workers, Consumer: reader, Streams: []string{key, ">"}, Count: 1, Block: -1,
			}).Result()
			if err == nil && len(answer) > 0 {
				messages = answer[0].Messages
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(messages) > 0 {
			return b.atHand(key, messages[0]), nil
		}
	}
	return nil, nil //nolint:nilnil // nothing is due, and nothing is wrong
}

// lost is a job that a process has read that is gone; looked for now and then.
func (b *Broker) lost(ctx context.Context) (*background.JobAtHand, error) {
	b.mutex.Lock()
	wait := time.Now().Before(b.nextSearch)
	b.mutex.Unlock()
	if wait {
		return nil, nil //nolint:nilnil // nothing is looked for
	}
	for _, queue := range background.Queues() {
		key := b.jobs(queue)
		var messages []redis.XMessage
		err := b.ready(ctx, func(ctx context.Context, client *redis.Client) error {
			var err error
			messages, _, err = client.XAutoClaim(ctx, &redis.XAutoClaimArgs{
				Stream: key, Group: workers, Consumer: reader, MinIdle: idle, Start: "0-0", Count: 1,
			}).Result()
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(messages) > 0 {
			return b.atHand(key, messages[0]), nil
		}
	}
	b.mutex.Lock()
	b.nextSearch = time.Now().Add(idle / 2)
	b.mutex.Unlock()
	return nil, nil //nolint:nilnil // nothing was lost
}

func (b *Broker) atHand(key string, message redis.XMessage) *background.JobAtHand {
	id, _ := message.Values["id"].(string)
	return &background.JobAtHand{ID: id, Seen: func(ctx context.Context) error {
		return b.ready(ctx, func(ctx context.Context, client *redis.Client) error {
			_, err := client.TxPipelined(ctx, func(steps redis.Pipeliner) error {
				steps.XAck(ctx, key, workers, message.ID)
				steps.XDel(ctx, key, message.ID)
				return nil
			})
			return err
		})
	}}
}

// ready asks something about streams that are there.
func (b *Broker) ready(ctx context.Context, question func(ctx context.Context, client *redis.Client) error) error {
	if err := b.declare(ctx); err != nil {
		return err
	}
	err := b.server.ask(ctx, question)
	if err != nil {
		b.forget()
	}
	return err
}

// declare makes the groups that are not there.
func (b *Broker) declare(ctx context.Context) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.declared {
		return nil
	}
	err := b.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		for _, handler := range b.handlers {
			// A new handler is not told what was before it; one that the server forgot wants everything.
			if err := makeGroup(ctx, client, b.events(), handler.Name, b.first); err != nil {
				return err
			}
			replay := b.prefix + ":" + handler.Name + ":replay"
			if err := makeGroup(ctx, client, replay, handler.Name, "0"); err != nil {
				return err
			}
		}
		for _, queue := range background.Queues() {
			if err := makeGroup(ctx, client, b.jobs(queue), workers, "0"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.first, b.declared = "0", true
	return nil
}

// forget has the groups made again before they are used.
func (b *Broker) forget() {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.declared = false
}

// makeGroup makes a group, and its stream, unless they are there.
func makeGroup(ctx context.Context, client *redis.Client, stream, group, start string) error {
	err := client.XGroupCreateMkStream(ctx, stream, group, start).Err()
	if err != nil && strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return nil
	}
	return err
}

// Reachable implements [background.Reached].
func (b *Broker) Reachable(ctx context.Context) bool {
	return b.server.reachable(ctx)
}

// Close gives the connections back.
func (b *Broker) Close() {
	b.server.close()
}
