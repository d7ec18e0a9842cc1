package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Phase;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The structure of conditions, which does not depend on how a value's name is written. */
class StructureTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                ".request.path == '/a' ; request.path == '/a'",
                ".request.headers['x-a'] == 'b' ; 'b' == request.headers['X-A']",
                "request.headers.host == 'b' ; request.headers['host'] == 'b'",
                "has(.request.headers.host) ; 'host' in request.headers",
                "request.method in ['GET', 'PUT'] ; request.method == 'GET' || request.method == 'PUT'",
                "identity.id != '' ; !('' == .identity.id)",
            })
    void equalConditionsHaveEqualStructures(String one, String other) {
        assertThat(structure(one)).isEqualTo(structure(other));
    }

    @Test
    void namesTheValuesThatAConditionReads() {
        assertThat(structure(".request.path.startsWith('/a') && .identity.id == request.headers['x-user']")
                        .reads())
                .isEqualTo(Set.of("request.path", "identity.id", "request.headers.x-user"));
    }

    private static Formula structure(String condition) {
        return Expression.structure(condition, Phase.REQUEST);
    }
}
