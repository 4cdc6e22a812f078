package auth_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"example.com/service/internal/auth"
	"example.com/service/internal/problem"
)

func TestWhichPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	cases := map[string]problem.Rule{
		"Aa1aaaa":                        problem.RuleMin,
		"Aa1aaaaz":                       "",
		"Aa1" + strings.Repeat("x", 125): "",
		"Aa1" + strings.Repeat("x", 126): problem.RuleMax,
		"lowercase1":                     problem.RuleCrossed,
		"UPPERCASE1":                     problem.RuleCrossed,
		"NoDigitsHer":                    problem.RuleCrossed,
		"no digits at all":               "",
		"Password1":                      problem.RuleCrossed,
		"PASSword123":                    problem.RuleCrossed,
		"Ää1öööööö":                      "",
		strings.Repeat("😀", 7):           problem.RuleMin,
		strings.Repeat("😀", 12):          "",
		"Nul\x00inside-it-12":            problem.RuleFormat,
		"  spaces are kept  ":            "",
	}
	for password, rule := range cases {
		found := problem.Rule("")
		if fault := auth.PasswordFault(password); fault != nil {
			found = fault.Rule
		}
		assert.Equal(t, rule, found, password)
		_, details := auth.Password().Check(password, "password")
		assert.Equal(t, rule == "", len(details) == 0, password)
	}
	_, details := auth.Password().Check(true, "password")
	assert.Equal(t, []problem.Detail{{Field: "password", Rule: problem.RuleType, Message: "must be a string"}}, details)
}
