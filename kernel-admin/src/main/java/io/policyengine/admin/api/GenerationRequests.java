package io.policyengine.admin.api;

import io.policyengine.admin.diff.ConfDiff;
import io.policyengine.admin.view.DiffView;
import io.policyengine.admin.view.DiffView.FileDiff;
import io.policyengine.admin.view.GenerationView;
import io.policyengine.admin.view.ReloadView;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.History;
import io.policyengine.kernel.reload.ConfChanges;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The operations on generations: list, compare, roll back. Confined to the kernel's event loop. */
final class GenerationRequests {
    private static final String BEFORE = "before";

    /**
     * Maximum number of lines of a diff between generations. The first file is always included. The first later file
     * that does not fit, and all files after it, are omitted.
     */
    private static final int MAX_LINES = 5_000;

    private final Vertx vertx;
    private final Generations generations;
    private final History history;
    private final ConfChanges changes;
    private final ConfigWork work;

    GenerationRequests(Vertx vertx, Generations generations, History history, ConfChanges changes, ConfigWork work) {
        this.vertx = vertx;
        this.generations = generations;
        this.history = history;
        this.changes = changes;
        this.work = work;
    }

    List<ApiOperation> endpoints() {
        return List.of(
                ApiOperation.get(
                        "/generations",
                        "listGenerations",
                        "The last configurations that were active, including those before a restart if they are kept on disk.",
                        GenerationView.All.class,
                        _ -> list()),
                ApiOperation.get(
                                "/generations/{id}/diff",
                                "diffGenerations",
                                "Differences between the files of an earlier generation and the named one, without"
                                        + " secrets.",
                                DiffView.class,
                                this::diff)
                        .asking(QueryParameter.form(
                                BEFORE,
                                "Number of the earlier generation; by default the one before the named one.",
                                PathParameter.NUMBER,
                                "the number of a generation")),
                new ApiOperation(
                                new ApiOperation.Operation(
                                        HttpMethod.POST,
                                        "/generations/{id}:rollback",
                                        "rollback",
                                        "Restores the files of an earlier generation, except "
                                                + "overrides.yaml, and applies them. If the conf directory is "
                                                + "read-only, applies them without writing, until its files "
                                                + "change."),
                                ApiOperation.REASON,
                                ReloadView.class,
                                List.of(
                                        ApiProblem.Code.NOT_FOUND,
                                        ApiProblem.Code.INVALID_BODY,
                                        ApiProblem.Code.FILES_DIFFER,
                                        ApiProblem.Code.INVALID_CONFIGURATION),
                                AdminRole.OPERATE,
                                this::rollBack)
                        .losing());
    }

    private Generation current() {
        return Objects.requireNonNull(generations.current(), "the API is served after the first generation");
    }

    private Future<ApiAnswer> list() {
        String running = current().snapshot().hash();
        Set<Long> pinned = generations.pinned();
        return Future.succeededFuture(ApiAnswer.of(new GenerationView.All(history.snapshots().stream()
                .map(snapshot -> GenerationView.of(snapshot, running, pinned))
                .toList())));
    }

    private Snapshot find(String id) {
        return history.snapshots().stream()
                .filter(snapshot -> String.valueOf(snapshot.id()).equals(id))
                .findFirst()
                .orElseThrow(() -> new ApiProblem(
                        ApiProblem.Code.NOT_FOUND,
                        "there is no generation " + id + "; GET /generations lists them all"));
    }

    /** Returns the snapshot before the given one, or the given one if it is the oldest. */
    private Snapshot before(Snapshot after) {
        return history.snapshots().stream()
                .filter(snapshot -> snapshot.id() < after.id())
                .findFirst()
                .orElse(after);
    }

    private Future<ApiAnswer> diff(ApiRequest request) {
        Snapshot after = find(request.parameter("id"));
        String named = request.query().get(BEFORE);
        Snapshot before = named == null ? before(after) : find(named);
        Map<String, JsonNode> schemas = RouteEdits.schemas(current());
        return work.run(() -> OffLoop.call(vertx, () -> ApiAnswer.of(view(before, after, schemas))));
    }

    private static DiffView view(Snapshot before, Snapshot after, Map<String, JsonNode> schemas) {
        ConfTexts old = before.texts();
        ConfTexts now = after.texts();
        ConfDiff diff = new ConfDiff(Long.toString(before.id()), Long.toString(after.id()), schemas::get);
        List<String> different = ConfDiff.files(old, now);
        List<FileDiff> files = new ArrayList<>();
        int lines = 0;
        for (String name : different) {
            ConfDiff.OfFile file = diff.of(name, old, now);
            lines += file.lines().size();
            if (lines > MAX_LINES && !files.isEmpty()) {
                break;
            }
            files.add(new FileDiff(file.file(), file.lines()));
        }
        return new DiffView(before.id(), after.id(), files, different.size() - files.size());
    }

    private Future<ApiAnswer> rollBack(ApiRequest request) {
        request.checkReason();
        Snapshot wanted = find(request.parameter("id"));
        return changes.rollBack(wanted.texts(), request.guard(LossGuard.ROUTES)).map(ManagementApi::inForce);
    }
}
