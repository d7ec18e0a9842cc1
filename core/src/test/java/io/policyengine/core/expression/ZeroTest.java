package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Phase;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numeric expressions whose value may be 0. */
class ZeroTest {
    private static final Formula NEVER = new Formula.Constant(false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "0.1",
                "2u",
                "request.method == 'GET' ? 1 : 10",
                "1 + size(request.headers)",
                "size(request.path) * 2 + 1",
                "2 * (request.method == 'GET' ? 1 : 10)",
                "1u + uint(request.headers['x-cost'])",
                "int(request.headers['x-cost']) > 0 ? int(request.headers['x-cost']) : 1",
                "int(request.headers['x-cost']) < 1 ? 1 : int(request.headers['x-cost'])",
                "1 <= int(request.headers['x-cost']) ? int(request.headers['x-cost']) : 1",
                "!(0 >= int(request.headers['x-cost'])) ? int(request.headers['x-cost']) : 1",
                "'x-cost' in request.headers && int(request.headers['x-cost']) > 0"
                        + " ? int(request.headers['x-cost']) : 1",
                "!('x-cost' in request.headers) || int(request.headers['x-cost']) < 1"
                        + " ? 1 : int(request.headers['x-cost'])",
                "int(request.headers['x-cost']) == 0 ? 1 : int(request.headers['x-cost'])",
                "int(request.headers['x-cost']) == 3 ? int(request.headers['x-cost']) : 1",
                "1 + (int(request.headers['x-a']) > 0 ? int(request.headers['x-a']) : 0)",
                "size(request.path) - 1 > 0 ? size(request.path) - 1 : 1",
            })
    void aBoundedValueIsNeverZero(String number) {
        assertThat(zero(number)).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "0.0",
                "int(request.headers['x-cost'])",
                "double(request.headers['x-cost'])",
                "1 + int(request.headers['x-cost'])",
                "size(request.query)",
                "2 * size(request.query)",
                "-1 * size(request.query)",
                "size(request.query) / 2 + size(request.query) % 2",
                "5 / 10",
                "int(0.5)",
                "1 - size(request.query)",
                "1 * int(request.headers['x-cost'])",
                "request.method == 'GET' ? 0 : 1",
                "int(request.headers['x-cost']) > 0 ? int(request.headers['x-other']) : 1",
                "int(request.headers['x-cost']) > 0 || request.method == 'GET'"
                        + " ? int(request.headers['x-cost']) : 1",
                "int(request.headers['x-cost']) >= 0 ? int(request.headers['x-cost']) : 1",
                "int(request.headers['x-cost']) > -1 ? int(request.headers['x-cost']) : 1",
                "request.headers['x-cost']",
                "metadata.cost",
            })
    void anotherValueMayBeZero(String number) {
        assertThat(compiled("dyn(" + number + ")").zero()).isNotEqualTo(NEVER);
        if (!number.equals("request.headers['x-cost']")) {
            assertThat(zero(number)).isNotEqualTo(NEVER);
        }
    }

    @Test
    void theConditionNamesTheValuesOnWhichItDepends() {
        assertThat(zero("identity.id == 'a' ? 0 : request.method == 'GET' ? 1 : 5")
                        .reads())
                .containsExactly("identity.id");
        assertThat(zero("int(request.headers['X-Cost'])").reads()).containsExactly("request.headers.x-cost");
        assertThat(zero("0").reads()).isEmpty();
    }

    @Test
    void deeplyNestedExpressionsAreReadInLinearTime() {
        String product = String.join("*", Collections.nCopies(200, "size(request.path)"));

        assertThat(zero(product)).isNotEqualTo(NEVER);
    }

    private static Formula zero(String number) {
        return compiled(number).zero();
    }

    private static Expression<Number> compiled(String number) {
        return switch (Expression.number(number, Phase.REQUEST)) {
            case Compiled.Ok<Number>(var expression) -> expression;
            case Compiled.Invalid<Number>(var faults) -> throw new AssertionError(faults);
        };
    }
}
