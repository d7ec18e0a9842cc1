package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.PolicySettings;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.config.Source;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void anEmptyDirectoryMeansTheDefaultsAndSaysWhatTheyLetPass() {
        var config = ConfFiles.in(directory).read();

        assertThat(config)
                .usingRecursiveComparison()
                .ignoringFields("warnings")
                .isEqualTo(new EngineConfig(KernelConfig.defaults(), List.of(), List.of(), List.of(), List.of()));
        assertThat(config.warnings())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith(
                        "kernel.yaml: warning: 'unknown_route' is not set: requests of routes that have no policies pass");
    }

    @Test
    void resolvesReferences() {
        var files = new ConfFiles(directory, Map.of("POLICY_ENGINE_URL", "redis://host", "POLICY_ENGINE_EMPTY", ""));

        var config = files.writeAll("""
                        --- secrets/token
                        hush
                        --- worker.yaml
                        worker_core:
                          policies: { config: { rateLimit: { url: "${env:POLICY_ENGINE_URL}/1", none: "${env:POLICY_ENGINE_EMPTY}" } } }
                        --- routes/a.yaml
                        route_policies:
                          - route_name: /a
                            request_flow:
                              policy_chain:
                                - policy: transformHeaders
                                  params:
                                    set:
                                      token: "Bearer ${file:secrets/token}"
                                      both: ${env:POLICY_ENGINE_URL}${file:secrets/token}
                                      kept: $${env:POLICY_ENGINE_URL} and ${request.path} and $${request.path}
                                    list: [ "${env:POLICY_ENGINE_URL}", 5 ]
                        """).read();

        var entry = config.routes().getFirst().requestFlow().chain().getFirst();
        assertThat(entry.params()).hasToString("""
                {"set":{"token":"Bearer hush","both":"redis://hosthush",\
                "kept":"${env:POLICY_ENGINE_URL} and ${request.path} and $${request.path}"},"list":["redis://host",5]}""");
        assertThat(config.workers().getFirst().policies().config())
                .extractingByKey("rateLimit")
                .extracting(PolicySettings::values)
                .hasToString("""
                        {"url":"redis://host/1","none":""}""");
        assertThat(ConfTexts.readBlocking(directory).referred()).containsOnlyKeys("secrets/token");
    }

    @Test
    void textFormsHideSecrets() {
        var config = new ConfFiles(directory, Map.of("POLICY_ENGINE_SECRET", "hush"))
                .writeAll("""
                        --- worker.yaml
                        worker_core: { policies: { config: { a: { b: "${env:POLICY_ENGINE_SECRET}" } } } }
                        --- routes/a.yaml
                        route_policies:
                          - { route_name: /a, request_flow: { policy_chain: [ { policy: a, params: { b: "${env:POLICY_ENGINE_SECRET}" } } ] } }
                        """)
                .read();

        assertThat(config.toString()).doesNotContain("hush").contains("a (a) at routes/a.yaml:2:");
    }

    @Test
    void keepsAllThatAnEntrySays() {
        var config = ConfFiles.in(directory).write("routes/a.yaml", """
                        route_policies:
                          - route_name: /a*
                            request_flow:
                              policy_chain:
                                - { policy: rateLimit, timeout_ms: 20, reroute: true, on_denial: false, mode: off }
                                - policy: rateLimit
                          - route_name_regex: /b.*
                          - route_name: "*"
                        """).read();

        var routes = config.routes();
        var entry = routes.getFirst().requestFlow().chain().getFirst();
        assertThat(entry.timeout()).isEqualTo(Duration.ofMillis(20));
        assertThat(entry.reroute()).isTrue();
        assertThat(entry.onDenial()).isFalse();
        assertThat(entry.mode()).isEqualTo(EntryMode.OFF);
        assertThat(entry.onFailure()).isNull();
        assertThat(routes.stream().map(RouteConfig::routeName)).containsExactly("/a*", "/b.*", "*");
        assertThat(routes.get(0).match()).isEqualTo(new RouteMatch.Prefix("/a"));
        assertThat(routes.get(1).match())
                .isInstanceOfSatisfying(
                        RouteMatch.Regex.class,
                        regex -> assertThat(regex.pattern().matches("/bc")).isTrue());
        assertThat(routes.get(2).match()).isEqualTo(new RouteMatch.Any());
        assertThat(routes.get(2).requestFlow()).isEqualTo(FlowConfig.empty());
        assertThat(routes.get(1).location()).isEqualTo(new Location("routes/a.yaml", 7, 5));
    }

    @Test
    void readsTheOverridesOfBothFilesAsThePageWritesThem() throws IOException {
        var page = Files.readString(Path.of("../docs/overrides.md"));
        var example = page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```\n\n"));

        var config = ConfFiles.in(directory)
                .write("overrides.yaml", example)
                .write(
                        "kernel.yaml",
                        "policy_kernel: { overrides: [ { policy: p, mode: off, reason: why, until: \"2027-01-31T12:00+01:00\" } ] }")
                .read();

        assertThat(config.overrides())
                .extracting(OverrideConfig::target)
                .extracting(Object::toString)
                .containsExactly(
                        "policy 'p'", "policy 'rateLimit'", "route '/api/v1/reports'", "worker 'default-worker'");
        assertThat(config.overrides().getFirst().until()).isEqualTo("2027-01-31T11:00:00Z");
        assertThat(config.overrides().get(1))
                .isEqualTo(new OverrideConfig(
                        new OverrideConfig.Target(OverrideConfig.Kind.POLICY, "rateLimit"),
                        EntryMode.SHADOW,
                        "denies the mobile app, ticket 4711",
                        Instant.parse("2027-01-31T12:00:00Z"),
                        new Location("overrides.yaml", 3, 5)));
    }

    @Test
    void givesEveryEntryAName() {
        var config = ConfFiles.in(directory).write("routes/a.yaml", """
                        chains:
                          limits: [ { policy: limit }, { policy: limit, name: second } ]
                        route_policies:
                          - route_name: /a
                            request_flow:
                              policy_chain:
                                - { policy: limit }
                                - { policy: other, name: limit#2 }
                                - { chain: limits }
                                - { policy: limit }
                            response_flow: { policy_chain: [ { policy: limit } ] }
                        """).read();

        var route = config.routes().getFirst();
        assertThat(route.requestFlow().chain().stream().map(EntryConfig::name))
                .containsExactly("limit", "limit#2", "limit#3", "second", "limit#4");
        assertThat(route.responseFlow().chain().stream().map(EntryConfig::name)).containsExactly("limit");
    }

    @Test
    void anEntryOfBothPhasesIsWhatWritingItTwiceIs() {
        var once = ConfFiles.in(directory).write("routes/a.yaml", """
                        chains: { records: [ { policy: audit, phases: both, params: { a: 1 } } ] }
                        route_policies:
                          - route_name: /a
                            request_flow:
                              policy_chain:
                                - { chain: records }
                                - { policy: budget, phases: both }
                                - { policy: budget, phases: both, when: 'request.method == "GET"', timeout_ms: 20 }
                                - { policy: key }
                                - { policy: pii, name: people, phases: both, params: { b: 2 } }
                            response_flow: { policy_chain: [ { entry: budget#2 }, { policy: guard } ] }
                          - { route_name: /b, request_flow: { policy_chain: [ { policy: audit, phases: both } ] } }
                        """).read().routes();
        var twice = ConfFiles.in(directory).write("routes/a.yaml", """
                        route_policies:
                          - route_name: /a
                            request_flow:
                              policy_chain:
                                - { policy: audit, params: { a: 1 } }
                                - { policy: budget }
                                - { policy: budget, when: 'request.method == "GET"', timeout_ms: 20 }
                                - { policy: key }
                                - { policy: pii, name: people, params: { b: 2 } }
                            response_flow:
                              policy_chain:
                                - { policy: budget, name: "budget#2", when: 'request.method == "GET"', timeout_ms: 20 }
                                - { policy: guard }
                                - { policy: pii, name: people, params: { b: 2 } }
                                - { policy: budget }
                                - { policy: audit, params: { a: 1 } }
                        """).read().routes();

        assertThat(once.getFirst().runsTheSameAs(twice.getFirst())).isTrue();
        var response = once.getFirst().responseFlow().chain();
        assertThat(response.stream().map(EntryConfig::name))
                .containsExactly("budget#2", "guard", "people", "budget", "audit");
        assertThat(response.stream().map(EntryConfig::inBothPhases)).containsExactly(true, false, true, true, true);
        assertThat(response.get(2).source().location()).hasToString("routes/a.yaml:10:11");
        assertThat(once.get(1).responseFlow().chain().stream().map(EntryConfig::name))
                .containsExactly("audit");
    }

    @Test
    void theSecondPlaceOfAnEntryOfBothPhasesCountsAsACopy() {
        var words = "word, ".repeat(1000);
        var written =
                "route_policies: [ { route_name: /a, request_flow: { policy_chain: [ { policy: p, %sparams: { words: [ "
                        + words + "end ] } } ] } } ]";

        var once = ConfFiles.in(directory)
                .write("routes/a.yaml", written.formatted(""))
                .read();
        var both = ConfFiles.in(directory)
                .write("routes/a.yaml", written.formatted("phases: both, "))
                .read();

        assertThat(once.values()).isGreaterThan(1000);
        assertThat(both.values() - once.values()).isBetween(1000L, 1100L);
    }

    @Test
    void theBoundOfAResponseChainIncludesTheEntriesOfBothPhases() {
        var written = "route_policies: [ { route_name: /a, request_flow: { policy_chain: [ "
                + "{ policy: p, phases: both }, ".repeat(600) + "] }, response_flow: { policy_chain: [ "
                + "{ policy: q }, ".repeat(400) + "%s ] } } ]";

        var files = ConfFiles.in(directory).write("kernel.yaml", "policy_kernel: { unknown_route: deny }");

        assertThat(files.write("routes/a.yaml", written.formatted("")).problems())
                .isEmpty();
        assertThat(files.write("routes/a.yaml", written.formatted("{ policy: q }"))
                        .problems())
                .singleElement()
                .asString()
                .contains("the response chain has more than 1000 entries, including those of 'phases: both'");
    }

    @Test
    void chainsAreSharedBetweenFiles() {
        var config = ConfFiles.in(directory).writeAll("""
                        --- kernel.yaml
                        policy_kernel:
                          route_policies:
                            - { route_name: /k, request_flow: { policy_chain: [ { chain: outer } ] } }
                        --- routes/a.yaml
                        chains: { inner: [ { policy: p, params: { x: 1 } } ] }
                        --- routes/b.yaml
                        chains: { outer: [ { chain: inner }, { policy: q } ] }
                        """).read();

        var chain = config.routes().getFirst().requestFlow().chain();
        assertThat(chain.stream().map(EntryConfig::policy)).containsExactly("p", "q");
        assertThat(chain.getFirst().source().locate("/x")).hasToString("routes/a.yaml:1:46");
    }

    @Test
    void aSourceMayKnowOnlyOnePlace() {
        var place = new Location("f", 3, 4);

        assertThat(Source.at(place).locate("/a/b")).isEqualTo(place);
        assertThat(Source.at(place).location()).isEqualTo(place);
    }

    /** Truncated and damaged files: read, or refused with places, but never anything else. */
    @Test
    void survivesDamage() {
        var random = new Random(7);
        for (var round = 0; round < 400; round++) {
            var files = ConfFiles.in(directory);
            ConfFiles.EXAMPLE.forEach(name -> files.write(name, ConfFiles.example(name)));
            var name = ConfFiles.EXAMPLE.get(random.nextInt(ConfFiles.EXAMPLE.size()));
            files.write(name, damaged(ConfFiles.example(name), random));

            for (var problem : files.problems()) {
                assertThat(problem).as("round %d", round).contains(": error: ");
            }
        }
    }

    private static String damaged(String text, Random random) {
        var odd = "{}[]:-,&*!|>'\"%@`#\n\t ~";
        var at = random.nextInt(text.length());
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + text.substring(at + 1);
            default -> text.substring(0, at) + odd.charAt(random.nextInt(odd.length())) + text.substring(at);
        };
    }
}
