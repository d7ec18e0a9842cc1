package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of the command {@code who}, and its exit codes. */
class WhoCommandTest {
    private static final Path JSON_REFERENCE = Path.of("../docs/reference/who.json");

    private static final String CHAIN = """
            route_policies:
              - route_name: orders
                request_flow:
                  policy_chain:
                    - policy: apiKeyAuth
                      when: "!('x-beta' in request.headers)"
                      params: { keys: [{ consumer: a, sha256: f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1 }] }
                    - policy: cache
                    - policy: rateLimit
                      on_failure: continue
                      params: { limits: { requests: 1, per: second }, store: redis, on_store_failure: allow }
                response_flow:
                  policy_chain:
                    - policy: cache
                    - policy: piiRedaction
            """;

    @TempDir
    Path directory;

    @Test
    void theJsonIsAsTheReferenceShowsIt() throws IOException {
        write(CHAIN, "unknown_route: deny");

        String said = who("--json", directory.toString());

        compare(JSON_REFERENCE, said.substring(0, said.lastIndexOf('}') + 1) + "\n");
        assertThat(said).endsWith("exit code 0\n");
    }

    @Test
    void eachOpeningHasAPlaceAndARemedy() throws IOException {
        write(CHAIN, "unknown_route: deny");

        assertThat(who(directory.toString()))
                .contains("  requests reach the upstream without an identity if\n"
                        + "    - the condition of 'apiKeyAuth' is false"
                        + " (`when: !('x-beta' in request.headers)` at routes/a.yaml:6:17)\n")
                .contains("(`on_store_failure: allow` at routes/a.yaml:11:91)")
                .contains(
                        "stored responses reach the client unmasked by 'piiRedaction' if\n    - 'cache' answers from memory");
    }

    /** A flood can make a worker late, so that {@code fail_open} lifts its limits. */
    @Test
    void aLimitOfAWorkerThatFailsOpenIsLiftedIfTheWorkerIsLate() throws IOException {
        write("""
                route_policies:
                  - route_name: orders
                    request_flow:
                      policy_chain:
                        - policy: quota
                          params: { limits: [ { name: daily, requests: 1000, per: day } ], store: redis }
                """, """
                unknown_route: deny,
                workers: [ { name: default-worker, socket_path: /run/w.sock, fail_open: true } ]
                """);

        assertThat(who(directory.toString()))
                .contains("requests reach the upstream unlimited by 'quota' if\n")
                .contains("    - worker 'default-worker' of 'quota' is unavailable or too slow"
                        + " (`fail_open: true of worker 'default-worker'` at kernel.yaml)\n");
    }

    @Test
    void routesWithoutAPolicyAreNamed() throws IOException {
        write(CHAIN, "open_routes: [health]");

        assertThat(who(directory.toString()))
                .startsWith(
                        "routes without a route policy (kernel.yaml)\n  requests reach the upstream without any policy:")
                .contains("health (kernel.yaml)\n  requests reach the upstream without any policy: open_routes\n");
        assertThat(who("--strict", directory.toString())).endsWith("exit code 1\n");
        assertThat(who("--route", "orders", directory.toString())).startsWith("orders (");
        assertThat(who("--route", "none", directory.toString()))
                .isEqualTo("there is no route policy 'none'\nexit code 2\n");
    }

    @Test
    void anOverrideOpensWhatItSwitchesOff() throws IOException {
        write(CHAIN, "unknown_route: deny");
        Files.writeString(
                directory.resolve("overrides.yaml"),
                "overrides:\n  - { policy: apiKeyAuth, mode: shadow, reason: test }\n");

        assertThat(who(directory.toString()))
                .contains(
                        "always: 'apiKeyAuth' runs in shadow (`the override of policy 'apiKeyAuth', mode: shadow` at");
    }

    @Test
    void aRouteWithErrorsLetsNoOneIn() throws IOException {
        write(CHAIN.replace("policy: cache", "policy: cashe"), "unknown_route: deny");

        assertThat(who(directory.toString()))
                .contains("  every request is refused: the route has errors")
                .endsWith("exit code 1\n");
    }

    @Test
    void aWitnessOfAStoredAnswerMeetsTheConditionOfTheCache() throws IOException {
        write("""
                route_policies:
                  - route_name: news
                    request_flow:
                      policy_chain:
                        - { policy: cache, when: "request.method == 'POST'" }
                    response_flow:
                      policy_chain:
                        - { policy: cache }
                        - { policy: piiRedaction }
                """, "unknown_route: deny");

        assertThat(who("--try", directory.toString()))
                .contains("stored responses reach the client unmasked by 'piiRedaction'")
                .contains("      confirmed by POST /")
                .contains(", 0 without a witness, 0 refuted\n");
    }

