// Package cache keeps answers in Redis, never older than the last answered write.
//
// A commit is announced before it happens, and again when it has happened; what was read before or
// while it happened does not count afterwards. When Redis could not be told of a commit, this
// process throws everything away before it uses what is kept again.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"example.com/service/internal/database"
	"example.com/service/internal/observability"
	"example.com/service/internal/resource"
	"example.com/service/internal/web"
)

// How long the mark of a commit counts beyond the longest that a statement may take.
const markLife = 30 * time.Second

// What came of a look.
const (
	hit    = "hit"
	miss   = "miss"
	bypass = "bypass"
)

// Options say where Redis is, and what is kept there.
type Options struct {
	Settings Settings
	// CommitTimeout is the longest that a commit may take.
	CommitTimeout time.Duration
	// Document describes the interface: it tells answers of another version of the service from those
	// of this one.
	Document []byte
	Log      *slog.Logger
	Registry *observability.Registry
}

// Cache holds rows and first pages, and the counts of the limits.
type Cache struct {
	redis    *connection
	prefix   string
	form     string
	seconds  int
	mark     time.Duration
	tables   []string
	requests *prometheus.CounterVec
	// Commits that Redis does not know of, and those of them that no longer matter. What was kept
	// before the start may be one.
	untold  atomic.Int64
	settled atomic.Int64
}

// New makes a cache; nothing is connected before it is used.
func New(options Options) (*Cache, error) {
	redis, err := connect(string(options.Settings.RedisURL), options.Log)
	if err != nil {
		return nil, err
	}
	const formBytes = 4
	form := sha256.Sum256(options.Document)
	c := &Cache{
		redis:   redis,
		prefix:  options.Settings.Prefix,
		form:    hex.EncodeToString(form[:formBytes]),
		seconds: int(options.Settings.CacheSeconds),
		mark:    markLife + options.CommitTimeout,
		requests: options.Registry.Counter("cache_requests_total",
			"Reads that may be kept: hit, miss, or bypass while Redis is away or a commit runs.", "entity", "outcome"),
	}
	options.Registry.GaugeFunc("cache_up", "Whether Redis answered when it was last asked.", c.up)
	c.untold.Store(1)
	return c, nil
}

// Answers says what the answers of all entities are read from; it is called before the service
// begins.
func (c *Cache) Answers(sources []resource.Source) {
	for _, source := range sources {
		c.tables = append(c.tables, tablesOf(source)...)
	}
	slices.Sort(c.tables)
	c.tables = slices.Compact(c.tables)
}

func tablesOf(source resource.Source) []string {
	tables := append([]string{source.Table}, source.Links...)
	slices.Sort(tables)
	return tables
}

// answered are those of the written tables that the answers of any entity are read from.
func (c *Cache) answered(written []string) []string {
	if slices.Contains(written, database.Everything) {
		return c.tables
	}
	return slices.DeleteFunc(slices.Clone(written), func(table string) bool { return !slices.Contains(c.tables, table) })
}

// Announce surrounds the commit of what a session has written.
func (c *Cache) Announce(ctx context.Context, session *database.Session, commit func() error) error {
	tables := c.answered(session.Written())
	if len(tables) == 0 {
		return commit()
	}
	mark := uuid.NewString()
	told := c.tell(ctx, begin, tables, mark, c.mark.Milliseconds())
	if err := commit(); err != nil {
		// Nobody knows whether it was committed; the mark stays until it no longer counts.
		if !told {
			c.untold.Add(1)
		}
		return err
	}
	if !told || !c.tell(ctx, end, tables, mark, uuid.NewString()) {
		c.untold.Add(1)
	}
	return nil
}

// tell tells Redis of a commit, and whether it has heard.
func (c *Cache) tell(ctx context.Context, script *redis.Script, tables []string, values ...any) bool {
	for _, table := range tables {
		values = append(values, table)
	}
	_, err := c.redis.run(ctx, script, c.keys("", tables), values...)
	return err == nil
}

// kept is a row as it is kept.
type kept struct {
	OwnerID *uuid.UUID      `json:"ownerId"`
	Answer  json.RawMessage `json:"answer"`
}

