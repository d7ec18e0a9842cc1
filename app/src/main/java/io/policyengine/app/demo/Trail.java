package io.policyengine.app.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.app.audit.VerifyAudit;
import io.policyengine.app.command.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * The audit trail that an example must leave and that {@code verify-audit} must accept.
 *
 * @param file path of the trail, relative to the directory of the configuration
 * @param records number of exchanges in the complete trail
 * @param texts that the trail contains
 * @param lacks texts that the trail does not contain
 */
record Trail(
        @JsonProperty(required = true) String file,
        @JsonProperty(required = true) int records,
        @Nullable List<String> texts,
        @Nullable List<String> lacks) {
    /** A text that occurs exactly once in the record of each exchange. */
    private static final String RECORD = "\"type\":\"exchange\"";

    /**
     * Maximum time to wait for the records of exchanges: they are written only after the clients have their responses.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final long LOOK_AGAIN_MS = 20;

    /**
     * Waits until all records are written. Returns the differences from the expected trail, or an empty list.
     *
     * @param conf the directory of the configuration
     * @param out receives the output of {@code verify-audit}
     */
    List<String> differencesBlocking(Path conf, PrintWriter out) {
        Path path = conf.resolve(file);
        out.println("$ policy-engine verify-audit " + path);
        String written = awaitBlocking(path);
        List<String> differences = new ArrayList<>();
        if (countIn(written) != records) {
            differences.add(file + " has " + countIn(written) + " records instead of " + records);
        }
        all(texts).filter(text -> !written.contains(text)).forEach(text -> differences.add(file + " lacks " + text));
        all(lacks).filter(written::contains).forEach(text -> differences.add(file + " has " + text));
        int exitCode = new CommandLine(new VerifyAudit(out)).execute(path.toString());
        if (exitCode != 0) {
            differences.add("verify-audit ends with " + exitCode);
        }
        return differences;
    }

    private static Stream<String> all(@Nullable List<String> texts) {
        return texts == null ? Stream.empty() : texts.stream();
    }

    private String awaitBlocking(Path path) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            String written = readBlocking(path);
            while (countIn(written) < records && System.nanoTime() < end) {
                Thread.sleep(LOOK_AGAIN_MS);
                written = readBlocking(path);
            }
            return written;
        } catch (IOException e) {
            throw CommandFailure.failed("the audit trail cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    private static String readBlocking(Path path) throws IOException {
        return Files.exists(path) ? Files.readString(path) : "";
    }

    private static long countIn(String written) {
        return written.lines().filter(line -> line.contains(RECORD)).count();
    }
}
