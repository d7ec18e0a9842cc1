package main

import (
	"encoding/binary"
	"os"
	"strconv"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	filter "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	extproc "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// The fields of ProcessingResponse that are answers.
const (
	answersRequestHeaders  = 1
	answersResponseHeaders = 2
	answersRequestBody     = 3
	answersAtOnce          = 7
)

// messages that Envoy sends in an exchange, each in a frame of gRPC, and the answers that are due to them.
type messages struct {
	sent    [][]byte
	answers []protowire.Number
}

func newMessages(route string, bodyFile string) (*messages, error) {
	fields := []string{":method", "POST", ":path", "/v1/chat", ":scheme", "https", ":authority", "api.example.com",
		"user-agent", "load/1.0", "accept", "*/*", "x-request-id", "8f3a6a52-6c1c-4c0f-9ed1-7f0f6f1f7a11"}
	var body []byte
	if bodyFile != "" {
		content, err := os.ReadFile(bodyFile)
		if err != nil {
			return nil, err
		}
		body = content
		fields = append(fields, "content-type", "application/json", "content-length", strconv.Itoa(len(body)))
	}
	attributes, err := attributesOf(map[string]any{"xds.route_name": route, "source.address": "192.0.2.1:4711"})
	if err != nil {
		return nil, err
	}
	responseAttributes, err := attributesOf(map[string]any{"xds.route_name": route, "response.code_details": "via_upstream"})
	if err != nil {
		return nil, err
	}
	all := []*extproc.ProcessingRequest{{
		Request: &extproc.ProcessingRequest_RequestHeaders{
			RequestHeaders: &extproc.HttpHeaders{Headers: headerMap(fields...), EndOfStream: body == nil}},
		Attributes:     attributes,
		ProtocolConfig: &extproc.ProtocolConfiguration{RequestBodyMode: filter.ProcessingMode_BUFFERED},
	}}
	answers := []protowire.Number{answersRequestHeaders}
	if body != nil {
		all = append(all, &extproc.ProcessingRequest{Request: &extproc.ProcessingRequest_RequestBody{
			RequestBody: &extproc.HttpBody{Body: body, EndOfStream: true}}})
		answers = append(answers, answersRequestBody)
	}
	all = append(all, &extproc.ProcessingRequest{Request: &extproc.ProcessingRequest_ResponseHeaders{
		ResponseHeaders: &extproc.HttpHeaders{Headers: headerMap(":status", "200", "content-type", "application/json")}},
		Attributes: responseAttributes})
	answers = append(answers, answersResponseHeaders)
	result := &messages{answers: answers}
	for _, message := range all {
		encoded, err := proto.Marshal(message)
		if err != nil {
			return nil, err
		}
		frame := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(encoded)))
		result.sent = append(result.sent, append(frame, encoded...))
	}
	return result, nil
}

func attributesOf(values map[string]any) (map[string]*structpb.Struct, error) {
	all, err := structpb.NewStruct(values)
	return map[string]*structpb.Struct{"envoy.filters.http.ext_proc": all}, err
}

func headerMap(fields ...string) *core.HeaderMap {
	result := &core.HeaderMap{}
	for i := 0; i < len(fields); i += 2 {
		result.Headers = append(result.Headers, &core.HeaderValue{Key: fields[i], RawValue: []byte(fields[i+1])})
	}
	return result
}

// answerOf tells which field of a ProcessingResponse is set; 0 for none.
func answerOf(message []byte) protowire.Number {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return 0
		}
		if number <= answersAtOnce {
			return number
		}
		message = message[length:]
		length = protowire.ConsumeFieldValue(number, kind, message)
		if length < 0 {
			return 0
		}
		message = message[length:]
	}
	return 0
}
