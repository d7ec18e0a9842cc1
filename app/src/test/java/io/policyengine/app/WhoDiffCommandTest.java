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

/** The differences that {@code who --diff} shows between two directories. */
class WhoDiffCommandTest {
    private static final Path JSON_REFERENCE = Path.of("../docs/reference/who-diff.json");
    private static final String KEYS =
            "params: { keys: [{ consumer: a, sha256: f55101cb5e7453c770d2a062a242f13479743de0c24329462d3cbf3f2d6bc7e1 }] }";

    private static final String ORDERS = """
              - route_name: orders
                request_flow:
                  policy_chain:
                    - policy: apiKeyAuth
                      KEYS
                    - policy: celRule
                      params: { allow_if: "request.method == 'GET'" }
            """.replace("KEYS", KEYS);

    private static final String OPEN_ORDERS = """
              - route_name: orders
                request_flow:
                  policy_chain:
                    - policy: apiKeyAuth
                      when: "!('x-beta' in request.headers)"
                      KEYS
            """.replace("KEYS", KEYS);

    private static final String OTHERS = ORDERS.replace("orders", "others");
    private static final String NEW =
            "  - { route_name: public, request_flow: { policy_chain: [ { policy: requestId } ] } }\n";

    @TempDir
    Path directory;

    @Test
    void saysWhatOpensWhereAndWhatToDo() throws IOException {
        Path before = write("before", ORDERS, "unknown_route: deny");
        Path after = write("after", OPEN_ORDERS, "unknown_route: deny");

        assertThat(diff(before, after)).isEqualTo("""
                orders (routes/a.yaml:2:5)
                  opens: requests reach the upstream without an identity if
                    - the condition of 'apiKeyAuth' is false (`when: !('x-beta' in request.headers)` at routes/a.yaml:6:17)
                      remedy: remove 'when', or add an entry for the requests for which it is false, with the opposite condition
                      accept: [{ no_identity_when: condition_false apiKeyAuth, condition: "!('x-beta' in request.headers)", reason: "" }]
                  opens: requests reach the upstream without 'celRule', which the route no longer has (routes/a.yaml:7:19 before)
                      remedy: put 'celRule' back into the request_flow
                1 opened, 0 closed, 0 new, 0 gone
                exit code 1
                """);
        assertThat(diff(after, before)).isEqualTo("""
                orders (routes/a.yaml:2:5)
                  closes: requests reach the upstream without an identity if the condition of 'apiKeyAuth' is false
                  closes: requests reach the upstream without 'celRule', which the route has now
                0 opened, 1 closed, 0 new, 0 gone
                exit code 0
                """);
        assertThat(diff(before, before)).isEqualTo("0 opened, 0 closed, 0 new, 0 gone\nexit code 0\n");
    }

    @Test
    void newRoutesAndThoseThatAreGoneAreNamed() throws IOException {
        Path both = write("both", ORDERS + OTHERS, "unknown_route: deny");
        Path one = write("one", ORDERS + NEW, "unknown_route: deny");
        Path open = write("open", ORDERS, "unknown_route: continue");
        Path prefix = write("prefix", ORDERS, "unknown_route: deny, open_routes: [ \"oth*\" ]");

        assertThat(diff(both, one))
                .contains("public (routes/a.yaml:9:5)\n  new: no request has an identity\n")
                .contains("others (routes/a.yaml:9:5)\n  gone: its requests are refused\n")
                .endsWith("0 opened, 1 closed, 1 new, 1 gone\nexit code 0\n");
        assertThat(diff(both, open))
                .startsWith("routes without a route policy (kernel.yaml)\n  opens: requests reach the upstream")
                .contains("  gone: its requests pass without any policy")
                .contains("  opens: requests reach the upstream without an identity: no entry provides one\n")
                .endsWith("2 opened, 0 closed, 0 new, 1 gone\nexit code 1\n");
        assertThat(diff(both, prefix))
                .contains("oth* (kernel.yaml)\n  new: requests reach the upstream without any policy: open_routes\n")
                .endsWith("1 opened, 0 closed, 0 new, 1 gone\nexit code 1\n");
        assertThat(diff(both, open, "--route", "orders")).isEqualTo("0 opened, 0 closed, 0 new, 0 gone\nexit code 0\n");
    }

    @Test
    void theJsonIsAsTheReferenceShowsIt() throws IOException {
        Path before = write("before", ORDERS + OTHERS, "unknown_route: deny");
        Path after = write("after", OPEN_ORDERS + NEW, "unknown_route: deny");

        String said = diff(before, after, "--json");

        String json = said.substring(0, said.lastIndexOf('}') + 1) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(JSON_REFERENCE, json);
        }
        assertThat(json).isEqualTo(Files.readString(JSON_REFERENCE));
        assertThat(said).endsWith("exit code 1\n");
    }

    @Test
    void anErrorOnEitherSideIsSaid() throws IOException {
        Path sound = write("sound", ORDERS, "unknown_route: deny");
        Path broken = write("broken", ORDERS.replace("celRule", "celRules"), "unknown_route: deny");

        assertThat(diff(sound, broken))
                .contains("  closes: every request is refused")
                .contains("broken has errors, so the answers are incomplete: run policy-engine validate")
                .endsWith("exit code 1\n");
    }

    @Test
    void twoDirectoriesAreNeededAndNoOther() throws IOException {
        Path conf = write("conf", ORDERS, "unknown_route: deny");

        assertThat(run("who", "--diff", conf.toString())).endsWith("exit code 2\n");
        assertThat(run("who", "--diff", conf.toString(), conf + "-none")).endsWith("exit code 2\n");
        assertThat(diff(conf, conf, "--strict"))
                .isEqualTo(
                        "--diff takes two directories, and can be combined only with --route and --json\nexit code 2\n");
        assertThat(diff(conf, conf, "--route", "none")).isEqualTo("there is no route policy 'none'\nexit code 2\n");
    }

    private Path write(String name, String routes, String kernel) throws IOException {
        Path conf = directory.resolve(name);
        Files.createDirectories(conf.resolve("routes"));
        Files.writeString(conf.resolve("kernel.yaml"), "policy_kernel: { " + kernel + " }\n");
        Files.writeString(conf.resolve("worker.yaml"), "worker_core:\n  name: default-worker\n");
        Files.writeString(conf.resolve("routes/a.yaml"), "route_policies:\n" + routes);
        return conf;
    }

    private static String diff(Path before, Path after, String... more) {
        return run(Stream.concat(Stream.of("who", "--diff", before.toString(), after.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private static String run(String... command) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        int exitCode = Main.run(printer, printer, command);
        printer.flush();
        return said + "exit code " + exitCode + "\n";
    }
}
