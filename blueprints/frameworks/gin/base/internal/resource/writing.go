package resource

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/service/internal/access"
	"example.com/service/internal/condition"
	"example.com/service/internal/database"
	"example.com/service/internal/field"
	"example.com/service/internal/problem"
	"example.com/service/internal/strictjson"
)

// work is one transaction of one caller.
type work struct {
	session *database.Session
	call    *Call
}

// Writer writes for one request; its steps are called in the order of the answers.
type Writer[R any] struct {
	unit[R]

	// Session is the transaction.
	Session *database.Session
	key     string
}

// Change is what a row is to become, and which of its fields were given.
type Change[R any] struct {
	Next   *R
	Fields []*field.Field[R]
}

// Write runs a function in one transaction of a caller who may do this action or command; the
// problem is 401 or 403 for others.
func (r *Repository[R]) Write(
	ctx context.Context, call *Call, action string, fn func(ctx context.Context, w *Writer[R]) (Answer, error),
) (Answer, error) {
	if err := r.Access.Require(call.Caller, action); err != nil {
		return Answer{}, err
	}
	return r.transaction(ctx, call, fn)
}

func (r *Repository[R]) transaction(
	ctx context.Context, call *Call, fn func(ctx context.Context, w *Writer[R]) (Answer, error),
) (answer Answer, err error) {
	err = r.Transaction(ctx, r.registry.DB, func(ctx context.Context, s *database.Session) error {
		answer, err = fn(ctx, r.writer(s, call))
		return err
	})
	var replay *Replay
	if errors.As(err, &replay) {
		return Answer{}, replay
	}
	return answer, err
}

func (r *Repository[R]) writer(s *database.Session, call *Call) *Writer[R] {
	return &Writer[R]{unit: unit[R]{s, r, call, ParseQuery(call.Query)}, Session: s}
}

func (w *Writer[R]) work() *work { return &work{w.Session, w.call} }

// Caller is whoever sent the request.
func (w *Writer[R]) Caller() access.Caller { return w.call.Caller }

// Find finds the row to write, locked: 400 malformed id, 404, 403 not the owner, 412.
func (w *Writer[R]) Find(ctx context.Context, text, action string) (*R, error) {
	row, err := w.Own(ctx, text, action)
	if err != nil {
		return nil, err
	}
	return row, w.Match(row)
}

// Own finds the row to write, locked, of any version: 400 malformed id, 404, 403 not the owner.
func (w *Writer[R]) Own(ctx context.Context, text, action string) (*R, error) {
	row, err := w.obtain(ctx, text, false, true)
	if err != nil {
		return nil, err
	}
	if !w.repository.allows(w.call.Caller, action, row) {
		return nil, problem.Forbidden()
	}
	return row, nil
}

// Match is a problem, 412, when the caller wants to write another version (`If-Match`).
func (w *Writer[R]) Match(row *R) error {
	if w.call.IfMatch == nil {
		return nil
	}
	tag := fmt.Sprintf(`"%d"`, w.repository.row(row).Version)
	for each := range strings.SplitSeq(*w.call.IfMatch, ",") {
		if each = strings.TrimSpace(each); each == "*" || each == tag {
			return nil
		}
	}
	return problem.Outdated()
}

// Once does a request with an idempotency key once; a repeated one ends here with its answer.
func (w *Writer[R]) Once(ctx context.Context, body any) error {
	if w.call.Repeatable == nil {
		return nil
	}
	key, err := claim(ctx, w.Session, w.call.Repeatable, body)
	w.key = key
	return err
}

// Keep is the row as it is answered, kept for repeated requests.
func (w *Writer[R]) Keep(ctx context.Context, status int, row *R) (Answer, error) {
	answer, err := w.repository.answer(ctx, w.q, row)
	if err != nil {
		return Answer{}, err
	}
	answer.Status = status
	return answer, w.kept(ctx, answer)
}

func (w *Writer[R]) kept(ctx context.Context, answer Answer) error {
	if w.key == "" {
		return nil
	}
	return keep(ctx, w.Session, w.key, answer.Status, answer.Body)
}

// Accept is what is to be stored: 400 with all faults of the query and the body. The row is nil for
// a new one.
func (w *Writer[R]) Accept(ctx context.Context, accepted field.Body[R], body any, row *R) (Change[R], error) {
	var next *R
	if row == nil {
		next = w.repository.defaults()
	} else {
		copied := *row
		next = &copied
	}
	change := Change[R]{Next: next}
	faults := w.query.Finish()
	given, wrong := accepted.Read(next, body)
	change.Fields = given
	faults = append(faults, wrong...)
	missing, err := w.unresolved(ctx, change, wrong, body)
	if err != nil {
		return change, err
	}
	faults = append(faults, missing...)
	if len(wrong) == 0 {
		faults = append(faults, w.broken(row, next)...)
	}
	if len(faults) > 0 {
		return change, problem.Validation(faults)
	}
	return change, nil
}

