package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void namesTheJarOfAPolicyThatIsNotThere(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("broken.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new ZipEntry("META-INF/services/" + PolicyFactory.class.getName()));
            out.write("com.example.Missing # gone\n".getBytes(StandardCharsets.UTF_8));
        }

        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, PolicyFactory.class.getClassLoader())) {
            assertThatThrownBy(() -> PolicyServices.find(loader))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a policy of broken.jar cannot be loaded")
                    .hasMessageContaining("com.example.Missing");
        }
    }

    @Test
    void saysWhichJarsTwoPoliciesOfOneNameAreOf() {
        assertThatThrownBy(() -> PolicyRegistry.of(List.of(named("same"), named("same"))))
                .hasMessageContaining("Named (test-classes)");
    }

    @Test
    void namesAPolicyThatCannotTellWhatItIs() {
        PolicyFactory<NoParams> broken = new PolicyFactory<>() {
            @Override
            public PolicyDescriptor descriptor() {
                throw new NoSuchMethodError("compiled against another version");
            }

            @Override
            public Class<NoParams> paramsType() {
                return NoParams.class;
            }

            @Override
            public Policy create(NoParams params, PolicyEnvironment env) {
                return new Policy() {};
            }
        };

        assertThatThrownBy(() -> PolicyRegistry.of(List.of(broken)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PolicyRegistryTest")
                .hasMessageContaining("compiled against another version");
    }

    private static Named named(String name) {
        return new Named(name, Set.of(Phase.REQUEST));
    }
}
