// Command load asks an ext_proc server as Envoy does, without Envoy: at a given rate, whatever becomes of it, or with a
// given number of exchanges at once; or as many Envoys do when an engine has started (-burst). It writes HTTP/2 frames itself, so that one processor asks for more than the server
// on another can do. It prints one line of JSON: exchanges by how they ended, and percentiles of the time that those took
// which were served, from the moment at which they were due.
//
// An exchange is that of a POST: request headers, a buffered body, response headers. One that is not over after the
// time-out is reset, as Envoy's is by message_timeout.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"sort"
	"sync"
	"time"
)

// How an exchange ended.
const (
	served = iota
	refused
	late
	failed
	outcomes
)

// results of one run; only exchanges count that were due after the warm-up.
type results struct {
	mutex     sync.Mutex
	from      time.Time
	to        time.Time
	count     [outcomes]int
	latencies []time.Duration
	slices    [][outcomes]int
	problem   string
}

func (r *results) end(due time.Time, how int, problem string) {
	now := time.Now()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if due.Before(r.from) || !due.Before(r.to) {
		return
	}
	r.count[how]++
	r.slice(due, how)
	if how == served {
		r.latencies = append(r.latencies, now.Sub(due))
	}
	if problem != "" && r.problem == "" {
		r.problem = problem
	}
}

func (r *results) percentile(part float64) int64 {
	if len(r.latencies) == 0 {
		return 0
	}
	return r.latencies[int(part*float64(len(r.latencies)-1))].Microseconds()
}

func (r *results) print(seconds float64) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	sort.Slice(r.latencies, func(a, b int) bool { return r.latencies[a] < r.latencies[b] })
	all := 0
	for _, number := range r.count {
		all += number
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"asked": float64(all) / seconds, "served": float64(r.count[served]) / seconds,
		"refused": float64(r.count[refused]) / seconds, "late": float64(r.count[late]) / seconds,
		"failed": float64(r.count[failed]) / seconds, "p50_us": r.percentile(0.5), "p99_us": r.percentile(0.99),
		"problem": r.problem,
	})
}

// backlog of exchanges that are due and for which no connection has a stream.
type backlog struct {
	mutex sync.Mutex
	due   []time.Time
}

func (b *backlog) add(due time.Time) {
	b.mutex.Lock()
	b.due = append(b.due, due)
	b.mutex.Unlock()
}

func (b *backlog) next() (time.Time, bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if len(b.due) == 0 {
		return time.Time{}, false
	}
	first := b.due[0]
	b.due = b.due[1:]
	return first, true
}

func main() {
	target := flag.String("target", "127.0.0.1:9001", "address of the ext_proc server")
	rate := flag.Float64("rate", 0, "exchanges a second")
	stepsText := flag.String("steps", "", "rates one after another, each for some seconds: 100:1,200:5; prints slices of 100 ms")
	concurrency := flag.Int("concurrency", 0, "exchanges at once, in place of a rate")
	seconds := flag.Float64("seconds", 5, "time that is measured")
	warmUp := flag.Float64("warm-up", 1, "seconds before that")
	connections := flag.Int("connections", 8, "connections")
	timeout := flag.Duration("timeout", time.Second, "time after which an exchange is reset")
	route := flag.String("route", "load", "name of the route")
	atOnce := flag.Int("burst", 0, "new connections at once, with one exchange each, in place of a rate")
	bodyFile := flag.String("body", "", "file with the body of the request; none: no body")
	flag.Parse()
	messages, err := newMessages(*route, *bodyFile)
	if err != nil {
		log.Fatal(err)
	}
	if *atOnce > 0 {
		burst(*target, messages, *atOnce, *timeout)
		return
	}
	steps := []step{{*rate, time.Duration((*warmUp + *seconds) * float64(time.Second))}}
	if *stepsText != "" {
		if steps, err = parseSteps(*stepsText); err != nil {
			log.Fatal(err)
		}
		*rate, *warmUp, *seconds = steps[0].rate, 0, 0
		for _, one := range steps {
			*seconds += one.time.Seconds()
		}
	}
	if (*rate > 0) == (*concurrency > 0) {
		log.Fatal("either -rate or -steps, or -concurrency")
	}

	start := time.Now().Add(time.Duration(*warmUp * float64(time.Second)))
	run := &results{from: start, to: start.Add(time.Duration(*seconds * float64(time.Second)))}
	waiting := &backlog{}
	var conns []*connection
	for i := 0; i < *connections; i++ {
		c, err := connect(*target, messages, run, *timeout)
		if err != nil {
			log.Fatal(err)
		}
		if *concurrency > 0 {
			c.next = func() (time.Time, bool) { return time.Now(), time.Now().Before(run.to) }
		} else {
			c.next = waiting.next
		}
		conns = append(conns, c)
	}
	if *concurrency > 0 {
		for i := 0; i < *concurrency; i++ {
			conns[i%len(conns)].start(time.Now())
		}
		watch(conns, run.to)
	} else {
		for _, one := range steps {
			pace(conns, waiting, one.rate, time.Now().Add(one.time))
		}
	}
	// Those that were due last have their time, too.
	watch(conns, time.Now().Add(*timeout+100*time.Millisecond))
	for {
		due, isLeft := waiting.next()
		if !isLeft {
			break
		}
		run.end(due, late, "")
	}
	if *stepsText != "" {
		run.printSlices()
	} else {
		run.print(*seconds)
	}
}

// pace begins exchanges when they are due.
func pace(conns []*connection, waiting *backlog, rate float64, end time.Time) {
	begun := time.Now()
	for number := 0; ; {
		now := time.Now()
		if now.After(end) {
			return
		}
		for due := begun.Add(time.Duration(float64(number) / rate * float64(time.Second))); !due.After(now); {
			if !startOn(conns, number, due) {
				waiting.add(due)
			}
			number++
			due = begun.Add(time.Duration(float64(number) / rate * float64(time.Second)))
		}
		for _, c := range conns {
			c.tick(now)
		}
		time.Sleep(time.Millisecond)
	}
}

func startOn(conns []*connection, number int, due time.Time) bool {
	for i := range conns {
		if conns[(number+i)%len(conns)].start(due) {
			return true
		}
	}
	return false
}

// watch lets exchanges under way go on until then.
func watch(conns []*connection, end time.Time) {
	for now := time.Now(); now.Before(end); now = time.Now() {
		for _, c := range conns {
			c.tick(now)
		}
		time.Sleep(time.Millisecond)
	}
}

func init() {
	log.SetFlags(0)
	log.SetPrefix(fmt.Sprintf("%s: ", "load"))
}