// broken are the rules that a row would break.
func (w *Writer[R]) broken(row, next *R) []problem.Detail {
	var broken []problem.Detail
	for _, rule := range w.repository.options.Rules {
		if rule.Holds(w.state(row, next)) != condition.False {
			continue
		}
		name := ""
		if rule.Column != "" {
			name = w.repository.Field(rule.Column).JSON
		}
		broken = append(broken, problem.Detail{Field: name, Rule: problem.RuleCrossed, Message: rule.Message})
	}
	return broken
}

func (w *Writer[R]) state(row, next *R) State[R] {
	if row == nil {
		row = next
	}
	return State[R]{New: next, Old: row, Actor: w.call.Caller, Now: time.Now()}
}

// Require is a problem, 409, when a command is not possible now.
func (w *Writer[R]) Require(when Condition[R], row *R) error {
	if when(w.state(row, row)) == condition.True {
		return nil
	}
	return problem.Conflict("This is not possible now.")
}

// unresolved are references to rows that the caller may not read, and doubles among links.
func (w *Writer[R]) unresolved(ctx context.Context, change Change[R], wrong []problem.Detail, body any) ([]problem.Detail, error) {
	var faults []problem.Detail
	for _, each := range slices.Concat(w.repository.references, w.repository.links) {
		for _, to := range placesOf(each, change, wrong, body) {
			target, err := w.repository.registry.target(to.target)
			if err != nil {
				return nil, err
			}
			found, err := target.Readable(ctx, w.q, w.call.Caller, to.ids, true)
			if err != nil {
				return nil, err
			}
			seen := map[uuid.UUID]bool{}
			for i, id := range to.ids {
				switch {
				case seen[id]:
					faults = append(faults, problem.Detail{Field: to.names[i], Rule: problem.RuleUnique, Message: "is there twice"})
				case !found[id]:
					faults = append(faults, problem.Detail{Field: to.names[i], Rule: problem.RuleReference, Message: "does not exist"})
				}
				seen[id] = true
			}
		}
	}
	return faults, nil
}

// places are the ids of a relation and what they are called in a body.
type places struct {
	target string
	names  []string
	ids    []uuid.UUID
}

// placesOf are the ids that were given under a relation; of a faulty body those that are right.
func placesOf[R any](each *field.Field[R], change Change[R], wrong []problem.Detail, body any) []places {
	isWrong := func(name string) bool {
		return slices.ContainsFunc(wrong, func(detail problem.Detail) bool { return detail.Field == name })
	}
	if each.Reference != nil {
		if !slices.Contains(change.Fields, each) || each.Null(change.Next) || isWrong(each.JSON) {
			return nil
		}
		return []places{{each.Reference.To, []string{each.JSON}, each.IDs(change.Next)}}
	}
	found := places{target: each.Links.To}
	if len(wrong) == 0 {
		if !slices.Contains(change.Fields, each) {
			return nil
		}
		for i, id := range each.IDs(change.Next) {
			found.names = append(found.names, fmt.Sprintf("%s[%d]", each.JSON, i))
			found.ids = append(found.ids, id)
		}
		return []places{found}
	}
	object, _ := body.(*strictjson.Object)
	value, _ := object.Get(each.JSON)
	items, _ := value.([]any)
	if len(items) > field.MaxLinks || isWrong(each.JSON) {
		return nil
	}
	for i, item := range items {
		name := fmt.Sprintf("%s[%d]", each.JSON, i)
		text, isText := item.(string)
		if id, fault := field.ParseUUID(text); isText && fault == nil && !isWrong(name) {
			found.names = append(found.names, name)
			found.ids = append(found.ids, id)
		}
	}
	return []places{found}
}

