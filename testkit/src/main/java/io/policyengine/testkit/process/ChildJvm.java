package io.policyengine.testkit.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of test code that ran in a separate JVM, because it would fill the heap or end the JVM of the tests.
 *
 * @param status exit status
 * @param output the merged output of stdout and stderr
 */
public record ChildJvm(int status, String output) {
    /**
     * Runs a class with the tests' class path until it exits, without a time limit.
     *
     * @param main a class with a main method
     * @param options options of the JVM, such as {@code -Xmx64m}
     */
    public static ChildJvm runBlocking(Class<?> main, List<String> options, List<String> arguments)
            throws IOException, InterruptedException {
        Process process = startBlocking(main, options, arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new ChildJvm(process.waitFor(), output);
    }

    /** Starts a class in a JVM that the caller must end. Its standard error is merged into its standard output. */
    public static Process startBlocking(Class<?> main, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
