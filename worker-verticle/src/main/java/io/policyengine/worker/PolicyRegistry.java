package io.policyengine.worker;

import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.worker.DeclaredPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The policies that a worker can run, by name. */
public final class PolicyRegistry {
    private final Map<String, RegisteredPolicy<?>> policies;

    private PolicyRegistry(Map<String, RegisteredPolicy<?>> policies) {
        this.policies = policies;
    }

    /**
     * A registry of these policies.
     *
     * @throws IllegalArgumentException if two have the same name, or one has no usable descriptor or parameters
     */
    public static PolicyRegistry of(Collection<? extends PolicyFactory<?>> factories) {
        Map<String, RegisteredPolicy<?>> policies = new TreeMap<>();
        for (PolicyFactory<?> factory : factories) {
            RegisteredPolicy<?> policy = RegisteredPolicy.of(factory);
            RegisteredPolicy<?> other = policies.put(policy.name(), policy);
            if (other != null) {
                throw new IllegalArgumentException("two policies are named '" + policy.name() + "': "
                        + other.factoryName() + " and " + policy.factoryName()
                        + "; names are unique, so remove or rename one");
            }
        }
        return new PolicyRegistry(policies);
    }

    /** A registry of these policies and those that {@link ServiceLoader} finds on the class path. */
    public static PolicyRegistry withServices(Collection<? extends PolicyFactory<?>> standard) {
        List<PolicyFactory<?>> all = new ArrayList<>(standard);
        for (PolicyFactory<?> found : ServiceLoader.load(PolicyFactory.class)) {
            all.add(found);
        }
        return of(all);
    }

    /** The policy of this name, or null. */
    @Nullable
    RegisteredPolicy<?> find(String name) {
        return policies.get(name);
    }

    /** What the policies are, in the order of their names. */
    public List<DeclaredPolicy> declared() {
        List<DeclaredPolicy> declared = new ArrayList<>(policies.size());
        policies.values().forEach(policy -> declared.add(policy.declared()));
        return declared;
    }
}
