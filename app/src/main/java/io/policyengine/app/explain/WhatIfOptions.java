package io.policyengine.app.explain;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.NamedFile;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.StateDirectory;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.params.RecordJson;
import io.policyengine.kernel.generation.Snapshot;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/**
 * The options of {@code --what-if}, which predicts the outcome of an exchange under another configuration. This process
 * reads both configurations with its own permissions and environment. The kernel provides only the record, and no
 * policy runs.
 */
final class WhatIfOptions {
    @Option(
            names = "--what-if",
            paramLabel = "PATH",
            description = "Show what another configuration would change: a conf directory, or one changed file of the"
                    + " present one, such as routes/users.yaml.")
    private @Nullable Path candidate;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = "${env:POLICY_ENGINE_STATE}",
            description =
                    "With --what-if: the directory with the kernel's generations, including the exchange's (default:"
                            + " one per configuration directory, in /var/lib/policy-engine).")
    private @Nullable Path state;

    boolean isAsked() {
        return candidate != null;
    }

    /** Rejects a candidate that is neither a directory nor a regular file, before the engine is queried. */
    void checkBlocking() {
        Path named = Objects.requireNonNull(candidate, "--what-if");
        if (!Files.isDirectory(named)) {
            NamedFile.checkRegular("--what-if: " + named, named);
        }
    }

    /**
     * Prints the predicted difference. Throws {@link CommandFailure} if a configuration is unreadable.
     *
     * @param present the conf directory of the kernel
     */
    void tellBlocking(PrintWriter out, JsonNode exchange, Conf present, boolean json) {
        Path named = Objects.requireNonNull(candidate, "--what-if");
        long generation = exchange.path("chosen").path("generation").asLong();
        Optional<ConfTexts> kept = keptBlocking(present, generation);
        ConfTexts before = kept.orElseGet(() -> ConfTexts.readBlocking(present.directory()));
        ConfTexts after = Files.isDirectory(named) ? ConfTexts.readBlocking(named) : changedBlocking(before, named);
        boolean hasBefore = before.fault() == null;
        Prediction prediction = Prediction.of(
                exchange,
                hasBefore ? parse(before, "the configuration that the exchange had") : null,
                parse(after, named.toString()),
                InstantSource.system().instant());
        String basis = kept.isPresent()
                ? "generation " + generation + ", as stored"
                : hasBefore
                        ? present.directory() + ", whose files may differ from generation " + generation
                        : "no configuration of the kernel: name its directory with --conf";
        if (json) {
            out.println(RecordJson.of(prediction).put("compared_with", basis).toPrettyString());
        } else {
            new PredictionText(out).print(exchange, prediction, named.toString(), basis);
        }
        out.flush();
    }

    /** Returns the files of a generation, or empty if it is not stored on disk. */
    private Optional<ConfTexts> keptBlocking(Conf present, long generation) {
        StateDirectory folder = StateDirectory.of(state, present);
        if (!Files.isDirectory(folder.path())) {
            return Optional.empty();
        }
        return folder.readBlocking().snapshots().stream()
                .filter(snapshot -> snapshot.id() == generation)
                .map(Snapshot::texts)
                .findFirst();
    }

    private static ConfTexts changedBlocking(ConfTexts before, Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        String name = String.valueOf(absolute.getFileName());
        for (Path folder = absolute.getParent(); folder != null && folder.getFileName() != null; ) {
            String parent = folder.getFileName().toString();
            if (parent.equals(ConfTexts.ROUTES)) {
                name = folder.relativize(absolute).toString();
                name = ConfTexts.ROUTES + "/" + name;
                break;
            }
            folder = folder.getParent();
        }
        if (!ConfTexts.isName(name)) {
            throw CommandFailure.usage(
                    "--what-if: " + file + " is neither a conf directory nor a file of one: NAME.yaml,"
                            + " routes/NAME.yaml or routes/FOLDER/NAME.yaml");
        }
        String text = NamedFile.textBlocking("--what-if: " + file, absolute);
        return before.withBlocking(List.of(new FileEdit(name, text)));
    }

    private static EngineConfig parse(ConfTexts texts, String what) {
        if (texts.fault() != null) {
            throw CommandFailure.usage(what + ": " + texts.fault());
        }
        try {
            return ConfDirectory.parse(texts, System::getenv);
        } catch (ConfigException invalid) {
            throw CommandFailure.usage(invalid.problems().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining("\n", "", "\n" + what + " cannot be used.")));
        }
    }
}
