package io.policyengine.testkit.envoy.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ImmediateResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.http.HeaderMap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model of Envoy's ext_proc filter for one HTTP exchange (ext_proc.cc, external_processor.proto). It converts events
 * to actions, without I/O and without a clock. Confined to one thread.
 */
public final class EnvoyModel {
    private final FilterConfig config;
    private final Session session;
    private final StreamMessages messages;
    private final HeaderMutations mutations;
    private final ModeOverrides overrides;
    private final DirectionModel request;
    private final DirectionModel response;
    private boolean streamOpen;
    private boolean streamLeft;

    public EnvoyModel(FilterConfig config) {
        this.config = config;
        this.session = new Session(config);
        this.messages = new StreamMessages(config);
        this.mutations = new HeaderMutations(config, session);
        this.overrides = new ModeOverrides(config);
        this.request = new DirectionModel(ModelDirection.REQUEST, config, session, this);
        this.response = new DirectionModel(ModelDirection.RESPONSE, config, session, this);
    }

    /** Handles the arrival of a part of the HTTP message in one direction. */
    public List<Action> http(ModelDirection direction, HttpPart part) {
        new HttpEvents(at(direction)).part(part);
        return session.takeDue();
    }

    /** Handles an answer of the server. */
    public List<Action> answer(ProcessingResponse answer) {
        if (config.observabilityMode()) {
            session.fault("answer in observability mode: " + answer.getResponseCase());
        } else if (session.complete()) {
            session.fault("answer after the last: " + answer.getResponseCase());
        } else if (answer.hasOverrideMessageTimeout()) {
            extendTimer(Duration.ofSeconds(
                    answer.getOverrideMessageTimeout().getSeconds(),
                    answer.getOverrideMessageTimeout().getNanos()));
        } else {
            overrideMode(answer);
            judge(answer, dispatch(answer));
        }
        return session.takeDue();
    }

    /**
     * Handles the end of the gRPC stream, or a failure to open it.
     *
     * @param status gRPC status code; 0 lets the rest of the exchange pass
     */
    public List<Action> streamEnded(int status, String message) {
        streamLeft = true;
        if (!session.complete()) {
            if (status == 0) {
                session.count(FilterCounter.STREAMS_CLOSED);
                passThrough();
            } else {
                session.count(FilterCounter.STREAMS_FAILED);
                fail(config.errorStatus(), "ext_proc_error_gRPC_error_" + status + "{" + message + "}");
            }
        }
        return session.takeDue();
    }

    /** Handles the expiry of the message timer of one direction. */
    public List<Action> timerFired(ModelDirection direction) {
        if (!session.complete() && at(direction).state != DirectionModel.State.IDLE) {
            session.count(FilterCounter.MESSAGE_TIMEOUTS);
            fail(504, "ext_proc_error_per-message_timeout_exceeded");
        }
        return session.takeDue();
    }

    /** Handles the end of the exchange: Envoy destroys the filter. */
    public List<Action> destroyed() {
        session.setComplete();
        request.abandon();
        response.abandon();
        leaveStream();
        return session.takeDue();
    }

    /** Returns whether the body in this direction waits for the answer to its headers. */
    public boolean holdsBody(ModelDirection direction) {
        DirectionModel at = at(direction);
        return at.state == DirectionModel.State.HEADERS && !at.pushesBody() && !session.complete();
    }

    /** Returns whether Envoy has paused reading in this direction, because the buffer limit is reached. */
    public boolean congested(ModelDirection direction) {
        DirectionModel at = at(direction);
        boolean full = at.held.size() + at.queuedOctets() >= config.bufferLimit();
        return full && at.bodyMode != BodySendMode.BUFFERED && !session.complete();
    }

    /** Returns the statistics so far; a missing counter is zero. */
    public Map<FilterCounter, Integer> counters() {
        return session.counters();
    }

    /** Returns the value of %RESPONSE_CODE_DETAILS%. */
    public String details() {
        return session.details();
    }

    /** Returns the protocol violations by the server, whether or not Envoy reacts to them. */
    public List<String> faults() {
        return session.faults();
    }

    /** Returns the dynamic metadata that answers wrote, by namespace. */
    public Map<String, Struct> writtenMetadata() {
        return session.writtenMetadata();
    }

    void send(ModelDirection direction, ProcessingRequest.Builder message) {
        if (!streamOpen) {
            streamOpen = true;
            session.count(FilterCounter.STREAMS_STARTED);
        }
        session.count(FilterCounter.STREAM_MSGS_SENT);
        session.emit(new Action.Send(
                messages.complete(message, direction, session.metadata(), request.bodyMode, response.bodyMode)));
    }

    void payloadTooLarge(ModelDirection direction) {
        switch (direction) {
            case REQUEST ->
                localReply(413, ByteString.copyFromUtf8("Payload Too Large"), null, null, "request_payload_too_large");
            case RESPONSE ->
                localReply(
                        500,
                        ByteString.copyFromUtf8("Internal Server Error"),
                        null,
                        null,
                        "response_payload_too_large");
        }
    }

    private DirectionModel at(ModelDirection direction) {
        return switch (direction) {
            case REQUEST -> request;
            case RESPONSE -> response;
        };
    }

    private void extendTimer(Duration delay) {
        boolean allowed = delay.toMillis() >= 1 && delay.compareTo(config.maxMessageTimeout()) <= 0;
        boolean requestExtended = allowed && request.extendTimer(delay);
        boolean responseExtended = allowed && response.extendTimer(delay);
        session.count(
                requestExtended || responseExtended
                        ? FilterCounter.OVERRIDE_MESSAGE_TIMEOUT_RECEIVED
                        : FilterCounter.OVERRIDE_MESSAGE_TIMEOUT_IGNORED);
    }

