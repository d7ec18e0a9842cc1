package io.policyengine.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.TestConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process that may not write to its temporary folder. */
class TemporaryFolderIT {
    @Test
    void servesAndSaysInASentenceEachWhatItGoesWithout() throws IOException {
        try (TestConf conf = TestConf.ofTests()) {
            Path folder = Files.createDirectory(
                    conf.folder().resolve("temporary"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-xr-xr-x")));
            conf.withJvmOptions("-Djava.io.tmpdir=" + folder);

            try (EngineProcess engine = EngineProcess.unprivileged(conf).awaitReady()) {
                List<String> lines = engine.process().lines();
                List<String> complaints = lines.stream()
                        .filter(line -> line.contains(folder.toString()))
                        .toList();
                assertThat(complaints).hasSize(3).allMatch(line -> line.contains("set java.io.tmpdir to a folder"));
                assertThat(complaints.getFirst()).contains("NIO is used instead of the native transport");
                assertThat(complaints.get(1)).contains("bodies in coding br");
                assertThat(complaints.get(2)).contains("bodies in coding zstd");
                assertThat(lines).allMatch(line -> line.startsWith("{")).noneMatch(line -> line.contains("\\tat "));
            }
        }
    }
}
