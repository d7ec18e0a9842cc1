package io.policyengine.testkit.envoy.model;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.StreamedBodyResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.TrailersResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.model.DirectionModel.Chunk;
import io.policyengine.testkit.envoy.model.DirectionModel.State;
import org.jspecify.annotations.Nullable;

/** Handles the server's answers for one direction, as Envoy's ext_proc filter does. */
final class AnswerEvents {
    private final DirectionModel at;
    private final HeaderMutations mutations;

    AnswerEvents(DirectionModel at, HeaderMutations mutations) {
        this.at = at;
        this.mutations = mutations;
    }

    AnswerCheck headers(CommonResponse answer) {
        if (at.state != State.HEADERS) {
            return new AnswerCheck.Spurious("headers answer in state " + at.state);
        }
        String error = mutateHeaders(answer);
        if (error != null) {
            return new AnswerCheck.Invalid(error);
        }
        clearRouteCache(answer);
        at.finishCall();
        if (answer.getStatus() == ResponseStatus.CONTINUE_AND_REPLACE) {
            replace(answer);
        } else if (at.noBody) {
            at.release();
        } else if (at.pushesBody() && (at.duplexDataSent || !at.queue.isEmpty())) {
            at.state = at.trailersSent ? State.TRAILERS : State.STREAMED_BODY;
            at.forwardHeaders();
        } else if (at.trailersSent) {
            at.state = State.TRAILERS;
        } else if (at.bodyComplete) {
            completeBodyIsHere();
        } else {
            bodyFollows();
        }
        return AnswerCheck.ACCEPTED;
    }

    AnswerCheck body(CommonResponse answer) {
        BodyMutation mutation = answer.getBodyMutation();
        return switch (at.state) {
            case BUFFERED_BODY -> bufferedBody(answer);
            case STREAMED_BODY -> at.isDuplex() ? duplexBody(mutation) : streamedBody(answer);
            case PARTIAL_BODY -> partialBody(answer);
            case TRAILERS ->
                at.isDuplex()
                        ? duplexBody(mutation)
                        : new AnswerCheck.Spurious("body answer while trailers are awaited");
            case IDLE, HEADERS -> new AnswerCheck.Spurious("body answer in state " + at.state);
        };
    }

    AnswerCheck trailers(TrailersResponse answer) {
        boolean synthesized = at.state == State.STREAMED_BODY && at.isDuplex() && at.trailers == null;
        if (at.state != State.TRAILERS && !synthesized) {
            return new AnswerCheck.Spurious("trailers answer in state " + at.state);
        }
        HeaderMap fields = at.trailers;
        if (fields != null && answer.hasHeaderMutation()) {
            HeaderMutations.Result result = mutations.apply(answer.getHeaderMutation(), fields, false, false);
            at.trailers = result.headers();
            if (result.error() != null) {
                return new AnswerCheck.Invalid(result.error());
            }
        }
        at.finishCall();
        if (synthesized) {
            at.forwardData(ByteString.EMPTY, true);
        } else {
            at.release();
        }
        return AnswerCheck.ACCEPTED;
    }

    /** Replaces the whole message; the server receives no further message of this direction. */
    private void replace(CommonResponse answer) {
        if (answer.hasBodyMutation()) {
            at.headers = at.headers.toBuilder().remove("content-length").build();
            at.bodyReplaced = true;
            at.held = mutate(answer.getBodyMutation(), ByteString.EMPTY);
            at.queue.clear();
        } else {
            at.held = at.held.concat(at.queued());
            at.queue.clear();
        }
        at.bodyMode = BodySendMode.NONE;
        at.sendTrailers = false;
        at.release();
    }

    /**
     * Continues with a body that arrived completely before this answer. If the mode includes the body, it is sent as
     * one message.
     */
    private void completeBodyIsHere() {
        boolean wanted = at.bodyMode != BodySendMode.NONE && at.bodyMode != BodySendMode.UNRECOGNIZED;
        if (wanted && at.isDuplex()) {
            completeBodyIntoDuplex();
        } else if (wanted && at.bodySeen) {
            at.sendBuffered(at.trailers == null);
        } else {
            at.afterBody();
        }
    }

    /**
     * Handles an override to duplex mode after the body is complete. For an empty body, no chunk is sent, not even one
     * that marks the end (envoy#44201).
     */
    private void completeBodyIntoDuplex() {
        at.forwardHeaders();
        HeaderMap fields = at.trailers;
        ByteString body = at.held;
        at.held = ByteString.EMPTY;
        if (!body.isEmpty()) {
            at.sendChunk(body, fields == null);
        }
        if (fields != null && at.sendTrailers) {
            at.sendTrailers(fields);
        }
    }

