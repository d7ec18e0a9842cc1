package io.policyengine.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.JudgedSchema;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.ParamsValidator;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.worker.DeclaredPolicy;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class PolicyRegistryTest {
    record NoParams() {}

    private record Named(String name, Set<Phase> phases) implements PolicyFactory<NoParams> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(name, "1.0.0", "Does nothing.", phases, Set.of());
        }

        @Override
        public Policy create(NoParams params, PolicyEnvironment env) {
            return new Policy() {};
        }
    }

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    record SizedParams(int size, String unit) {}

    private record Sized() implements PolicyFactory<SizedParams> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly("sized", "1.0.0", "Does nothing.", Set.of(Phase.REQUEST), Set.of());
        }

        @Override
        public Policy create(SizedParams params, PolicyEnvironment env) {
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
    void declaresNoParameterAsAMustThatTheSettingsGive() {
        PolicyRegistry registry = PolicyRegistry.of(List.of(new Sized()));
        PolicySettings settings = PolicySettings.of(JSON.objectNode().put("unit", "kB"));

        DeclaredPolicy plain = registry.declared().getFirst();
        DeclaredPolicy shared = registry.declared(Map.of("sized", settings)).getFirst();

        assertThat(plain.paramsSchema().path("required").toString()).isEqualTo("[\"size\",\"unit\"]");
        assertThat(shared.paramsSchema().path("required").toString()).isEqualTo("[\"size\"]");
        assertThat(faults(shared, JSON.objectNode().put("size", 1))).isEmpty();
        assertThat(faults(shared, JSON.objectNode())).containsExactly("missing key 'size'");
        assertThat(faults(shared, JSON.objectNode().put("size", 1).put("uni", "kB")))
                .singleElement()
                .asString()
                .startsWith("unknown key 'uni', did you mean 'unit'?");
    }

    private static List<String> faults(DeclaredPolicy policy, ObjectNode params) {
        return policy.judged() instanceof JudgedSchema.Usable(ParamsValidator validator)
                ? validator.validate(params).stream().map(ParamProblem::message).toList()
                : List.of("no usable schema");
    }

    @Test
    void checksSettingsWithoutTheEntriesThatCompleteThem() {
        PolicyRegistry registry = PolicyRegistry.of(List.of(new Sized()));

        List<Problem> problems = registry.check(Map.of(
                "sized", PolicySettings.of(JSON.objectNode().put("size", "one")), "seized", PolicySettings.NONE));

        assertThat(problems)
                .extracting(Problem::severity, Problem::message)
                .containsExactly(
                        tuple(
                                Problem.Severity.WARNING,
                                "settings of the policy 'seized', but this program has no such policy, did you mean"
                                        + " 'sized'?"),
                        tuple(Problem.Severity.ERROR, "sized: 'size': expected an integer, found a string"));
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
            public Policy create(NoParams params, PolicyEnvironment env) {
                return new Policy() {};
            }
        };

        assertThatThrownBy(() -> PolicyRegistry.of(List.of(broken)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PolicyRegistryTest")
                .hasMessageContaining("compiled against another version");
    }

    @Test
    void saysWhatAFactoryWithoutDescriptorHasToDo() {
        PolicyFactory<NoParams> unstated = new PolicyFactory<>() {
            @Override
            public Policy create(NoParams params, PolicyEnvironment env) {
                return new Policy() {};
            }
        };

        assertThatThrownBy(() -> PolicyRegistry.of(List.of(unstated)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the policy of io.policyengine.worker.PolicyRegistryTest$")
                .hasMessageEndingWith(
                        " (test-classes) cannot be used: its class does not say what the policy is: annotate it with @Descriptor, or override descriptor()");
    }

    private static Named named(String name) {
        return new Named(name, Set.of(Phase.REQUEST));
    }
}
