package io.policyengine.e2e.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is installed where: the jar under test, the Java that runs it, the Envoys. */
public final class Installation {
    /** Code that is compiled once, and quickly: a JVM that is asked for little is ready with half the work. */
    static final String SOON = "-XX:TieredStopAtLevel=1";

    private static final Path HOME =
            Path.of(property("policyengine.home")).toAbsolutePath().normalize();
    private static final Path JAR =
            Path.of(property("policyengine.jar")).toAbsolutePath().normalize();

    private Installation() {}

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), () -> name + " is not set: run the tests by Maven");
    }

    /** The top of the repository. */
    public static Path home() {
        return HOME;
    }

    /** The jar under test. */
    static Path jar() {
        return JAR;
    }

    /** The jar of the example of a policy of somebody else's. */
    public static Path examplePlugin() {
        return HOME.resolve("docs/examples/tenant-gate/target/tenant-gate.jar");
    }

    /** The command that runs the jar, and has a result soon. */
    public static List<String> engine(String... arguments) {
        return engine(List.of(SOON), arguments);
    }

    /** The command that runs the jar, with these options besides the usual ones. */
    static List<String> engine(List<String> jvmOptions, String... arguments) {
        List<String> options = new ArrayList<>(List.of(ClassCache.option()));
        options.addAll(jvmOptions);
        return plainEngine(options, arguments);
    }

    /** The command that runs the jar as its launcher does, but for these options. */
    static List<String> plainEngine(List<String> jvmOptions, String... arguments) {
        if (!Files.isRegularFile(JAR)) {
            throw new IllegalStateException("there is no " + JAR + ": build the module app first");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "@" + HOME.resolve("scripts/jvm.options"),
                "-Xmx256m"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The Envoys that the engine is tested with. */
    public enum EnvoyVersion {
        /** The oldest supported version. */
        V1_36("ENVOY_1_36_BIN", "1.36.4"),
        /** The reference version, which is the newest one. */
        V1_40("ENVOY_1_40_BIN", "1.40.0");

        private static final boolean ALL = Objects.equals(System.getProperty("policyengine.envoys"), "all");

        private final String variable;
        private final String version;

        EnvoyVersion(String variable, String version) {
            this.variable = variable;
            this.version = version;
        }

        /** The Envoys behind which a test is repeated: the reference version, or with {@code -Dpolicyengine.envoys=all} each. */
        public static List<EnvoyVersion> repeated() {
            return ALL ? List.of(values()) : List.of(V1_40);
        }

        /** The one behind which a test runs that is not repeated: the reference version, or the oldest where the run has each. */
        public static EnvoyVersion single() {
            return ALL ? V1_36 : V1_40;
        }

        /** The program; fails if there is none. */
        public Path binary() {
            String named = System.getenv(variable);
            if (named == null || !Files.isExecutable(Path.of(named))) {
                throw new IllegalStateException(variable
                        + (named == null ? " is not set" : " names no program: " + named)
                        + ". It must name an Envoy " + version + "; ./check sets it, and `scripts/envoy " + version
                        + "` prints the path of one.");
            }
            return Path.of(named);
        }

        /** Its number, such as {@code 1.40.0}. */
        public String number() {
            return version;
        }

        @Override
        public String toString() {
            return "Envoy " + version;
        }
    }
}
