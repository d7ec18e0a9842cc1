package io.policyengine.admin.api;

import io.policyengine.admin.flight.FlightRecorders;
import io.policyengine.admin.stats.Stats;
import io.policyengine.admin.view.BuildView;
import io.policyengine.admin.view.ConfigView;
import io.policyengine.admin.view.GenerationView;
import io.policyengine.admin.view.OverrideView;
import io.policyengine.admin.view.PlanView;
import io.policyengine.admin.view.PolicyView;
import io.policyengine.admin.view.ProblemView;
import io.policyengine.admin.view.ReloadView;
import io.policyengine.admin.view.RouteView;
import io.policyengine.admin.view.WorkerView;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.editing.WrittenKernel;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileEdit;
import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.log.ComponentLevels;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.ManagedKernel;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.history.StoredOverrides;
import io.policyengine.kernel.plan.RoutePlan;
import io.policyengine.kernel.reload.ConfChanges;
import io.policyengine.kernel.reload.KernelStart;
import io.policyengine.kernel.reload.OnBadConfig;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.worker.ownership.Declarations;
import io.policyengine.kernel.worker.registry.WorkerReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The operations of the management API. Confined to the kernel's event loop. */
public final class ManagementApi {
    private final BuildView build;
    private final Vertx vertx;
    private final Generations generations;
    private final ReloadCoordinator reloads;
    private final ConfigWork work = new ConfigWork();
    private final RouteEdits routeEdits;
    private final OverrideEdits overrideEdits;
    private final ConfChanges changes;
    private final ExchangeQuestions exchanges;
    private final LevelEdits levelEdits;
    private final GenerationRequests generationRequests;
    private final StatsRequests statsRequests;
    private final DiagnosisRequests diagnosis;
    private final PolicyQuestions policyQuestions;
    private final ShadowQuestions shadowQuestions;
    /** The OpenAPI document; null until it is requested. Confined to the kernel's event loop. */
    private @Nullable Future<ApiAnswer> document;

    public ManagementApi(
            ManagedKernel kernel, ComponentLevels levels, FlightRecorders recorders, Stats stats, BuildView build) {
        this.build = build;
        InstantSource clock = kernel.resources().clock();
        StoredOverrides stored = kernel.storedOverrides();
        this.vertx = kernel.vertx();
        this.generations = kernel.generations();
        this.reloads = kernel.reloads();
        this.changes = new ConfChanges(vertx, reloads, stored);
        this.routeEdits =
                new RouteEdits(vertx, generations, changes, reloads.history().hashes(), work);
        this.exchanges = new ExchangeQuestions(
                vertx, recorders, new RouteLocations(vertx, generations, reloads.history(), work), clock);
        this.overrideEdits = new OverrideEdits(
                vertx, generations, changes, stored, reloads.history().hashes(), clock);
        this.levelEdits = new LevelEdits(vertx, levels, clock);
        this.generationRequests = new GenerationRequests(vertx, generations, reloads.history(), changes, work);
        PolicyInquiries inquiries = new PolicyInquiries(vertx, generations);
        this.policyQuestions = new PolicyQuestions(inquiries);
        this.shadowQuestions = new ShadowQuestions(generations, inquiries, clock);
        this.diagnosis = new DiagnosisRequests(vertx, reloads.history().directory(), clock);
        this.statsRequests = new StatsRequests(generations, stats);
    }

    /** The pattern of file names in the OpenAPI document. {@link ConfTexts#isName} permits more characters. */
    private static final String FILE_NAME = "^(routes/([A-Za-z0-9_-]+/)?)?[A-Za-z0-9_-]+\\.ya?ml$";

    @Doc("The result of checking a configuration.")
    record ValidationResult(
            @Doc("True if the configuration could take effect.")
            boolean valid,

            @Doc("Number of problems, including warnings.") int problemCount,

            @Doc(ProblemView.TOLD) List<ProblemView> problems) {}

