package io.policyengine.kernel.blackbox.reloads;

import static io.policyengine.kernel.harness.KernelHarness.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.process.ChildJvm;
import io.policyengine.testkit.time.Await;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The live heap of a kernel whose configuration changes again and again, in a JVM of its own. */
@Tag("nightly")
class ReloadHeapTest {
    private static final long ALLOWED = 100_000;

    private static Map<String, Long> look = Map.of();

    @Test
    @Timeout(600)
    void reloadsDoNotMakeItGrow() throws Exception {
        ChildJvm ended = ChildJvm.runBlocking(
                ReloadHeapTest.class,
                List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(System.getProperty("reloads", "500")));

        assertThat(ended.output()).contains("live heap is steady");
    }

    /** Reloads as often as is said, and compares what is live before and after, class by class. */
    public static void main(String[] times) throws Exception {
        Path state = Files.createTempDirectory("state");
        try (KernelHarness kernel = KernelHarness.create()) {
            kernel.worker("w").with("one", Policies.request(new SetHeader("x-policy", "one")));
            kernel.start("workers: [ { name: w } ]\n", route("r", "[ { policy: one } ]", "[]"));
            kernel.restart(state);
            reload(kernel, state, 0, 200);
            look = live();
            // A look holds the one before, as the next one does.
            look = live();
            reload(kernel, state, 200, Integer.parseInt(times[0]));
            Map<String, Long> after = live();
            long growth = sum(after) - sum(look);
            System.out.printf(
                    "%s: %d bytes more after %s reloads, of them %s%n",
                    growth < ALLOWED ? "live heap is steady" : "live heap grew",
                    growth,
                    times[0],
                    largest(look, after));
        }
        System.exit(0);
    }

    private static void reload(KernelHarness kernel, Path state, int from, int times) {
        for (int i = from; i < from + times; i++) {
            kernel.write("routes/routes.yaml", route("r" + i, "[ { policy: one } ]", "[]"));
            kernel.reload();
        }
        long last = kernel.reload().generation();
        Await.until(() -> Files.exists(state.resolve("generations/" + last)));
        // The harness notes what was put into force.
        kernel.applied().clear();
    }

    /** Bytes of each class that are live: to count them, the JVM collects. */
    private static Map<String, Long> live() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Map<String, Long> live = new TreeMap<>();
        for (String line : histogram.lines().toList()) {
            String[] parts = line.strip().split("\\s+", -1);
            // Those of the JVM fill what is free.
            if (parts.length >= 4 && parts[0].endsWith(":") && !parts[3].contains("jdk.internal.vm")) {
                live.merge(parts[3], Long.valueOf(parts[2]), Long::sum);
            }
        }
        return live;
    }

    private static long sum(Map<String, Long> live) {
        return live.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String largest(Map<String, Long> before, Map<String, Long> after) {
        return after.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
                .sorted(Comparator.comparingLong(entry -> -entry.getValue()))
                .limit(20)
                .map(Object::toString)
                .collect(Collectors.joining(", "));
    }
}
