package io.policyengine.app.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in a clone, with a Maven and a Java that only say that they were called. */
class LauncherTest {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    /** The time of the jar; files are older unless a test edits them. */
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path clone;

    @BeforeEach
    void makeClone() throws IOException {
        for (String file : new String[] {"policy-engine", "scripts/lib.sh", "scripts/jvm.options"}) {
            write(file, Files.readString(HOME.resolve(file)));
        }
        for (String file : new String[] {"pom.xml", "core/src/main/java/A.java", "conf/kernel.yaml"}) {
            write(file, "");
        }
        write("app/target/policy-engine.jar", "");
        write("mvnw", "#!/bin/sh\necho called >mvnw.said\n");
        write("jdk/release", "JAVA_VERSION=\"25.0.1\"\n");
        write("jdk/bin/javac", "#!/bin/sh\n");
        write("jdk/bin/java", """
                #!/bin/sh
                case "$*" in *" exercise") exit 1 ;; esac
                case "$*" in *" -XX:TieredStopAtLevel=1 "*) echo started for a short time; exit ;; esac
                echo started
                """);
    }

    private void write(String file, String text) throws IOException {
        Path path = clone.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        assertThat(path.toFile().setExecutable(true)).isTrue();
        Files.setLastModifiedTime(path, FileTime.from(BUILT));
    }

    private void edit(String file) throws IOException {
        Files.setLastModifiedTime(clone.resolve(file), FileTime.from(BUILT.plusSeconds(60)));
    }

    private String start() throws IOException, InterruptedException {
        return start("run");
    }

    private String start(String command) throws IOException, InterruptedException {
        ProcessBuilder launcher =
                new ProcessBuilder(clone.resolve("policy-engine").toString(), command).redirectErrorStream(true);
        launcher.environment().put("JAVA_HOME", clone.resolve("jdk").toString());
        launcher.environment().put("XDG_CACHE_HOME", clone.resolve("cache").toString());
        Process process = launcher.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private boolean hasBuilt() {
        return Files.exists(clone.resolve("mvnw.said"));
    }

    @Test
    void anEditedConfigurationIsNoReasonToBuild() throws Exception {
        Files.createDirectories(clone.resolve("conf/routes"));
        edit("conf/kernel.yaml");

        assertThat(start()).isEqualTo("started\n");

        assertThat(hasBuilt()).isFalse();
    }

    @Test
    void editedSourceIsBuilt() throws Exception {
        edit("core/src/main/java/A.java");

        assertThat(start()).contains("building policy-engine.jar").endsWith("started\n");

        assertThat(hasBuilt()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "who", "envoy-config"})
    void aCommandThatEndsSoonIsCompiledForAShortTime(String command) throws Exception {
        assertThat(start(command)).isEqualTo("started for a short time\n");
    }
}
