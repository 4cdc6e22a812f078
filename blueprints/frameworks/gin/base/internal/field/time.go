package field

import (
	"regexp"
	"strings"
	"time"

	"example.com/service/internal/database"
	"example.com/service/internal/problem"
)

// Day is a day as `YYYY-MM-DD`, of the years 1000 to 9999; days compare as their texts do.
type Day string

const (
	instant   = "2006-01-02T15:04:05.000Z"
	dayFault  = "must be a day such as 2026-01-31"
	timeFault = "must be a time such as 2026-01-31T09:30:00Z"
)

var (
	dayForm    = regexp.MustCompile(`^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$`)
	momentForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`)
	// The years that every database keeps.
	firstMoment = time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)
	lastMoment  = time.Date(9999, time.December, 31, 23, 59, 59, int(999*time.Millisecond), time.UTC)
)

// Now is the default `now` of a moment.
func Now() time.Time {
	return time.Now().UTC().Truncate(time.Millisecond)
}

// Today is the default `now` of a day, in UTC.
func Today() Day {
	return Day(time.Now().UTC().Format(time.DateOnly))
}

// DayType is a day.
type DayType struct {
	words[Day]

	limits limits[Day]
}

// Date is a day as `YYYY-MM-DD`, of the years 1000 to 9999.
func Date() *DayType {
	return &DayType{limits: limits[Day]{
		compare: func(one, other Day) int { return strings.Compare(string(one), string(other)) },
		write:   func(day Day) string { return string(day) },
	}}
}

// Min is the first day.
func (d *DayType) Min(first Day) *DayType {
	d.limits.min = &first
	return d
}

// Max is the last day.
func (d *DayType) Max(last Day) *DayType {
	d.limits.max = &last
	return d
}

// Kind is what the type is called.
func (d *DayType) Kind() Kind {
	return KindDay
}

// Check turns a JSON value into a day.
func (d *DayType) Check(value any, at string) (Day, []problem.Detail) {
	text, found := textOf(value)
	if found != nil {
		return "", []problem.Detail{found.At(at)}
	}
	day, found := d.Parse(text)
	if found == nil {
		found = d.limits.judge(day)
	}
	return judged(day, found, at)
}

// Parse reads the text of a query parameter.
func (d *DayType) Parse(text string) (Day, *problem.Fault) {
	_, err := time.Parse(time.DateOnly, text)
	if err != nil || !dayForm.MatchString(text) {
		return "", fault(problem.RuleFormat, dayFault)
	}
	return Day(text), nil
}

// Store is what is sent to the driver.
func (d *DayType) Store(value Day) any {
	return database.StoreDate(string(value))
}

// Load is what the driver gave back.
func (d *DayType) Load(source any) (Day, error) {
	text, err := database.LoadDate(source)
	return Day(text), err
}

// MomentType is a point in time, of any offset; answered in UTC.
type MomentType struct {
	limits limits[moment]
}

// moment is a limit with the text in which it was written.
type moment struct {
	time.Time

	written string
}

// Moment is a point in time (RFC 3339), answered in UTC; what is finer than a millisecond is cut.
func Moment() *MomentType {
	return &MomentType{limits[moment]{
		compare: func(one, other moment) int { return one.Compare(other.Time) },
		write:   func(limit moment) string { return limit.written },
	}}
}

func momentOf(written string) *moment {
	read, _ := ParseMoment(written)
	return &moment{read, written}
}

// Min is the first moment.
func (m *MomentType) Min(first string) *MomentType {
	m.limits.min = momentOf(first)
	return m
}

// Max is the last moment.
func (m *MomentType) Max(last string) *MomentType {
	m.limits.max = momentOf(last)
	return m
}

// Kind is what the type is called.
func (m *MomentType) Kind() Kind {
	return KindMoment
}

// Check turns a JSON value into a moment.
func (m *MomentType) Check(value any, at string) (time.Time, []problem.Detail) {
	text, found := textOf(value)
	if found != nil {
		return time.Time{}, []problem.Detail{found.At(at)}
	}
	read, found := ParseMoment(text)
	if found == nil {
		found = m.limits.judge(moment{Time: read})
	}
	return judged(read, found, at)
}

// Parse reads the text of a query parameter.
func (m *MomentType) Parse(text string) (time.Time, *problem.Fault) {
	return ParseMoment(text)
}

// ParseMoment reads a point in time.
func ParseMoment(text string) (time.Time, *problem.Fault) {
	text = strings.ToUpper(text)
	if !momentForm.MatchString(text) || !hasOffset(text) {
		return time.Time{}, fault(problem.RuleFormat, timeFault)
	}
	read, err := time.Parse(time.RFC3339Nano, text)
	read = read.UTC().Truncate(time.Millisecond)
	if err != nil || strings.HasPrefix(text, "0000") || read.Before(firstMoment) || read.After(lastMoment) {
		return time.Time{}, fault(problem.RuleFormat, timeFault)
	}
	return read, nil
}

// hasOffset tells whether the offset of a time is one of a clock.
func hasOffset(text string) bool {
	if strings.HasSuffix(text, "Z") {
		return true
	}
	offset := text[len(text)-len("00:00"):]
	return offset[:2] <= "23" && offset[3:] <= "59"
}

// Append adds a value as JSON.
func (m *MomentType) Append(to []byte, value time.Time) []byte {
	to = append(to, '"')
	to = value.UTC().AppendFormat(to, instant)
	return append(to, '"')
}

// Store is what is sent to the driver.
func (m *MomentType) Store(value time.Time) any {
	return database.StoreTime(value)
}

// Load is what the driver gave back.
func (m *MomentType) Load(source any) (time.Time, error) {
	return database.LoadTime(source)
}

// Equal tells whether two values are the same moment.
func (m *MomentType) Equal(one, other time.Time) bool {
	return one.Equal(other)
}

// Copy is the value itself.
func (m *MomentType) Copy(value time.Time) time.Time {
	return value
}
