package io.policyengine.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.policyengine.core.config.RouteMatch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SPEC "Route name": exact before longest prefix before regex in file order before the default. */
class RouteTableTest {
    private final RouteTable<String> table = new RouteTable<>(
            List.of(
                    row(new RouteMatch.Any(), "any"),
                    row(new RouteMatch.Regex(Pattern.compile("/v[0-9]+/.*")), "versioned"),
                    row(new RouteMatch.Regex(Pattern.compile("/v1/.*")), "v1 by regex"),
                    row(new RouteMatch.Prefix("/api/"), "api"),
                    row(new RouteMatch.Prefix("/api/users/"), "users"),
                    row(new RouteMatch.Exact("/api/users/me"), "me")),
            List.of(
                    row(new RouteMatch.Exact("/v1/health"), "open health"),
                    row(new RouteMatch.Prefix("/api/users/public"), "open users"),
                    row(new RouteMatch.Prefix("/v"), "open v")));

    @Test
    void exactNamesComeFirst() {
        assertThat(table.find("/api/users/me")).isEqualTo("me");
    }

    @Test
    void theLongestPrefixComesNext() {
        assertThat(table.find("/api/users/you")).isEqualTo("users");
        assertThat(table.find("/api/orders")).isEqualTo("api");
    }

    @Test
    void regularExpressionsFollowInOrderAndMatchTheWholeName() {
        assertThat(table.find("/v1/x")).isEqualTo("versioned");
        assertThat(table.find("before/v1/x")).isEqualTo("any");
    }

    @Test
    void theDefaultTakesTheRest() {
        assertThat(table.find("")).isEqualTo("any");
    }

    @Test
    void withoutDefaultAnUnknownNameFindsNothing() {
        RouteTable<String> exactOnly = new RouteTable<>(List.of(row(new RouteMatch.Exact("a"), "a")), List.of());

        assertThat(exactOnly.find("b")).isNull();
        assertThat(exactOnly.find("")).isNull();
    }

    @Test
    void thePrefixIsFoundByItselfToo() {
        assertThat(table.find("/api/")).isEqualTo("api");
    }

    @Test
    void anOpenRouteIsFoundWhereItsNameSaysMoreThanThatOfAPolicy() {
        assertThat(table.find("/v1/health")).isEqualTo("open health");
        assertThat(table.find("/api/users/public/x")).isEqualTo("open users");
        assertThat(table.find("/verbose")).isEqualTo("open v");
    }

    @Test
    void anOpenPrefixTakesNoRouteFromARegularExpression() {
        assertThat(table.find("/v1/x")).isEqualTo("versioned");
    }

    private static RouteTable.Row<String> row(RouteMatch match, String value) {
        return new RouteTable.Row<>(match, value);
    }
}
