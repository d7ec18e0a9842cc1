package io.policyengine.admin.api;

import io.policyengine.admin.view.OverrideView;
import io.policyengine.admin.view.ReloadView;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.async.UnansweredException;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.config.OverrideConfig.Kind;
import io.policyengine.core.config.OverrideConfig.Target;
import io.policyengine.core.config.editing.WrittenOverrides;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.history.StoredOverrides;
import io.policyengine.kernel.reload.ConfChangeException;
import io.policyengine.kernel.reload.ConfChanges;
import io.policyengine.kernel.reload.ReloadResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The operations on overrides: list, read, write, remove. Confined to the kernel's event loop. */
final class OverrideEdits {
    /** The id of the operation that sets an override. The audit log shows its request body. */
    static final String PUT = "putOverride";

    private static final Logger LOG = LoggerFactory.getLogger(OverrideEdits.class);

    private final Vertx vertx;
    private final Generations generations;
    private final ConfChanges changes;
    private final StoredOverrides kept;
    private final KeyedHash hashes;
    private final InstantSource clock;

    OverrideEdits(
            Vertx vertx,
            Generations generations,
            ConfChanges changes,
            StoredOverrides kept,
            KeyedHash hashes,
            InstantSource clock) {
        this.vertx = vertx;
        this.generations = generations;
        this.changes = changes;
        this.kept = kept;
        this.hashes = hashes;
        this.clock = clock;
    }

    List<ApiOperation> endpoints() {
        return List.of(
                ApiOperation.get(
                        "/overrides",
                        "listOverrides",
                        "All overrides: policies, routes and workers that are off or in shadow mode, "
                                + "regardless of their chains.",
                        OverrideView.All.class,
                        _ -> Future.succeededFuture(ApiAnswer.of(new OverrideView.All(views())))),
                ApiOperation.get(
                        "/overrides/{kind}/{name}",
                        "getOverride",
                        "The override of a `policy`, a `route` or a `worker`, with its ETag if it is in overrides.yaml.",
                        OverrideView.class,
                        this::show),
                new ApiOperation(
                        new ApiOperation.Operation(
                                HttpMethod.PUT,
                                "/overrides/{kind}/{name}",
                                PUT,
                                "Overrides the mode of a `policy`, a `route` or a `worker`, in "
                                        + "overrides.yaml, or outside the conf directory if that is read-only. "
                                        + "Does not wait for running checks, and works despite problems in other "
                                        + "files, routes and workers. Honours If-Match and If-None-Match."),
                        body(),
                        ReloadView.class,
                        List.of(
                                ApiProblem.Code.INVALID_BODY,
                                ApiProblem.Code.NOT_FOUND,
                                ApiProblem.Code.FILES_DIFFER,
                                ApiProblem.Code.NOT_EDITABLE,
                                ApiProblem.Code.PRECONDITION_FAILED,
                                ApiProblem.Code.INVALID_CONFIGURATION,
                                ApiProblem.Code.INVALID_TIME),
                        AdminRole.OPERATE,
                        this::put),
                new ApiOperation(
                        new ApiOperation.Operation(
                                HttpMethod.DELETE,
                                "/overrides/{kind}/{name}",
                                "deleteOverride",
                                "Removes an override, in the same way as `PUT` sets one. Rejected if served requests would be"
                                        + " refused without it. Honours If-Match."),
                        ApiOperation.REASON,
                        ReloadView.class,
                        List.of(
                                ApiProblem.Code.NOT_FOUND,
                                ApiProblem.Code.INVALID_BODY,
                                ApiProblem.Code.FILES_DIFFER,
                                ApiProblem.Code.READ_ONLY,
                                ApiProblem.Code.NOT_EDITABLE,
                                ApiProblem.Code.PRECONDITION_FAILED,
                                ApiProblem.Code.INVALID_CONFIGURATION),
                        AdminRole.OPERATE,
                        this::delete));
    }

    /**
     * Returns the schema of an override in a request body. The schema has no target, because the path names the target.
     */
    private static JsonNode body() {
        JsonNode schema = ConfigSchemas.overrides().at("/properties/overrides/items");
        for (Kind kind : Kind.values()) {
            ((ObjectNode) schema.path("properties")).remove(kind.key());
        }
        ((ObjectNode) schema.at("/properties/reason")).put("pattern", PlainText.PATTERN);
        PointInTime.describeInstant((ObjectNode) schema.at("/properties/until"));
        return schema;
    }

    private String etag(ObjectNode definition) {
        return hashes.etag(definition.toString());
    }

    private Generation current() {
        return Objects.requireNonNull(generations.current());
    }

    private List<OverrideView> views() {
        return OverrideView.of(current());
    }

    private static Target target(ApiRequest request) {
        String kind = request.parameter("kind");
        return Kind.of(kind)
                .map(known -> new Target(known, request.parameter("name")))
                .orElseThrow(() -> new ApiProblem(
                        ApiProblem.Code.NOT_FOUND,
                        "an override applies to a 'policy', a 'route' or a 'worker', not to a '" + kind + "'"));
    }

