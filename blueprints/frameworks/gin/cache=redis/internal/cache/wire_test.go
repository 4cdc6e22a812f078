package cache

import (
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/testkit"
)

// wire is a way to Redis that can be cut, or fall silent.
type wire struct {
	t      *testing.T
	to     *url.URL
	silent atomic.Bool

	mutex   sync.Mutex
	address string
	listens net.Listener
	sockets []net.Conn
}

func newWire(t *testing.T) *wire {
	t.Helper()
	to, err := url.Parse(testkit.RedisURL(t))
	require.NoError(t, err)
	w := &wire{t: t, to: to, address: "127.0.0.1:0"}
	w.start()
	t.Cleanup(w.cut)
	return w
}

// url is that of the server, by way of this.
func (w *wire) url() string {
	by := *w.to
	by.Host = w.address
	return by.String()
}

// start lets connections through.
func (w *wire) start() {
	w.t.Helper()
	listens, err := new(net.ListenConfig).Listen(w.t.Context(), "tcp", w.address)
	require.NoError(w.t, err)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.listens, w.address = listens, listens.Addr().String()
	go func() {
		for {
			socket, err := listens.Accept()
			if err != nil {
				return
			}
			w.pass(socket)
		}
	}()
}

func (w *wire) pass(socket net.Conn) {
	there, err := new(net.Dialer).DialContext(w.t.Context(), "tcp", w.to.Host)
	if err != nil {
		_ = socket.Close()
		return
	}
	w.mutex.Lock()
	w.sockets = append(w.sockets, socket, there)
	w.mutex.Unlock()
	go w.copy(socket, there)
	go w.copy(there, socket)
}

func (w *wire) copy(from, to net.Conn) {
	defer func() { _ = to.Close() }()
	_, _ = io.Copy(&hushed{to, w}, from)
}

// hushed writes nothing while the wire is silent.
type hushed struct {
	io.Writer

	wire *wire
}

func (h *hushed) Write(bytes []byte) (int, error) {
	if h.wire.silent.Load() {
		return len(bytes), nil
	}
	return h.Writer.Write(bytes)
}

// cut ends all connections, and takes no more.
func (w *wire) cut() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	_ = w.listens.Close()
	for _, socket := range w.sockets {
		_ = socket.Close()
	}
	w.sockets = nil
}
