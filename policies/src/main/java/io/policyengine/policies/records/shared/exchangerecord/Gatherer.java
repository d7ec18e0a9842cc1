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
 * Gathers the facts of request and response in a draft. The draft is recorded once, when the exchange ends. All drafts
 * of a policy together hold a bounded number of bytes; when the bound is reached, bodies are left out. Thread-safe.
 */
public final class Gatherer {
    /** Maximum size of all drafts of a policy in a process, including their bodies, in bytes. */
    private static final long MAX_BYTES = 4 << 20;

    /** Maximum digits of a Content-Length that is recorded. A longer value is treated as unknown. */
    private static final int MAX_DIGITS = 18;

    private final PerExchange<RecordDraft> drafts;
    private final PolicyEnvironment env;

    /** Receives the draft of each exchange when the exchange ends. */
    @FunctionalInterface
    public interface Recording {
        /**
         * Records an exchange.
         *
         * @param end the end of the exchange; marked as aborted if the engine does not know how the exchange ended
         */
        void record(RecordDraft draft, ExchangeEnd end);
    }

    /**
     * Returns the gatherer that is shared by all entries of a policy with equal parameters, such as the entries of both
     * flows.
     */
    public static Gatherer of(Object params, PolicyEnvironment env, Recording recording) {
        Capacity room = env.capacity("drafts", MAX_BYTES);
        return new Gatherer(env.sharedPerExchange("drafts", params, room, new Drafts(recording)), env);
    }

    /**
     * The rules for storing drafts. When the memory for drafts is exhausted, bodies are left out, but every exchange is
     * recorded.
     */
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

    /**
     * Starts a draft with a request. If another entry has started the draft, only adds the metadata that policies have
     * set since.
     */
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

    /** Adds the response to the exchange's draft. If there is no draft yet, starts one. */
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

    /** Adds recorded bodies to the exchange's draft, unless the exchange has ended meanwhile. */
    public void bodies(Call call, Optional<RecordedBody> requestBody, Optional<RecordedBody> responseBody) {
        drafts.change(call, there -> there.with(requestBody, responseBody));
    }

    /** Adds a note to the exchange's draft, unless the exchange has ended meanwhile. */
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
