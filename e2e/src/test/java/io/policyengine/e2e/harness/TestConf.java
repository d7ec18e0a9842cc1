package io.policyengine.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A conf directory in a short temporary folder, with every port free to choose. */
public final class TestConf implements AutoCloseable {
    private final Path folder;
    private final List<String> jvmOptions = new ArrayList<>(List.of(Installation.SOON));
    private final List<Path> plugins = new ArrayList<>();

    private TestConf(Path folder) {
        this.folder = folder;
    }

    /** An empty one. */
    public static TestConf empty() {
        try {
            TestConf conf = new TestConf(Folders.create("pe-"));
            Files.createDirectories(conf.directory().resolve("routes"));
            return conf;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shipped one, with free ports instead of its own. */
    public static TestConf shipped() {
        TestConf conf = empty();
        Path shipped = Installation.home().resolve("conf");
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = shipped.relativize(file).toString();
                if (!name.startsWith("examples/")) {
                    conf.with(name, Files.readString(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return conf.replacing("kernel.yaml", "port: 9001", "port: 0")
                .replacing("kernel.yaml", "metrics_port: 9090", "metrics_port: 0")
                .replacing("worker.yaml", "metrics_port: 9091", "metrics_port: 0");
    }

    /** One worker with a socket, with time for a busy machine, and the routes that the tests send requests to. */
    public static TestConf ofTests() {
        return empty().with("kernel.yaml", """
                policy_kernel:
                  server: { address: 127.0.0.1, port: 0, drain_delay_ms: 0 }
                  envoy: { message_timeout_ms: 20000 }
                  limits: { phase_timeout_ms: 15000 }
                  workers:
                    - { name: default-worker, socket_path: SOCKET, timeout_ms: 5000, health_check_timeout_ms: 3000 }
                  observability: { metrics_port: 0 }
                  unknown_route: deny
                  open_routes: [/open]
                """).with("worker.yaml", """
                worker_core:
                  name: default-worker
                  socket_path: SOCKET
                  server: { policy_timeout_ms: 5000 }
                  observability: { metrics_port: 0 }
                """).with("routes/tests.yaml", """
                route_policies:
                  - route_name: /request-only
                    request_flow:
                      policy_chain: [{ policy: transformHeaders, params: { set: { X-Processed: "yes" } } }]
                  - route_name: /both
                    request_flow:
                      policy_chain: [{ policy: transformHeaders, params: { set: { X-Processed: "yes" } } }]
                    response_flow:
                      policy_chain: [{ policy: addSecurityHeaders }]
                  - route_name: /locked
                    request_flow:
                      policy_chain: [{ policy: apiKeyAuth, params: { keys: [{ consumer: alice, plain: alices-key }] } }]
                    response_flow:
                      policy_chain: [{ policy: addSecurityHeaders }]
                  - route_name: /limited
                    request_flow:
                      policy_chain: [{ policy: rateLimit, params: { requests_per_second: 0.01, burst: 2, key: client_ip } }]
                  - route_name: /private
                    request_flow:
                      policy_chain: [{ policy: basicAuth, params: { users: { alice: "{SHA}tiY7sUhYKUwI5L3866kDY+ENcrQ=" } } }]
                  - route_name: /conditional
                    request_flow:
                      policy_chain:
                        - { policy: mockResponse, when: "'x-mock' in request.headers", params: { status: 418 } }
                        - { policy: apiKeyAuth, mode: shadow, params: { keys: [{ consumer: alice, plain: alices-key }] } }
                  - route_name: /no-content
                    response_flow:
                      policy_chain: [{ policy: mockResponse, params: { status: 204 } }]
                  - route_name: /misconfigured
                    request_flow:
                      policy_chain: [{ policy: noSuchPolicy }]
                """);
    }

    /** The temporary folder around it. */
    public Path folder() {
        return folder;
    }

    /** The directory. */
    public Path directory() {
        return folder.resolve("conf");
    }

    /** Its path as text. */
    public String path() {
        return directory().toString();
    }

    /** A folder for its generations, as text. */
    public String state() {
        return folder.resolve("state").toString();
    }

    /** A socket that the conf names SOCKET. */
    public Path socket() {
        return folder.resolve("run/w.sock");
    }

    /** With JVMs that compile as they do where they are shipped to: for tests that ask much of them. */
    public TestConf underLoad() {
        jvmOptions.remove(Installation.SOON);
        return this;
    }

    /** With options for the JVMs that are started with it, which override the usual ones. */
    public TestConf withJvmOptions(String... options) {
        jvmOptions.addAll(List.of(options));
        return this;
    }

    /** Options for the JVMs that are started with it, besides the usual ones. */
    List<String> jvmOptions() {
        return jvmOptions;
    }

    /** With this jar among the plugins of the workers that are started with it. */
    public TestConf withPlugin(Path jar) {
        plugins.add(jar);
        return this;
    }

    /** The jars that its workers are started with. */
    List<Path> plugins() {
        return plugins;
    }

    /** With a file of this text, in which SOCKET stands for the socket's path. */
    public TestConf with(String file, String text) {
        try {
            Path path = directory().resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text.replace("SOCKET", socket().toString()));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the first occurrence of a part of a file replaced, which must be there. */
    public TestConf replacing(String file, String part, String other) {
        try {
            String text = Files.readString(directory().resolve(file));
            if (!text.contains(part)) {
                throw new IllegalArgumentException(file + " does not contain " + part);
            }
            return with(file, text.replaceFirst(Pattern.quote(part), Matcher.quoteReplacement(other)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Folders.delete(folder);
    }
}
