package io.policyengine.kernel.worker.ownership;

import io.policyengine.kernel.worker.Worker;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The workers of one configuration, and what it says of the policies that each may declare. */
public interface Claimants {
    /** All workers in the order of the configuration. */
    List<Worker> workers();

    /** True if the configuration names the worker. */
    boolean has(String worker);

    /** The worker that the configuration gives the policy to, or null. */
    @Nullable
    String lister(String policy);

    /** The policies that the configuration gives to workers. */
    Set<String> listed();

    /** True if the configuration lets the worker declare the policy, as far as it says which ones it may. */
    boolean mayDeclare(String worker, String policy);

    /** True if the configuration leaves open which policies the worker declares. */
    boolean mayDeclareAny(String worker);

    /** True if it is open which of several workers declares a policy. */
    default boolean mayBeContended() {
        return workers().stream().filter(worker -> mayDeclareAny(worker.name())).count() > 1;
    }

    /** True if an earlier worker is awaited before a later one gets unclaimed policies. */
    boolean isPatient();
}
