package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"log"
	"net"
	"os"
	"sort"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"google.golang.org/protobuf/encoding/protowire"
)

// burst opens connections at once, with one exchange of request headers on each, and prints when they were answered:
// percentiles of the time since the start, from opening the connection to the first answer.
func burst(target string, messages *messages, connections int, timeout time.Duration) {
	head, err := requestHead()
	if err != nil {
		log.Fatal(err)
	}
	var first bytes.Buffer
	framer := http2.NewFramer(&first, nil)
	first.WriteString(http2.ClientPreface)
	_ = framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window})
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: head, EndHeaders: true})
	_ = framer.WriteData(1, false, messages.sent[0])

	took := make([]time.Duration, connections)
	outcome := make([]int, connections)
	var all sync.WaitGroup
	start := time.Now()
	for i := range connections {
		all.Go(func() {
			outcome[i] = ask(target, first.Bytes(), messages.answers[0], start.Add(timeout))
			took[i] = time.Since(start)
		})
	}
	all.Wait()

	var count [outcomes]int
	var times []time.Duration
	for i, how := range outcome {
		count[how]++
		if how == served {
			times = append(times, took[i])
		}
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	run := &results{latencies: times}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"served": count[served], "refused": count[refused], "late": count[late], "failed": count[failed],
		"p50_ms": float64(run.percentile(0.5)) / 1000, "p99_ms": float64(run.percentile(0.99)) / 1000,
	})
}

// ask returns how the only exchange of a new connection ended.
func ask(target string, octets []byte, answer protowire.Number, end time.Time) int {
	conn, err := net.DialTimeout("tcp", target, time.Until(end))
	if err != nil {
		return failed
	}
	defer conn.Close()
	_ = conn.SetDeadline(end)
	if _, err := conn.Write(octets); err != nil {
		return failed
	}
	framer := http2.NewFramer(conn, bufio.NewReader(conn))
	var partial []byte
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			if netErr, isNet := err.(net.Error); isNet && netErr.Timeout() {
				return late
			}
			return failed
		}
		data, isData := frame.(*http2.DataFrame)
		if !isData {
			continue
		}
		partial = append(partial, data.Data()...)
		if len(partial) < prefix || len(partial) < prefix+int(binary.BigEndian.Uint32(partial[1:prefix])) {
			continue
		}
		switch answerOf(partial[prefix:]) {
		case answer:
			return served
		case answersAtOnce:
			return refused
		default:
			return failed
		}
	}
}
