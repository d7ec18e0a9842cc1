package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers what request and response show of an exchange. */
public final class Gatherer {
    private static final int MAX_DIGITS = 18;

    private final Underway underway;
    private final PolicyEnvironment env;

    /** Gathers into these drafts. */
    public Gatherer(Underway underway, PolicyEnvironment env) {
        this.underway = underway;
        this.env = env;
    }

    /** Begins with a request; of one that another entry has begun with, adds what policies between them have left. */
    public void request(RequestContext context) {
        underway.change(
                context.call().exchangeId(),
                there ->
                        there != null && there.requestId().equals(context.call().requestId())
                                ? there.with(context.metadata())
                                : begun(context));
    }

    private Draft begun(RequestContext context) {
        return Draft.begun(
                context.call().requestId(),
                env.ticker().nanoTime(),
                context.request().withBody(null),
                context.metadata(),
                bytes(context.request().body(), context.request().headers()));
    }

    /** Goes on with the response, or begins with it. */
    public void response(ResponseContext context) {
        long bytes = bytes(context.response().body(), context.response().headers());
        underway.change(context.call().exchangeId(), there -> {
            Draft draft = there != null
                            && there.requestId().equals(context.call().requestId())
                    ? there
                    : Draft.begun(
                            context.call().requestId(),
                            null,
                            context.originalRequest().withBody(null),
                            context.metadata(),
                            bytes(context.request().body(), context.request().headers()));
            return draft.with(context.response().withBody(null), context.metadata(), bytes);
        });
    }

    /** Adds what is recorded of bodies, unless the exchange has ended meanwhile. */
    public void bodies(Call call, Optional<BodyCopy> requestBody, Optional<BodyCopy> responseBody) {
        underway.changeIfThere(call.exchangeId(), there -> there.with(requestBody, responseBody));
    }

    /** Adds a note, unless the exchange has ended meanwhile. */
    public void note(Call call, Object note) {
        underway.changeIfThere(call.exchangeId(), there -> there.withNote(note));
    }

    private static long bytes(@Nullable Buffer body, HeaderMap headers) {
        if (body != null) {
            return body.length();
        }
        String length = headers.get("content-length");
        boolean isNumber = length != null
                && !length.isEmpty()
                && length.length() <= MAX_DIGITS
                && length.chars().allMatch(c -> c >= '0' && c <= '9');
        return length != null && isNumber ? Long.parseLong(length) : -1;
    }
}
