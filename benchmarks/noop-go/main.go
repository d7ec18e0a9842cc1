// Command noop-go is an external processor that does next to nothing: it answers every message of Envoy's ext_proc filter
// with the matching type and adds one field to the request headers. It is the yardstick for what any external processor
// in grpc-go costs, see docs/performance.md.
package main

import (
	"errors"
	"flag"
	"io"
	"log"
	"net"
	"net/http"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The answers never change, so they are built once; grpc-go only reads them.
var (
	requestHeaders = &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestHeaders{
		RequestHeaders: &extproc.HeadersResponse{Response: &extproc.CommonResponse{
			HeaderMutation: &extproc.HeaderMutation{SetHeaders: []*core.HeaderValueOption{{
				Header:       &core.HeaderValue{Key: "x-gateway", RawValue: []byte("noop-go")},
				AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
			}}},
		}},
	}}
	requestBody = &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestBody{
		RequestBody: &extproc.BodyResponse{},
	}}
	requestTrailers = &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestTrailers{
		RequestTrailers: &extproc.TrailersResponse{},
	}}
	responseHeaders = &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_ResponseHeaders{
		ResponseHeaders: &extproc.HeadersResponse{},
	}}
	responseBody = &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_ResponseBody{
		ResponseBody: &extproc.BodyResponse{},
	}}
	responseTrailers = &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_ResponseTrailers{
		ResponseTrailers: &extproc.TrailersResponse{},
	}}
)

type processor struct {
	extproc.UnimplementedExternalProcessorServer
	// echo puts the body that came in place of the body.
	echo bool
}

// Process serves one HTTP exchange. Envoy ends it by half-closing or by a reset, both of which are normal.
func (p processor) Process(stream extproc.ExternalProcessor_ProcessServer) error {
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		answer := answerTo(request)
		if body := request.GetRequestBody(); p.echo && body != nil {
			answer = echo(body.Body)
		}
		if answer == nil {
			return status.Error(codes.InvalidArgument, "a message of an unknown type")
		}
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
}

func answerTo(request *extproc.ProcessingRequest) *extproc.ProcessingResponse {
	switch request.Request.(type) {
	case *extproc.ProcessingRequest_RequestHeaders:
		return requestHeaders
	case *extproc.ProcessingRequest_RequestBody:
		return requestBody
	case *extproc.ProcessingRequest_RequestTrailers:
		return requestTrailers
	case *extproc.ProcessingRequest_ResponseHeaders:
		return responseHeaders
	case *extproc.ProcessingRequest_ResponseBody:
		return responseBody
	case *extproc.ProcessingRequest_ResponseTrailers:
		return responseTrailers
	}
	return nil
}

func echo(body []byte) *extproc.ProcessingResponse {
	return &extproc.ProcessingResponse{Response: &extproc.ProcessingResponse_RequestBody{
		RequestBody: &extproc.BodyResponse{Response: &extproc.CommonResponse{
			BodyMutation: &extproc.BodyMutation{Mutation: &extproc.BodyMutation_Body{Body: body}},
		}},
	}}
}

// sink is an HTTP server that reads bodies and answers 200.
func sink(address string) error {
	return http.ListenAndServe(address, http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		_, _ = io.Copy(io.Discard, request.Body)
	}))
}

func main() {
	listen := flag.String("listen", "127.0.0.1:9002", "address of the ext_proc server")
	streamWorkers := flag.Uint("stream-workers", 0, "goroutines kept for streams; 0: a new one for each stream")
	echoes := flag.Bool("echo", false, "answer each chunk of a request body with itself")
	sinkAddress := flag.String("sink", "", "be an HTTP server that reads bodies instead, on this address")
	flag.Parse()
	if *sinkAddress != "" {
		log.Fatal(sink(*sinkAddress))
	}

	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.NumStreamWorkers(uint32(*streamWorkers)))
	extproc.RegisterExternalProcessorServer(server, processor{echo: *echoes})
	log.Fatal(server.Serve(listener))
}
