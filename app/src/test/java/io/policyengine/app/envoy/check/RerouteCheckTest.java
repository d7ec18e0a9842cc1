package io.policyengine.app.envoy.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.app.envoy.check.Finding.Level;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.who.change.NextRoute.Next;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Routes of Envoy that a client can request in place of the entry that chooses among them. */
class RerouteCheckTest {
    private static final String KERNEL = """
            policy_kernel: { unknown_route: deny, open_routes: [public-shop] }
            """;

    private static final String SHOP = """
            route_policies:
              - route_name: /shop
                request_flow:
                  policy_chain:
                    - { policy: ipFilter, params: { deny: [192.0.2.0/24] } }
                    - REROUTES
              - route_name: next-version
                request_flow: { policy_chain: [ARM] }
            """;

    private static final String CANARY =
            "{ policy: canary, lint_ignore: [reroute_skips_chain], params: { arms: [{ name: a, weight: 9,"
                    + " header: { X-Version: v1 } }, { name: b, weight: 1, header: { X-Version: v2 } }] } }";
    private static final String MODEL_ROUTER =
            "{ policy: modelRouter, lint_ignore: [reroute_skips_chain], params: { routes: [{ models: gpt-4, header:"
                    + " { X-Version: v2 } }] } }";
    private static final String HEADERS =
            "{ policy: transformHeaders, reroute: true, lint_ignore: [reroute_skips_chain], params: { set:"
                    + " { X-Version: v2 } } }";
    private static final String REWRITE = "{ policy: rewrite, reroute: true, params: { path: /v2 } }";
    private static final String FILTER = "{ policy: ipFilter, params: { deny: [192.0.2.0/24] } }";
    private static final String CONDITIONAL_FILTER =
            "{ policy: ipFilter, when: \"request.method == 'GET'\", params: { deny: [192.0.2.0/24] } }";

    private static final String ARM = """
            - { name: NAME, match: { prefix: /shop, headers: [{ name: X-Version, string_match: { exact: v2 } }] }, route: { cluster: shop } }
            """;
    private static final String ENTRANCE = """
            - { name: /shop, match: { path_separated_prefix: /shop }, route: { cluster: shop } }
            """;

    @TempDir
    private Path dir = Path.of("");

    @Test
    void reportsAnArmWithAnUnrelatedNameThatLacksPoliciesOfTheEntry() {
        for (String reroutes : List.of(CANARY, MODEL_ROUTER, HEADERS)) {
            Finding finding = only(findings(reroutes, "", arm("next-version") + ENTRANCE));

            assertThat(finding.level()).isEqualTo(Level.ERROR);
            assertThat(finding.message())
                    .startsWith("reroute_skips_chain: a client that sends 'x-version' itself gets this route, past"
                            + " '/shop'")
                    .contains("requests reach the upstream without 'ipFilter'")
                    .contains("give both routes one name, or put these policies into the chain of 'next-version'"
                            + " (routes/all.yaml:7:5)");
            assertThat(finding.location().line()).isEqualTo(14);
            assertThat(finding.text()).isEqualTo("name: /shop");
        }
    }

    @Test
    void reportsAPolicyThatTheArmAppliesToFewerRequests() {
        assertThat(only(findings(CANARY, CONDITIONAL_FILTER, arm("next-version") + ENTRANCE))
                        .message())
                .contains("requests reach the upstream without 'ipFilter' if the condition of 'ipFilter' is false");
    }

    @Test
    void reportsTheRouteThatARequestWithoutTheMatchedFieldGets() {
        String entrance = arm("/shop").replace("prefix: /shop", "path_separated_prefix: /shop");
        String rest = "- { name: next-version, match: { prefix: / }, route: { cluster: shop } }\n";

        assertThat(only(findings(CANARY, "", entrance + rest)).message()).startsWith("reroute_skips_chain");
        assertThat(findings(CANARY, "", entrance + ENTRANCE + rest)).isEmpty();
    }

    @Test
    void acceptsRoutesThatProtectAsMuch() {
        assertThat(findings(CANARY, FILTER, arm("next-version") + ENTRANCE)).isEmpty();
        assertThat(findings(CANARY, "", arm("/shop") + ENTRANCE)).isEmpty();
    }

    @Test
    void acceptsRoutesThatTheArmCannotReach() {
        assertThat(findings(CANARY, "", ENTRANCE + arm("next-version"))).isEmpty();
        assertThat(findings(CANARY, "", arm("next-version").replace("X-Version", "X-Other") + ENTRANCE))
                .isEmpty();
        assertThat(findings(CANARY, "", arm("next-version").replace("prefix: /shop", "prefix: /orders") + ENTRANCE))
                .isEmpty();
    }

    @Test
    void findsAnArmBehindAPathThatIsSpeltOtherwise() {
        String other = "- { name: /shop, match: { prefix: /Shop }, route: { cluster: shop } }\n";

        assertThat(findings(CANARY, "", other + arm("next-version") + ENTRANCE)).isNotEmpty();
    }

    @Test
    void notesAnArmThatIsNamedAsOpen() {
        Finding open = only(findings(CANARY, "", arm("public-shop") + ENTRANCE));

        assertThat(open.level()).isEqualTo(Level.NOTE);
        assertThat(open.message()).contains("without 'ipFilter'").endsWith("the configuration names the route as open");
    }

    @Test
    void notesWhatItCannotCompare() {
        Finding unknown = only(findings(REWRITE, "", ENTRANCE));

        assertThat(unknown.level()).isEqualTo(Level.NOTE);
        assertThat(unknown.message())
                .startsWith("not compared: the routes that Envoy may choose after 'rewrite' (routes/all.yaml:6:");
    }

