package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Phase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields that become a part of a text. */
class ValueSourcesTest {
    private static final String HEADERS = "request.headers";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request.headers['x-a']",
                "identity.id + request.headers['x-a']",
                "identity.id + string(size(request.headers['x-a']))",
                "request.headers[?'x-a'].orValue(identity.id)",
                "request.method == 'GET' ? identity.id : request.headers['x-a']",
                "identity.id != '' ? request.headers['x-a'] : 'none'",
                "request.headers['x-a'].lowerAscii()",
                "identity.claims[?'team'].orValue(request.headers['x-a'])",
            })
    void aFieldIsAPartOfTheValue(String text) {
        assertThat(compiled(text).contains(HEADERS)).isTrue();
        assertThat(compiled(text).contains("request.query")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity.id != '' ? identity.id : request.headers['x-a']",
                "identity.id == '' ? request.headers['x-a'] : identity.id",
                "'' != identity.id ? identity.id : request.method + request.headers['x-a']",
            })
    void aFieldIsAPartWithoutAnIdentity(String text) {
        assertThat(compiled(text).contains(HEADERS)).isFalse();
        assertThat(compiled(text).containsForAnonymous(HEADERS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "identity.id",
                "request.headers['x-plan'] == 'a' ? 'a' : 'b'",
                "'x-plan' in request.headers ? identity.id : ''",
                "string(request.headers['x-plan'].startsWith('a'))",
                "identity.id + (request.headers[?'x-plan'].orValue('') in ['a', 'b'] ? ' planned' : '')",
            })
    void aComparedFieldIsNoPart(String text) {
        assertThat(compiled(text).contains(HEADERS)).isFalse();
        assertThat(compiled(text).containsForAnonymous(HEADERS)).isFalse();
    }

    private static Expression<String> compiled(String text) {
        return switch (Expression.text(text, Phase.REQUEST)) {
            case Compiled.Ok<String>(var expression) -> expression;
            case Compiled.Invalid<String>(var faults) -> throw new AssertionError(faults);
        };
    }
}
