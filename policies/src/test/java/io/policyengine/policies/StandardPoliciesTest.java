package io.policyengine.policies;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.testkit.policy.PolicyCases;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class StandardPoliciesTest {
    private static final List<BodyNeed> BOTH_IN_EITHER_FORM =
            List.of(BodyNeed.BUFFERED_OR_STREAMING, BodyNeed.BUFFERED_OR_STREAMING);

    /** Policies that read the path as it is sent: to verify a signature, or to keep what the upstream answers to it. */
    private static final Set<String> OF_RAW_PATHS = Set.of("cache", "hmacSignature", "semanticCache");

    private static final Set<Fact> OF_CACHES = Set.of(
            Fact.MAY_DENY,
            Fact.USES_IDENTITY,
            Fact.STANDS_IN_BOTH_FLOWS,
            Fact.ANSWERS_FROM_MEMORY,
            Fact.STORES_ANSWERS);

    private static final YAMLMapper YAML = new YAMLMapper();

    @TestFactory
    Stream<DynamicTest> everyCaseHolds() {
        return StandardPolicies.all().stream().flatMap(factory -> PolicyCases.of(factory).stream());
    }

    @TestFactory
    Stream<DynamicTest> noCutOfABodyChangesAResult() {
        return StandardPolicies.all().stream().flatMap(factory -> PolicyCases.ofChunks(factory).stream());
    }

    @TestFactory
    Stream<DynamicTest> noSpellingOfAPathChangesAVerdict() {
        return StandardPolicies.all().stream()
                .filter(factory -> !OF_RAW_PATHS.contains(factory.descriptor().name()))
                .flatMap(factory -> PolicyCases.ofSpellings(factory).stream());
    }

    /** In the gate, each step of a case meets an eighth of the hostile messages; nightly all. */
    @TestFactory
    Stream<DynamicTest> onlyADependencyMakesAPolicyFailLikeOne() {
        int nth = Boolean.getBoolean("tests.all") ? 1 : 8;
        return StandardPolicies.all().stream().flatMap(factory -> PolicyCases.ofFailures(factory, nth).stream());
    }

    /** What a target answers to a client's token, content or flood must not count as its failure. */
    @TestFactory
    Stream<DynamicTest> noAnswerThatAClientMayProvokeCountsAsAFailedDependency() {
        return StandardPolicies.all().stream().flatMap(factory -> PolicyCases.ofProvokedAnswers(factory).stream());
    }

    @Test
    void namesAreUniqueAndSortedByFamily() {
        List<PolicyDescriptor> descriptors =
                StandardPolicies.all().stream().map(PolicyFactory::descriptor).toList();

        assertThat(descriptors.stream().map(PolicyDescriptor::name)).doesNotHaveDuplicates();
        assertThat(descriptors)
                .isSortedAccordingTo(
                        Comparator.comparing(PolicyDescriptor::family).thenComparing(PolicyDescriptor::name));
    }

    @Test
    void familiesAreThePackagesOfTheFactories() {
        assertThat(StandardPolicies.all())
                .allSatisfy(factory -> assertThat(factory.getClass().getPackageName())
                        .isEqualTo("io.policyengine.policies.%s.%s"
                                .formatted(
                                        factory.descriptor().family().code(),
                                        factory.descriptor().name().toLowerCase(Locale.ROOT))));
    }

    @Test
    void everyPolicyStatesItsFamilyOnItsPageAndStandsBelowItInTheIndex() throws Exception {
        List<String> expected = new ArrayList<>();
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            PolicyDescriptor descriptor = factory.descriptor();
            String family = descriptor.family().code();
            assertThat(Files.readString(Path.of("../docs/policies/" + descriptor.name() + ".md")))
                    .contains("\nFamily: [%s](README.md#%s).\nStatus: ".formatted(family, family));
            if (!expected.contains("## " + family)) {
                expected.add("## " + family);
            }
            expected.add(descriptor.name());
        }

        List<String> index = Files.readAllLines(Path.of("../docs/policies/README.md")).stream()
                .takeWhile(line -> !line.equals("## Status and security posture"))
                .filter(line -> line.startsWith("## ") || line.startsWith("| [`"))
                .map(line -> line.startsWith("## ") ? line.toLowerCase(Locale.ROOT) : line.split("`", -1)[1])
                .toList();

        assertThat(index).isEqualTo(expected);
    }

    @Test
    void everyParameterIsDescribed() {
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            JsonNode schema = ParamsBinder.of(factory.paramsType()).schema();

            assertThat(schema.path("description").asString()).isNotBlank();
            schema.get("properties")
                    .forEachEntry((name, property) -> assertThat(
                                    property.path("description").asString(""))
                            .as("%s of %s", name, factory.descriptor().name())
                            .isNotBlank());
        }
    }

    @Test
    void everyPolicyHasAPageThatNamesAllItsParameters() throws Exception {
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            String name = factory.descriptor().name();
            String page = Files.readString(Path.of("../docs/policies/" + name + ".md"));
            JsonNode schema = ParamsBinder.of(factory.paramsType()).schema();

            schema.get("properties")
                    .forEachEntry((parameter, _) -> assertThat(page).as(name).contains("| `" + parameter + "` |"));
        }
    }

    @Test
    void everyPolicyStatesItsStandingOnItsPageAndInTheIndex() throws Exception {
        String index = Files.readString(Path.of("../docs/policies/README.md"));
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            String name = factory.descriptor().name();
            Descriptor standing = factory.getClass().getAnnotation(Descriptor.class);

            assertThat(standing).as("@Descriptor of %s", name).isNotNull();
            String status = standing.status().name().toLowerCase(Locale.ROOT);
            String posture = text(standing.posture());
            assertThat(Files.readString(Path.of("../docs/policies/" + name + ".md")))
                    .as(name)
                    .contains("\nStatus: " + status + ". Security posture: " + posture);
            assertThat(index.lines().filter(line -> line.startsWith("| [`" + name + "`]")))
                    .singleElement(as(STRING))
                    .endsWith(" | " + status + " | " + posture + " |");
        }
    }

    private static String text(Descriptor.Posture posture) {
        return switch (posture) {
            case UNKNOWN -> "unknown";
            case TRUSTED_ONLY -> "trusted messages only";
            case UNTRUSTED_CLIENTS -> "robust to untrusted clients";
            case UNTRUSTED_CLIENTS_AND_UPSTREAMS -> "robust to untrusted clients and upstreams";
        };
    }

    @Test
    void everyExampleOfAPageFitsItsSchema() throws Exception {
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            String page = Files.readString(
                    Path.of("../docs/policies/" + factory.descriptor().name() + ".md"));
            JsonNode example = YAML.readTree(page.substring(page.lastIndexOf("## Example"))
                    .split("```", -1)[1]
                    .substring(4));
            List<JsonNode> entries = example.has("policy") ? List.of(example) : example.findParents("policy");

            assertThat(entries).isNotEmpty().allSatisfy(entry -> {
                assertThat(entry.get("policy").asString())
                        .isEqualTo(factory.descriptor().name());
                JsonNode params = entry.has("params") ? entry.get("params") : YAML.createObjectNode();
                assertThat(ParamsBinder.of(factory.paramsType()).bind(params)).isInstanceOf(BoundParams.Ok.class);
            });
        }
    }

    /** What `policy-engine who` needs to know is proved by the answers that it gives for the examples of conf. */
    private static final Set<Fact> OF_WHO = Set.of(
            Fact.DECLARES_ALL_EFFECTS,
            Fact.REQUIRES_IDENTITY,
            Fact.LIMITS_USE,
            Fact.JUDGES_CONTENT,
            Fact.MASKS_CONTENT,
            Fact.HAS_DEPENDENCY,
            Fact.CHANGES_REQUEST);

    @Test
    void everyPolicyDeclaresAllItsEffects() {
        assertThat(StandardPolicies.all())
                .allSatisfy(policy -> assertThat(policy.descriptor().facts())
                        .contains(Fact.DECLARES_ALL_EFFECTS)
                        .doesNotContain(Fact.SKIPS_REMAINING));
    }

    @Test
    void whoDeniesOrAuthenticatesSaysSo() {
        Map<String, Set<Fact>> facts = StandardPolicies.all().stream()
                .map(PolicyFactory::descriptor)
                .filter(descriptor -> !OF_WHO.containsAll(descriptor.facts()))
                .collect(Collectors.toMap(
                        PolicyDescriptor::name,
                        descriptor -> descriptor.facts().stream()
                                .filter(fact -> !OF_WHO.contains(fact))
                                .collect(Collectors.toUnmodifiableSet())));

        assertThat(facts)
                .isEqualTo(Map.ofEntries(
                        Map.entry("addSecurityHeaders", Set.of(Fact.ON_DENIAL)),
                        Map.entry("apiKeyAuth", Set.of(Fact.PROVIDES_IDENTITY, Fact.MAY_DENY)),
                        Map.entry("auditLog", Set.of(Fact.USES_IDENTITY)),
                        Map.entry("usageMetering", Set.of(Fact.USES_IDENTITY)),
                        Map.entry("basicAuth", Set.of(Fact.PROVIDES_IDENTITY, Fact.MAY_DENY)),
                        Map.entry("botFilter", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("canary", Set.of(Fact.REROUTES)),
                        Map.entry("cache", OF_CACHES),
                        Map.entry("celRule", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("clientCertificate", Set.of(Fact.PROVIDES_IDENTITY, Fact.MAY_DENY)),
                        Map.entry("concurrencyLimit", Set.of(Fact.MAY_DENY)),
                        Map.entry("contentFilter", Set.of(Fact.MAY_DENY)),
                        Map.entry("contentModerationGuardrail", Set.of(Fact.MAY_DENY)),
                        Map.entry("corsHeaders", Set.of(Fact.HANDLES_CORS, Fact.MAY_DENY, Fact.ON_DENIAL)),
                        Map.entry("costLimit", Set.of(Fact.MAY_DENY, Fact.STANDS_IN_BOTH_FLOWS)),
                        Map.entry("csrf", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("extAuthz", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS, Fact.USES_IDENTITY)),
                        Map.entry("faultInjection", Set.of(Fact.MAY_DENY, Fact.INJECTS_FAULTS)),
                        Map.entry("fileSizeLimit", Set.of(Fact.MAY_DENY)),
                        Map.entry("graphqlProtection", Set.of(Fact.MAY_DENY)),
                        Map.entry("hmacSignature", Set.of(Fact.PROVIDES_IDENTITY, Fact.MAY_DENY)),
                        Map.entry("idempotency", Set.of(Fact.MAY_DENY, Fact.ANSWERS_FROM_MEMORY, Fact.STORES_ANSWERS)),
                        Map.entry("ipFilter", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("jsonSchemaValidation", Set.of(Fact.MAY_DENY)),
                        Map.entry("jsonThreatProtection", Set.of(Fact.MAY_DENY)),
                        Map.entry("jwtValidation", Set.of(Fact.PROVIDES_IDENTITY, Fact.PASSES_TOKEN, Fact.MAY_DENY)),
                        Map.entry("modelAccess", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("a2aAccess", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("mcpAccess", Set.of(Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("modelRouter", Set.of(Fact.MAY_DENY, Fact.REROUTES)),
                        Map.entry("mockResponse", Set.of(Fact.MAY_DENY, Fact.ALWAYS_ANSWERS)),
                        Map.entry(
                                "oauth2Introspection",
                                Set.of(Fact.PROVIDES_IDENTITY, Fact.PASSES_TOKEN, Fact.MAY_DENY)),
                        Map.entry("piiRedaction", Set.of(Fact.MAY_DENY)),
                        Map.entry("promptDecorator", Set.of(Fact.MAY_DENY)),
                        Map.entry("promptTemplate", Set.of(Fact.MAY_DENY)),
                        Map.entry("quota", Set.of(Fact.MAY_DENY)),
                        Map.entry("rateLimit", Set.of(Fact.MAY_DENY)),
                        Map.entry("redirect", Set.of(Fact.MAY_DENY, Fact.ALWAYS_ANSWERS)),
                        Map.entry("requestId", Set.of(Fact.ON_DENIAL)),
                        Map.entry("requestValidation", Set.of(Fact.MAY_DENY)),
                        Map.entry("roleCheck", Set.of(Fact.NEEDS_IDENTITY, Fact.MAY_DENY, Fact.RESTRICTS_ACCESS)),
                        Map.entry("semanticCache", OF_CACHES),
                        Map.entry("tokenBasedRateLimit", Set.of(Fact.MAY_DENY, Fact.STANDS_IN_BOTH_FLOWS)),
                        Map.entry("tokenExchange", Set.of(Fact.NEEDS_IDENTITY, Fact.NEEDS_TOKEN, Fact.MAY_DENY)),
                        Map.entry("transformBody", Set.of(Fact.MAY_DENY)),
                        Map.entry("virusScan", Set.of(Fact.MAY_DENY)),
                        Map.entry("xmlThreatProtection", Set.of(Fact.MAY_DENY))));
    }

    @Test
    void whoReadsBodiesSaysSo() {
        Map<String, List<BodyNeed>> needs = StandardPolicies.all().stream()
                .map(PolicyFactory::descriptor)
                .filter(descriptor ->
                        descriptor.requestBody() != BodyNeed.NONE || descriptor.responseBody() != BodyNeed.NONE)
                .collect(Collectors.toMap(
                        PolicyDescriptor::name,
                        descriptor -> List.of(descriptor.requestBody(), descriptor.responseBody())));

        assertThat(needs)
                .isEqualTo(Map.ofEntries(
                        Map.entry("auditLog", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED)),
                        Map.entry("usageMetering", List.of(BodyNeed.NONE, BodyNeed.BUFFERED_OR_STREAMING)),
                        Map.entry("cache", List.of(BodyNeed.BUFFERED_OR_STREAMING, BodyNeed.BUFFERED_OR_STREAMING)),
                        Map.entry("contentFilter", BOTH_IN_EITHER_FORM),
                        Map.entry("contentModerationGuardrail", BOTH_IN_EITHER_FORM),
                        Map.entry("costLimit", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED_OR_STREAMING)),
                        Map.entry("extAuthz", List.of(BodyNeed.BUFFERED, BodyNeed.NONE)),
                        Map.entry("fileSizeLimit", BOTH_IN_EITHER_FORM),
                        Map.entry("graphqlProtection", List.of(BodyNeed.BUFFERED, BodyNeed.NONE)),
                        Map.entry("hmacSignature", List.of(BodyNeed.BUFFERED, BodyNeed.NONE)),
                        Map.entry("idempotency", List.of(BodyNeed.BUFFERED, BodyNeed.STREAMING)),
                        Map.entry("jsonSchemaValidation", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED)),
                        Map.entry("jsonThreatProtection", BOTH_IN_EITHER_FORM),
                        Map.entry("modelAccess", List.of(BodyNeed.BUFFERED, BodyNeed.NONE)),
                        Map.entry("a2aAccess", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED_OR_STREAMING)),
                        Map.entry("mcpAccess", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED_OR_STREAMING)),
                        Map.entry("modelRouter", List.of(BodyNeed.BUFFERED, BodyNeed.NONE)),
                        Map.entry("promptDecorator", List.of(BodyNeed.BUFFERED, BodyNeed.NONE)),
                        Map.entry("promptTemplate", List.of(BodyNeed.BUFFERED, BodyNeed.NONE)),
                        Map.entry("requestValidation", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED)),
                        Map.entry("piiRedaction", BOTH_IN_EITHER_FORM),
                        Map.entry("semanticCache", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED_OR_STREAMING)),
                        Map.entry("tokenBasedRateLimit", List.of(BodyNeed.BUFFERED, BodyNeed.BUFFERED_OR_STREAMING)),
                        Map.entry("transformBody", BOTH_IN_EITHER_FORM),
                        Map.entry("virusScan", BOTH_IN_EITHER_FORM),
                        Map.entry("xmlThreatProtection", BOTH_IN_EITHER_FORM)));
    }
}