    @Test
    void aWitnessConfirmsEachOpening() throws IOException {
        write(CHAIN, "unknown_route: deny");

        assertThat(who("--try", directory.toString()))
                .contains("      confirmed by GET / with x-beta: ")
                .contains(" confirmed, 0 without a witness, 0 refuted\n");
    }

    @Test
    void aWitnessIsFoundAlthoughAPolicyMayChangeWhatAConditionReads() throws IOException {
        write("""
                route_policies:
                  - route_name: news
                    request_flow:
                      policy_chain:
                        - policy: extAuthz
                          params: { protocol: opa, target: "http://127.0.0.1:8181", include_headers: [ Authorization ] }
                        - policy: quota
                          on_failure: continue
                          params: { limits: [ { name: daily, requests: 1000, per: day } ], store: redis }
                        - { policy: cache, when: "!('x-internal' in request.headers)" }
                    response_flow:
                      policy_chain: [ { policy: cache } ]
                """, "unknown_route: deny");

        assertThat(who("--try", directory.toString()))
                .contains("a dependency of 'quota' is unavailable")
                .contains(", 0 without a witness, 0 refuted\n");
    }

    @Test
    void aRequestThatTheRequestFlowAnswersRefutesNoOpeningOfResponses() throws IOException {
        write("""
                route_policies:
                  - route_name: news
                    request_flow:
                      policy_chain:
                        - { policy: mockResponse, when: "request.path == '/'", params: { status: 503 } }
                    response_flow:
                      policy_chain: [ { policy: piiRedaction, on_failure: continue } ]
                """, "unknown_route: deny");

        assertThat(who("--try", directory.toString()))
                .contains("      confirmed by GET /")
                .contains(", 0 without a witness, 0 refuted\n");
    }

    @Test
    void aWitnessFailsNoCondition() throws IOException {
        write("""
                route_policies:
                  - route_name: news
                    request_flow:
                      policy_chain:
                        - policy: rateLimit
                          when: "request.headers['x-plan'] == 'free'"
                          params: { limits: { requests: 1, per: second } }
                """, "unknown_route: deny");

        assertThat(who("--try", directory.toString())).contains(", 0 without a witness, 0 refuted\n");
    }

    /** A key that does not contain the identity gives one client's answer to another. */
    @Test
    void aResponseThatIsStoredForOthersIsNamed() throws IOException {
        String shared = """
                route_policies:
                  - route_name: news
                    request_flow:
                      policy_chain:
                        - policy: apiKeyAuth
                          params: { keys: [{ consumer: a, sha256: f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1 }] }
                        - { policy: cache, params: &cache { shared: true, ttl_s: 60 } }
                    response_flow:
                      policy_chain:
                        - policy: transformHeaders
                          when: '!("staff" in identity.roles)'
                          LINT
                          params: { remove: [X-Internal-Cost] }
                        - { policy: cache, params: *cache }
                """;
        write(shared.replace("LINT", "mode: enforce"), "unknown_route: deny");

        assertThat(who("--strict", directory.toString()))
                .contains("  stored responses may reach other clients than those for whom they were made"
                        + " (routes/a.yaml:11:17)\n      stored_for_others: 'transformHeaders' changes responses")
                .endsWith("exit code 1\n");
        assertThat(who("--json", directory.toString()))
                .contains("\"stored_for_others\" : [ {", "\"line\" : 11,")
                .endsWith("exit code 0\n");

        write(shared.replace("LINT", "lint_ignore: [stored_for_others]"), "unknown_route: deny");
        assertThat(who("--strict", directory.toString()))
                .doesNotContain("stored responses may reach")
                .endsWith("exit code 0\n");
    }

    private void write(String routes, String kernel) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { " + kernel + " }\n");
        Files.writeString(
                directory.resolve("worker.yaml"),
                "worker_core:\n  name: default-worker\n  stores: { redis: { url: \"redis://127.0.0.1:1\" } }\n");
        Files.writeString(directory.resolve("routes/a.yaml"), routes);
    }

    private static void compare(Path golden, String said) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, said);
        }
        assertThat(said).isEqualTo(Files.readString(golden));
    }

    private static String who(String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        String[] command = Stream.concat(Stream.of("who"), Stream.of(arguments)).toArray(String[]::new);
        int exitCode = Main.run(printer, printer, command);
        printer.flush();
        return said + "exit code " + exitCode + "\n";
    }
}
