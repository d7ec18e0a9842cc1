package io.policyengine.kernel.body;

import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.plan.BodyUse;

/** The reasons why a chain that reads a body cannot be served, with remedies for operators of Envoy. */
final class Mismatch {
    private Mismatch() {}

    /** Describes the problem that Envoy's body mode sends the body in a form that the chain cannot use. */
    static String ofMode(boolean request, BodyUse use, BodyMode mode) {
        return needs(request, use) + "_body_mode is " + mode
                + ", which does not provide it: set BUFFERED or FULL_DUPLEX_STREAMED";
    }

    /** Describes the problem that Envoy does not send the body and cannot be asked for it. */
    static String ofBody(boolean request, BodyUse use, String whyNoOverride) {
        return needs(request, use) + "_body_mode is NONE and " + whyNoOverride
                + ": set allow_mode_override, or the mode itself";
    }

    /**
     * Describes the problem that Envoy does not send trailers, which may end the body, and cannot be asked for them.
     */
    static String ofTrailers(boolean request, BodyUse use, String whyNoOverride) {
        return needs(request, use) + "_trailer_mode is SKIP by envoy.trailers and " + whyNoOverride
                + ", so that nothing reports the end of a body with trailers: set it to SEND, and envoy.trailers: send";
    }

    /** Describes the problem that Envoy does not send trailers, which policies read, and cannot be asked for them. */
    static String ofTrailersSeen(boolean request, String whyNoOverride) {
        return "a policy looks at trailers, but Envoy's " + (request ? "request" : "response")
                + "_trailer_mode is SKIP by envoy.trailers and " + whyNoOverride
                + ": set it to SEND, and envoy.trailers: send";
    }

    /**
     * Describes the problem that the response's body was not requested in time, although only its arrival could prove
     * that Envoy honours overrides.
     */
    static String ofTrial(BodyUse use) {
        return whatNeeds(use)
                + ", and Envoy was not asked for the response body together with the request headers,"
                + " which is required since earlier bodies did not arrive";
    }

    private static String needs(boolean request, BodyUse use) {
        return whatNeeds(use) + ", but Envoy's " + (request ? "request" : "response");
    }

    private static String whatNeeds(BodyUse use) {
        return switch (use) {
            case NONE -> "a policy has to know when the response has ended";
            case WHOLE -> "a policy needs the whole body";
            case CHUNKS -> "a policy looks at the body";
        };
    }
}
