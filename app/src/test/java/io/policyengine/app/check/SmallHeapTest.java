package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.engine.Conf;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.memory.MemoryPlan;
import io.policyengine.testkit.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the worst shapes are refused with a reason, in one process with a heap of 128 MB. */
@Tag("nightly")
class SmallHeapTest {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int LARGEST = 128 * MEGABYTE / 32 - 1000;

    @TempDir
    Path folder;

    /** Checks each of the directories, and says what comes of it; reads a large one where none is named. */
    public static void main(String[] directories) throws IOException {
        if (directories.length == 0) {
            readLargest();
        }
        for (String directory : directories) {
            ConfCheck.Report report = ConfCheck.checkBlocking(new Conf(Path.of(directory)), MemoryPlan.HERE);
            System.out.println(Path.of(directory).getFileName() + " " + report.errors() + " errors of "
                    + report.problems().size() + ": "
                    + report.problems().stream()
                            .findFirst()
                            .map(Object::toString)
                            .orElse("none"));
        }
        System.out.println("end");
    }

    private static String many(int length, String head, IntFunction<String> piece, String tail) {
        StringBuilder text = new StringBuilder(head);
        for (int i = 0; text.length() < length; i++) {
            text.append(piece.apply(i));
        }
        return text.append(tail).append('\n').toString();
    }

    private static Map<String, String> shapes(int length) {
        Map<String, String> shapes = new LinkedHashMap<>();
        shapes.put("lists", many(length, "route_policies: [", _ -> "[],", "1]"));
        shapes.put("scalars", many(length, "route_policies: [", _ -> "a,", "1]"));
        shapes.put("mappings", many(length, "route_policies: [", _ -> "{},", "1]"));
        shapes.put("mapping", many(length, "route_policies: {", i -> Integer.toHexString(i) + ": 1,", "x: 1}"));
        shapes.put("keys", many(length, "", i -> Integer.toHexString(i) + ": 1\n", ""));
        shapes.put("aliases", many(length, "route_policies: [&a x,", _ -> "*a,", "1]"));
        shapes.put("anchors", many(length, "route_policies:\n", i -> "- &a" + i + " []\n", ""));
        shapes.put("bad", many(length, "route_policies:\n", _ -> "- {x: 1}\n", ""));
        shapes.put(
                "routes",
                many(
                        length,
                        "route_policies:\n",
                        i -> "- {route_name: /r" + i + ", request_flow: {policy_chain: []}}\n",
                        ""));
        shapes.put("same", many(length, "route_policies:\n", _ -> "- {route_name: /r}\n", ""));
        shapes.put(
                "entries",
                many(
                        length,
                        "route_policies: [{route_name: /r, request_flow: {policy_chain: [",
                        _ -> "{policy: x},",
                        "]}}]"));
        shapes.put(
                "chains",
                many(
                        length,
                        "chains: {c: [" + "{policy: requestId},".repeat(100) + "]}\nroute_policies:\n",
                        i -> "- {route_name: /r" + i + ", request_flow: {policy_chain: [{chain: c}]}}\n",
                        ""));
        shapes.put(
                "params",
                many(
                        length,
                        "route_policies: [{route_name: /r, request_flow: {policy_chain: [{policy: transformHeaders, params:"
                                + " {remove: [",
                        _ -> "[],",
                        "1]}}]}}]"));
        String set = "{policy: transformHeaders, params: {set: {A: &a " + "x".repeat(8000);
        shapes.put(
                "copiedTexts",
                many(
                        length,
                        "route_policies: [{route_name: /r, request_flow: {policy_chain: [" + set + ",",
                        i -> "X-" + i + ": *a,",
                        "B: c}}}]}}]"));
        shapes.put(
                "sharedTexts",
                many(
                        length,
                        "chains: {c: [" + set + "}}}]}\nroute_policies:\n",
                        i -> "- {route_name: /r" + i + ", request_flow: {policy_chain: [{chain: c}]}}\n",
                        ""));
        shapes.put("digits", many(length, "route_policies: ", _ -> "9999999999", ""));
        return shapes;
    }

