package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.policyengine.kernel.envoy.ModeOverride;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The message that carries a body: a request or a response. Defines all differences between the bodies of requests and
 * of responses.
 *
 * @param <V> the message as policies see it
 */
public sealed interface Carrier<V extends MessageView<V>> {
    boolean isRequest();

    /** Returns the error of an exchange whose body is too long. */
    ErrorCode tooLarge();

    /** Returns the error of an exchange whose body's content coding cannot be decoded. */
    ErrorCode unreadable();

    /** Returns the error of an exchange whose body times out. */
    ErrorCode stalled();

    /** Returns whether the message may have a body at all. */
    boolean allowsContent(V message);

    /**
     * Returns whether the answer to the headers can replace the body.
     *
     * @param complete whether the message consists of headers only
     */
    boolean isReplaceable(V message, boolean complete);

    /**
     * Returns the answer to the headers.
     *
     * @param before the headers that Envoy holds
     * @param newBody a body that replaces the whole message, or null
     * @param override the mode to request from Envoy, or null
     */
    EnvoyAnswer headers(
            EnvoyWriter writer,
            V before,
            PhaseResult.Passed<V> passed,
            @Nullable Buffer newBody,
            @Nullable ModeOverride override);

    /**
     * Returns the answer to a whole body while Envoy still holds the headers.
     *
     * @param before the headers that Envoy holds
     * @param newBody the new body, or null if the body is unchanged
     */
    EnvoyAnswer body(EnvoyWriter writer, V before, PhaseResult.Passed<V> passed, @Nullable Buffer newBody);

    /**
     * A request as the carrier of a body.
     *
     * @param removed names, in lower case, of header fields that Envoy removes from the request regardless of policies
     */
    record Request(List<String> removed) implements Carrier<RequestView> {
        private static final Request PLAIN = new Request(List.of());

        /** Returns a request from which Envoy removes the given header fields regardless of policies. */
        public static Request of(List<String> removed) {
            return removed.isEmpty() ? PLAIN : new Request(removed);
        }

        @Override
        public boolean isRequest() {
            return true;
        }

        @Override
        public ErrorCode tooLarge() {
            return ErrorCode.REQUEST_TOO_LARGE;
        }

        @Override
        public ErrorCode unreadable() {
            return ErrorCode.REQUEST_ENCODING;
        }

        @Override
        public ErrorCode stalled() {
            return ErrorCode.REQUEST_TIMEOUT;
        }

        @Override
        public boolean allowsContent(RequestView message) {
            return true;
        }

        @Override
        public boolean isReplaceable(RequestView message, boolean complete) {
            return true;
        }

        @Override
        public EnvoyAnswer headers(
                EnvoyWriter writer,
                RequestView before,
                PhaseResult.Passed<RequestView> passed,
                @Nullable Buffer newBody,
                @Nullable ModeOverride override) {
            return writer.requestHeaders(
                    before,
                    removed,
                    passed.view(),
                    passed.touched(),
                    passed.metadata(),
                    passed.reroute(),
                    newBody,
                    override);
        }

        @Override
        public EnvoyAnswer body(
                EnvoyWriter writer,
                RequestView before,
                PhaseResult.Passed<RequestView> passed,
                @Nullable Buffer newBody) {
            return writer.requestBody(
                    before, passed.view(), passed.touched(), passed.metadata(), passed.reroute(), newBody);
        }
    }

    /**
     * A response as the carrier of a body.
     *
     * @param toHead whether it answers a HEAD request
     */
    record Response(boolean toHead) implements Carrier<ResponseView> {
        @Override
        public boolean isRequest() {
            return false;
        }

        @Override
        public ErrorCode tooLarge() {
            return ErrorCode.RESPONSE_TOO_LARGE;
        }

        @Override
        public ErrorCode unreadable() {
            return ErrorCode.RESPONSE_ENCODING;
        }

        @Override
        public ErrorCode stalled() {
            return ErrorCode.RESPONSE_TIMEOUT;
        }

        /** Returns whether the message may have content. Some responses never have content (RFC 9110 §6.4.1). */
        @Override
        public boolean allowsContent(ResponseView message) {
            return !toHead && ResponseView.allowsContent(message.status());
        }

        /**
         * Returns whether the answer to the headers can replace the body. For a response that may not have content, it
         * can only if more messages follow the headers.
         */
        @Override
        public boolean isReplaceable(ResponseView message, boolean complete) {
            return !toHead && message.status() >= 200 && (allowsContent(message) || !complete);
        }

        @Override
        public EnvoyAnswer headers(
                EnvoyWriter writer,
                ResponseView before,
                PhaseResult.Passed<ResponseView> passed,
                @Nullable Buffer newBody,
                @Nullable ModeOverride override) {
            return writer.responseHeaders(
                    before, passed.view(), passed.touched(), passed.metadata(), newBody, override);
        }

        @Override
        public EnvoyAnswer body(
                EnvoyWriter writer,
                ResponseView before,
                PhaseResult.Passed<ResponseView> passed,
                @Nullable Buffer newBody) {
            return writer.responseBody(before, passed.view(), passed.touched(), passed.metadata(), newBody);
        }
    }
}
