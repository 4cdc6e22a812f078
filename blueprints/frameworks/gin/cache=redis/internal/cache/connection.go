package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	// No answer is worth more of a request's time than the database would take.
	patience = 250 * time.Millisecond
	// When Redis is away, one request in this time tries it.
	pause = time.Second
)

// errAway says that Redis does not answer, or not as it should.
var errAway = errors.New("redis is away")

// connection is Redis, or the knowledge that it is away: then nobody waits for it.
type connection struct {
	client *redis.Client
	log    *slog.Logger
	pause  time.Duration

	mutex   sync.Mutex
	isAway  bool
	nextTry time.Time
}

// silenced tells the library to log nothing: whoever asks is told by his question.
var silenced = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

type silence struct{}

// Printf says nothing.
func (silence) Printf(context.Context, string, ...any) {}

// connect makes a connection; it is opened when it is first needed.
func connect(url string, log *slog.Logger) (*connection, error) {
	silenced()
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("read REDIS_URL: %w", err)
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = patience, patience, patience
	options.PoolTimeout = patience
	options.ContextTimeoutEnabled = true
	// Once more, for a connection that the server has closed meanwhile.
	options.MaxRetries = 1
	options.DialerRetries = 1
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return &connection{client: redis.NewClient(options), log: log, pause: pause}, nil
}

// run runs a script; the error is errAway. What it returns is nil where Redis says so.
func (c *connection) run(ctx context.Context, script *redis.Script, keys []string, values ...any) (any, error) {
	if !c.mayTry() {
		return nil, errAway
	}
	var answer any
	err := c.ask(ctx, func(ctx context.Context) (err error) {
		answer, err = script.Run(ctx, c.client, keys, values...).Result()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		return err
	})
	return answer, err
}

// ping tells whether Redis answers now.
func (c *connection) ping(ctx context.Context) bool {
	return c.ask(ctx, func(ctx context.Context) error { return c.client.Ping(ctx).Err() }) == nil
}

// ask asks in time, whether or not whoever sent the request is still there, and learns from it
// whether Redis is.
func (c *connection) ask(ctx context.Context, question func(ctx context.Context) error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	if err := question(ctx); err != nil {
		c.lose(ctx, err)
		return errAway
	}
	c.found(ctx)
	return nil
}

func (c *connection) mayTry() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if !c.isAway {
		return true
	}
	now := time.Now()
	if now.Before(c.nextTry) {
		return false
	}
	c.nextTry = now.Add(c.pause)
	return true
}

func (c *connection) lose(ctx context.Context, reason error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if !c.isAway {
		c.log.WarnContext(ctx, "redis is away: "+reason.Error())
	}
	c.isAway = true
	c.nextTry = time.Now().Add(c.pause)
}

func (c *connection) found(ctx context.Context) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.isAway {
		c.log.InfoContext(ctx, "redis is back")
	}
	c.isAway = false
}

// away tells whether Redis did not answer when it was last asked.
func (c *connection) away() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.isAway
}

func (c *connection) close() error {
	if err := c.client.Close(); err != nil {
		return fmt.Errorf("close the connection to redis: %w", err)
	}
	return nil
}
