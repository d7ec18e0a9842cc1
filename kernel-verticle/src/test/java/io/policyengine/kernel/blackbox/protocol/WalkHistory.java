package io.policyengine.kernel.blackbox.protocol;

import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse.ResponseStatus;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.testkit.envoy.StreamEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What was sent and answered on one stream, and whether it keeps the rule: at most one answer per message, of its kind, in order per
 * direction, and none after the end (external_processor.proto). Full duplex has answers of its own number, in the same order.
 * Sent on the test's thread and answered on another.
 */
final class WalkHistory {
    private final String route;
    private final ProtocolConfiguration protocol;
    private final Side request;
    private final Side response;
    private final List<String> lines = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String wrong;
    private boolean immediate;
    private boolean left;
    private @Nullable StreamEnd end;

    /** One direction. */
    private static final class Side {
        private final boolean duplex;
        private final List<Part> sent = new ArrayList<>();
        private int answered;
        private @Nullable Part last;
        private boolean ended;
        private boolean headersOnly;

        Side(BodySendMode mode) {
            this.duplex = mode == BodySendMode.FULL_DUPLEX_STREAMED;
        }

        /** What is wrong with one more answer of this kind, or null. */
        @Nullable
        String answer(Part part) {
            return duplex ? duplexAnswer(part) : answerInTurn(part);
        }

        private @Nullable String answerInTurn(Part part) {
            if (answered == sent.size()) {
                return "an answer to no message";
            }
            Part asked = sent.get(answered++);
            return asked == part ? null : "the answer to " + asked + " is of kind " + part;
        }

        private @Nullable String duplexAnswer(Part part) {
            Part before = last;
            last = part;
            answered++;
            if (!sent.contains(part)) {
                return "an answer of kind " + part + " to no message";
            }
            if (part == Part.HEADERS) {
                return before == null ? null : "headers are answered after " + before;
            }
            if (before == null && sent.getFirst() == Part.HEADERS) {
                return part + " is answered before the headers";
            }
            return ended || before == Part.TRAILERS ? "an answer after the end of the message" : null;
        }

        boolean isSettled() {
            boolean last = this.last == Part.TRAILERS || (headersOnly && this.last == Part.HEADERS);
            return sent.isEmpty() || ended || (duplex ? last : answered == sent.size());
        }
    }

    /** What of an HTTP message it is about. */
    private enum Part {
        HEADERS,
        BODY,
        TRAILERS
    }

    WalkHistory(String route, BodySendMode requestBody, BodySendMode responseBody, boolean withoutWaiting) {
        this.route = route;
        this.protocol = ProtocolConfiguration.newBuilder()
                .setRequestBodyMode(requestBody)
                .setResponseBodyMode(responseBody)
                .setSendBodyWithoutWaitingForHeaderResponse(withoutWaiting)
                .build();
        this.request = new Side(requestBody);
        this.response = new Side(responseBody);
    }

    String route() {
        return route;
    }

    ProtocolConfiguration protocol() {
        return protocol;
    }

    void sent(ProcessingRequest message) {
        locked(() -> {
            lines.add("-> " + line(message));
            switch (message.getRequestCase()) {
                case REQUEST_HEADERS -> {
                    request.headersOnly |= message.getRequestHeaders().getEndOfStream();
                    request.sent.add(Part.HEADERS);
                }
                case REQUEST_BODY -> request.sent.add(Part.BODY);
                case REQUEST_TRAILERS -> request.sent.add(Part.TRAILERS);
                case RESPONSE_HEADERS -> {
                    response.headersOnly |= message.getResponseHeaders().getEndOfStream();
                    response.sent.add(Part.HEADERS);
                }
                case RESPONSE_BODY -> response.sent.add(Part.BODY);
                case RESPONSE_TRAILERS -> response.sent.add(Part.TRAILERS);
                case REQUEST_NOT_SET -> {}
            }
        });
    }

    void answered(ProcessingResponse answer) {
        locked(() -> {
            lines.add("<- " + line(answer));
            if (immediate) {
                note("an answer after the immediate response");
            }
            switch (answer.getResponseCase()) {
                case REQUEST_HEADERS ->
                    took(request, Part.HEADERS, answer.getRequestHeaders().getResponse());
                case REQUEST_BODY ->
                    took(request, Part.BODY, answer.getRequestBody().getResponse());
                case REQUEST_TRAILERS -> took(request, Part.TRAILERS, CommonResponse.getDefaultInstance());
                case RESPONSE_HEADERS ->
                    took(response, Part.HEADERS, answer.getResponseHeaders().getResponse());
                case RESPONSE_BODY ->
                    took(response, Part.BODY, answer.getResponseBody().getResponse());
                case RESPONSE_TRAILERS -> took(response, Part.TRAILERS, CommonResponse.getDefaultInstance());
                case IMMEDIATE_RESPONSE -> immediate = true;
                case RESPONSE_NOT_SET -> note("an answer that is none");
            }
        });
    }

    private void took(Side side, Part part, CommonResponse answer) {
        if (side.ended && !side.duplex) {
            note("an answer after the message was replaced");
        }
        note(side.answer(part));
        boolean streamed = answer.getBodyMutation().hasStreamedResponse();
        if (part == Part.BODY && side.duplex != streamed) {
            note(streamed ? "streamed_response outside of full duplex" : "no streamed_response in full duplex");
        }
        side.ended |= answer.getStatus() == ResponseStatus.CONTINUE_AND_REPLACE
                || answer.getBodyMutation().getStreamedResponse().getEndOfStream();
    }

    void ended(StreamEnd how) {
        locked(() -> {
            lines.add("== " + how);
            end = how;
            if (how.kind() == StreamEnd.Kind.SERVER_OK && !immediate && !(answers(request) && answers(response))) {
                note("a clean end although answers are owed");
            }
        });
    }

    /** The client leaves. */
    void left() {
        locked(() -> {
            lines.add("-> end");
            left = true;
        });
    }

    /** In full duplex nothing is owed to a client that left amid the body. */
    private boolean answers(Side side) {
        return side.isSettled() || (left && side.duplex);
    }

    /** Whether the engine owes nothing more. */
    boolean isSettled() {
        lock.lock();
        try {
            return wrong != null || end != null || immediate || settledSides();
        } finally {
            lock.unlock();
        }
    }

    private boolean settledSides() {
        return request.isSettled() && response.isSettled();
    }

    /** The first rule that was broken, or null. */
    @Nullable
    String wrong() {
        return wrong;
    }

    private void note(@Nullable String problem) {
        if (wrong == null) {
            wrong = problem;
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private static String line(ProcessingRequest message) {
        boolean last = message.getRequestHeaders().getEndOfStream()
                || message.getResponseHeaders().getEndOfStream()
                || message.getRequestBody().getEndOfStream()
                || message.getResponseBody().getEndOfStream();
        String text = message.getRequestBody()
                .getBody()
                .concat(message.getResponseBody().getBody())
                .toStringUtf8();
        return message.getRequestCase() + (last ? " last" : "") + (text.isEmpty() ? "" : " '" + text + "'");
    }

    private static String line(ProcessingResponse answer) {
        return answer.toString().replaceAll("\\s+", " ");
    }

    @Override
    public String toString() {
        lock.lock();
        try {
            return "route " + route + ", request " + protocol.getRequestBodyMode() + ", response "
                    + protocol.getResponseBodyMode()
                    + (protocol.getSendBodyWithoutWaitingForHeaderResponse() ? ", without waiting" : "") + "\n"
                    + String.join("\n", lines);
        } finally {
            lock.unlock();
        }
    }
}
