package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PerExchange;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what request and response show of an exchange into a draft, which is recorded once, when the exchange ends. The drafts of a policy
 * hold a bounded number of bytes together: beyond it, bodies are left out. Thread-safe.
 */
public final class Gatherer {
    /** Bytes that the drafts of a policy in a process may hold with their bodies. */
    private static final long MAX_BYTES = 4 << 20;

    private static final int MAX_DIGITS = 18;

    private final PerExchange<RecordDraft> drafts;
    private final PolicyEnvironment env;

    /** Ends a draft: makes its record. */
    @FunctionalInterface
    public interface Recording {
        /**
         * Records an exchange.
         *
         * @param end an aborted one where it is not known how it ended
         */
        void record(RecordDraft draft, ExchangeEnd end);
    }

    /**
     * Gathers for all entries of a policy with equal parameters, such as the two of one that stands in both flows.
     *
     * @throws io.policyengine.core.policy.InvalidParamsException if there is no room for drafts
     */
    public static Gatherer of(Object params, PolicyEnvironment env, Recording recording) {
        Capacity room = env.capacity("drafts", MAX_BYTES);
        return new Gatherer(env.sharedPerExchange("drafts", params, room, new Drafts(recording)), env);
    }

    /** A draft takes what it holds; beyond the room, bodies are left out, and no record is lost. */
    private record Drafts(Recording recording) implements PerExchange.Rules<RecordDraft> {
        @Override
        public void ended(RecordDraft draft, @Nullable ExchangeEnd end) {
            recording.record(draft, end == null ? new ExchangeEnd(0, 0, true, null) : end);
        }

        @Override
        public long size(RecordDraft draft) {
            return draft.size();
        }

        @Override
        public RecordDraft smaller(RecordDraft draft) {
            return draft.withoutBodies();
        }
    }

    private Gatherer(PerExchange<RecordDraft> drafts, PolicyEnvironment env) {
        this.drafts = drafts;
        this.env = env;
    }

    /** Begins with a request; of one that another entry has begun with, adds what policies between them have left. */
    public void request(RequestContext context) {
        if (!drafts.change(context.call(), there -> there.with(context.metadata()))) {
            drafts.put(context.call(), begun(context));
        }
    }

    private RecordDraft begun(RequestContext context) {
        return RecordDraft.begun(
                context.call().requestId(),
                env.ticker().nanoTime(),
                context.request().withBody(null),
                context.metadata(),
                bytes(context.request().body(), context.request().headers()));
    }

    /** Goes on with the response, or begins with it. */
    public void response(ResponseContext context) {
        long bytes = bytes(context.response().body(), context.response().headers());
        UnaryOperator<RecordDraft> answered =
                draft -> draft.with(context.response().withBody(null), context.metadata(), bytes);
        if (!drafts.change(context.call(), answered)) {
            drafts.put(context.call(), answered.apply(begun(context)));
        }
    }

    private static RecordDraft begun(ResponseContext context) {
        return RecordDraft.begun(
                context.call().requestId(),
                null,
                context.originalRequest().withBody(null),
                context.metadata(),
                bytes(context.request().body(), context.request().headers()));
    }

    /** Adds what is recorded of bodies, unless the exchange has ended meanwhile. */
    public void bodies(Call call, Optional<RecordedBody> requestBody, Optional<RecordedBody> responseBody) {
        drafts.change(call, there -> there.with(requestBody, responseBody));
    }

    /** Adds a note, unless the exchange has ended meanwhile. */
    public void note(Call call, Object note) {
        drafts.change(call, there -> there.withNote(note));
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
