package io.policyengine.worker;

import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.NearestKey;
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
     * Creates a registry of these policies.
     *
     * @throws IllegalArgumentException if two policies have the same name, or a descriptor or parameter type is invalid
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
        } catch (IllegalStateException unstated) {
            throw new IllegalArgumentException(
                    "the policy of " + RegisteredPolicy.nameOf(factory) + " cannot be used: " + unstated.getMessage(),
                    unstated);
        } catch (RuntimeException | LinkageError broken) {
            // The policy may be compiled against another version.
            throw new IllegalArgumentException(
                    "the policy of " + RegisteredPolicy.nameOf(factory) + " cannot be used: " + broken, broken);
        }
    }

    /**
     * Returns a registry of these policies and of those that {@link java.util.ServiceLoader} finds on the class path.
     *
     * @throws IllegalArgumentException as {@link #of}, or if a policy cannot be loaded; the message names its jar
     */
    public static PolicyRegistry withServices(Collection<? extends PolicyFactory<?>> standard) {
        List<PolicyFactory<?>> all = new ArrayList<>(standard);
        all.addAll(PolicyServices.find(PolicyFactory.class.getClassLoader()));
        return of(all);
    }

    @Nullable
    RegisteredPolicy<?> find(String name) {
        return policies.get(name);
    }

    /** Returns the name of the policy whose factory's package occurs nearest to the top of the stack, or null. */
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

    /** Returns the declarations of the policies, sorted by name. */
    public List<DeclaredPolicy> declared() {
        return declared(Map.of());
    }

    /**
     * Returns the declarations of the policies for a worker with these settings. A parameter that the settings provide
     * is optional in entries.
     */
    public List<DeclaredPolicy> declared(Map<String, PolicySettings> settings) {
        List<DeclaredPolicy> declared = new ArrayList<>(policies.size());
        policies.forEach(
                (name, policy) -> declared.add(policy.declared(settings.getOrDefault(name, PolicySettings.NONE))));
        return declared;
    }

    /** Returns all problems of the policies' settings, with their positions. Entries are not considered. */
    public List<Problem> check(Map<String, PolicySettings> settings) {
        List<Problem> problems = new ArrayList<>();
        new TreeMap<>(settings).forEach((name, own) -> {
            RegisteredPolicy<?> policy = policies.get(name);
            if (policy != null) {
                policy.check(own).forEach(problem -> problems.add(own.problem(name, problem)));
            } else {
                problems.add(Problem.warning(
                        own.location(),
                        "settings of the policy '" + name + "', but this program has no such policy"
                                + NearestKey.hint(name, policies.keySet(), "policies")));
            }
        });
        return problems;
    }
}
