package io.policyengine.kernel.worker.ownership;

import io.policyengine.kernel.worker.Worker;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The workers of one configuration, and the configuration's rules for which policies each worker may declare. */
public interface Claimants {
    /** Returns all workers in the order of the configuration. */
    List<Worker> workers();

    /** Returns whether the configuration names the worker. */
    boolean has(String worker);

    /** Returns the worker to which the configuration assigns the policy, or null. */
    @Nullable
    String lister(String policy);

    /** Returns the policies that the configuration assigns to workers. */
    Set<String> listed();

    /** Returns whether the worker may declare the policy. A worker without a configured list may declare any. */
    boolean mayDeclare(String worker, String policy);

    /** Returns whether the worker may declare any policy. */
    boolean mayDeclareAny(String worker);

    /** Returns whether several workers may declare the same policy. */
    default boolean mayBeContended() {
        return workers().stream().filter(worker -> mayDeclareAny(worker.name())).count() > 1;
    }

    /**
     * Returns whether a policy without an owner is only assigned once all earlier workers in the configuration have
     * answered.
     */
    boolean isPatient();
}