// Row is one row, kept or loaded.
func (c *Cache) Row(
	ctx context.Context, source resource.Source, id string, load func(ctx context.Context) (resource.KeptRow, error),
) (resource.KeptRow, error) {
	var loaded *resource.KeptRow
	text, err := c.through(ctx, source, "row:"+id, func(ctx context.Context) ([]byte, error) {
		row, err := load(ctx)
		if err != nil {
			return nil, err
		}
		loaded = &row
		owner, err := json.Marshal(row.OwnerID)
		return fmt.Appendf(nil, `{"ownerId":%s,"answer":%s}`, owner, row.Answer), err
	})
	if err != nil {
		return resource.KeptRow{}, err
	}
	if loaded != nil {
		return *loaded, nil
	}
	var row kept
	if err := json.Unmarshal(text, &row); err != nil {
		return resource.KeptRow{}, fmt.Errorf("read a row that was kept: %w", err)
	}
	return resource.KeptRow{Answer: row.Answer, OwnerID: row.OwnerID}, nil
}

// Page is the first page of a list, kept or loaded; the name tells it from others.
func (c *Cache) Page(
	ctx context.Context, source resource.Source, name string, load func(ctx context.Context) ([]byte, error),
) ([]byte, error) {
	return c.through(ctx, source, "page:"+name, load)
}

// through is what is kept under this name, else what is loaded, which is kept if it may be.
func (c *Cache) through(
	ctx context.Context, source resource.Source, name string, load func(ctx context.Context) ([]byte, error),
) ([]byte, error) {
	if c.seconds == 0 {
		return load(ctx)
	}
	tables := tablesOf(source)
	keys := c.keys(c.form+":"+source.Name+":"+name, tables)
	seen := c.look(ctx, keys, tables)
	c.requests.WithLabelValues(source.Name, seen.outcome).Inc()
	if seen.outcome == hit {
		return []byte(seen.text), nil
	}
	text, err := load(ctx)
	if err == nil && seen.outcome == miss {
		// A cache that is away keeps nothing.
		_, _ = c.redis.run(ctx, store, keys[:1], seen.stamp, text, c.seconds)
	}
	return text, err
}

// seen is what came of a look: the generations to store with, unless nothing may be stored.
type seen struct {
	outcome, stamp, text string
}

func (c *Cache) look(ctx context.Context, keys, tables []string) seen {
	untold := c.untold.Load()
	endAll := 0
	if untold > c.settled.Load() {
		endAll = 1
	}
	values := []any{uuid.NewString(), endAll, database.Everything}
	for _, table := range tables {
		values = append(values, table)
	}
	answer, err := c.redis.run(ctx, look, keys, values...)
	found, _ := answer.([]any)
	if err != nil || len(found) == 0 {
		return seen{outcome: bypass}
	}
	c.settle(untold)
	stamp, _ := found[0].(string)
	if len(found) == 1 {
		return seen{outcome: miss, stamp: stamp}
	}
	text, _ := found[1].(string)
	return seen{outcome: hit, stamp: stamp, text: text}
}

// settle notes that so many commits no longer matter.
func (c *Cache) settle(untold int64) {
	for {
		settled := c.settled.Load()
		if settled >= untold || c.settled.CompareAndSwap(settled, untold) {
			return
		}
	}
}

func (c *Cache) keys(name string, tables []string) []string {
	start := c.prefix + ":cache:"
	keys := []string{start + name, start + "generations"}
	for _, table := range tables {
		keys = append(keys, start+"commits:"+table)
	}
	return keys
}

// Count counts a request; false when Redis is away.
func (c *Cache) Count(ctx context.Context, key string) (web.Counted, bool) {
	answer, err := c.redis.run(ctx, count, []string{c.prefix + ":limit:" + key})
	found, _ := answer.([]any)
	if err != nil || len(found) != 2 {
		return web.Counted{}, false
	}
	requests, _ := found[0].(int64)
	left, _ := found[1].(int64)
	return web.Counted{Count: int(requests), Reset: int(left)}, true
}

// Check is what probes are told.
func (c *Cache) Check(ctx context.Context) map[string]string {
	if c.redis.ping(ctx) {
		return map[string]string{"cache": "up"}
	}
	return map[string]string{"cache": "down"}
}

// up is 1 when Redis answered when it was last asked.
func (c *Cache) up() float64 {
	if c.redis.away() {
		return 0
	}
	return 1
}

// Close closes connections.
func (c *Cache) Close() error {
	return c.redis.close()
}
