//go:build ignore

// Publishes so many messages with nothing around: publish ENVELOPE_FILE COUNT; prints seconds.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"
)

const batch = 100

func main() {
	envelope, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	publish, err := connect(ctx, os.Getenv("BROKER_URL"), envelope)
	if err != nil {
		log.Fatal(err)
	}
	if err := publish(1); err != nil {
		log.Fatal(err)
	}
	started := time.Now()
	for range count / batch {
		if err := publish(batch); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(time.Since(started).Seconds())
}
