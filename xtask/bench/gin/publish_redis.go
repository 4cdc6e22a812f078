//go:build ignore

package main

import (
	"context"

	"github.com/redis/go-redis/v9"
)

func connect(ctx context.Context, url string, envelope []byte) (func(count int) error, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	client := redis.NewClient(options)
	return func(count int) error {
		pipe := client.TxPipeline()
		for range count {
			pipe.XAdd(ctx, &redis.XAddArgs{Stream: "bare:events", Values: []any{"envelope", envelope}})
		}
		_, err := pipe.Exec(ctx)
		return err
	}, nil
}
