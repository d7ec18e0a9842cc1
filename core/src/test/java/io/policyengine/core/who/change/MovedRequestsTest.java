package io.policyengine.core.who.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.who.change.NextRoute.Next;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that go from one route policy to another, and the texts with which names begin. */
class MovedRequestsTest {
    /** A number of regular expressions whose pairs are more than are considered. */
    private static final int TOO_MANY = 1_500;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "api-.* ~ api-",
                "^api-v[0-9]+ ~ api-v",
                "api\\.v1/.* ~ api.v1/",
                "apis? ~ api",
                "api{2} ~ ap",
                "users|orders ~ users,orders",
                "(users|orders)-.* ~ users,orders",
                "v1/(?:users|(a|b)c)/x ~ v1/users,v1/a,v1/b",
                "[a|b]c|d ~ any,d",
                "[^]|]c|d ~ any,d",
                "[[:alpha:]|]c|d ~ any,d",
                "(a|b)?c ~ any",
                "(?i)api ~ any",
                "x(?i)y|b ~ any",
                "\\d+|x ~ any,x",
                "a\\|b|c ~ a|b,c",
                ".* ~ any"
            })
    void aNameBeginsWithALiteralText(String line) {
        String[] parts = line.split(" ~ ", 2);

        assertThat(RegexBeginnings.of(parts[0]))
                .extracting(text -> text.isEmpty() ? "any" : text)
                .containsExactly(parts[1].split(",", -1));
    }

    @Test
    void eachPairOfRoutePoliciesIsNamedOnce() throws IOException {
        MovedRequests moved = MovedRequests.between(
                config("unknown_route: deny", List.of("route_name: '*'", "route_name: /a")),
                config(
                        "open_routes: [ /open ]",
                        List.of("route_name: '*'", "route_name: /b", "route_name: '/c*'", "route_name: '/cd*'")));

        assertThat(moved.moves())
                .extracting(move -> move.from().routeName() + " " + move.names() + " " + to(move.to()))
                .containsExactlyInAnyOrder("* /b /b", "* /c* /c*", "* /cd* /cd*", "* /open open", "/a /a *");
        assertThat(moved.isComplete()).isTrue();
    }

    @Test
    void tooManyPairsAreNotAllConsidered() throws IOException {
        List<String> regexes = new ArrayList<>();
        for (int i = 0; i < TOO_MANY; i++) {
            regexes.add("route_name_regex: 'r" + i + "-.*'");
        }
        EngineConfig before = config("unknown_route: deny", regexes);
        EngineConfig after = config("unknown_route: deny", regexes.reversed());

        assertThat(MovedRequests.between(before, after).isComplete()).isFalse();
        assertThat(MovedRequests.between(before, before).isComplete()).isTrue();
    }

    private static String to(Next next) {
        return switch (next) {
            case Next.Policy(var route) -> route.routeName();
            case Next.Open() -> "open";
            case Next.Unknown() -> "unknown";
            case Next.Refused() -> "refused";
        };
    }

    private EngineConfig config(String kernel, List<String> routes) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { " + kernel + " }\n");
        StringBuilder text = new StringBuilder("route_policies:\n");
        routes.forEach(route ->
                text.append("  - { ").append(route).append(", request_flow: { policy_chain: [ { policy: p } ] } }\n"));
        Files.writeString(directory.resolve("routes/routes.yaml"), text);
        return ConfDirectory.read(directory, Map.<String, String>of()::get);
    }
}
