package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.change.RouteRefusals;

/**
 * A configuration that may become active.
 *
 * @param texts the files that the configuration was read from
 * @param guard the checks that reject accidental losses
 * @param leftOut the parts of the texts that the configuration does not contain, because they would refuse served
 *     requests
 */
public record Candidate(ConfTexts texts, EngineConfig config, Origin origin, LossGuard guard, RouteRefusals leftOut) {
    /** Creates a candidate that contains all parts of the texts. */
    public Candidate(ConfTexts texts, EngineConfig config, Origin origin, LossGuard guard) {
        this(texts, config, origin, guard, RouteRefusals.NONE);
    }

    /** Creates a candidate that contains all parts of the texts and is checked with {@link LossGuard#FULL}. */
    public Candidate(ConfTexts texts, EngineConfig config, Origin origin) {
        this(texts, config, origin, LossGuard.FULL);
    }

    /** Returns the same configuration with another origin. */
    Candidate from(Origin other) {
        return new Candidate(texts, config, other, LossGuard.FULL, leftOut);
    }

    /**
     * Returns a copy with the configuration {@code rest}, which lacks the parts of the texts that cause the refusals.
     */
    Candidate without(RouteRefusals refusals, EngineConfig rest) {
        return new Candidate(texts, rest, origin, guard, refusals);
    }

    /** Returns a copy with the routes of a candidate that was read from the same route files. */
    Candidate withRoutesOf(Candidate other) {
        return new Candidate(texts, config.withRoutes(other.config().routes()), origin, guard, other.leftOut());
    }
}
