package problem

// Rule is what a faulty field breaks.
type Rule string

// The rules of all fields.
const (
	RuleUnknown   Rule = "unknown"
	RuleReadOnly  Rule = "readOnly"
	RuleRequired  Rule = "required"
	RuleType      Rule = "type"
	RuleFormat    Rule = "format"
	RuleEnum      Rule = "enum"
	RuleScale     Rule = "scale"
	RuleMin       Rule = "min"
	RuleMax       Rule = "max"
	RuleAbove     Rule = "above"
	RuleBelow     Rule = "below"
	RulePattern   Rule = "pattern"
	RuleUnique    Rule = "unique"
	RuleReference Rule = "reference"
	RuleCrossed   Rule = "rule"
	RuleRepeated  Rule = "repeated"
)

// Of several rules that one field breaks, the first in this order is reported.
var rules = []Rule{
	RuleUnknown, RuleReadOnly, RuleRequired, RuleType, RuleFormat, RuleEnum, RuleScale, RuleMin,
	RuleMax, RuleAbove, RuleBelow, RulePattern, RuleUnique, RuleReference, RuleCrossed, RuleRepeated,
}

// Fault is a value that breaks a rule; the message says what a right value would be.
type Fault struct {
	Rule    Rule
	Message string
}

// Error is the message.
func (f *Fault) Error() string {
	return f.Message
}

// At makes the fault one of a field.
func (f *Fault) At(field string) Detail {
	return Detail{Field: field, Rule: f.Rule, Message: f.Message}
}