    @Test
    @Timeout(120)
    void areRefusedWithAReason() throws Exception {
        List<String> directories = new ArrayList<>();
        for (Map.Entry<String, String> shape : shapes(MEGABYTE).entrySet()) {
            directories.add(write(shape.getKey() + "-small", shape.getValue()));
        }
        Map<String, String> large = shapes(LARGEST);
        for (String name : List.of("lists", "keys", "same", "chains")) {
            directories.add(write(name + "-large", Objects.requireNonNull(large.get(name))));
        }

        ChildJvm ended = ChildJvm.runBlocking(
                SmallHeapTest.class, List.of("-Xmx128m", "-XX:+ExitOnOutOfMemoryError"), directories);
        String said = ended.output();

        assertThat(said).endsWith("end\n");
        assertThat(ended.status()).as(said).isZero();
        assertThat(said.lines().filter(line -> line.contains(" errors of ")))
                .hasSize(directories.size())
                // These are as they should be, and few enough.
                .filteredOn(line -> !line.startsWith("routes-small"))
                .noneSatisfy(line -> assertThat(line).contains(" 0 errors of "));
    }

    private String write(String name, String routes) throws IOException {
        Path directory = folder.resolve(name);
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { unknown_route: deny }\n");
        Files.writeString(directory.resolve("routes/routes.yaml"), routes);
        return directory.toString();
    }

    /** Reads the largest configuration that is allowed once more while it is in force, beside all that exchanges may hold. */
    private static void readLargest() throws IOException {
        Path directory = Files.createTempDirectory("pe-largest-");
        try {
            Files.createDirectories(directory.resolve("routes"));
            Files.writeString(directory.resolve("kernel.yaml"), "policy_kernel: { unknown_route: deny }\n");
            Path routes = directory.resolve("routes/r.yaml");
            // As an operator writes them: some 14 values a route, and its text.
            Files.writeString(
                    routes, many(MemoryPlan.HERE.maxValues() * 11, "route_policies:\n", SmallHeapTest::route, ""));

            EngineConfig inForce = ConfDirectory.read(directory, _ -> null);
            System.out.println("largest: " + inForce.values() + " values of " + MemoryPlan.HERE.maxValues());
            List<byte[]> held = new ArrayList<>();
            for (int i = 0; i < inForce.kernel().limits().maxExchanges(); i++) {
                held.add(new byte[12 * 1024]);
            }
            for (int i = 0; i < 4; i++) {
                held.add(new byte[Math.toIntExact(inForce.maxBufferedBytes())]);
            }
            EngineConfig wanted = ConfDirectory.read(directory, _ -> null);
            System.out.println("read beside " + held.size() + ": "
                    + (wanted.routes().size() == inForce.routes().size()));

            Files.writeString(
                    routes,
                    Files.readString(routes) + Files.readString(routes).substring("route_policies:\n".length()));
            try {
                ConfDirectory.read(directory, _ -> null);
            } catch (ConfigException tooLarge) {
                System.out.println(tooLarge.problems().getFirst());
            }
        } finally {
            Files.deleteIfExists(directory.resolve("routes/r.yaml"));
            Files.deleteIfExists(directory.resolve("routes"));
            Files.deleteIfExists(directory.resolve("kernel.yaml"));
            Files.deleteIfExists(directory);
        }
    }

    static String route(int number) {
        return "- { route_name: /r" + number + ", request_flow: { policy_chain: ["
                + " { policy: apiKeyAuth, params: { keys: [{ consumer: a, plain: secret" + number + " }] } },"
                + " { policy: transformHeaders, params: { set: { X-Number: n" + number + " } } }] } }\n";
    }

    @ParameterizedTest
    @Timeout(120)
    @ValueSource(strings = {"64m", "128m", "256m"})
    void theLargestConfigurationThatIsAllowedIsReadAgainBesideAllThatExchangesHold(String heap) throws Exception {
        ChildJvm ended = ChildJvm.runBlocking(
                SmallHeapTest.class,
                List.of(
                        "-Xmx" + heap,
                        "-XX:+UseParallelGC",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1"),
                List.of());

        assertThat(ended.output())
                .contains("largest: ", ": true", "too large: more than")
                .endsWith("end\n");
        assertThat(ended.status()).isZero();
    }
}
