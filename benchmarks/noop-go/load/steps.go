package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// The length of a slice of time whose exchanges are counted together.
const slice = 100 * time.Millisecond

// step is a rate of exchanges a second, for a time.
type step struct {
	rate float64
	time time.Duration
}

// parseSteps reads "rate:seconds,rate:seconds".
func parseSteps(text string) ([]step, error) {
	var steps []step
	for _, part := range strings.Split(text, ",") {
		rate, seconds, _ := strings.Cut(part, ":")
		perSecond, err := strconv.ParseFloat(rate, 64)
		if err != nil {
			return nil, fmt.Errorf("-steps: %w", err)
		}
		length, err := strconv.ParseFloat(seconds, 64)
		if err != nil {
			return nil, fmt.Errorf("-steps: %w", err)
		}
		steps = append(steps, step{perSecond, time.Duration(length * float64(time.Second))})
	}
	return steps, nil
}

// printSlices prints how the exchanges ended that were due in each slice: served, refused, late, failed.
func (r *results) printSlices() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"slices": r.slices, "problem": r.problem})
}

func (r *results) slice(due time.Time, how int) {
	at := int(due.Sub(r.from) / slice)
	for len(r.slices) <= at {
		r.slices = append(r.slices, [outcomes]int{})
	}
	r.slices[at][how]++
}
