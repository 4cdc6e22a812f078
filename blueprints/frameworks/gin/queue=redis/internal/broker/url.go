package broker

// schemes are how the URL of the broker may begin.
func schemes() []string {
	return []string{"redis", "rediss"}
}
