package io.policyengine.kernel.change;

import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Problem;
import java.util.List;

/**
 * Reports that a configuration is rejected because it would refuse requests that are served now. Contains all reasons.
 */
public final class RefusedRoutesException extends ConfigException {
    private static final long serialVersionUID = 1L;

    private final transient RouteRefusals refusals;

    /**
     * Creates the exception for a rejected configuration.
     *
     * @param problems all reasons for the rejection, including those of the refusals
     */
    public RefusedRoutesException(RouteRefusals refusals, List<Problem> problems) {
        super(problems);
        this.refusals = refusals;
    }

    public RouteRefusals refusals() {
        return refusals;
    }
}
