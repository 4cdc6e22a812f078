package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	connectTimeout = 5 * time.Second
	closeTimeout   = 500 * time.Millisecond
	heartbeat      = 10 * time.Second
	// patience is how long an answer may take.
	patience = 5 * time.Second
)

var (
	errSilent = errors.New("no answer in time")
	errGone   = errors.New("a queue is gone")
	errNacked = errors.New("the broker did not take a message")
	errNoURL  = errors.New("the URL of the broker is none of RabbitMQ")
)

// letter is a message and where it goes: through an exchange, or straight into a queue.
type letter struct {
	exchange string
	key      string
	message  amqp.Publishing
}

// link is a connection with its two channels: on one the server confirms what it is sent, on the other it is asked.
type link struct {
	conn     *amqp.Connection
	confirms *amqp.Channel
	// returned tells whether a message was for a queue that is not there.
	returned atomic.Bool

	// asking lets one question at a time pass: their answers carry no name.
	asking  sync.Mutex
	answers *amqp.Channel
}

// about asks something on the channel for questions.
func (l *link) about(question func(channel *amqp.Channel) error) error {
	l.asking.Lock()
	defer l.asking.Unlock()
	return question(l.answers)
}

// opening is a link that is being made, or was.
type opening struct {
	done chan struct{}
	link *link
	err  error
}

// server is the way to RabbitMQ, opened again when it is needed and lost; what fails, fails at once.
type server struct {
	log      *slog.Logger
	url      string
	declare  func(channel *amqp.Channel) error
	patience time.Duration

	mutex   sync.Mutex
	opening *opening
	away    bool
}

// newServer makes the way to a server; on each connection everything is declared that is needed.
func newServer(log *slog.Logger, url URL, declare func(channel *amqp.Channel) error) *server {
	return &server{log: log, url: string(url), declare: declare, patience: patience}
}

// ask asks something; the error says that there is no answer in time, or a wrong one.
func (s *server) ask(ctx context.Context, question func(ctx context.Context, link *link) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.patience, errSilent)
	defer cancel()
	current := s.current()
	answered := make(chan error, 1)
	go func() {
		select {
		case <-current.done:
		case <-ctx.Done():
			answered <- context.Cause(ctx)
			return
		}
		if current.err != nil {
			answered <- current.err
			return
		}
		answered <- question(ctx, current.link)
	}()
	var err error
	select {
	case err = <-answered:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		s.lose(ctx, current, err)
		return err
	}
	s.found(ctx)
	return nil
}

// send sends these in their order; the error says that the server has not confirmed all.
func (s *server) send(ctx context.Context, letters ...letter) error {
	return s.ask(ctx, func(ctx context.Context, link *link) error {
		confirmations := make([]*amqp.DeferredConfirmation, len(letters))
		for at, each := range letters {
			each.message.DeliveryMode = amqp.Persistent
			// Events are for whoever waits for them; what is sent to a queue is to be there.
			mandatory := each.exchange == ""
			confirmation, err := link.confirms.PublishWithDeferredConfirmWithContext(
				ctx, each.exchange, each.key, mandatory, false, each.message,
			)
			if err != nil {
				return fmt.Errorf("send a message: %w", err)
			}
			confirmations[at] = confirmation
		}
		for _, confirmation := range confirmations {
			taken, err := confirmation.WaitContext(ctx)
			if err != nil {
				return fmt.Errorf("wait for the broker to confirm: %w", err)
			}
			if !taken {
				return errNacked
			}
		}
		if link.returned.Load() {
			// Another connection declares it anew.
			return errGone
		}
		return nil
	})
}

