package broker

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/service/internal/database"
	"example.com/service/internal/testkit"
)

// wire is a way to the broker that can be cut.
type wire struct {
	t        *testing.T
	target   string
	address  string
	mutex    sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
}

func newWire(t *testing.T) (cut *wire, through string) {
	t.Helper()
	target, err := url.Parse(testkit.BrokerURL(t))
	require.NoError(t, err)
	cut = &wire{t: t, target: target.Host, address: "127.0.0.1:0", open: make(map[net.Conn]bool)}
	cut.mend()
	cut.address = cut.listener.Addr().String()
	target.Host = cut.address
	t.Cleanup(cut.cut)
	return cut, target.String()
}

// mend lets everybody through.
func (w *wire) mend() {
	w.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(w.t.Context(), "tcp", w.address)
	require.NoError(w.t, err)
	w.mutex.Lock()
	w.listener = listener
	w.mutex.Unlock()
	go func() {
		for {
			here, err := listener.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", w.target)
			if err != nil {
				_ = here.Close()
				continue
			}
			w.join(here, there)
		}
	}()
}

func (w *wire) join(here, there net.Conn) {
	w.mutex.Lock()
	w.open[here], w.open[there] = true, true
	w.mutex.Unlock()
	for _, pair := range [][2]net.Conn{{here, there}, {there, here}} {
		go func() {
			_, _ = io.Copy(pair[0], pair[1])
			_ = pair[0].Close()
			_ = pair[1].Close()
		}()
	}
}

// cut ends every connection, and lets nobody through.
func (w *wire) cut() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	_ = w.listener.Close()
	for each := range w.open {
		_ = each.Close()
	}
	clear(w.open)
}

// numberOf reads a number as a broker gives it.
func numberOf(t *testing.T, value any) int {
	t.Helper()
	number, err := strconv.Atoi(fmt.Sprint(value))
	require.NoError(t, err)
	return number
}

// longAgo is when a broker had a job that it has lost since.
func longAgo() any {
	return database.StoreTime(time.Now().Add(-11 * time.Minute))
}
