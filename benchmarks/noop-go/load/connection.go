package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"log"
	"net"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

const (
	process = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"
	// What the server may send before it is allowed more.
	window = 1 << 30
	// Octets of a message's length and flag.
	prefix = 5
)

// connection to the server, with its exchanges.
type connection struct {
	messages *messages
	run      *results
	timeout  time.Duration
	// The next exchange that is due, when one is over.
	next   func() (time.Time, bool)
	head   []byte
	conn   net.Conn
	framer *http2.Framer
	reader *bufio.Reader

	mutex    sync.Mutex
	writer   *bufio.Writer
	streams  map[uint32]*exchange
	inOrder  []*exchange
	lastID   uint32
	max      int
	credit   int64
	blocked  []data
	received int64
}

// exchange under way.
type exchange struct {
	id       uint32
	due      time.Time
	answered int
	isOver   bool
	partial  []byte
}

// data that waits for the connection's window.
type data struct {
	stream *exchange
	octets []byte
	isLast bool
}

// requestHead returns the header fields that open a stream of Envoy.
func requestHead() ([]byte, error) {
	var head bytes.Buffer
	encoder := hpack.NewEncoder(&head)
	// Without a dynamic table each exchange has the same octets.
	encoder.SetMaxDynamicTableSize(0)
	for _, field := range []hpack.HeaderField{
		{Name: ":method", Value: "POST"}, {Name: ":scheme", Value: "http"}, {Name: ":path", Value: process},
		{Name: ":authority", Value: "policy-engine"}, {Name: "te", Value: "trailers"},
		{Name: "content-type", Value: "application/grpc"},
	} {
		if err := encoder.WriteField(field); err != nil {
			return nil, err
		}
	}
	return head.Bytes(), nil
}

func connect(target string, messages *messages, run *results, timeout time.Duration) (*connection, error) {
	conn, err := net.Dial("tcp", target)
	if err != nil {
		return nil, err
	}
	head, err := requestHead()
	if err != nil {
		return nil, err
	}
	c := &connection{messages: messages, run: run, timeout: timeout, head: head, conn: conn,
		reader: bufio.NewReaderSize(conn, 1<<18), writer: bufio.NewWriterSize(conn, 1<<18),
		streams: map[uint32]*exchange{}, lastID: 1, max: 100, credit: 65535}
	c.framer = http2.NewFramer(c.writer, c.reader)
	c.framer.SetReuseFrames()
	if _, err := c.writer.WriteString(http2.ClientPreface); err != nil {
		return nil, err
	}
	_ = c.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
	_ = c.framer.WriteWindowUpdate(0, window)
	if err := c.writer.Flush(); err != nil {
		return nil, err
	}
	settled := make(chan struct{})
	go c.read(settled)
	<-settled
	return c, nil
}

// start begins an exchange; false if the connection has no stream for it.
func (c *connection) start(due time.Time) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.begin(due)
}

func (c *connection) begin(due time.Time) bool {
	if len(c.streams) >= c.max {
		return false
	}
	one := &exchange{id: c.lastID, due: due}
	c.lastID += 2
	c.streams[one.id] = one
	c.inOrder = append(c.inOrder, one)
	_ = c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: one.id, BlockFragment: c.head, EndHeaders: true})
	c.send(data{one, c.messages.sent[0], false})
	return true
}

func (c *connection) send(what data) {
	if len(c.blocked) > 0 || c.credit < int64(len(what.octets)) {
		c.blocked = append(c.blocked, what)
		return
	}
	c.write(what)
}

func (c *connection) write(what data) {
	octets := what.octets
	c.credit -= int64(len(octets))
	for {
		piece := octets[:min(len(octets), 16384)]
		octets = octets[len(piece):]
		_ = c.framer.WriteData(what.stream.id, what.isLast && len(octets) == 0, piece)
		if len(octets) == 0 {
			break
		}
	}
	if what.isLast {
		// As Envoy does: the stream is over on both sides, and does not count any more when the next one is opened.
		_ = c.framer.WriteRSTStream(what.stream.id, http2.ErrCodeNo)
	}
}

