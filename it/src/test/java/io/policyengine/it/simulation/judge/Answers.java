package io.policyengine.it.simulation.judge;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.it.simulation.world.Stamp;
import io.policyengine.testkit.envoy.SimResponse;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** How answers show whose they are. */
public final class Answers {
    private static final String UPSTREAM = "x-upstream";
    private static final String DENIED_BY = "x-denied-by";
    private static final String CODE = "\"code\": \"";

    private Answers() {}

    /** What upstream responds; the body tells itself how long it is. */
    public static SimResponse ofUpstream(int chunks) {
        String[] body = new String[chunks];
        for (int i = 0; i < chunks; i++) {
            body[i] = (i + 1) + " of " + chunks + "; ";
        }
        return SimResponse.of(200, body).withHeader(UPSTREAM, Integer.toString(chunks));
    }

    /** The same, with trailers; of some they have no fields, as those that Envoy makes. */
    public static SimResponse ofUpstreamWithTrailers(int chunks) {
        return chunks % 2 == 0
                ? ofUpstream(chunks).withTrailers()
                : ofUpstream(chunks).withTrailers("x-sent", "1");
    }

    /** What a policy answers that denies. */
    public static ImmediateResponse denial(Stamp stamp) {
        return new ImmediateResponse(418, HeaderMap.of(DENIED_BY, stamp.toString()), Buffer.buffer(), "policy_denied");
    }

    /** Whether the client has upstream's response. */
    public static boolean isOfUpstream(SimResponse response) {
        return response.header(UPSTREAM) != null;
    }

    /** Whether nothing is missing of upstream's response. */
    static boolean isWhole(SimResponse response) {
        SimResponse sent = ofUpstream(Integer.parseInt(String.valueOf(response.header(UPSTREAM))));
        return response.bodyText().equals(sent.bodyText());
    }

    /** The stamp of the entry that denied; null if none did. */
    static @Nullable String deniedBy(SimResponse response) {
        return response.header(DENIED_BY);
    }

    /** Whether the engine refused since Envoy does not send what a policy has to see. */
    static boolean isForMissingBody(SimResponse answer) {
        return "ROUTE_MISCONFIGURED".equals(codeOf(answer));
    }

    /** Whether neither the upstream, nor a policy, nor the engine has answered. */
    static boolean isOfNobody(SimResponse answer) {
        return !isOfUpstream(answer) && deniedBy(answer) == null && codeOf(answer) == null;
    }

    /** The code of the engine's own answer; null if it is not one. */
    static @Nullable String codeOf(SimResponse answer) {
        String body = answer.bodyText();
        int begin = body.indexOf(CODE);
        return begin < 0 ? null : body.substring(begin + CODE.length(), body.indexOf('"', begin + CODE.length()));
    }
}
