package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.QueryString.Parameter;
import org.junit.jupiter.api.Test;

/** Parameters of a query, as workers are told them. */
class QueryStringTest {
    @Test
    void tellsParametersInOrderWithRepeatsDecoded() {
        assertThat(QueryString.parameters("/p?b=2&a=1&b=%33+x&flag&empty=&=nameless&eq=a=b"))
                .containsExactly(
                        new Parameter("b", "2"),
                        new Parameter("a", "1"),
                        new Parameter("b", "3 x"),
                        new Parameter("flag", ""),
                        new Parameter("empty", ""),
                        new Parameter("", "nameless"),
                        new Parameter("eq", "a=b"));
    }

    @Test
    void tellsOctetsAndNotText() {
        assertThat(QueryString.parameters("/p?%ff=%00%c3%a4&r\u00e4w=\u0080"))
                .containsExactly(new Parameter("\u00ff", "\u0000\u00c3\u00a4"), new Parameter("r\u00e4w", "\u0080"));
        assertThat(QueryString.get("/p?a=%c3%a4", "a")).isEqualTo("ä");
    }

    @Test
    void leavesAMalformedEscapeAsItIs() {
        assertThat(QueryString.parameters("/p?a=%zz+%41&%4=%&b=%+1&c=%-1"))
                .containsExactly(
                        new Parameter("a", "%zz A"),
                        new Parameter("%4", "%"),
                        new Parameter("b", "% 1"),
                        new Parameter("c", "%-1"));
    }

    @Test
    void findsNoParameterWhereThereIsNone() {
        assertThat(QueryString.parameters("/p")).isEmpty();
        assertThat(QueryString.parameters("/p?")).isEmpty();
        assertThat(QueryString.parameters("/p?&&a=1&")).containsExactly(new Parameter("a", "1"));
    }

    @Test
    void countsPlacesForParameters() {
        assertThat(QueryString.isLongerThan(0, "/p")).isFalse();
        assertThat(QueryString.isLongerThan(0, "/p?")).isTrue();
        assertThat(QueryString.isLongerThan(2, "/p?a&b")).isFalse();
        assertThat(QueryString.isLongerThan(2, "/p?a&b&")).isTrue();
    }
}