    private void bodyFollows() {
        ByteString body = at.held;
        switch (at.bodyMode) {
            case NONE, UNRECOGNIZED -> at.release();
            case BUFFERED -> {
                if (body.size() > at.config.bufferLimit()) {
                    at.model.payloadTooLarge(at.direction);
                }
            }
            case STREAMED, FULL_DUPLEX_STREAMED -> {
                at.forwardHeaders();
                at.held = ByteString.EMPTY;
                if (!body.isEmpty()) {
                    at.sendChunk(body, false);
                }
            }
            case BUFFERED_PARTIAL -> {
                at.held = ByteString.EMPTY;
                if (!body.isEmpty()) {
                    at.queue.add(new Chunk(body, false));
                }
                if (body.size() >= at.config.bufferLimit()) {
                    at.sendPart(false);
                }
            }
        }
    }

    private AnswerCheck bufferedBody(CommonResponse answer) {
        String error = at.headersForwarded ? null : mutateHeaders(answer);
        if (error != null) {
            return new AnswerCheck.Invalid(error);
        }
        if (answer.hasBodyMutation()) {
            BodyMutation mutation = answer.getBodyMutation();
            if (!contentLengthFits(mutation.getBody().size())) {
                return new AnswerCheck.Invalid("mismatch between content length and the length of the mutated body");
            }
            at.held = mutate(mutation, at.held);
        }
        clearRouteCache(answer);
        at.finishCall();
        at.afterBody();
        return AnswerCheck.ACCEPTED;
    }

    private AnswerCheck streamedBody(CommonResponse answer) {
        if (answer.getBodyMutation().hasStreamedResponse()) {
            return new AnswerCheck.Spurious("streamed_response outside of FULL_DUPLEX_STREAMED");
        }
        Chunk chunk = at.queue.remove();
        at.stopTimer();
        at.forwardData(mutate(answer.getBodyMutation(), chunk.bytes()), chunk.endOfStream());
        clearRouteCache(answer);
        if (at.queue.isEmpty()) {
            at.state = State.IDLE;
            if (at.bodyComplete) {
                at.afterBody();
            }
        }
        return AnswerCheck.ACCEPTED;
    }

    private AnswerCheck partialBody(CommonResponse answer) {
        if (answer.getBodyMutation().hasStreamedResponse()) {
            return new AnswerCheck.Spurious("streamed_response outside of FULL_DUPLEX_STREAMED");
        }
        String error = at.headersForwarded ? null : mutateHeaders(answer);
        if (error != null) {
            return new AnswerCheck.Invalid(error);
        }
        at.finishCall();
        at.partialProcessed = true;
        Chunk part = at.queue.remove();
        at.forwardData(mutate(answer.getBodyMutation(), part.bytes()), part.endOfStream());
        at.forwardHeaders();
        clearRouteCache(answer);
        while (!at.queue.isEmpty()) {
            Chunk rest = at.queue.remove();
            at.forwardData(rest.bytes(), rest.endOfStream());
        }
        if (at.bodyComplete) {
            at.afterBody();
        }
        return AnswerCheck.ACCEPTED;
    }

    private AnswerCheck duplexBody(BodyMutation mutation) {
        if (mutation.hasBody() || mutation.hasClearBody()) {
            return new AnswerCheck.Spurious("FULL_DUPLEX_STREAMED wants streamed_response");
        }
        StreamedBodyResponse streamed = mutation.getStreamedResponse();
        at.forwardData(streamed.getBody(), streamed.getEndOfStream());
        if (streamed.getEndOfStream()) {
            if (at.trailersSent) {
                at.session.fault("streamed_response with end_of_stream although trailers were received");
            }
            at.finishCall();
        }
        return AnswerCheck.ACCEPTED;
    }

    /**
     * Returns whether the size equals content-length. Envoy checks this only in BUFFERED mode and if it sends headers;
     * otherwise the result is true.
     */
    private boolean contentLengthFits(int size) {
        String length = at.headers.get("content-length");
        boolean checked = at.bodyMode == BodySendMode.BUFFERED && at.sendHeaders && length != null;
        return !checked || Integer.toString(size).equals(length);
    }

    private @Nullable String mutateHeaders(CommonResponse answer) {
        if (!answer.hasHeaderMutation()) {
            return null;
        }
        HeaderMutations.Result result = mutations.apply(
                answer.getHeaderMutation(),
                at.headers,
                answer.getStatus() == ResponseStatus.CONTINUE_AND_REPLACE,
                at.stripsContentLength());
        at.headers = result.headers();
        return result.error();
    }

    private void clearRouteCache(CommonResponse answer) {
        if (answer.getClearRouteCache() && at.direction == ModelDirection.REQUEST) {
            at.session.count(
                    answer.hasHeaderMutation()
                            ? FilterCounter.CLEAR_ROUTE_CACHE
                            : FilterCounter.CLEAR_ROUTE_CACHE_IGNORED);
        }
    }

    private static ByteString mutate(BodyMutation mutation, ByteString body) {
        return switch (mutation.getMutationCase()) {
            case BODY -> mutation.getBody();
            case CLEAR_BODY -> mutation.getClearBody() ? ByteString.EMPTY : body;
            case STREAMED_RESPONSE, MUTATION_NOT_SET -> body;
        };
    }
}