// Consent keeps a write until somebody consents, if a rule says so; then the answer is true. What
// would be a conflict anyway is told at once, and nothing waits.
func (w *Writer[R]) Consent(ctx context.Context, action string, row *R, change Change[R]) (Answer, bool, error) {
	next := change.Next
	if next == nil {
		next = row
	}
	state := w.state(row, next)
	at := slices.IndexFunc(w.repository.options.Consents, func(rule Consent[R]) bool {
		return rule.On == action && rule.When(state) == condition.True
	})
	if at < 0 {
		return Answer{}, false, nil
	}
	approvers := w.repository.options.Consents[at].Approvers
	var owner *uuid.UUID
	if row != nil {
		owner = w.repository.owner(row)
	} else {
		owner = w.call.Caller.UserID
	}
	if Decides(w.call.Caller, approvers, owner) {
		return Answer{}, false, nil
	}
	err := w.Session.Attempt(ctx, func() error {
		_, err := w.perform(ctx, action, row, change)
		return err
	})
	if err != nil {
		return Answer{}, false, err
	}
	asked := Asked{
		Entity: w.repository.Name(), Action: action, OwnerID: owner, RequestedBy: w.call.Caller.UserID, Approvers: approvers,
		Change: w.repository.written(change),
	}
	if row != nil {
		common := *w.repository.row(row)
		asked.RowID, asked.Version = &common.ID, &common.Version
	}
	body, err := w.repository.registry.Approvals.Ask(ctx, w.Session, asked)
	if err != nil {
		return Answer{}, false, err
	}
	return Answer{Status: http.StatusAccepted, Body: body}, true, nil
}

// Decides tells whether a caller is one of those who may consent to a write to a row of this owner;
// whoever makes a row owns it.
func Decides(caller access.Caller, approvers []string, owner *uuid.UUID) bool {
	if caller.IsAdmin() || caller.Role != nil && slices.Contains(approvers, *caller.Role) {
		return true
	}
	return slices.Contains(approvers, access.Owner) && caller.Owns(owner)
}

// written are the values of a change as JSON that can be read again, private ones too.
func (r *Repository[R]) written(change Change[R]) []byte {
	object := []byte{'{'}
	for _, each := range change.Fields {
		if len(object) > 1 {
			object = append(object, ',')
		}
		object = fmt.Appendf(object, "%q:", each.JSON)
		object = each.Append(object, change.Next)
	}
	return append(object, '}')
}

// perform does a write: it gives the row that was made or changed.
func (w *Writer[R]) perform(ctx context.Context, action string, row *R, change Change[R]) (*R, error) {
	switch {
	case row == nil:
		return w.Insert(ctx, change)
	case action == access.Delete:
		return nil, w.Delete(ctx, row)
	default:
		return w.Update(ctx, row, change)
	}
}

// Perform does a write that waited for consent in the name of who asked for it.
func (r *Repository[R]) Perform(ctx context.Context, s *database.Session, asked Asked) (*uuid.UUID, bool, error) {
	role := "admin"
	call := &Call{Caller: access.Caller{UserID: asked.RequestedBy, Role: &role}}
	w := r.writer(s, call)
	var row *R
	if asked.RowID != nil {
		found, err := r.Locked(ctx, s, Is(columnID, database.StoreUUID(*asked.RowID)))
		if err != nil {
			return nil, false, err
		}
		if found == nil || asked.Version == nil || r.row(found).Version != *asked.Version {
			return nil, false, nil
		}
		row = found
	}
	change, right, err := w.asked(ctx, asked, row)
	if err != nil || !right {
		return nil, false, err
	}
	done, err := w.perform(ctx, asked.Action, row, change)
	if err != nil || done == nil {
		return asked.RowID, err == nil, err
	}
	id := r.row(done).ID
	return &id, true, nil
}

// asked is what was to be written, as long as it is still right.
func (w *Writer[R]) asked(ctx context.Context, asked Asked, row *R) (Change[R], bool, error) {
	next := w.repository.defaults()
	if row != nil {
		copied := *row
		next = &copied
	}
	change := Change[R]{Next: next}
	sent, err := strictjson.Decode(asked.Change)
	if err != nil {
		return change, false, fmt.Errorf("read what was asked for: %w", err)
	}
	body, _ := sent.(*strictjson.Object)
	if body.Len() == 0 {
		return change, true, nil
	}
	for _, each := range w.repository.declared {
		// Objects were merged when it was asked for.
		if value, came := body.Get(each.JSON); came {
			if each.Decode(next, value) != nil {
				return change, false, nil
			}
			change.Fields = append(change.Fields, each)
		}
	}
	missing, err := w.unresolved(ctx, change, nil, body)
	if err != nil || len(missing) > 0 {
		return change, false, err
	}
	return change, len(w.broken(row, next)) == 0, nil
}