    private Future<ApiAnswer> show(ApiRequest request) {
        Target target = target(request);
        OverrideView view = views().stream()
                .filter(one -> one.kind() == target.kind() && one.name().equals(target.name()))
                .reduce((_, ofOverridesYaml) -> ofOverridesYaml)
                .orElseThrow(() -> notFound(target));
        ConfTexts texts = current().snapshot().texts();
        ConfTexts aside = kept.texts();
        return OffLoop.call(
                        vertx,
                        () -> new WrittenOverrides(aside)
                                .find(target)
                                .or(() -> new WrittenOverrides(texts).find(target)))
                .map(found ->
                        found.map(written -> ApiAnswer.of(view, etag(written))).orElseGet(() -> ApiAnswer.of(view)));
    }

    private static ApiProblem notFound(Target target) {
        return new ApiProblem(
                ApiProblem.Code.NOT_FOUND, "there is no override of " + target + "; GET /overrides lists them all");
    }

    private Future<ApiAnswer> put(ApiRequest request) {
        Target target = target(request);
        ObjectNode definition = named(request.plainJson(), target);
        Optional<ObjectNode> aside = new WrittenOverrides(kept.texts()).find(target);
        return changes.makeInEmergency(running -> {
                    WrittenOverrides overrides = new WrittenOverrides(running);
                    refuseThoseOfKernelYaml(overrides, target);
                    request.checkPreconditions(aside.or(() -> overrides.find(target))
                            .map(this::etag)
                            .orElse(null));
                    return writtenEdit(overrides.put(target, definition));
                })
                // The file now contains the override, so the copy kept outside the conf directory is removed.
                .compose(result -> aside.isEmpty() ? Future.succeededFuture(result) : forgotten(target, result))
                .recover(failure ->
                        cannotWrite(failure) ? keep(target, definition, failure) : Future.failedFuture(failure))
                .map(result -> {
                    ApiAnswer answer = ManagementApi.inForce(result);
                    return new ApiAnswer(answer.status(), answer.body(), etag(definition));
                });
    }

    private static boolean cannotWrite(Throwable failure) {
        return failure instanceof UnansweredException
                || (failure instanceof ConfChangeException refused
                        && refused.kind() == ConfChangeException.Kind.READ_ONLY);
    }

    private Future<ReloadResult> keep(Target target, ObjectNode definition, Throwable why) {
        String how = kept.isInMemoryOnly()
                ? "in memory only, and is lost when the kernel stops: start it with a state directory (--state)"
                : "in " + kept.place() + ", and also outlives the kernel";
        Problem told = Problem.warning(
                Location.ofFile(ConfTexts.OVERRIDES),
                "the override of " + target + " is in force and kept " + how + ". It is not in the conf directory: "
                        + why.getMessage());
        return changes.keepInEmergency(texts -> writtenEdit(new WrittenOverrides(texts).put(target, definition)))
                .map(result -> result.with(List.of(told)))
                .onSuccess(_ -> LOG.atWarn().log("{}", told.message()));
    }

    private Future<ReloadResult> forgotten(Target target, ReloadResult result) {
        return changes.keepInEmergency(texts -> {
                    WrittenOverrides overrides = new WrittenOverrides(texts);
                    return overrides.find(target).isPresent()
                            ? overrides.remove(target)
                            : new FileEdit(ConfTexts.OVERRIDES, textOf(texts));
                })
                .map(last -> last.with(result.told()));
    }

    private static @Nullable String textOf(ConfTexts texts) {
        return texts.files().get(ConfTexts.OVERRIDES) instanceof FileText.Content(String text) ? text : null;
    }

    private FileEdit writtenEdit(WrittenOverrides.Put put) {
        if (put.override().isOverAt(clock.instant())) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_TIME,
                    "'until' is " + put.override().until() + ", which is in the past: the override would have no"
                            + " effect");
        }
        return put.edit();
    }

    private static ObjectNode named(ObjectNode body, Target target) {
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.put(target.kind().key(), target.name());
        definition.setAll(body);
        if (!definition.path(target.kind().key()).asString("").equals(target.name())) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_BODY,
                    "'" + target.kind().key() + "' must be the name in the path, '" + target.name() + "'");
        }
        return definition;
    }

    private static void refuseThoseOfKernelYaml(WrittenOverrides overrides, Target target) {
        overrides.placeInKernel(target).ifPresent(place -> {
            throw new ApiProblem(
                    ApiProblem.Code.NOT_EDITABLE,
                    target + " has an override at " + place + ", which the API does not change: edit the file");
        });
    }

    private Future<ApiAnswer> delete(ApiRequest request) {
        request.checkReason();
        Target target = target(request);
        Optional<ObjectNode> aside = new WrittenOverrides(kept.texts()).find(target);
        if (aside.isPresent()) {
            request.checkPreconditions(etag(aside.get()));
            return deleteKept(target);
        }
        return changes.makeInEmergency(running -> {
                    WrittenOverrides overrides = new WrittenOverrides(running);
                    var written = overrides.find(target);
                    if (written.isEmpty()) {
                        refuseThoseOfKernelYaml(overrides, target);
                        throw notFound(target);
                    }
                    request.checkPreconditions(etag(written.get()));
                    return overrides.remove(target);
                })
                .map(ManagementApi::inForce);
    }

    private Future<ApiAnswer> deleteKept(Target target) {
        List<Problem> left = current().config().overrides().stream()
                .filter(override -> override.target().equals(target))
                .map(override -> Problem.warning(
                        override.location(), "the override of " + target + " that is written here stays in force"))
                .toList();
        return changes.keepInEmergency(texts -> new WrittenOverrides(texts).remove(target))
                .map(result -> ManagementApi.inForce(result.with(left)));
    }
}
