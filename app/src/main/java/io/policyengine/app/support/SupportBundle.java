package io.policyengine.app.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.policyengine.app.admin.AdminClient;
import io.policyengine.app.admin.AdminOptions;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Writes one file with the data for a report about a running engine. The manifest names each part that cannot be
 * obtained. The command holds one part in memory at a time.
 */
@Command(
        name = "support-bundle",
        description = "Writes a zip file for a report about a running engine: build, configuration without secrets,"
                + " state, metrics, threads and recent exchanges.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written, perhaps without some parts",
            "1:the engine does not answer, or the file cannot be written",
            "2:wrong usage"
        })
public final class SupportBundle implements Callable<Integer> {
    private static final String MANIFEST = "MANIFEST.txt";
    private static final int OK = 200;
    private static final int NOT_READY = 503;

    private static final List<Part> PARTS = List.of(
            new Part("config.json", "/config"),
            new Part("routes.json", "/routes"),
            new Part("generations.json", "/generations"),
            new Part("workers.json", "/workers"),
            new Part("policies.json", "/policies"),
            new Part("overrides.json", "/overrides"),
            new Part("readiness.json", "/health/ready"),
            new Part("metrics.txt", "/metrics"),
            new Part("stats.json", "/stats"),
            new Part("threads.json", "/threads"),
            new Part("exchanges.json", "/exchanges"));

    private final PrintWriter out;

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The file to write, which must not exist (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("policy-engine-support.zip");

    private record Part(String name, String path) {}

    /** Creates the command with its output. */
    public SupportBundle(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw CommandFailure.usage("--out: " + file + " exists already");
        }
        try (AdminClient client = admin.connectBlocking()) {
            client.rawBlocking("/health/live");
            writeBlocking(client);
        }
        return 0;
    }

    private void writeBlocking(AdminClient client) {
        boolean isWhole = false;
        boolean isOurs = false;
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            isOurs = true;
            List<String> manifest = new ArrayList<>();
            try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE))) {
                put(zip, "version.txt", (Version.line() + '\n').getBytes(UTF_8));
                manifest.add("version.txt  the program that wrote this file; config.json has the build of the engine");
                for (Part part : PARTS) {
                    manifest.add(part.name() + "  " + outcomeBlocking(client, zip, part));
                }
                manifest.add("log  missing: the engine logs to its standard output; add the last lines yourself");
                put(zip, MANIFEST, (String.join("\n", manifest) + '\n').getBytes(UTF_8));
            }
            isWhole = true;
            out.println(file + ": written");
            manifest.stream().filter(line -> line.contains("  missing: ")).forEach(out::println);
        } catch (FileAlreadyExistsException exists) {
            throw CommandFailure.usage("--out: " + file + " exists already");
        } catch (IOException e) {
            throw CommandFailure.failed(
                    file + " cannot be written (" + e.getClass().getSimpleName() + ")");
        } finally {
            if (isOurs && !isWhole) {
                file.toFile().delete();
            }
        }
    }

    /** Writes a part of the file, and returns its line in the manifest. */
    private static String outcomeBlocking(AdminClient client, ZipOutputStream zip, Part part) throws IOException {
        byte[] content;
        try {
            AdminClient.Raw answer = client.rawBlocking(part.path());
            if (answer.status() != OK && !(part.path().equals("/health/ready") && answer.status() == NOT_READY)) {
                return "missing: GET " + part.path() + " was answered with " + answer.status();
            }
            content = part.path().equals("/exchanges") ? Exchanges.summary(answer.body()) : answer.body();
        } catch (CommandFailure unanswered) {
            return "missing: " + unanswered.getMessage();
        }
        put(zip, part.name(), content);
        return "GET " + part.path() + ", " + content.length + " bytes";
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