// get is a message of a queue, which is to be acknowledged; nil when there is none.
func (s *server) get(ctx context.Context, queue string) (*amqp.Delivery, error) {
	var found *amqp.Delivery
	err := s.ask(ctx, func(_ context.Context, link *link) error {
		return link.about(func(channel *amqp.Channel) error {
			delivery, there, err := channel.Get(queue, false)
			if err != nil {
				return fmt.Errorf("get a message of %s: %w", queue, err)
			}
			if there {
				found = &delivery
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// count is how many messages a queue has.
func (s *server) count(ctx context.Context, queue string) (int, error) {
	count := 0
	err := s.ask(ctx, func(_ context.Context, link *link) error {
		return link.about(func(channel *amqp.Channel) error {
			found, err := channel.QueueDeclarePassive(queue, true, false, false, false, nil)
			if err != nil {
				return fmt.Errorf("count the messages of %s: %w", queue, err)
			}
			count = found.Messages
			return nil
		})
	})
	return count, err
}

// reachable tells whether it answers now.
func (s *server) reachable(ctx context.Context) bool {
	return s.ask(ctx, func(_ context.Context, link *link) error {
		return link.about(func(channel *amqp.Channel) error {
			return channel.ExchangeDeclarePassive("amq.topic", amqp.ExchangeTopic, true, false, false, false, nil)
		})
	}) == nil
}

// current is the link that there is, or another that is made now.
func (s *server) current() *opening {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.opening == nil {
		made := &opening{done: make(chan struct{})}
		s.opening = made
		go func() {
			defer close(made.done)
			made.link, made.err = s.open()
		}()
	}
	return s.opening
}

func (s *server) open() (*link, error) {
	conn, err := amqp.DialConfig(s.url, amqp.Config{Heartbeat: heartbeat, Dial: amqp.DefaultDial(connectTimeout)})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	opened, err := s.prepared(conn)
	if err != nil {
		closeSoon(conn)
		return nil, err
	}
	return opened, nil
}

// prepared is a connection with its channels, on which everything is declared.
func (s *server) prepared(conn *amqp.Connection) (*link, error) {
	confirms, err := conn.Channel()
	if err != nil {
		return nil, fmt.Errorf("open a channel: %w", err)
	}
	if err := confirms.Confirm(false); err != nil {
		return nil, fmt.Errorf("have messages confirmed: %w", err)
	}
	answers, err := conn.Channel()
	if err != nil {
		return nil, fmt.Errorf("open a channel: %w", err)
	}
	if err := s.declare(answers); err != nil {
		return nil, fmt.Errorf("declare queues: %w", err)
	}
	made := &link{conn: conn, confirms: confirms, answers: answers}
	returns := confirms.NotifyReturn(make(chan amqp.Return))
	go func() {
		// Closed with the channel.
		for range returns {
			made.returned.Store(true)
		}
	}()
	return made, nil
}

func (s *server) found(ctx context.Context) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.away {
		s.log.InfoContext(ctx, "the broker is back")
	}
	s.away = false
}

func (s *server) lose(ctx context.Context, lost *opening, failure error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.away {
		s.log.WarnContext(ctx, "the broker is away: "+failure.Error())
	}
	s.away = true
	if s.opening == lost {
		s.opening = nil
		go lost.end()
	}
}

// close closes the connection; the next question opens another.
func (s *server) close() {
	s.mutex.Lock()
	lost := s.opening
	s.opening = nil
	s.mutex.Unlock()
	if lost != nil {
		lost.end()
	}
}

// end closes a link once it is made, if it ever is.
func (o *opening) end() {
	select {
	case <-o.done:
	case <-time.After(connectTimeout):
		return
	}
	if o.link != nil {
		closeSoon(o.link.conn)
	}
}

// closeSoon closes a connection; what is gone already may never say so.
func closeSoon(conn *amqp.Connection) {
	_ = conn.CloseDeadline(time.Now().Add(closeTimeout))
}

// acknowledge is done with a message; nothing when its connection is gone: then it is delivered again.
func acknowledge(delivery amqp.Delivery) error {
	if err := delivery.Ack(false); err != nil && !errors.Is(err, amqp.ErrClosed) {
		return fmt.Errorf("acknowledge a message: %w", err)
	}
	return nil
}