    List<ApiOperation> endpoints() {
        List<ApiOperation> endpoints = new ArrayList<>(List.of(
                ApiOperation.get("/config", "getConfig", "The running configuration.", ConfigView.class, _ -> config()),
                new ApiOperation(
                                new ApiOperation.Operation(
                                        HttpMethod.POST,
                                        "/config:validate",
                                        "validateConfig",
                                        "Checks the files in force with the given changes, as strictly as if this API applied them, but"
                                                + " applies nothing."),
                                files(),
                                ValidationResult.class,
                                List.of(ApiProblem.Code.INVALID_BODY),
                                AdminRole.WRITE,
                                this::validate)
                        .losing(),
                new ApiOperation(
                                new ApiOperation.Operation(
                                        HttpMethod.POST,
                                        "/config:reload",
                                        "reloadConfig",
                                        "Scans the conf directory at once, as SIGHUP does."),
                                null,
                                ReloadView.class,
                                List.of(),
                                AdminRole.OPERATE,
                                this::reload)
                        .losing(),
                new RouteList(vertx, generations).endpoint(),
                ApiOperation.get(
                        "/routes/{name}/plan",
                        "getPlan",
                        "The engine's work for a route: worker calls, modes and the cost of an exchange.",
                        PlanView.class,
                        this::plan),
                ApiOperation.get("/workers", "listWorkers", "All workers.", WorkerView.All.class, _ -> listWorkers()),
                ApiOperation.get(
                        "/policies", "listPolicies", "All policies.", PolicyView.All.class, _ -> listPolicies())));
        endpoints.addAll(generationRequests.endpoints());
        endpoints.addAll(routeEdits.endpoints());
        endpoints.addAll(overrideEdits.endpoints());
        endpoints.addAll(levelEdits.endpoints());
        endpoints.addAll(policyQuestions.endpoints());
        endpoints.addAll(statsRequests.endpoints());
        endpoints.addAll(shadowQuestions.endpoints());
        endpoints.addAll(exchanges.endpoints());
        endpoints.addAll(diagnosis.endpoints());
        List<ApiOperation> described = List.copyOf(endpoints);
        endpoints.add(
                ApiOperation.get("/openapi.json", "getDocument", "This document.", null, _ -> document(described)));
        return endpoints;
    }

    /** Returns the OpenAPI document of the given operations. The first request for it creates it. */
    private Future<ApiAnswer> document(List<ApiOperation> described) {
        Future<ApiAnswer> known = document;
        if (known == null) {
            known = OffLoop.call(vertx, () -> new ApiAnswer(200, OpenApiDocument.of(described), null));
            document = known;
            known.onFailure(_ -> document = null);
        }
        return known;
    }

