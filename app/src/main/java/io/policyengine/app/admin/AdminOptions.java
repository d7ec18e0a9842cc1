package io.policyengine.app.admin;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.NamedFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that query a running engine: its address and the credentials for it. */
public final class AdminOptions {
    static final String TOKEN_FILE = "--token-file";
    static final String TOKEN_VARIABLE = "POLICY_ENGINE_ADMIN_TOKEN";

    /** Maximum size of a file with a token for the admin port, in bytes, including surrounding whitespace. */
    private static final int LONGEST_TOKEN = 4_096;

    @Option(
            names = EngineAddress.OPTION,
            paramLabel = "ADDRESS",
            description = "The engine's admin port, as HOST:PORT or as a URL, or the path of its admin socket (default:"
                    + " the variable " + EngineAddress.VARIABLE + ", if it is set; otherwise the address in kernel.yaml"
                    + " of the configuration directory; otherwise 127.0.0.1:9090).")
    private @Nullable String address;

    @Option(
            names = "--conf",
            paramLabel = "DIR",
            description = "The engine's configuration directory (default: ./conf, otherwise /etc/policy-engine).")
    private @Nullable Path conf;

    @Option(
            names = TOKEN_FILE,
            paramLabel = "FILE",
            description = "File with the token, if the engine requires one (default: the variable " + TOKEN_VARIABLE
                    + ", if it is set).")
    private @Nullable Path tokenFile;

    /**
     * Creates a client of the engine at the address that an option, a variable or the configuration gives.
     *
     * @throws CommandFailure if an option is invalid, or the token file cannot be read
     */
    public AdminClient connectBlocking() {
        return EngineAddress.findBlocking(address, System::getenv, conf).connect(tokenBlocking());
    }

    /** Returns the configuration directory of the engine, or null if the user named none. */
    public @Nullable Path conf() {
        return conf;
    }

    private @Nullable String tokenBlocking() {
        Path file = tokenFile;
        if (file == null) {
            return System.getenv(TOKEN_VARIABLE);
        }
        try {
            return NamedFile.shortTextBlocking(file, LONGEST_TOKEN).strip();
        } catch (IOException e) {
            throw CommandFailure.usage(TOKEN_FILE + ": " + file + " cannot be read, or is larger than the "
                    + LONGEST_TOKEN + " bytes of a token file");
        }
    }
}
