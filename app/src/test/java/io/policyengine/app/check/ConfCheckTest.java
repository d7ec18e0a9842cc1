package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.Workers;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found depends on the time of day alone where an override ends. */
class ConfCheckTest {
    private static final Instant END = Instant.parse("2026-11-25T03:00:00Z");

    @TempDir
    Path directory;

    private List<String> overAt(Instant time) {
        return ConfCheck.checkBlocking(
                        new Conf(directory),
                        ConfTexts.readBlocking(directory),
                        Workers.policies(),
                        InstantSource.fixed(time),
                        null)
                .problems()
                .stream()
                .map(Problem::message)
                .filter(message -> message.contains(" expired at " + END))
                .toList();
    }

    @Test
    void anOverrideThatIsOverIsPointedOut() throws IOException {
        Files.writeString(directory.resolve("kernel.yaml"), """
                policy_kernel:
                  workers: [ { name: default-worker } ]
                  overrides: [ { policy: rateLimit, mode: off, reason: a test, until: "%s" } ]
                """.formatted(END));

        assertThat(overAt(END.minusSeconds(1))).isEmpty();
        assertThat(overAt(END.plusSeconds(1))).hasSize(1);
    }
}