    @Test
    @Timeout(60)
    void comparesEachOfManyRoutesWithItsOwnArmsOnly() {
        StringBuilder routes = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            routes.append("- { name: shop-" + i + ", match: { prefix: /shop" + i + ", headers: [{ name: X-Version,"
                    + " string_match: { exact: v2 } }] }, route: { cluster: shop } }\n");
            routes.append(
                    "- { name: /shop, match: { path_separated_prefix: /shop" + i + " }, route: { cluster: shop } }\n");
        }

        assertThat(findings(CANARY, "", routes.toString(), "shop-*")).hasSize(5_000);
    }

    @Test
    void comparesFewPairsOfManyRoutes() {
        List<ComparedRoute> choices = IntStream.range(0, 10_000)
                .mapToObj(i -> choice("/shop" + i / 2 + "/", i % 2 == 0 ? Set.of("x-version") : Set.of()))
                .toList();
        var host = new HostRoutes(choices);

        for (int i = 0; i < choices.size(); i++) {
            assertThat(host.choosable(Set.of("x-version"), i))
                    .isEqualTo(i % 2 == 0 ? Map.of(i, "x-version", i + 1, "x-version") : Map.of(i - 1, "x-version"));
        }

        assertThat(host.pairs()).isEqualTo(15_000);
        assertThat(host.isSpent()).isFalse();
    }

    @Test
    void findsWhatAComparisonOfAllRoutesFinds() {
        var random = new Random(20261203);
        List<PathMatch.Kind> kinds = List.of(PathMatch.Kind.values());
        List<String> texts = List.of("", "/", "/a", "/a/", "/a/b", "/ab", "/a/b/c", "/b");
        for (int round = 0; round < 500; round++) {
            List<ComparedRoute> choices = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                PathMatch.Kind kind = kinds.get(random.nextInt(kinds.size()));
                String text = kind == PathMatch.Kind.PATTERN ? "" : texts.get(random.nextInt(texts.size()));
                boolean isPlain = kind != PathMatch.Kind.PATTERN && random.nextBoolean();
                Set<String> fields = isPlain ? Set.of() : random.nextBoolean() ? Set.of("x-a") : Set.of("x-b");
                choices.add(new ComparedRoute("/" + i, new Next.Open(), new PathMatch(kind, text), fields, isPlain));
            }
            var host = new HostRoutes(choices);
            for (int i = 0; i < choices.size(); i++) {
                assertThat(host.choosable(Set.of("x-a"), i).keySet())
                        .as("%s from %s", choices, i)
                        .isEqualTo(compared(choices, i));
            }
        }
    }

    @Test
    void reportsThatTooManyRoutesMayMeet() {
        var host = new HostRoutes(IntStream.range(0, 500)
                .mapToObj(_ -> choice("", Set.of("x-version")))
                .toList());

        for (int i = 0; i < host.size(); i++) {
            host.choosable(Set.of("x-version"), i);
        }

        assertThat(host.isSpent()).isTrue();
    }

    /** Returns the routes that may be chosen by x-a in place of the entrance, by comparing each with all others. */
    private static Set<Integer> compared(List<ComparedRoute> choices, int entrance) {
        PathMatch from = choices.get(entrance).paths();
        boolean isFromChosen = choices.get(entrance).fields().contains("x-a");
        Set<Integer> found = new TreeSet<>();
        for (int i = 0; i < choices.size(); i++) {
            ComparedRoute to = choices.get(i);
            boolean isDecided = to.fields().contains("x-a") || (entrance < i && isFromChosen);
            PathMatch common = from.narrower(to.paths());
            boolean isTaken = choices.subList(0, i).stream()
                    .anyMatch(earlier -> earlier.isPlain() && earlier.paths().contains(common));
            if (isDecided && from.mayMeet(to.paths()) && !isTaken) {
                found.add(i);
            }
        }
        return found;
    }

    private static ComparedRoute choice(String path, Set<String> fields) {
        PathMatch.Kind kind = path.isEmpty() ? PathMatch.Kind.PATTERN : PathMatch.Kind.PREFIX;
        return new ComparedRoute(path, new Next.Open(), new PathMatch(kind, path), fields, fields.isEmpty());
    }

    private static String arm(String name) {
        return ARM.replace("NAME", name);
    }

    private static Finding only(List<Finding> findings) {
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    /** Returns the findings about rerouting in a static Envoy with these routes. */
    private List<Finding> findings(String reroutes, String arm, String routes) {
        return findings(reroutes, arm, routes, "next-version");
    }

    private List<Finding> findings(String reroutes, String arm, String routes, String name) {
        EngineConfig config = EnvoyCheckTest.conf(
                dir,
                KERNEL,
                SHOP.replace("REROUTES", reroutes).replace("ARM", arm).replace("next-version", name));
        EnvoyNeeds needs = ConfCheck.needsBlocking(new Conf(dir));
        assertThat(needs.unknown()).isEmpty();
        String envoy = """
                static_resources:
                  listeners:
                  - name: ingress
                    filter_chains:
                    - filters:
                      - name: envoy.filters.network.http_connection_manager
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                          route_config:
                            virtual_hosts:
                            - name: all
                              domains: ["*"]
                              routes:
                """ + routes.indent(14);
        return new EnvoyCheck(config, needs, EnvoyCheckTest.options())
                .check("my.yaml", envoy).findings().stream()
                        .filter(finding -> finding.message().contains("itself gets this route")
                                || finding.message().contains("not compared"))
                        .toList();
    }
}
