package app

import "testing"

// workerMetrics are those of a worker; here the service does its work.
func workerMetrics(*testing.T) string {
	return ""
}
