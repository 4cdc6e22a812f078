package resource

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/huandu/go-sqlbuilder"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// IdempotencyKey is the header of requests that may be made twice and are done once.
//
// The key is stored in the transaction of the write, so that a key without its write does not
// exist. A second request with the same key waits for the first at the unique key of the table.
const IdempotencyKey = "Idempotency-Key"

var printable = regexp.MustCompile(`^[\x20-\x7e]{1,255}$`)

// Repeatable is what makes two requests one: the key, who sent it and where; Keep is how long.
type Repeatable struct {
	Key    string
	Caller string
	Path   string
	Keep   time.Duration
}

// Replay says that a request has been answered before: its error is the first answer.
type Replay struct {
	Status int
	Body   []byte
}

// Error says what it is.
func (*Replay) Error() string { return "answered before" }

// Answer is the first answer.
func (r *Replay) Answer() Answer {
	var row struct {
		ID      uuid.UUID `json:"id"`
		Version int       `json:"version"`
	}
	// An answer without these, such as one to a write that waits for consent, has neither.
	_ = json.Unmarshal(r.Body, &row)
	return Answer{Status: r.Status, Body: r.Body, ID: row.ID, Version: row.Version}
}

// versionOf is the version of a row as it is answered.
func versionOf(body []byte) int { return (&Replay{Body: body}).Answer().Version }

type keptAnswer struct {
	id     string
	body   string
	status int
	answer string
	at     any
}

// claim takes a key for this transaction, and returns its id; the error is the kept answer, or 422
// for another body.
func claim(ctx context.Context, s *database.Session, request *Repeatable, body any) (string, error) {
	if !printable.MatchString(request.Key) {
		fault := problem.Fault{Rule: problem.RuleFormat, Message: "must be 1 to 255 printable ASCII characters"}
		return "", problem.Validation([]problem.Detail{fault.At(IdempotencyKey)})
	}
	place, wanted := digest([]byte(request.Path)), digest(strictjson.Canonical(body))
	known, err := keptFor(ctx, s, request, place, database.ForUpdate)
	if err != nil {
		return "", err
	}
	if known != nil {
		at, err := database.LoadTime(known.at)
		if err != nil {
			return "", err
		}
		if at.Before(time.Now().Add(-request.Keep)) {
			if _, err := database.Exec(ctx, s, "DELETE FROM idempotency_keys WHERE id = %v", known.id); err != nil {
				return "", err
			}
			known = nil
		}
	}
	if known == nil {
		id, inserted, err := insertKey(ctx, s, request, place, wanted)
		if err != nil || inserted {
			return id, err
		}
		// Another request with this key was quicker, and has just been committed.
		if known, err = keptFor(ctx, s, request, place, ""); err != nil {
			return "", err
		}
		if known == nil {
			return "", problem.Unavailable(errors.New("an idempotency key is neither there nor free"))
		}
	}
	if known.body != wanted {
		return "", problem.New(http.StatusUnprocessableEntity, problem.CodeIdempotencyKeyReused, "This key was used with another body.")
	}
	return "", &Replay{Status: known.status, Body: []byte(known.answer)}
}

func keptFor(ctx context.Context, s *database.Session, request *Repeatable, place, end string) (*keptAnswer, error) {
	text, args := sqlbuilder.Buildf(
		"SELECT id, body, status, answer, created_at FROM idempotency_keys WHERE caller = %v AND path = %v AND "+
			database.Quote("key")+" = %v", request.Caller, place, request.Key,
	).BuildWithFlavor(database.Flavor)
	var found keptAnswer
	var id any
	err := s.QueryRowContext(ctx, text+end, args...).Scan(&id, &found.body, &found.status, &found.answer, &found.at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is none
	}
	if err != nil {
		return nil, fmt.Errorf("find an idempotency key: %w", err)
	}
	found.id, err = database.LoadText(id)
	return &found, err
}

// insertKey inserts a key unless there is one; it waits for a transaction that is about to.
func insertKey(ctx context.Context, s *database.Session, request *Repeatable, place, body string) (string, bool, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", false, err
	}
	insert := "INSERT INTO idempotency_keys (id, " + database.Quote("key") + ", caller, path, body, status, answer, created_at)" +
		" VALUES (%v, %v, %v, %v, %v, %v, %v, %v)"
	changed, err := database.Exec(
		ctx, s, database.InsertUnlessThere(insert), database.StoreUUID(id), request.Key, request.Caller, place, body, 0, "",
		database.StoreTime(time.Now()),
	)
	return id.String(), changed > 0, err
}

// keep notes the answer that a repeated request gets.
func keep(ctx context.Context, s *database.Session, id string, status int, answer []byte) error {
	_, err := database.Exec(
		ctx, s, "UPDATE idempotency_keys SET status = %v, answer = %v WHERE id = %v", status, string(answer), id,
	)
	return err
}

// ForgetOldKeys deletes the keys whose time has passed.
func ForgetOldKeys(ctx context.Context, db *database.DB, kept time.Duration) error {
	return db.Write(ctx, func(ctx context.Context, s *database.Session) error {
		oldest := database.StoreTime(time.Now().Add(-kept))
		_, err := database.Exec(ctx, s, "DELETE FROM idempotency_keys WHERE created_at < %v", oldest)
		return err
	})
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
