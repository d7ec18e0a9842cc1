package io.policyengine.testkit.envoy.model;

import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import java.time.Duration;

/** The next step of Envoy. */
public sealed interface Action {
    /** Send this on the gRPC stream, which is opened if it is not open yet. */
    record Send(ProcessingRequest message) implements Action {}

    /** Pass this on: to the upstream or to the client. */
    record Forward(ModelDirection direction, HttpPart part) implements Action {}

    /** Give the request to the upstream up. */
    record ResetUpstream() implements Action {}

    /** Break the response to the client off. */
    record ResetClient() implements Action {}

    /** Starts, or restarts, the message timer of the direction. */
    record StartTimer(ModelDirection direction, Duration delay) implements Action {}

    /** Stop the message timer of the direction. */
    record StopTimer(ModelDirection direction) implements Action {}

    /** Leave the gRPC stream: END_STREAM followed by RST_STREAM. */
    record CloseStream() implements Action {}
}
