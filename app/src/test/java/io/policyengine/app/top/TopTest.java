package io.policyengine.app.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.command.CommandFailure;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command {@code top}, where it cannot show anything. */
class TopTest {
    private static String run(String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(new Top(new PrintWriter(out), new ByteArrayInputStream(new byte[0])))
                .setErr(new PrintWriter(out))
                .setExecutionExceptionHandler((failure, _, _) -> {
                    out.write(String.valueOf(failure.getMessage()));
                    return ((CommandFailure) failure).exitCode();
                });
        return line.execute(arguments) + ": " + out;
    }

    @Test
    void tellsAnEngineThatDoesNotAnswerFromAWrongUsage(@TempDir Path folder) throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThat(run("--admin", "127.0.0.1:" + free))
                .startsWith("1: 127.0.0.1:" + free + " (--admin) does not answer: ")
                .contains("Is the engine running there?", "--admin", "POLICY_ENGINE_ADMIN");
        assertThat(run("--admin", folder.resolve("none.sock").toString()))
                .startsWith("1: " + folder.resolve("none.sock") + " (--admin) does not answer: ");
        assertThat(run("--admin", "somewhere")).startsWith("2: --admin: 'somewhere' is not HOST:PORT");
        assertThat(run("--interval", "0")).isEqualTo("2: --interval takes 1 to 3600 seconds");
        assertThat(run("--sort", "name")).isEqualTo("2: --sort takes traffic, failed, denied");
        assertThat(run("--token-file", folder.resolve("none").toString())).startsWith("2: --token-file: ");
    }
}
