package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy's response to the client, checked for the parts that HTTP, Envoy or a bound forbids. Forbidden parts of a
 * denial are omitted, so that the denial never becomes a failure. Any other response with a forbidden part stays
 * complete and is not sent.
 *
 * @param leftOut the reasons for the parts that cannot be sent, for the log; empty if all can be
 */
public record SendableResponse(ImmediateResponse response, List<String> leftOut) {
    /** Maximum number of listed reasons why parts of a policy's response are left out. */
    public static final int MAX_REASONS = 5;

    /** A sender's rule for the header fields of responses. */
    @FunctionalInterface
    public interface FieldRule {
        /**
         * Returns the reason why the field cannot be sent, or null.
         *
         * @param name in lower case
         */
        @Nullable
        String check(String name, String value);
    }

    /**
     * Checks the response against HTTP and the bounds of a message. A denial is returned without the parts that violate
     * them, and always has a code. The body of any other response is not checked.
     *
     * @param maxBody in bytes
     */
    public static SendableResponse legal(ImmediateResponse given, long maxBody) {
        ImmediateResponse response =
                given.isDenial() && given.code() == null ? given.withCode(DenialCodes.UNSPECIFIED) : given;
        String ofStatus = Instructions.checkStatus(response.status());
        if (ofStatus != null) {
            return new SendableResponse(own(response), List.of("ImmediateResponse with " + ofStatus));
        }
        SendableResponse legal = new SendableResponse(response, List.of())
                .fitting(
                        (name, value) -> Instructions.checkHeader("ImmediateResponse", name, value),
                        Instructions.MAX,
                        Integer.MAX_VALUE);
        return response.isDenial() && response.body().length() > maxBody ? legal.withoutBody(maxBody) : legal;
    }

    /** Returns the reason why the response cannot be sent, or null. A denial can always be sent. */
    public @Nullable String fault() {
        return response.isDenial() || leftOut.isEmpty() ? null : leftOut.getFirst();
    }

    /**
     * Checks the header fields against a rule and bounds. A denial is returned without the fields that violate them.
     *
     * @param maxFields maximum number of fields
     * @param maxOctets maximum length of all names and values together
     */
    public SendableResponse fitting(FieldRule rule, int maxFields, int maxOctets) {
        HeaderMap headers = response.headers();
        List<String> reasons = new ArrayList<>(leftOut);
        boolean[] isForbidden = {false};
        headers.forEach((name, value) -> {
            String problem = rule.check(name, value);
            if (problem != null) {
                isForbidden[0] = true;
                if (reasons.size() < MAX_REASONS) {
                    reasons.add(problem);
                }
            }
        });
        boolean fits = headers.size() <= maxFields && headers.octets() <= maxOctets;
        if (fits && !isForbidden[0]) {
            return this;
        }
        if (!fits) {
            reasons.add("ImmediateResponse with " + headers.size() + " header fields of " + headers.octets()
                    + " octets; it may have at most " + maxFields + " of " + maxOctets);
        }
        return new SendableResponse(
                response.isDenial() ? response.withHeaders(kept(rule, maxFields, maxOctets)) : response,
                List.copyOf(reasons));
    }

    private HeaderMap kept(FieldRule rule, int maxFields, int maxOctets) {
        HeaderMap headers = response.headers();
        HeaderMap.Builder kept = HeaderMap.builder(Math.min(headers.size(), maxFields));
        int[] room = {maxFields, maxOctets};
        headers.forEach((name, value) -> {
            int octets = name.length() + value.length();
            if (room[0] > 0 && octets <= room[1] && rule.check(name, value) == null) {
                kept.append(name, value);
                room[0]--;
                room[1] -= octets;
            }
        });
        return kept.build();
    }

    private SendableResponse withoutBody(long maxBody) {
        List<String> reasons = new ArrayList<>(leftOut);
        reasons.add("ImmediateResponse of " + response.body().length() + " bytes, at most " + maxBody + " are allowed");
        HeaderMap headers =
                response.headers().without(SetBody.OUTDATED_FIELDS::contains).without("content-type"::equals);
        return new SendableResponse(
                new ImmediateResponse(
                        response.status(),
                        headers,
                        Buffer.buffer(),
                        response.reason(),
                        response.code(),
                        response.rule(),
                        false),
                List.copyOf(reasons));
    }

    /** Returns the engine's own denial with the reason and the code of the policy; codes need no escaping in JSON. */
    private static ImmediateResponse own(ImmediateResponse response) {
        return new ImmediateResponse(
                403,
                HeaderMap.of("content-type", "application/json"),
                Buffer.buffer("{\"error\": \"Access is denied\", \"code\": \"" + response.code() + "\"}"),
                response.reason(),
                response.code(),
                response.rule(),
                true);
    }
}
