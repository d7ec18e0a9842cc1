package io.policyengine.kernel.reload;

import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ConfigException;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Candidate;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Origin;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads candidates from texts, and checks whether they may replace the running configuration. */
final class Candidates {
    private final Vertx vertx;
    private final Function<String, @Nullable String> environment;
    private final Validation validation;
    private final Generations generations;

    /**
     * Creates a reader of candidates.
     *
     * @param environment resolves <code>${env:NAME}</code>
     */
    Candidates(
            Vertx vertx,
            Function<String, @Nullable String> environment,
            Validation validation,
            Generations generations) {
        this.vertx = vertx;
        this.environment = environment;
        this.validation = validation;
        this.generations = generations;
    }

    /**
     * Reads a candidate.
     *
     * @param guard the checks that reject accidental losses
     * @return the candidate; fails with {@link ConfigException} if it cannot replace the running configuration
     */
    Future<Candidate> read(ConfTexts texts, Origin origin, LossGuard guard) {
        return OffLoop.call(vertx, () -> ConfDirectory.parse(texts, environment))
                .map(config -> new Candidate(
                        texts,
                        validation.check(
                                Objects.requireNonNull(generations.current(), "not started"), texts, config, guard),
                        origin,
                        guard));
    }
}
