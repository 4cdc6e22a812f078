package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	connectTimeout = 5 * time.Second
	// patience is how long an answer may take.
	patience = 5 * time.Second
	// connections are enough for the relay, the slots of jobs and the handlers.
	connections = 10
)

// silence keeps what the client writes by itself: whoever asks is told, and logs it once.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

// silenced has the client say nothing by itself, in the whole process.
var silenced = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

// server is the way to Redis; what fails, fails at once.
type server struct {
	log      *slog.Logger
	client   *redis.Client
	patience time.Duration

	mutex sync.Mutex
	away  bool
}

// newServer makes the way to a server; nothing is connected before it is used.
func newServer(log *slog.Logger, url URL) (*server, error) {
	options, err := redis.ParseURL(string(url))
	if err != nil {
		return nil, errors.New("the URL of the broker is none of Redis")
	}
	silenced()
	options.DialTimeout = connectTimeout
	options.ReadTimeout = patience
	options.WriteTimeout = patience
	options.PoolSize = connections
	// Whoever asks decides whether to ask again: what was added twice would be there twice.
	options.MaxRetries = -1
	options.DialerRetries = 1
	options.ContextTimeoutEnabled = true
	return &server{log: log, client: redis.NewClient(options), patience: patience}, nil
}

// ask asks something; the error says that there is no answer in time, or a wrong one.
func (s *server) ask(ctx context.Context, question func(ctx context.Context, client *redis.Client) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, errors.New("no answer in time"))
	defer cancel()
	err := question(ctx, s.client)
	if err != nil && !errors.Is(err, redis.Nil) {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		s.note(ctx, err)
		return err
	}
	s.note(ctx, nil)
	return nil
}

// reachable tells whether it answers now.
func (s *server) reachable(ctx context.Context) bool {
	return s.ask(ctx, func(ctx context.Context, client *redis.Client) error { return client.Ping(ctx).Err() }) == nil
}

// note logs that the server goes, and that it comes back.
func (s *server) note(ctx context.Context, failure error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if failure != nil && !s.away {
		s.log.WarnContext(ctx, "the broker is away: "+failure.Error())
	}
	if failure == nil && s.away {
		s.log.InfoContext(ctx, "the broker is back")
	}
	s.away = failure != nil
}

func (s *server) close() {
	// What cannot be closed is gone already.
	_ = s.client.Close()
}