// Insert stores a new row of the caller.
func (w *Writer[R]) Insert(ctx context.Context, change Change[R]) (*R, error) {
	r, row := w.repository, change.Next
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("make an id: %w", err)
	}
	common := r.row(row)
	now := moment()
	common.ID, common.CreatedAt, common.UpdatedAt, common.Version = id, now, now, 1
	if r.options.Owned {
		common.OwnerID = w.call.Caller.UserID
	}
	if err := r.Insert(ctx, w.Session, row); err != nil {
		return nil, err
	}
	for _, each := range r.links {
		ids := sorted(each.IDs(row))
		if err := r.addLinks(ctx, w.Session, each.Links, id, ids); err != nil {
			return nil, err
		}
		each.SetIDs(row, ids)
	}
	w.Session.Created(r.Name())
	if err := r.audited(ctx, w.work(), auditCreate, id, nil, row, r.auditable()); err != nil {
		return nil, err
	}
	return row, r.publish(ctx, w.Session, Created, row)
}

// Update stores changes, and returns the row as it is then; none at all leave the version alone.
func (w *Writer[R]) Update(ctx context.Context, row *R, change Change[R]) (*R, error) {
	if len(change.Fields) == 0 {
		return row, nil
	}
	r, next := w.repository, change.Next
	id := r.row(row).ID
	for _, each := range r.links {
		if !slices.Contains(change.Fields, each) {
			continue
		}
		if err := r.load(ctx, w.q, each, []*R{row}); err != nil {
			return nil, err
		}
		known, wanted := each.IDs(row), sorted(each.IDs(next))
		if err := r.removeLinks(ctx, w.Session, each.Links, id, without(known, wanted)); err != nil {
			return nil, err
		}
		if err := r.addLinks(ctx, w.Session, each.Links, id, without(wanted, known)); err != nil {
			return nil, err
		}
		each.SetIDs(next, wanted)
	}
	if err := r.touch(ctx, w.Session, row, next, change.Fields); err != nil {
		return nil, err
	}
	if err := r.audited(ctx, w.work(), auditUpdate, id, row, next, linksLast(change.Fields)); err != nil {
		return nil, err
	}
	return next, r.publish(ctx, w.Session, Updated, next)
}

// Apply stores what a command sets, and returns the row as it is then; 409 when it would break a rule.
func (w *Writer[R]) Apply(ctx context.Context, row *R, set func(next *R), columns ...string) (*R, error) {
	r := w.repository
	next := *row
	if set != nil {
		set(&next)
	}
	if len(w.broken(row, &next)) > 0 {
		return nil, problem.Conflict("The row would break a rule.")
	}
	change := Change[R]{Next: &next}
	for _, column := range columns {
		change.Fields = append(change.Fields, r.Field(column))
	}
	if len(change.Fields) > 0 {
		return w.Update(ctx, row, change)
	}
	if err := r.touch(ctx, w.Session, row, &next, nil); err != nil {
		return nil, err
	}
	if err := r.audited(ctx, w.work(), auditUpdate, r.row(row).ID, row, &next, nil); err != nil {
		return nil, err
	}
	return &next, r.publish(ctx, w.Session, Updated, &next)
}

// Delete deletes a row as its table says, and does to others what their relations say.
func (w *Writer[R]) Delete(ctx context.Context, row *R) error {
	if err := w.query.RequireValid(); err != nil {
		return err
	}
	return w.repository.remove(ctx, &deletion{work: *w.work(), seen: map[uuid.UUID]bool{}}, row)
}

// Link is the row to link to another, and what the link changes: nothing when it is there already.
func (w *Writer[R]) Link(ctx context.Context, text, column, otherText string) (*R, Change[R], error) {
	row, each, other, err := w.ends(ctx, text, column, otherText)
	if err != nil {
		return nil, Change[R]{}, err
	}
	target, err := w.repository.registry.target(each.Links.To)
	if err != nil {
		return nil, Change[R]{}, err
	}
	found, err := target.Readable(ctx, w.q, w.call.Caller, []uuid.UUID{other}, true)
	if err != nil {
		return nil, Change[R]{}, err
	}
	if !found[other] {
		return nil, Change[R]{}, problem.NotFound()
	}
	known := each.IDs(row)
	if slices.Contains(known, other) {
		return row, Change[R]{}, nil
	}
	return row, relinked(row, each, append(slices.Clone(known), other)), nil
}

