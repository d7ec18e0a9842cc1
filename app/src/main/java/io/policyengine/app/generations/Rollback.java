package io.policyengine.app.generations;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.engine.StateDirectory;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.error.Problem;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.reload.ConfChangeException;
import io.policyengine.kernel.reload.ConfWriter;
import java.io.PrintWriter;
import java.util.List;

/** Restores the files of an earlier generation in the conf directory. */
public final class Rollback {
    private Rollback() {}

    /**
     * Restores the files of a generation and prints the names of changed files.
     *
     * @param id the number of the generation
     * @return the exit code
     * @throws CommandFailure if the generation does not exist, or the directory cannot be written
     */
    public static int runBlocking(PrintWriter out, PrintWriter err, StateDirectory state, String id) {
        Conf conf = state.conf();
        Snapshot wanted = GenerationNames.findBlocking(state, id);
        ConfTexts present = ConfTexts.readBlocking(conf.directory());
        List<FileEdit> edits = wanted.texts().withOverridesOf(present).editsFrom(present);
        if (edits.isEmpty()) {
            out.println(conf.directory() + ": already equals generation " + id + "; nothing was written");
            return 0;
        }
        ConfCheck.Report report = ConfCheck.checkBlocking(conf, present.withBlocking(edits));
        report.problems().forEach(err::println);
        if (report.problems().stream().anyMatch(Problem::forbidsUse)) {
            err.println("generation " + id + " cannot be used here: nothing was written. Its files are in "
                    + state.path().resolve("generations").resolve(id).resolve("conf"));
            return CommandFailure.FAILED;
        }
        writeBlocking(conf, id, edits);
        edits.forEach(edit -> out.println(
                (edit.text() == null ? "removed " : "wrote ") + conf.directory().resolve(edit.file())));
        out.println(conf.directory() + ": is back at generation " + id + " of " + wanted.time()
                + "; a kernel that uses this directory applies the files by itself, unless they would "
                + "remove many routes or open one, or a file looks cut off: then POST /config:reload on "
                + "its admin port, with ?allow_loss=true or ?allow_open=true");
        return 0;
    }

    private static void writeBlocking(Conf conf, String id, List<FileEdit> edits) {
        try {
            new ConfWriter(conf.directory()).writeBlocking(edits);
        } catch (ConfChangeException refused) {
            throw CommandFailure.failed(conf.directory() + "/" + refused.getMessage()
                    + "; a running kernel can return to this generation without the files: POST /generations/" + id
                    + ":rollback on its admin port");
        }
    }
}
