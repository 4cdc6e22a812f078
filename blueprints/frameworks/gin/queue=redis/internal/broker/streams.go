package broker

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// lockFor is how long others leave a handler to a process that says nothing more.
const lockFor = 5 * time.Second

// What a lock answers: it is another's, or new.
const (
	anothers = 0
	anew     = 2
)

func keepScript() *redis.Script {
	return redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 2 or 0`)
}

func leaveScript() *redis.Script {
	return redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`)
}

// entry is a message in a stream.
type entry struct {
	stream string
	id     string
	text   string
	again  bool
}

// streams are those of one handler: the events of all, and those that are put back to it alone. One process at a time
// reads them.
type streams struct {
	server *server
	// events is the stream of all events, and own what the names of the handler's own keys begin with.
	events string
	own    string
	group  string
	// process is this process alone; all of them read under one name, so that the next one finds what the last one
	// held.
	process string

	mutex sync.Mutex
	// before is where to go on with what was read before, by stream.
	before map[string]string
}

func (s *streams) names() []string {
	return []string{s.events, s.own + ":replay"}
}

// read gives up to so many messages, unless another process reads; what is held is not given again.
func (s *streams) read(ctx context.Context, room int, held func(entry entry) bool) ([]entry, error) {
	mine, err := s.turn(ctx)
	if err != nil || !mine {
		return nil, err
	}
	var found []entry
	for _, stream := range s.names() {
		if room <= 0 {
			break
		}
		entries, err := s.from(ctx, stream, room)
		if err != nil {
			return nil, err
		}
		room -= len(entries)
		for _, each := range entries {
			if !held(each) {
				found = append(found, each)
			}
		}
	}
	return found, nil
}

// turn takes or renews the lock; whoever has it anew begins with what was read and not acknowledged.
func (s *streams) turn(ctx context.Context) (bool, error) {
	answer := anothers
	err := s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		var err error
		answer, err = keepScript().Run(
			ctx, client, []string{s.own + ":lock"}, s.process, strconv.FormatInt(lockFor.Milliseconds(), 10),
		).Int()
		return err
	})
	if err != nil {
		return false, err
	}
	if answer == anew {
		s.startOver()
	}
	return answer != anothers, nil
}

// startOver has what was read before, and not acknowledged, read again.
func (s *streams) startOver() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, stream := range s.names() {
		s.before[stream] = "0"
	}
}

func (s *streams) from(ctx context.Context, stream string, count int) ([]entry, error) {
	s.mutex.Lock()
	start, again := s.before[stream]
	s.mutex.Unlock()
	if !again {
		start = ">"
	}
	var raw []redis.XMessage
	err := s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		answer, err := client.XReadGroup(ctx, &redis.XReadGroupArgs{
			Group: s.group, Consumer: reader, Streams: []string{stream, start}, Count: int64(count), Block: -1,
		}).Result()
		if err == nil && len(answer) > 0 {
			raw = answer[0].Messages
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if again {
		s.mutex.Lock()
		if len(raw) == 0 {
			delete(s.before, stream)
		} else {
			s.before[stream] = raw[len(raw)-1].ID
		}
		s.mutex.Unlock()
	}
	entries := make([]entry, 0, len(raw))
	for _, message := range raw {
		text, _ := message.Values["envelope"].(string)
		each := entry{stream: stream, id: message.ID, text: text, again: again}
		if message.Values == nil {
			// Nothing of it is left, as it was cut.
			if err := s.settle(ctx, each); err != nil {
				return nil, err
			}
			continue
		}
		entries = append(entries, each)
	}
	return entries, nil
}

// settle is done with a message.
func (s *streams) settle(ctx context.Context, each entry) error {
	return s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		_, err := client.TxPipelined(ctx, func(steps redis.Pipeliner) error {
			s.acknowledge(ctx, steps, each)
			return nil
		})
		return err
	})
}

// bury puts a message to the dead letters, and is done with it.
func (s *streams) bury(ctx context.Context, each entry, reason string, attempts int) error {
	return s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		_, err := client.TxPipelined(ctx, func(steps redis.Pipeliner) error {
			s.acknowledge(ctx, steps, each)
			steps.XAdd(ctx, &redis.XAddArgs{
				Stream: s.own + ":dlq",
				Values: []string{"envelope", each.text, "error", reason, "attempts", strconv.Itoa(attempts)},
			})
			return nil
		})
		return err
	})
}

func (s *streams) acknowledge(ctx context.Context, steps redis.Pipeliner, each entry) {
	steps.XAck(ctx, each.stream, s.group, each.id)
	if each.stream != s.events {
		// Nobody else reads what was put back.
		steps.XDel(ctx, each.stream, each.id)
	}
}

// leave lets another process read at once.
func (s *streams) leave(ctx context.Context) error {
	return s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		return leaveScript().Run(ctx, client, []string{s.own + ":lock"}, s.process).Err()
	})
}

// depths tells how many messages wait, and how many are dead letters.
func (s *streams) depths(ctx context.Context) (waiting, dead int, err error) {
	err = s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		groups, err := client.XInfoGroups(ctx, s.events).Result()
		if err != nil {
			return err
		}
		for _, group := range groups {
			if group.Name == s.group {
				// A lag that the server does not know is told as less than nothing.
				waiting = int(max(group.Lag, 0) + group.Pending)
			}
		}
		back, err := client.XLen(ctx, s.own+":replay").Result()
		if err != nil {
			return err
		}
		waiting += int(back)
		letters, err := client.XLen(ctx, s.own+":dlq").Result()
		dead = int(letters)
		return err
	})
	return waiting, dead, err
}

// replay puts every dead letter back, of which `forget` is told before; it tells how many there were.
func (s *streams) replay(ctx context.Context, forget func(ctx context.Context, message string) error) (int, error) {
	letters := s.own + ":dlq"
	var found []redis.XMessage
	err := s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
		var err error
		found, err = client.XRange(ctx, letters, "-", "+").Result()
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, letter := range found {
		envelope, _ := letter.Values["envelope"].(string)
		if err := forget(ctx, envelope); err != nil {
			return 0, err
		}
		err := s.server.ask(ctx, func(ctx context.Context, client *redis.Client) error {
			_, err := client.TxPipelined(ctx, func(steps redis.Pipeliner) error {
				steps.XAdd(ctx, &redis.XAddArgs{Stream: s.own + ":replay", Values: []string{"envelope", envelope}})
				steps.XDel(ctx, letters, letter.ID)
				return nil
			})
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return len(found), nil
}
