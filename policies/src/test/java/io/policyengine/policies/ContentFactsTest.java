package io.policyengine.policies;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyFactory;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What entries declare about the content of messages, and about dependencies, by their parameters and their flow. */
final class ContentFactsTest {
    private static final Set<Fact> OF_CONTENT = EnumSet.of(
            Fact.JUDGES_CONTENT,
            Fact.MASKS_CONTENT,
            Fact.TOKENIZES_CONTENT,
            Fact.RESTORES_CONTENT,
            Fact.RESTRICTS_ACCESS,
            Fact.HAS_DEPENDENCY);

    private static final YAMLMapper YAML = new YAMLMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "piiRedaction | {} | MASKS_CONTENT | MASKS_CONTENT",
                "piiRedaction | { action: hash } | MASKS_CONTENT | MASKS_CONTENT",
                "piiRedaction | { action: tokenize } | MASKS_CONTENT TOKENIZES_CONTENT | MASKS_CONTENT",
                "piiRedaction | { action: tokenize, restore: true } | MASKS_CONTENT TOKENIZES_CONTENT | RESTORES_CONTENT",
                "piiRedaction | { action: deny } | JUDGES_CONTENT | JUDGES_CONTENT",
                "contentModerationGuardrail | { checks: [ { type: pii } ] } | JUDGES_CONTENT | JUDGES_CONTENT",
                "contentFilter | { words: [a] } | JUDGES_CONTENT | JUDGES_CONTENT",
                "contentFilter | { words: [a], action: mask } | MASKS_CONTENT | MASKS_CONTENT",
                "contentFilter | { words: [a], action: log } | '' | ''",
                "contentModerationGuardrail | { checks: [ { type: secrets } ] } | JUDGES_CONTENT | JUDGES_CONTENT",
                "contentModerationGuardrail | { action: annotate, checks: [ { type: secrets } ] } | '' | ''",
                "contentModerationGuardrail | { action: mask, checks: [ { type: secrets }, { type: length, max_characters: 9, action: deny } ] } | JUDGES_CONTENT MASKS_CONTENT | JUDGES_CONTENT MASKS_CONTENT",
                "contentModerationGuardrail | { action: mask, checks: [ { type: webhook, target: hook } ] } | HAS_DEPENDENCY JUDGES_CONTENT MASKS_CONTENT | HAS_DEPENDENCY JUDGES_CONTENT MASKS_CONTENT",
                "mcpAccess | { tools: { allow: [a] } } | RESTRICTS_ACCESS | MASKS_CONTENT",
                "a2aAccess | { skills: { allow: [a] } } | RESTRICTS_ACCESS | MASKS_CONTENT",
                "transformBody | { body: x } | MASKS_CONTENT | MASKS_CONTENT",
                "transformBody | { replace: [ { text: a, with: b } ] } | MASKS_CONTENT | MASKS_CONTENT",
                "transformBody | { json: { remove: [ /a ] } } | MASKS_CONTENT | MASKS_CONTENT",
                "transformBody | { json: { patch: [ { op: remove, path: /a } ] } } | MASKS_CONTENT | MASKS_CONTENT",
                "transformBody | { json: { patch: [ { op: test, path: /a, value: 1 } ] } } | '' | ''",
                "transformBody | { json: { rename: { /a: b } } } | '' | ''",
                "transformBody | { xml_to_json: true } | '' | ''",
                "jsonThreatProtection | {} | JUDGES_CONTENT | JUDGES_CONTENT",
                "xmlThreatProtection | {} | JUDGES_CONTENT | JUDGES_CONTENT",
                "fileSizeLimit | { max_bytes: 5 } | JUDGES_CONTENT | JUDGES_CONTENT",
                "virusScan | { scanner: clamd, address: 'a:1' } | HAS_DEPENDENCY JUDGES_CONTENT | HAS_DEPENDENCY JUDGES_CONTENT",
                "idempotency | {} | '' | ''",
                "idempotency | { store: redis } | HAS_DEPENDENCY | HAS_DEPENDENCY",
            })
    void followsParametersAndFlow(String policy, String params, String request, String response) {
        assertThat(declared(policy, params, Phase.REQUEST)).isEqualTo(facts(request));
        assertThat(declared(policy, params, Phase.RESPONSE)).isEqualTo(facts(response));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "promptTemplate | { templates: { a: { messages: [ { text: b } ] } } } | JUDGES_CONTENT",
                "promptTemplate | { allow_untemplated: true, templates: { a: { messages: [ { text: b } ] } } } | ''",
                "graphqlProtection | {} | JUDGES_CONTENT",
                "hmacSignature | { keys: [ { id: a, consumer: b, secret: 01234567890123456789012345678901 } ] } | ''",
                "hmacSignature | { directory: { agents: 'https://bot.example.com' } } | HAS_DEPENDENCY",
            })
    void followsTheParametersOfRequestPolicies(String policy, String params, String request) {
        assertThat(declared(policy, params, Phase.REQUEST)).isEqualTo(facts(request));
    }

    /** A sink takes records without delay, and drops them if it is full: there is nothing to wait for. */
    @ParameterizedTest
    @ValueSource(strings = {"auditLog", "usageMetering"})
    void recordsDependOnNothing(String policy) {
        for (Phase phase : Phase.values()) {
            assertThat(declared(policy, "{ sink: { type: stdout } }", phase)).isEmpty();
        }
    }

    private static Set<Fact> facts(String names) {
        Set<Fact> facts = EnumSet.noneOf(Fact.class);
        for (String name : names.split(" ", -1)) {
            if (!name.isEmpty()) {
                facts.add(Fact.valueOf(name));
            }
        }
        return facts;
    }

    private static Set<Fact> declared(String policy, String params, Phase phase) {
        Set<Fact> facts = EnumSet.noneOf(Fact.class);
        facts.addAll(of(factory(policy), YAML.readTree(params), phase).facts());
        facts.retainAll(OF_CONTENT);
        return facts;
    }

    private static PolicyFactory<?> factory(String policy) {
        return StandardPolicies.all().stream()
                .filter(factory -> factory.descriptor().name().equals(policy))
                .findFirst()
                .orElseThrow();
    }

    private static <P extends Record> EntryFacts of(PolicyFactory<P> factory, JsonNode params, Phase phase) {
        return switch (ParamsBinder.ofPolicy(factory.paramsType()).bind(params)) {
            case BoundParams.Ok<P>(P bound) -> factory.facts(bound, phase);
            case BoundParams.Invalid<P>(var problems) -> throw new AssertionError(problems.toString());
        };
    }
}
