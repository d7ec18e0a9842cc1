package io.policyengine.app.mcp;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.NamedFile;
import io.policyengine.app.command.Version;
import io.policyengine.policies.ai.shared.mcp.ToolLock;
import io.policyengine.policies.shared.digest.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** The command {@code mcp-lock}, which writes a lock file of an MCP server's tools, or checks the tools against it. */
@Command(
        name = "mcp-lock",
        description =
                "Lists an MCP server's tools and writes a digest of each definition to a file, with which mcpAccess pins"
                        + " them (parameter pin).",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:written, or no differences", "1:the server does not answer, or differences", "2:wrong usage"
        })
public final class McpLock implements Callable<Integer> {
    /** Maximum value of the option {@code --timeout} of {@code mcp-lock}, in seconds. */
    private static final int MAX_TIMEOUT = 600;

    private final PrintWriter out;
    private final Function<String, Optional<String>> environment;

    @Parameters(paramLabel = "URL", description = "Endpoint of the server (Streamable HTTP).")
    private URI url = URI.create("");

    @Option(names = "--file", paramLabel = "FILE", description = "The lock file (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("mcp.lock");

    @Option(names = "--check", description = "Write nothing; show how the tools differ from the file.")
    private boolean check;

    @Option(
            names = "--authorization-env",
            paramLabel = "NAME",
            description =
                    "Environment variable with the value of the Authorization field, such as 'Bearer …' (default: ${DEFAULT-VALUE}, if it is set).")
    private String authorizationEnv = "MCP_AUTHORIZATION";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Time limit of each request to the server (default: ${DEFAULT-VALUE}).")
    private int timeout = 30;

    /** Creates the command with its output and a lookup of environment variables. */
    public McpLock(PrintWriter out, Function<String, Optional<String>> environment) {
        this.out = out;
        this.environment = environment;
    }

    @Override
    public Integer call() {
        boolean isHttp = ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
        if (!isHttp) {
            throw CommandFailure.usage("the URL of a server begins with http:// or https://");
        }
        if (timeout < 1 || timeout > MAX_TIMEOUT) {
            throw CommandFailure.usage("--timeout takes 1 to " + MAX_TIMEOUT + " seconds");
        }
        checkFile();
        ToolLock lock = lockBlocking();
        try {
            return check ? checkBlocking(lock) : writeBlocking(lock);
        } catch (IOException e) {
            throw CommandFailure.failed(file + ": " + e.getMessage());
        }
    }

    /** Rejects a file that is not regular, or is missing with {@code --check}, before the server is queried. */
    private void checkFile() {
        if (Files.exists(file)) {
            NamedFile.checkRegular("--file: " + file, file);
        } else if (check) {
            throw CommandFailure.failed(file + " does not exist: create it without --check");
        }
    }

    private ToolLock lockBlocking() {
        Optional<String> authorization = environment.apply(authorizationEnv);
        SortedMap<String, Sha256> tools = new TreeMap<>();
        try (McpClient client = new McpClient(url, authorization, Duration.ofSeconds(timeout))) {
            for (JsonNode tool : client.toolsBlocking()) {
                String name = tool.path("name").asString("");
                if (name.isEmpty()) {
                    throw CommandFailure.failed("the server lists a tool without a name");
                }
                Sha256 digest = ToolLock.digestOf(tool)
                        .orElseThrow(() -> CommandFailure.failed("tool '" + name
                                + "' cannot be pinned: a number or a text in it has no canonical form"));
                if (tools.put(name, digest) != null) {
                    throw CommandFailure.failed("the server lists two tools with the name '" + name + "'");
                }
            }
        }
        return new ToolLock(tools);
    }

    private int writeBlocking(ToolLock lock) throws IOException {
        // Written to another file first, so that an engine that watches the file never reads half of it.
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Files.writeString(beside, lock.text(), StandardOpenOption.CREATE_NEW);
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        out.println(file + ": " + lock.tools().size() + " tools");
        return 0;
    }

    private int checkBlocking(ToolLock now) {
        ToolLock before;
        try {
            before = ToolLock.parse(NamedFile.textBlocking("--file: " + file, file));
        } catch (IllegalArgumentException noLock) {
            throw CommandFailure.failed(file + ": " + noLock.getMessage());
        }
        TreeSet<String> names = new TreeSet<>(before.tools().keySet());
        names.addAll(now.tools().keySet());
        int differences = 0;
        for (String name : names) {
            Optional<String> difference =
                    difference(before.tools().get(name), now.tools().get(name));
            difference.ifPresent(kind -> out.println(name + ": " + kind));
            differences += difference.isPresent() ? 1 : 0;
        }
        out.println(
                differences == 0
                        ? file + ": " + names.size() + " tools, unchanged"
                        : file + ": " + differences + " of " + names.size() + " tools differ");
        return differences == 0 ? 0 : CommandFailure.FAILED;
    }

    private static Optional<String> difference(@Nullable Sha256 before, @Nullable Sha256 now) {
        if (before == null) {
            return Optional.of("new");
        }
        if (now == null) {
            return Optional.of("gone");
        }
        return before.equals(now) ? Optional.empty() : Optional.of("changed");
    }
}
