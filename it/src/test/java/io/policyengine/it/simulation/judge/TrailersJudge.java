package io.policyengine.it.simulation.judge;

import static io.policyengine.it.simulation.judge.Violation.require;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Phase;
import io.policyengine.it.simulation.world.Configuration;
import io.policyengine.it.simulation.world.Entry;
import io.policyengine.it.simulation.world.Stamp;
import io.policyengine.testkit.envoy.SimResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Of a chain, those policies that look at trailers, and no others, are called with them: once each, in order, by the configuration by which
 * they ran on the headers, in the same process, and only if they did. What each leaves, the next one sees, and in the end the peer. Judges
 * exchanges in which nothing is lost.
 */
public final class TrailersJudge {
    private final List<Configuration> configurations;
    private int stamped;

    /** A judge who knows all configurations, by their numbers. */
    public TrailersJudge(List<Configuration> configurations) {
        this.configurations = configurations;
    }

    /** What must not be about an exchange; null if all is well. */
    public @Nullable String violation(SimulatedExchange exchange) {
        try {
            SimResult result = Objects.requireNonNull(exchange.result());
            for (Phase phase : Phase.values()) {
                check(exchange, result, phase);
            }
            return null;
        } catch (Violation violation) {
            return exchange + ": " + violation.getMessage();
        }
    }

    private void check(SimulatedExchange exchange, SimResult result, Phase phase) {
        List<Stamp> called = new ArrayList<>();
        for (TrailersCalled call : exchange.trailersCalled()) {
            if (call.stamp().phase() != phase) {
                continue;
            }
            require(
                    exchange.runs(phase)
                            .anyMatch(run -> run.stamp().equals(call.stamp())
                                    && run.replica().equals(call.replica())),
                    call + ", but it has not run there on the headers");
            if (entry(call.stamp()).shadow()) {
                continue;
            }
            require(call.seen().equals(called), call + " does not see " + called);
            called.add(call.stamp());
        }
        HeaderMap trailers = exchange.hasHungUp() || result.reset() ? null : trailers(exchange, result, phase);
        if (trailers == null) {
            return;
        }
        List<Stamp> due = trail(result, phase).stream()
                .filter(stamp -> entry(stamp).looksAtTrailers())
                .toList();
        stamped += due.isEmpty() ? 0 : 1;
        require(called.equals(due), "called with trailers were " + called + ", not " + due);
        require(
                Stamp.trail(trailers.get(Stamp.TRAILERS_TRAIL)).equals(due),
                "the trailers of the " + phase + " are " + trailers + ", stamped by " + due);
    }

    /** Trailers so far that at least one policy has stamped. */
    public int stamped() {
        return stamped;
    }

    private Entry entry(Stamp stamp) {
        return configurations
                .get(stamp.version() - 1)
                .chain(stamp.phase())
                .entries()
                .get(stamp.index());
    }

    /** The trailers of a message that has passed; null if it has not, or none was sent with it. */
    private static @Nullable HeaderMap trailers(SimulatedExchange exchange, SimResult result, Phase phase) {
        return switch (phase) {
            case REQUEST ->
                result.upstream() == null || !exchange.request().hasBody()
                        ? null
                        : result.upstream().trailers();
            case RESPONSE ->
                Answers.isOfUpstream(result.response()) ? result.response().trailers() : null;
        };
    }

    private static List<Stamp> trail(SimResult result, Phase phase) {
        return Stamp.trail(
                switch (phase) {
                    case REQUEST -> Objects.requireNonNull(result.upstream()).header(Stamp.REQUEST_TRAIL);
                    case RESPONSE -> result.response().header(Stamp.RESPONSE_TRAIL);
                });
    }
}