func (c *connection) unblock() {
	for len(c.blocked) > 0 && c.credit >= int64(len(c.blocked[0].octets)) {
		what := c.blocked[0]
		c.blocked = c.blocked[1:]
		if !what.stream.isOver || what.isLast {
			c.write(what)
		}
	}
}

// tick sends what was written, and resets what takes too long.
func (c *connection) tick(now time.Time) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for len(c.inOrder) > 0 && (c.inOrder[0].isOver || now.Sub(c.inOrder[0].due) > c.timeout) {
		first := c.inOrder[0]
		c.inOrder = c.inOrder[1:]
		if !first.isOver {
			_ = c.framer.WriteRSTStream(first.id, http2.ErrCodeCancel)
			c.over(first, late, "")
		}
	}
	_ = c.writer.Flush()
}

// over counts an exchange; what of its stream still comes is not looked at.
func (c *connection) over(one *exchange, how int, problem string) {
	one.isOver = true
	delete(c.streams, one.id)
	c.run.end(one.due, how, problem)
	if due, isDue := c.next(); isDue {
		c.begin(due)
	}
}

func (c *connection) read(settled chan struct{}) {
	for {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			log.Fatalf("the connection is lost: %v", err)
		}
		c.mutex.Lock()
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				if value, isSet := frame.Value(http2.SettingMaxConcurrentStreams); isSet {
					c.max = int(min(value, 1<<20))
				}
				_ = c.framer.WriteSettingsAck()
				if settled != nil {
					close(settled)
					settled = nil
				}
			}
		case *http2.PingFrame:
			if !frame.IsAck() {
				_ = c.framer.WritePing(true, frame.Data)
			}
		case *http2.WindowUpdateFrame:
			if frame.StreamID == 0 {
				c.credit += int64(frame.Increment)
				c.unblock()
			}
		case *http2.DataFrame:
			c.take(frame)
		case *http2.RSTStreamFrame:
			c.lost(frame.StreamID, fmt.Sprintf("reset with %v", frame.ErrCode))
		case *http2.HeadersFrame:
			if frame.StreamEnded() {
				c.lost(frame.StreamID, "ended by the server")
			}
		case *http2.GoAwayFrame:
			log.Fatalf("the server ends the connection: %v %s", frame.ErrCode, frame.DebugData())
		}
		if c.reader.Buffered() == 0 {
			_ = c.writer.Flush()
		}
		c.mutex.Unlock()
	}
}

func (c *connection) lost(id uint32, problem string) {
	if one := c.streams[id]; one != nil {
		c.over(one, failed, problem)
	}
}

func (c *connection) take(frame *http2.DataFrame) {
	octets := frame.Data()
	c.received += int64(len(octets))
	if c.received > window/2 {
		_ = c.framer.WriteWindowUpdate(0, uint32(c.received))
		c.received = 0
	}
	one := c.streams[frame.StreamID]
	if one == nil {
		return
	}
	if len(one.partial) > 0 {
		octets = append(one.partial, octets...)
	}
	for len(octets) >= prefix && !one.isOver {
		length := int(binary.BigEndian.Uint32(octets[1:prefix]))
		if len(octets) < prefix+length {
			break
		}
		c.answer(one, octets[prefix:prefix+length])
		octets = octets[prefix+length:]
	}
	one.partial = append([]byte(nil), octets...)
}

func (c *connection) answer(one *exchange, message []byte) {
	number := answerOf(message)
	if number == answersAtOnce {
		c.send(data{one, nil, true})
		c.over(one, refused, "")
		return
	}
	if number != c.messages.answers[one.answered] {
		_ = c.framer.WriteRSTStream(one.id, http2.ErrCodeCancel)
		c.over(one, failed, fmt.Sprintf("answer %d to message %d", number, one.answered))
		return
	}
	one.answered++
	if one.answered < len(c.messages.sent) {
		c.send(data{one, c.messages.sent[one.answered], false})
		return
	}
	c.send(data{one, nil, true})
	c.over(one, served, "")
}
