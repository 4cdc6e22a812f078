package field

import (
	"regexp"
	"strings"
)

// What `\d`, `\w` and `\s` stand for in every tool, inside brackets.
var classes = map[byte]string{
	'd': `0-9`,
	'w': `A-Za-z0-9_`,
	's': ` \t\n\r\f\v`,
}

// CompilePattern compiles a pattern of a field: a small language that means the same in every tool.
//
// A pattern searches; `^` and `$` are the ends of the text; `\d \w \s` are ASCII, and spelled out, as
// `\s` means less in Go.
func CompilePattern(pattern string) *regexp.Regexp {
	var source strings.Builder
	inClass := false
	for at := 0; at < len(pattern); at++ {
		letter := pattern[at]
		switch {
		case letter == '\\' && at+1 < len(pattern):
			at++
			source.WriteString(escaped(pattern[at], inClass))
			continue
		case letter == '[' && !inClass:
			inClass = true
		case letter == ']':
			inClass = false
		case letter == '[':
			// Within a class a bracket is only a bracket.
			source.WriteByte('\\')
		}
		source.WriteByte(letter)
	}
	return regexp.MustCompile(source.String())
}

func escaped(letter byte, inClass bool) string {
	if class, known := classes[letter]; known {
		if inClass {
			return class
		}
		return "[" + class + "]"
	}
	if class, known := classes[letter|0x20]; known && !inClass {
		return "[^" + class + "]"
	}
	return `\` + string(letter)
}
