package io.policyengine.it.simulation.world;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Source;
import io.policyengine.core.policy.EntryFacts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An entry of a chain.
 *
 * @param worker whose policy it is
 * @param permits how many exchanges it lets through at once; 0: it does not count them
 * @param reads whether it looks at the body
 * @param looksAtTrailers whether it stamps the trailers, too
 * @param onFailure null: the worker's rule
 * @param timeout null: the worker's limit
 * @param conditional whether it runs for {@link Request#isMarked} requests only
 * @param shadow whether it has no effect
 */
public record Entry(
        Stamp stamp,
        String worker,
        int permits,
        boolean reads,
        boolean looksAtTrailers,
        @Nullable OnFailure onFailure,
        @Nullable Duration timeout,
        boolean conditional,
        boolean shadow) {
    private static final String CONDITION = "\"%s\" in request.headers".formatted(Request.MARK);

    /** Its index in the chain. */
    public int index() {
        return stamp.index();
    }

    /** Whether it runs for the request. */
    public boolean isFor(Request request) {
        return !conditional || request.isMarked();
    }

    /** Whether it counts exchanges. */
    public boolean countsExchanges() {
        return permits > 0;
    }

    EntryConfig config() {
        ObjectNode params = JsonNodeFactory.instance.objectNode().put("stamp", stamp.toString());
        if (countsExchanges()) {
            params.put("max", permits);
        }
        return config(
                // Those that count keep their name over reloads, and so their count.
                countsExchanges() ? "permit" : "entry-" + index(),
                policy(),
                params,
                onFailure,
                conditional ? CONDITION : null,
                shadow ? EntryMode.SHADOW : EntryMode.ENFORCE,
                timeout);
    }

    private String policy() {
        if (countsExchanges()) {
            return PolicyNames.permitOf(worker);
        }
        if (looksAtTrailers) {
            return PolicyNames.trailersOf(worker);
        }
        return reads ? PolicyNames.readOf(worker) : PolicyNames.stampOf(worker);
    }

    /** An entry that no worker can run. */
    static EntryConfig ofUnknownPolicy() {
        return config(
                "unknown", "nobodysPolicy", JsonNodeFactory.instance.objectNode(), null, null, EntryMode.ENFORCE, null);
    }

    private static EntryConfig config(
            String name,
            String policy,
            ObjectNode params,
            @Nullable OnFailure onFailure,
            @Nullable String when,
            EntryMode mode,
            @Nullable Duration timeout) {
        return new EntryConfig(
                name,
                policy,
                params,
                onFailure,
                OnFailure.DENY,
                when,
                EntryFacts.none(),
                mode,
                timeout,
                false,
                null,
                false,
                false,
                Set.of(),
                List.of(),
                Source.at(World.NOWHERE));
    }

    @Override
    public String toString() {
        return worker
                + (countsExchanges() ? "(max " + permits + ")" : "")
                + (reads ? "(body)" : "")
                + (looksAtTrailers ? "(trailers)" : "")
                + (conditional ? "?" : "")
                + (shadow ? "~" : "")
                + (onFailure == null ? "" : ":" + onFailure)
                + (timeout == null ? "" : ":" + timeout.toMillis());
    }
}
