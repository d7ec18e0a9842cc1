package io.policyengine.kernel.change;

import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Problem;
import java.util.List;

/** Thrown for a configuration that would refuse requests that are served, with all reasons for its rejection. */
public final class RefusedRoutesException extends ConfigException {
    private static final long serialVersionUID = 1L;

    private final transient RouteRefusals refusals;

    /**
     * Creates the exception.
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
