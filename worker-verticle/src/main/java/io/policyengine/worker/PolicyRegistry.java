package io.policyengine.worker;

import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.worker.DeclaredPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
            RegisteredPolicy<?> policy = register(factory);
            RegisteredPolicy<?> other = policies.put(policy.name(), policy);
            if (other != null) {
                throw new IllegalArgumentException("two policies are named '" + policy.name() + "': "
                        + other.factoryName() + " and " + policy.factoryName()
                        + "; names are unique, so remove or rename one");
            }
        }
        return new PolicyRegistry(policies);
    }

    private static RegisteredPolicy<?> register(PolicyFactory<?> factory) {
        try {
            return RegisteredPolicy.of(factory);
        } catch (IllegalArgumentException unusable) {
            throw unusable;
        } catch (RuntimeException | LinkageError broken) {
            // Compiled against another version, perhaps.
            throw new IllegalArgumentException(
                    "the policy of " + RegisteredPolicy.nameOf(factory) + " cannot be used: " + broken, broken);
        }
    }

    /**
     * A registry of these policies and those that {@link java.util.ServiceLoader} finds on the class path.
     *
     * @throws IllegalArgumentException as {@link #of}, or if one cannot be loaded; the message names its jar
     */
    public static PolicyRegistry withServices(Collection<? extends PolicyFactory<?>> standard) {
        List<PolicyFactory<?>> all = new ArrayList<>(standard);
        all.addAll(PolicyServices.find(PolicyFactory.class.getClassLoader()));
        return of(all);
    }

    /** The policy of this name, or null. */
    @Nullable
    RegisteredPolicy<?> find(String name) {
        return policies.get(name);
    }

    /** The policy whose code is nearest to the top of the stack, told by the package of its factory; or null. */
    @Nullable
    String ownerOf(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            for (RegisteredPolicy<?> policy : policies.values()) {
                if (frame.getClassName().startsWith(policy.packagePrefix())) {
                    return policy.name();
                }
            }
        }
        return null;
    }

    /** The declarations of the policies, in the order of their names. */
    public List<DeclaredPolicy> declared() {
        List<DeclaredPolicy> declared = new ArrayList<>(policies.size());
        policies.values().forEach(policy -> declared.add(policy.declared()));
        return declared;
    }
}
