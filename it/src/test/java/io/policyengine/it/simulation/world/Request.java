package io.policyengine.it.simulation.world;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.SimRequest;
import java.util.Objects;

/** The request of an exchange: its number says all about it. */
public record Request(int number) {
    /** The header field by which policies tell exchanges apart. */
    private static final String NUMBER = "x-exchange";

    /** The header field that some requests have, and conditions ask for. */
    static final String MARK = "x-mark";

    /** The header field that replicas are chosen by, and permits are counted by. */
    public static final String TENANT = "x-tenant";

    /** Envoy takes it. A call for the response, which has the request twice, is more than goes on a stream with others: see RemoteLink. */
    private static final String PADDING = "x".repeat(40_000);

    /** The request that a policy sees. */
    public static Request of(HeaderMap headers) {
        return new Request(Integer.parseInt(Objects.requireNonNull(headers.get(NUMBER))));
    }

    /** Whether it has the mark. */
    public boolean isMarked() {
        return number % 2 == 0;
    }

    /** On whose behalf it comes. */
    public String tenant() {
        return number % 4 == 3 ? "red" : "blue";
    }

    /** Whether calls for its response go beside the stream of the others. */
    private boolean isLarge() {
        return number % 4 == 2;
    }

    /** Whether it has a body. */
    public boolean hasBody() {
        return number % 3 == 1;
    }

    /** What its body says; empty if it has none. */
    public String body() {
        return hasBody() ? "body of " + number : "";
    }

    /** What the client sends, with trailers behind a body. */
    public SimRequest messageWithTrailers() {
        return hasBody() ? message().withTrailers("x-sent", "1") : message();
    }

    /** What the client sends. */
    public SimRequest message() {
        SimRequest message = hasBody()
                ? SimRequest.post("/", "body ", "of " + number)
                        .withHeader(NUMBER, Integer.toString(number))
                        .withHeader(TENANT, tenant())
                : SimRequest.get("/", NUMBER, Integer.toString(number), TENANT, tenant());
        if (isMarked()) {
            message = message.withHeader(MARK, "1");
        }
        return isLarge() ? message.withHeader("x-padding", PADDING) : message;
    }
}
