package io.policyengine.testkit.envoy.model;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.time.Duration;

/** A step that the simulated Envoy takes. */
public sealed interface Action {
    /** Sends a message on the gRPC stream; the first message opens the stream. */
    record Send(ProcessingRequest message) implements Action {}

    /** Forwards a part of a message to the upstream or the client. */
    record Forward(ModelDirection direction, HttpPart part) implements Action {}

    /** Cancels the request to the upstream. */
    record ResetUpstream() implements Action {}

    /** Aborts the response to the client. */
    record ResetClient() implements Action {}

    /** Starts or restarts the message timer of a direction. */
    record StartTimer(ModelDirection direction, Duration delay) implements Action {}

    record StopTimer(ModelDirection direction) implements Action {}

    /** Leaves the gRPC stream with END_STREAM, then RST_STREAM. */
    record CloseStream() implements Action {}
}