    /** Applies a mode_override to both directions, before the rest of its answer is applied. */
    private void overrideMode(ProcessingResponse answer) {
        if (!answer.hasModeOverride()) {
            return;
        }
        boolean headersAwaited =
                request.state == DirectionModel.State.HEADERS || response.state == DirectionModel.State.HEADERS;
        Optional<ProcessingMode> mode = overrides.effective(answer.getModeOverride(), headersAwaited);
        mode.ifPresent(request::apply);
        mode.ifPresent(response::apply);
        session.count(mode.isPresent() ? FilterCounter.MODE_OVERRIDES_HONOURED : FilterCounter.MODE_OVERRIDES_IGNORED);
    }

    private AnswerCheck dispatch(ProcessingResponse answer) {
        return switch (answer.getResponseCase()) {
            case REQUEST_HEADERS ->
                received(answer, request).headers(answer.getRequestHeaders().getResponse());
            case RESPONSE_HEADERS ->
                received(answer, response).headers(answer.getResponseHeaders().getResponse());
            case REQUEST_BODY ->
                received(answer, request).body(answer.getRequestBody().getResponse());
            case RESPONSE_BODY ->
                received(answer, response).body(answer.getResponseBody().getResponse());
            case REQUEST_TRAILERS -> received(answer, request).trailers(answer.getRequestTrailers());
            case RESPONSE_TRAILERS -> received(answer, response).trailers(answer.getResponseTrailers());
            case IMMEDIATE_RESPONSE -> immediate(answer);
            case RESPONSE_NOT_SET -> new AnswerCheck.Spurious("answer without a oneof that Envoy knows");
        };
    }

    private AnswerEvents received(ProcessingResponse answer, DirectionModel at) {
        session.receiveMetadata(answer);
        return new AnswerEvents(at, mutations);
    }

    private AnswerCheck immediate(ProcessingResponse answer) {
        if (config.disableImmediateResponse()) {
            return new AnswerCheck.Spurious("immediate responses are disabled");
        }
        session.receiveMetadata(answer);
        ImmediateResponse immediate = answer.getImmediateResponse();
        int code = immediate.getStatus().getCodeValue();
        Integer grpcStatus =
                immediate.hasGrpcStatus() ? immediate.getGrpcStatus().getStatus() : null;
        localReply(
                code < 200 ? 200 : code,
                immediate.getBody(),
                grpcStatus,
                immediate.hasHeaders() ? immediate.getHeaders() : null,
                immediate.getDetails());
        return AnswerCheck.ACCEPTED;
    }

    private void judge(ProcessingResponse answer, AnswerCheck verdict) {
        switch (verdict) {
            case AnswerCheck.Accepted accepted -> {
                session.count(FilterCounter.STREAM_MSGS_RECEIVED);
                leaveWhenNothingMoreIsNeeded();
            }
            case AnswerCheck.Spurious spurious -> {
                session.count(FilterCounter.SPURIOUS_MSGS_RECEIVED);
                session.fault("spurious " + answer.getResponseCase() + ": " + spurious.reason());
                if (config.version().atLeast(35)) {
                    fail(config.errorStatus(), "spurious message");
                } else {
                    passThrough();
                }
            }
            case AnswerCheck.Invalid invalid ->
                localReply(config.errorStatus(), ByteString.EMPTY, null, null, invalid.details());
        }
    }

    private void leaveWhenNothingMoreIsNeeded() {
        boolean nothingMore = request.needsNothingMore() && response.needsNothingMore();
        if (config.version().atLeast(37) && nothingMore && !session.complete()) {
            session.setComplete();
            leaveStream();
        }
    }

    private void fail(int status, String details) {
        boolean open = config.failureModeAllow() && !request.duplexDataSent && !response.duplexDataSent;
        if (open) {
            session.count(FilterCounter.FAILURE_MODE_ALLOWED);
            passThrough();
        } else {
            localReply(status, ByteString.EMPTY, null, null, details);
        }
    }

    private void passThrough() {
        session.setComplete();
        leaveStream();
        request.clear();
        response.clear();
    }

    /** Answers the client in place of the upstream, or aborts a response that has already begun. */
    private void localReply(
            int status,
            ByteString body,
            @Nullable Integer grpcStatus,
            @Nullable HeaderMutation mutation,
            String details) {
        session.setComplete();
        session.details(details);
        boolean late = response.headersForwarded;
        request.abandon();
        response.abandon();
        leaveStream();
        session.emit(new Action.ResetUpstream());
        if (late) {
            session.emit(new Action.ResetClient());
            return;
        }
        LocalReplies.reply(request.headers, status, body, grpcStatus, headers -> changed(headers, mutation))
                .forEach(part -> session.emit(new Action.Forward(ModelDirection.RESPONSE, part)));
    }

    /** Applies the header mutation of an immediate response. An error stops the mutation, but has no other effect. */
    private HeaderMap changed(HeaderMap headers, @Nullable HeaderMutation mutation) {
        return mutation == null
                ? headers
                : mutations.apply(mutation, headers, false, false).headers();
    }

    private void leaveStream() {
        if (streamOpen && !streamLeft) {
            streamLeft = true;
            session.emit(new Action.CloseStream());
        }
    }
}
