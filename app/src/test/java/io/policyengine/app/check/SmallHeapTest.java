package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.engine.Conf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the worst shapes are refused with a reason, in one process with a heap of 128 MB. */
class SmallHeapTest {
    private static final int MEGABYTE = 1024 * 1024;
    private static final int LARGEST = 128 * MEGABYTE / 32 - 1000;

    @TempDir
    Path folder;

    /** Checks each of the directories, and says what comes of it. */
    public static void main(String[] directories) {
        for (String directory : directories) {
            ConfCheck.Report report = ConfCheck.checkBlocking(new Conf(Path.of(directory)));
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
    void areRefusedWithAReason() throws Exception {
        List<String> directories = new ArrayList<>();
        for (Map.Entry<String, String> shape : shapes(MEGABYTE).entrySet()) {
            directories.add(write(shape.getKey() + "-small", shape.getValue()));
        }
        Map<String, String> large = shapes(LARGEST);
        for (String name : List.of("lists", "keys", "same", "chains")) {
            directories.add(write(name + "-large", Objects.requireNonNull(large.get(name))));
        }

        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx128m",
                                        "-XX:+ExitOnOutOfMemoryError",
                                        "--enable-native-access=ALL-UNNAMED",
                                        "--sun-misc-unsafe-memory-access=allow",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        SmallHeapTest.class.getName()),
                                directories.stream())
                        .toList())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).endsWith("end\n");
        assertThat(process.exitValue()).as(said).isZero();
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
}
