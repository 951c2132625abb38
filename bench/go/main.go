// The rows of the comparison, on Go's runtime. bench/rows.cc does the same work under the same names;
// whoever changes a row here changes it there. Understands the few options of Google Benchmark
// that bench/compare.cc passes, and prints JSON as that does.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const procs = 2

var sink uint64

//go:noinline
func microsecond(x uint64) uint64 {
	for i := 0; i < 600; i++ {
		x = x*6364136223846793005 + 1442695040888963407
	}
	return x
}

// withBusy calls body while n goroutines compute.
func withBusy(n int, body func()) {
	var stop atomic.Bool
	var started, ended sync.WaitGroup
	for i := 0; i < n; i++ {
		started.Add(1)
		ended.Add(1)
		go func() {
			x := uint64(1)
			started.Done()
			for !stop.Load() {
				x = microsecond(x)
			}
			atomic.StoreUint64(&sink, x)
			ended.Done()
		}()
	}
	started.Wait()
	body()
	stop.Store(true)
	ended.Wait()
}

// withParked calls body while n goroutines are parked.
func withParked(n int, body func()) {
	leave := make(chan bool)
	var ready atomic.Int32
	var ended sync.WaitGroup
	ended.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			ready.Add(1)
			<-leave
			ended.Done()
		}()
	}
	for int(ready.Load()) < n {
		runtime.Gosched()
	}
	body()
	close(leave)
	ended.Wait()
}

func readMemStats(busy int) func(b *testing.B) {
	return func(b *testing.B) {
		withBusy(busy, func() {
			var stats runtime.MemStats
			b.ResetTimer()
			for i := 0; i < b.N; i++ {
				runtime.ReadMemStats(&stats)
			}
			b.StopTimer()
		})
	}
}

func changeProcs(busy int) func(b *testing.B) {
	return func(b *testing.B) {
		withBusy(busy, func() {
			n := procs
			b.ResetTimer()
			for i := 0; i < b.N; i++ {
				n = procs + 1 - n
				runtime.GOMAXPROCS(n)
			}
			b.StopTimer()
			runtime.GOMAXPROCS(procs)
		})
	}
}

func stackAll(b *testing.B) {
	withParked(99, func() {
		text := make([]byte, 1<<20)
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			runtime.Stack(text, true)
		}
		b.StopTimer()
	})
}

func goroutineProfile(b *testing.B) {
	withParked(999, func() {
		records := make([]runtime.StackRecord, 1010)
		b.ResetTimer()
		for i := 0; i < b.N; i++ {
			if _, ok := runtime.GoroutineProfile(records); !ok {
				b.Fatal("GoroutineProfile wanted more room")
			}
		}
		b.StopTimer()
	})
}

func emptyGC(b *testing.B) {
	for i := 0; i < b.N; i++ {
		runtime.GC()
	}
}

func gosched(b *testing.B) {
	var stop atomic.Bool
	ended := make(chan bool)
	go func() {
		for !stop.Load() {
			runtime.Gosched()
		}
		ended <- true
	}()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		runtime.Gosched()
	}
	b.StopTimer()
	stop.Store(true)
	<-ended
}

func goschedOneProc(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	gosched(b)
}

func spawnAndJoin(b *testing.B) {
	ended := make(chan int)
	for i := 0; i < b.N; i++ {
		go func() { ended <- 1 }()
		<-ended
	}
}

func residentBytes() float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	var total, resident int
	fmt.Sscan(string(text), &total, &resident)
	return float64(resident * os.Getpagesize())
}

func parkedMemory() (bytes float64) {
	withParked(100_000, func() { bytes = residentBytes() })
	return
}

func createAndFinish(n int) {
	const together = 100
	for i := 0; i < n; i += together {
		var ended sync.WaitGroup
		ended.Add(together)
		for j := 0; j < together; j++ {
			go func() { ended.Done() }()
		}
		ended.Wait()
	}
}

func finishedMemory() float64 {
	createAndFinish(10_000)
	before := residentBytes()
	createAndFinish(1_000_000)
	return residentBytes() - before
}

// A row has one of the two.
type row struct {
	name   string
	time   func(b *testing.B)
	memory func() float64
}

var rows = []row{
	{"ReadMemStats, busy goroutines:/0", readMemStats(0), nil},
	{"ReadMemStats, busy goroutines:/1", readMemStats(1), nil},
	{"ReadMemStats, busy goroutines:/8", readMemStats(8), nil},
	{"GOMAXPROCS change, busy goroutines:/0", changeProcs(0), nil},
	{"GOMAXPROCS change, busy goroutines:/8", changeProcs(8), nil},
	{"Stack(all), goroutines:/100", stackAll, nil},
	{"GoroutineProfile, goroutines:/1000", goroutineProfile, nil},
	{"GC(), nothing allocated", emptyGC, nil},
	{"Gosched, two goroutines", gosched, nil},
	{"Gosched, two goroutines, GOMAXPROCS=1", goschedOneProc, nil},
	{"spawn and join", spawnAndJoin, nil},
	{"memory, parked goroutines:/100000", nil, parkedMemory},
	{"memory growth, goroutines created and finished:/1000000", nil, finishedMemory},
}

type result struct {
	Name     string  `json:"name"`
	RealTime float64 `json:"real_time"`
	TimeUnit string  `json:"time_unit"`
	Bytes    float64 `json:"bytes"`
}

func main() {
	testing.Init()
	filter := flag.String("benchmark_filter", "", "a regular expression: the rows to run")
	minTime := flag.String("benchmark_min_time", "0.1", "how long to measure, in seconds")
	flag.String("benchmark_format", "json", "always json")
	flag.Parse()
	wanted := regexp.MustCompile(*filter)
	if err := flag.Set("test.benchtime", strings.TrimSuffix(*minTime, "s")+"s"); err != nil {
		fmt.Fprintln(os.Stderr, "bench_go: --benchmark_min_time:", err)
		os.Exit(2)
	}
	runtime.GOMAXPROCS(procs)
	results := []result{}
	for _, r := range rows {
		if !wanted.MatchString(r.name) {
			continue
		}
		if r.memory != nil {
			results = append(results, result{r.name, 0, "ns", r.memory()})
			continue
		}
		b := testing.Benchmark(r.time)
		results = append(results, result{r.name, float64(b.T.Nanoseconds()) / float64(b.N), "ns", 0})
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{"benchmarks": results})
}
