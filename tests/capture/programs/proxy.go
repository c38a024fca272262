// go run proxy.go PORT MODE: see proxy.mjs. `chain` three calls one after the other, `fan-out` three at once, each in a
// goroutine of its own, `new` three over a new connection each, `timer` after a pause. Prints its port.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

func main() {
	back, mode := os.Args[1], os.Args[2]
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000, DisableKeepAlives: mode == "new"}}
	call := func(path string) {
		response, err := client.Get("http://127.0.0.1:" + back + path)
		if err == nil {
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}
	handler := func(writer http.ResponseWriter, request *http.Request) {
		if mode == "timer" {
			time.Sleep(5 * time.Millisecond)
		}
		var calls sync.WaitGroup
		for _, step := range []string{"a", "b", "c"} {
			path := "/s200" + request.URL.Path + "/" + step
			if mode != "fan-out" {
				call(path)
				continue
			}
			calls.Add(1)
			go func() {
				defer calls.Done()
				call(path)
			}()
		}
		calls.Wait()
		io.WriteString(writer, "done")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	http.Serve(listener, http.HandlerFunc(handler))
}