// Unlink is the row whose link goes, and what that changes: nothing when it is not there.
func (w *Writer[R]) Unlink(ctx context.Context, text, column, otherText string) (*R, Change[R], error) {
	row, each, other, err := w.ends(ctx, text, column, otherText)
	if err != nil {
		return nil, Change[R]{}, err
	}
	known := each.IDs(row)
	if !slices.Contains(known, other) {
		return row, Change[R]{}, nil
	}
	return row, relinked(row, each, without(known, []uuid.UUID{other})), nil
}

func relinked[R any](row *R, each *field.Field[R], ids []uuid.UUID) Change[R] {
	next := *row
	each.SetIDs(&next, ids)
	return Change[R]{Next: &next, Fields: []*field.Field[R]{each}}
}

// ends are the row to write, with its links, and the id at the other end; both ids are judged before the row.
func (w *Writer[R]) ends(ctx context.Context, text, column, otherText string) (*R, *field.Field[R], uuid.UUID, error) {
	each := w.repository.Field(column)
	if _, err := RowID(text); err != nil {
		return nil, nil, uuid.Nil, err
	}
	other, err := idOf(otherText, strings.TrimSuffix(each.JSON, "s"))
	if err != nil {
		return nil, nil, uuid.Nil, err
	}
	row, err := w.Find(ctx, text, access.Update)
	if err != nil {
		return nil, nil, uuid.Nil, err
	}
	if err := w.query.RequireValid(); err != nil {
		return nil, nil, uuid.Nil, err
	}
	return row, each, other, w.repository.load(ctx, w.q, each, []*R{row})
}

// touch stores fields with the next version; the problem is 412 when another write was quicker.
func (r *Repository[R]) touch(ctx context.Context, s *database.Session, row, next *R, fields []*field.Field[R]) error {
	was, is := r.row(row), r.row(next)
	is.Version, is.UpdatedAt = was.Version+1, moment()
	changed, err := r.Update(
		ctx, s, next, slices.Concat(fields, r.version), Match{columnID, database.StoreUUID(was.ID)}, Match{columnVersion, was.Version},
	)
	if err == nil && changed == 0 {
		return problem.Outdated()
	}
	return err
}

func (r *Repository[R]) addLinks(ctx context.Context, s *database.Session, to *field.LinksTo, id uuid.UUID, others []uuid.UUID) error {
	if len(others) == 0 {
		return nil
	}
	insert := database.Flavor.NewInsertBuilder().InsertInto(database.Quote(to.Table))
	insert.Cols(database.Quote(to.Here), database.Quote(to.There))
	for _, other := range others {
		insert.Values(database.StoreUUID(id), database.StoreUUID(other))
	}
	text, args := insert.Build()
	_, err := s.ExecContext(ctx, text, args...)
	return r.storing(err, nil)
}

func (r *Repository[R]) removeLinks(ctx context.Context, s *database.Session, to *field.LinksTo, id uuid.UUID, others []uuid.UUID) error {
	if len(others) == 0 {
		return nil
	}
	query := database.Flavor.NewDeleteBuilder().DeleteFrom(database.Quote(to.Table))
	args := make([]any, len(others))
	for i, other := range others {
		args[i] = database.StoreUUID(other)
	}
	query.Where(query.Equal(database.Quote(to.Here), database.StoreUUID(id)), query.In(database.Quote(to.There), args...))
	text, values := query.Build()
	_, err := s.ExecContext(ctx, text, values...)
	return err
}

// publish says what happened to a row.
func (r *Repository[R]) publish(ctx context.Context, s *database.Session, change string, row *R) error {
	if !r.registry.Events.Waits() {
		return nil
	}
	answer, err := r.answer(ctx, s, row)
	if err != nil {
		return err
	}
	return r.registry.Events.Wrote(ctx, s, r.Name(), change, answer.ID, answer.Body)
}

// auditable are the declared fields, those that have a column first.
func (r *Repository[R]) auditable() []*field.Field[R] { return linksLast(r.declared) }

func linksLast[R any](fields []*field.Field[R]) []*field.Field[R] {
	ordered := slices.Clone(fields)
	slices.SortStableFunc(ordered, func(one, other *field.Field[R]) int {
		switch {
		case one.Stored() == other.Stored():
			return 0
		case one.Stored():
			return -1
		default:
			return 1
		}
	})
	return ordered
}

// moment is now, as precisely as it is kept.
func moment() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func sorted(ids []uuid.UUID) []uuid.UUID {
	return slices.SortedFunc(slices.Values(ids), func(one, other uuid.UUID) int { return strings.Compare(one.String(), other.String()) })
}

// without are the ids that are not among others.
func without(ids, others []uuid.UUID) []uuid.UUID {
	return slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool { return slices.Contains(others, id) })
}
