package io.policyengine.app.admin;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.NamedFile;
import io.policyengine.app.envoy.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that query a running engine: its address and the credentials for it. */
public final class AdminOptions {
    private static final String TOKEN_VARIABLE = "POLICY_ENGINE_ADMIN_TOKEN";
    /** Maximum size of a file with a token for the admin port, in bytes, including surrounding whitespace. */
    private static final int LONGEST_TOKEN = 4_096;

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            defaultValue = "localhost:9090",
            description = "The engine's admin port, as HOST:PORT, or the path of its admin socket"
                    + " (default: ${DEFAULT-VALUE}).")
    private String address = "";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with the token, if the engine requires one (default: the variable " + TOKEN_VARIABLE
                    + ", if it is set).")
    private @Nullable Path tokenFile;

    /**
     * Creates a client of the engine at the configured address.
     *
     * @throws CommandFailure if an option is invalid, or the token file cannot be read
     */
    public AdminClient connectBlocking() {
        String token = tokenBlocking();
        if (address.contains("/")) {
            return AdminClient.ofSocket(Path.of(address), token);
        }
        try {
            return AdminClient.of(HostPort.parse(address), token);
        } catch (IllegalArgumentException neither) {
            throw CommandFailure.usage("--admin: " + neither.getMessage() + ", or a path such as /run/engine.sock");
        }
    }

    private @Nullable String tokenBlocking() {
        Path file = tokenFile;
        if (file == null) {
            return System.getenv(TOKEN_VARIABLE);
        }
        try {
            return NamedFile.shortTextBlocking(file, LONGEST_TOKEN).strip();
        } catch (IOException e) {
            throw CommandFailure.usage("--token-file: " + file + " cannot be read, or is larger than the "
                    + LONGEST_TOKEN + " bytes of a token file");
        }
    }
}
