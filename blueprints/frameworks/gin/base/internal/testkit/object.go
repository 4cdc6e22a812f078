package testkit

import "strings"

// Object is a JSON object of keys and their values, in turn; a value is JSON, too.
func Object(pairs ...string) []byte {
	members := make([]string, 0, len(pairs)/2)
	for at := 0; at+1 < len(pairs); at += 2 {
		members = append(members, `"`+pairs[at]+`":`+pairs[at+1])
	}
	return []byte("{" + strings.Join(members, ",") + "}")
}

// With is a JSON object with another key.
func With(object []byte, key string) []byte {
	text := strings.TrimSuffix(string(object), "}")
	if text != "{" {
		text += ","
	}
	return []byte(text + `"` + key + `":1}`)
}
