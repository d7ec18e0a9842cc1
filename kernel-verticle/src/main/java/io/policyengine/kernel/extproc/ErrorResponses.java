package io.policyengine.kernel.extproc;

import io.policyengine.core.config.ErrorResponseConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.RefusalCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PathFault;
import io.policyengine.core.http.RequestFault;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;

/**
 * The responses to the client when the engine itself denies a request. The bodies are JSON without internal details.
 * The responses for misconfigured routes and for unavailable workers are configurable.
 */
final class ErrorResponses {
    private static final HeaderMap JSON = HeaderMap.of("content-type", "application/json");

    /**
     * The header fields of an overload response. Overload is temporary, so clients may retry later (RFC 9110 §10.2.3).
     */
    private static final HeaderMap OVERLOAD = HeaderMap.of("content-type", "application/json", "retry-after", "1");

    private final ImmediateResponse notSupported;
    private final ImmediateResponse unavailable;

    ErrorResponses(KernelConfig config) {
        this.notSupported = configured(config.policyNotSupportedResponse(), ErrorCode.ROUTE_MISCONFIGURED);
        this.unavailable = configured(config.workerUnavailableResponse(), ErrorCode.WORKER_UNAVAILABLE);
    }

    ImmediateResponse of(ErrorCode code, String requestId) {
        return switch (code) {
            case ROUTE_MISCONFIGURED -> notSupported;
            case WORKER_UNAVAILABLE -> unavailable;
            case WORKER_TIMEOUT, DEADLINE_EXCEEDED, OVERLOADED, DEPENDENCY_UNAVAILABLE ->
                json(code, "Service temporarily unavailable", requestId);
            case POLICY_ERROR, POLICY_TIMEOUT, INVALID_INSTRUCTION, STATE_TOO_LARGE, BODY_TOO_LARGE, INVALID_ANSWER ->
                // The client does not learn which; logs do.
                json(ErrorCode.POLICY_ERROR, "Internal server error", requestId).withCode(code.name());
            case INVALID_REQUEST -> json(code, "Request could not be processed", requestId);
            case REQUEST_TOO_LARGE -> json(code, "Request body too large", requestId);
            case REQUEST_ENCODING -> json(code, "Content coding of the request body not supported", requestId);
            case REQUEST_TIMEOUT -> json(code, "Request body did not arrive in time", requestId);
            case INVALID_RESPONSE, RESPONSE_TOO_LARGE, RESPONSE_ENCODING, RESPONSE_TIMEOUT, RESPONSE_REFUSED ->
                json(code, "Response could not be processed", requestId);
            case INTERNAL -> json(code, "Internal server error", requestId);
        };
    }

    /** Returns the response to a request without a route policy, for a configuration that denies such requests. */
    ImmediateResponse unknownRoute(String requestId) {
        RefusalCode code = RefusalCode.UNKNOWN_ROUTE;
        return ImmediateResponse.json(
                        code.status(),
                        "{\"error\": \"No policy for this route\", \"code\": \"" + code + "\", \"request_id\": \""
                                + requestId + "\"}",
                        DenialReason.POLICY_DENIED)
                .withCode(code);
    }

    /** Returns the response to a request whose path another server may interpret differently. */
    ImmediateResponse pathRefused(PathFault fault, String requestId) {
        return refused("Path not accepted", RefusalCode.PATH_REFUSED, fault.text(), requestId);
    }

    /** Returns the response to a request whose method or authority another server may interpret differently. */
    ImmediateResponse requestRefused(RequestFault fault, String requestId) {
        return refused("Request not accepted", RefusalCode.REQUEST_REFUSED, fault.text(), requestId);
    }

    private static ImmediateResponse refused(String error, RefusalCode code, String kind, String requestId) {
        String body = "{\"error\": \"" + error + "\", \"code\": \"" + code + "\", \"kind\": \"" + kind
                + "\", \"request_id\": \"" + requestId + "\"}";
        return new ImmediateResponse(
                code.status(),
                JSON,
                Buffer.buffer(body),
                code.name().toLowerCase(Locale.ROOT) + ":" + kind,
                code.name(),
                null,
                false);
    }

    private static ImmediateResponse json(ErrorCode code, String error, String requestId) {
        String body =
                "{\"error\": \"" + error + "\", \"code\": \"" + code + "\", \"request_id\": \"" + requestId + "\"}";
        return new ImmediateResponse(
                code.status(),
                code == ErrorCode.OVERLOADED ? OVERLOAD : JSON,
                Buffer.buffer(body),
                reason(code),
                code.name(),
                null,
                false);
    }

    private static ImmediateResponse configured(ErrorResponseConfig config, ErrorCode code) {
        HeaderMap.Builder headers = HeaderMap.builder(config.headers().size());
        config.headers().forEach((name, value) -> headers.append(name, Octets.fromText(value)));
        HeaderMap fields = headers.build();
        return new ImmediateResponse(
                config.statusCode(),
                fields,
                Buffer.buffer(config.body()),
                reason(code),
                code.name(),
                null,
                RequestIdMember.canBeIn(fields, config.body()));
    }

    private static String reason(ErrorCode code) {
        return code.name().toLowerCase(Locale.ROOT);
    }
}
