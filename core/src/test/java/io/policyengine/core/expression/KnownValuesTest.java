package io.policyengine.core.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Phase;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownValuesTest {
    private final KnownValues known = new KnownValues()
            .with("request.method", "GET")
            .with("request.path", "/orders/7")
            .withFields("request.headers", Set.of("x-tier", "authorization"), Map.of("x-tier", "gold"));

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
                    request.method == 'GET'                                       ~ true
                    request.path.startsWith('/admin')                             ~ false
                    request.headers['x-tier'] == 'gold'                           ~ true
                    request.headers['X-Tier'] == 'silver'                         ~ false
                    'authorization' in request.headers                            ~ true
                    'x-mock' in request.headers                                   ~ false
                    request.headers[?'x-mock'].orValue('') == 'a'                 ~ false
                    request.headers['authorization'] == 'a'                       ~ unknown
                    identity.id == 'alice'                                        ~ unknown
                    request.query.contains('a')                                   ~ unknown
                    request.method == 'PUT' && identity.id == 'alice'             ~ false
                    identity.id == 'alice' && request.method == 'PUT'             ~ false
                    request.method == 'GET' || identity.id == 'alice'             ~ true
                    request.headers['authorization'] == 'a' || request.method == 'GET' ~ true
                    request.method == 'GET' ? identity.id == 'a' : false          ~ unknown
                    request.headers['authorization'] != 'a'  ~ unknown
                    request.headers['authorization'].startsWith('a')  ~ unknown
                    request.headers['authorization'].matches('a.*')  ~ unknown
                    size(request.headers['authorization']) > 3  ~ unknown
                    request.headers[?'authorization'].orValue('') == 'x'  ~ unknown
                    request.headers['authorization'] in ['a', 'b']  ~ unknown
                    !(request.headers['authorization'] == 'a')  ~ unknown
                    has(request.headers.authorization)  ~ true
                    ['a'].exists(x, x == request.headers['authorization'])  ~ unknown
                    request.headers.exists(name, name == 'x-tier')                ~ unknown
                    size(request.headers) > 1                                     ~ unknown
                    """)
    void tellsWhatFollowsFromWhatIsKnown(String expression, String expected) {
        Compiled<Boolean> compiled = Expression.condition(expression, Phase.REQUEST);

        String told = compiled instanceof Compiled.Ok<Boolean>(var condition)
                ? condition.evaluateKnown(known).map(String::valueOf).orElse("unknown")
                : "does not compile";

        assertThat(told).isEqualTo(expected);
    }
}