    private static JsonNode files() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode files = schema.putObject("properties")
                .putObject("files")
                .put("type", "object")
                .put(
                        "description",
                        "Changed files by name, such as `routes/users.yaml`: the whole text, or null to remove the file.");
        files.putObject("propertyNames").put("pattern", FILE_NAME);
        files.putObject("additionalProperties").putArray("type").add("string").add("null");
        schema.putArray("required").add("files");
        return schema.put("additionalProperties", false);
    }

    /** Ends temporary log levels. No changes are made afterwards. */
    public void close() {
        levelEdits.close();
        diagnosis.close();
        changes.close();
    }

    String hash() {
        return current().snapshot().hash();
    }

    private Generation current() {
        return Objects.requireNonNull(generations.current(), "the API is served after the first generation");
    }

    /** The shown state that is not part of the running generation. It is read on the kernel's event loop. */
    private record Circumstances(
            @Nullable ReloadView lastReload,
            OnBadConfig onBadConfig,
            @Nullable GenerationView lastGood,
            @Nullable String pinned,
            @Nullable String stateDirectory,
            @Nullable String stateProblem) {}

    private Future<ApiAnswer> config() {
        Generation now = current();
        Circumstances circumstances = new Circumstances(
                lastReload(),
                reloads.onBadConfig(),
                lastGood(reloads.inPlaceOf(), now, generations.pinned()),
                reloads.pinned(),
                stateDirectory(),
                reloads.history().failure());
        String etag = '"' + now.snapshot().hash() + '"';
        return work.run(() -> OffLoop.call(vertx, () -> ApiAnswer.of(view(now, circumstances), etag)));
    }

    /**
     * Creates the view of the running configuration. Called off the event loops, because the work grows with the number
     * of routes.
     */
    private ConfigView view(Generation now, Circumstances circumstances) {
        List<Problem> warnings = now.config().warnings();
        return new ConfigView(
                build,
                GenerationView.of(now.snapshot(), now.snapshot().hash(), Set.of()),
                WrittenKernel.of(now.snapshot().texts()),
                now.plans().size(),
                Math.toIntExact(unserved(now).count()),
                unserved(now)
                        .limit(ConfigView.MAX_LISTED)
                        .mapToObj(place -> RouteView.of(now, place))
                        .toList(),
                now.report().lost().stream().limit(ConfigView.MAX_LISTED).toList(),
                now.report().opened().stream().limit(ConfigView.MAX_LISTED).toList(),
                OverrideView.of(now),
                warnings.size(),
                ProblemView.of(warnings.stream().limit(ConfigView.MAX_LISTED).toList()),
                circumstances.lastReload(),
                circumstances.onBadConfig(),
                circumstances.lastGood(),
                circumstances.pinned(),
                circumstances.stateDirectory(),
                circumstances.stateProblem());
    }

    private static IntStream unserved(Generation generation) {
        List<RoutePlan> plans = generation.plans();
        return IntStream.range(0, plans.size()).filter(place -> plans.get(place).refusal() != null);
    }

    private static @Nullable GenerationView lastGood(
            KernelStart.@Nullable Rejected inPlaceOf, Generation now, Set<Long> pinned) {
        return inPlaceOf == null
                ? null
                : GenerationView.of(inPlaceOf.lastGood(), now.snapshot().hash(), pinned);
    }

    private @Nullable String stateDirectory() {
        Path directory = reloads.history().directory();
        return directory == null ? null : directory.toString();
    }

    private @Nullable ReloadView lastReload() {
        ReloadResult last = reloads.last();
        return last == null ? null : ReloadView.of(last);
    }

    private Future<ApiAnswer> validate(ApiRequest request) {
        if (!(request.json().get("files") instanceof ObjectNode files)
                || request.json().size() > 1) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_BODY, "the body must be {\"files\": {\"routes/NAME.yaml\": \"TEXT\"}}");
        }
        List<FileEdit> edits = new ArrayList<>();
        files.forEachEntry((name, text) -> edits.add(edit(name, text)));
        ConfTexts running = reloads.texts();
        LossGuard guard = request.guard(LossGuard.FULL);
        return work.run(() -> reloads.inDirectory(_ -> changedBlocking(running, edits))
                        .compose(texts -> reloads.check(texts, guard)))
                .map(problems -> ApiAnswer.of(new ValidationResult(
                        problems.stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR),
                        problems.size(),
                        ProblemView.of(ReportedProblems.of(problems)))));
    }

    /**
     * Returns the running texts with the given edits. The edits may not change the rules for secrets. Otherwise a
     * request could make the engine read files or variables that the configuration on disk does not permit.
     */
    private static ConfTexts changedBlocking(ConfTexts running, List<FileEdit> edits) {
        ConfTexts changed = running;
        for (FileEdit edit : edits) {
            changed = changed.with(edit);
        }
        if (!changed.hasRulesOf(running)) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_BODY,
                    "'secrets' decides which files and variables may be read, so the API does not check it: check the files with"
                            + " `policy-engine validate`");
        }
        return running.withBlocking(edits);
    }

    private static FileEdit edit(String name, JsonNode text) {
        if (!ConfTexts.isName(name)) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_BODY,
                    "'" + name
                            + "' would not be read: files are NAME.yaml, routes/NAME.yaml and routes/FOLDER/NAME.yaml, relative"
                            + " to the conf directory");
        }
        if (!text.isString() && !text.isNull()) {
            throw new ApiProblem(ApiProblem.Code.INVALID_BODY, "the text of a file must be a string, or null");
        }
        return new FileEdit(name, text.isNull() ? null : text.stringValue());
    }

    private Future<ApiAnswer> reload(ApiRequest request) {
        return reloads.reload(Origin.API, request.guard(LossGuard.FULL))
                .map(result -> ApiAnswer.of(ReloadView.of(result)));
    }

    /** Returns the response to a change; throws {@link ApiProblem} if the change was rejected. */
    static ApiAnswer inForce(ReloadResult result) {
        if (result.status() == ReloadResult.Status.FAILURE) {
            throw ApiProblem.of(result.told());
        }
        return ApiAnswer.of(ReloadView.of(result));
    }

    private Future<ApiAnswer> plan(ApiRequest request) {
        String name = request.parameter("name");
        Generation now = current();
        List<RouteConfig> configs = now.config().routes();
        for (int i = 0; i < configs.size(); i++) {
            if (configs.get(i).routeName().equals(name)) {
                PlanView view = PlanView.of(configs.get(i), now.plans().get(i), now.modes(), now.id());
                return Future.succeededFuture(ApiAnswer.of(view));
            }
        }
        throw RouteEdits.notFound(name);
    }

    private Future<ApiAnswer> listWorkers() {
        return Future.succeededFuture(ApiAnswer.of(new WorkerView.All(
                generations.registry().reports().stream().map(WorkerView::of).toList())));
    }

    private Future<ApiAnswer> listPolicies() {
        Map<String, Long> uses = uses(current().config());
        List<PolicyView> policies = new ArrayList<>();
        for (WorkerReport report : generations.registry().reports()) {
            var description = report.description();
            if (description != null) {
                Set<String> refused = report.refused().stream()
                        .map(Declarations.Refused::policy)
                        .collect(Collectors.toSet());
                description.policies().stream()
                        .filter(policy -> !refused.contains(policy.descriptor().name()))
                        .forEach(policy -> policies.add(PolicyView.of(
                                report.worker().name(),
                                policy,
                                uses.getOrDefault(policy.descriptor().name(), 0L))));
            }
        }
        policies.sort(Comparator.comparing(PolicyView::name));
        return Future.succeededFuture(ApiAnswer.of(new PolicyView.All(policies)));
    }

    private static Map<String, Long> uses(EngineConfig config) {
        Map<String, Long> uses = new HashMap<>();
        for (RouteConfig route : config.routes()) {
            Stream.of(route.requestFlow(), route.responseFlow())
                    .flatMap(flow -> flow.chain().stream())
                    .map(EntryConfig::policy)
                    .distinct()
                    .forEach(policy -> uses.merge(policy, 1L, Long::sum));
        }
        return uses;
    }
}
