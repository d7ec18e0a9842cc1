package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyRegistryTest {
    record NoParams() {}

    private record Named(String name, Set<Phase> phases) implements PolicyFactory<NoParams> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(name, "1.0.0", "Does nothing.", phases, Set.of());
        }

        @Override
        public Class<NoParams> paramsType() {
            return NoParams.class;
        }

        @Override
        public Policy create(NoParams params, PolicyEnvironment env) {
            return new Policy() {};
        }
    }

    @Test
    void declaresItsPoliciesByName() {
        PolicyRegistry registry = PolicyRegistry.of(List.of(named("b"), named("a")));

        assertThat(registry.declared())
                .extracting(declared -> declared.descriptor().name())
                .containsExactly("a", "b");
        assertThat(registry.declared().getFirst().paramsSchema().isObject()).isTrue();
    }

    @Test
    void refusesTwoOfOneName() {
        assertThatThrownBy(() -> PolicyRegistry.of(List.of(named("same"), named("same"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two policies are named 'same'")
                .hasMessageContaining("Named");
    }

    @Test
    void refusesNamesThatChainsCannotUse() {
        assertThatThrownBy(() -> PolicyRegistry.of(List.of(named("Not a name"))))
                .hasMessageContaining("starts with a lower-case letter");
    }

    @Test
    void refusesAPolicyWithoutPhase() {
        assertThatThrownBy(() -> PolicyRegistry.of(List.of(new Named("idle", Set.of()))))
                .hasMessageContaining("has no phase");
    }

    @Test
    void findsPoliciesAsServices() {
        assertThat(PolicyRegistry.withServices(List.of(named("a"))).declared()).hasSize(1);
    }

    private static Named named(String name) {
        return new Named(name, Set.of(Phase.REQUEST));
    }
}
