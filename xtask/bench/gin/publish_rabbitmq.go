//go:build ignore

package main

import (
	"context"
	"errors"

	amqp "github.com/rabbitmq/amqp091-go"
)

func connect(ctx context.Context, url string, envelope []byte) (func(count int) error, error) {
	connection, err := amqp.Dial(url)
	if err != nil {
		return nil, err
	}
	channel, err := connection.Channel()
	if err != nil {
		return nil, err
	}
	if err := channel.ExchangeDeclare("bare.events", "topic", true, false, false, false, nil); err != nil {
		return nil, err
	}
	if err := channel.Confirm(false); err != nil {
		return nil, err
	}
	message := amqp.Publishing{Body: envelope, DeliveryMode: amqp.Persistent}
	return func(count int) error {
		waiting := make([]*amqp.DeferredConfirmation, 0, count)
		for range count {
			confirmation, err := channel.PublishWithDeferredConfirmWithContext(ctx, "bare.events", "row.created", false, false, message)
			if err != nil {
				return err
			}
			waiting = append(waiting, confirmation)
		}
		for _, confirmation := range waiting {
			if !confirmation.Wait() {
				return errors.New("a message was refused")
			}
		}
		return nil
	}, nil
}
