package io.policyengine.testkit.conformance;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.BodyMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.CommonResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.HeaderMutation;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse.ResponseCase;
import io.policyengine.testkit.envoy.model.FilterConfig;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks the form of an ext_proc server's answers. Some rules apply to every server, even if Envoy tolerates
 * violations; others apply only in cases that name them.
 */
final class AnswerForms {
    private static final int MAX_OCTETS_OF_A_CHUNK = 64 * 1024;

    private AnswerForms() {}

    /** Returns the first violation of the rules that apply to every server, or null. */
    static @Nullable String fault(List<ProcessingResponse> answers, FilterConfig config) {
        boolean duplex = isDuplex(config.perRouteMode());
        for (ProcessingResponse answer : answers) {
            ResponseCase kind = answer.getResponseCase();
            boolean headers = kind == ResponseCase.REQUEST_HEADERS || kind == ResponseCase.RESPONSE_HEADERS;
            if (answer.hasModeOverride() && !headers) {
                return "mode_override in " + AnswerPattern.name(kind) + ", which Envoy ignores";
            }
            duplex |= isDuplex(answer.getModeOverride());
            BodyMutation mutation = common(answer).getBodyMutation();
            if (mutation.hasStreamedResponse() && !duplex) {
                return "streamed_response outside of FULL_DUPLEX_STREAMED";
            }
            if (common(answer).getClearRouteCache() && !common(answer).hasHeaderMutation()) {
                return "clear_route_cache without header_mutation, which Envoy ignores";
            }
            int status = answer.getImmediateResponse().getStatus().getCodeValue();
            if (answer.hasImmediateResponse() && (status < 200 || status > 599)) {
                return "immediate response with status " + status;
            }
        }
        return null;
    }

    /**
     * Checks the answers against a rule that a case names.
     *
     * @param rule the name of the rule in data files
     * @return the fault, or null
     */
    @SuppressWarnings("deprecation") // Envoy reads the deprecated `append`
    static @Nullable String fault(String rule, List<ProcessingResponse> answers) {
        return switch (rule) {
            case "append_present" ->
                sets(answers).allMatch(HeaderValueOption::hasAppend) ? null : "a header is set without `append`";
            case "removals_in_lower_case" ->
                mutations(answers)
                                .flatMap(mutation -> mutation.getRemoveHeadersList().stream())
                                .allMatch(name -> name.equals(name.toLowerCase(Locale.ROOT)))
                        ? null
                        : "remove_headers holds capitals";
            case "clears_route_cache" ->
                answers.stream().anyMatch(answer -> common(answer).getClearRouteCache())
                        ? null
                        : "clear_route_cache is missing";
            case "overrides_mode" ->
                answers.stream().anyMatch(ProcessingResponse::hasModeOverride) ? null : "mode_override is missing";
            case "complete_override" ->
                answers.stream()
                                .filter(ProcessingResponse::hasModeOverride)
                                .allMatch(answer -> isComplete(answer.getModeOverride()))
                        ? null
                        : "a mode_override leaves fields to their defaults";
            case "removes_content_length" ->
                mutations(answers)
                                .anyMatch(mutation ->
                                        mutation.getRemoveHeadersList().contains("content-length"))
                        ? null
                        : "content-length is not removed, though the body may change its length";
            case "chunks_of_64_kib" ->
                answers.stream()
                                .allMatch(answer -> common(answer)
                                                .getBodyMutation()
                                                .getStreamedResponse()
                                                .getBody()
                                                .size()
                                        <= MAX_OCTETS_OF_A_CHUNK)
                        ? null
                        : "a streamed_response holds more than 64 KiB";
            case "no_change" ->
                answers.stream().allMatch(AnswerForms::changesNothing) ? null : "an answer changes something";
            case "grpc_status" ->
                answers.stream()
                                .filter(ProcessingResponse::hasImmediateResponse)
                                .allMatch(
                                        answer -> answer.getImmediateResponse().hasGrpcStatus())
                        ? null
                        : "the immediate response to a gRPC request has no grpc_status";
            default -> throw new IllegalArgumentException("unknown rule " + rule);
        };
    }

    static Set<String> rules() {
        return Set.of(
                "append_present",
                "removals_in_lower_case",
                "clears_route_cache",
                "overrides_mode",
                "complete_override",
                "removes_content_length",
                "chunks_of_64_kib",
                "no_change",
                "grpc_status");
    }

    private static boolean changesNothing(ProcessingResponse answer) {
        CommonResponse common = common(answer);
        return !common.hasHeaderMutation() && !common.hasBodyMutation() && !answer.hasImmediateResponse();
    }

    private static boolean isComplete(ProcessingMode mode) {
        return mode.getResponseHeaderMode() != HeaderSendMode.DEFAULT
                && mode.getRequestTrailerMode() != HeaderSendMode.DEFAULT
                && mode.getResponseTrailerMode() != HeaderSendMode.DEFAULT;
    }

    private static boolean isDuplex(ProcessingMode mode) {
        return mode.getRequestBodyMode() == BodySendMode.FULL_DUPLEX_STREAMED
                || mode.getResponseBodyMode() == BodySendMode.FULL_DUPLEX_STREAMED;
    }

    private static Stream<HeaderValueOption> sets(List<ProcessingResponse> answers) {
        return mutations(answers).flatMap(mutation -> mutation.getSetHeadersList().stream());
    }

    private static Stream<HeaderMutation> mutations(List<ProcessingResponse> answers) {
        return answers.stream().map(AnswerForms::mutation);
    }

    private static HeaderMutation mutation(ProcessingResponse answer) {
        return switch (answer.getResponseCase()) {
            case REQUEST_TRAILERS -> answer.getRequestTrailers().getHeaderMutation();
            case RESPONSE_TRAILERS -> answer.getResponseTrailers().getHeaderMutation();
            case IMMEDIATE_RESPONSE -> answer.getImmediateResponse().getHeaders();
            case REQUEST_HEADERS, RESPONSE_HEADERS, REQUEST_BODY, RESPONSE_BODY, RESPONSE_NOT_SET ->
                common(answer).getHeaderMutation();
        };
    }

    private static CommonResponse common(ProcessingResponse answer) {
        return switch (answer.getResponseCase()) {
            case REQUEST_HEADERS -> answer.getRequestHeaders().getResponse();
            case RESPONSE_HEADERS -> answer.getResponseHeaders().getResponse();
            case REQUEST_BODY -> answer.getRequestBody().getResponse();
            case RESPONSE_BODY -> answer.getResponseBody().getResponse();
            case REQUEST_TRAILERS, RESPONSE_TRAILERS, IMMEDIATE_RESPONSE, RESPONSE_NOT_SET ->
                CommonResponse.getDefaultInstance();
        };
    }
}
