package io.policyengine.admin.api;

import io.policyengine.admin.view.ReloadView;
import io.policyengine.admin.view.RouteView;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.ObservabilityConfig.AdminRole;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.editing.WrittenRoutes;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.SecretMask;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.change.RouteLosses;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.KeyedHash;
import io.policyengine.kernel.reload.ConfChanges;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The operations on single route policies: read, write, remove. Confined to the kernel's event loop. */
final class RouteEdits {
    private static final Logger LOG = LoggerFactory.getLogger(RouteEdits.class);
    private static final List<String> FLOWS = List.of("request_flow", "response_flow");

    private final Vertx vertx;
    private final Generations generations;
    private final ConfChanges changes;
    private final KeyedHash hashes;
    private final ConfigWork work;

    RouteEdits(Vertx vertx, Generations generations, ConfChanges changes, KeyedHash hashes, ConfigWork work) {
        this.vertx = vertx;
        this.generations = generations;
        this.changes = changes;
        this.hashes = hashes;
        this.work = work;
    }

    List<ApiOperation> endpoints() {
        return List.of(
                ApiOperation.get(
                        "/routes/{name}",
                        "getRoute",
                        "A route policy as it is written, with the ETag of its definition. In the path, `/` in the name is `%2F`.",
                        RouteView.Detail.class,
                        this::show),
                new ApiOperation(
                                new ApiOperation.Operation(
                                        HttpMethod.PUT,
                                        "/routes/{name}",
                                        "putRoute",
                                        "Replaces a route policy, or writes a new one into its own file. `route_name`"
                                                + " may be omitted."
                                                + " Honours If-Match and If-None-Match."),
                                ConfigSchemas.routes().at("/properties/route_policies/items"),
                                ReloadView.class,
                                List.of(
                                        ApiProblem.Code.INVALID_BODY,
                                        ApiProblem.Code.FILES_DIFFER,
                                        ApiProblem.Code.READ_ONLY,
                                        ApiProblem.Code.NOT_EDITABLE,
                                        ApiProblem.Code.PRECONDITION_FAILED,
                                        ApiProblem.Code.INVALID_CONFIGURATION),
                                AdminRole.WRITE,
                                this::put)
                        .losing(),
                new ApiOperation(
                        new ApiOperation.Operation(
                                HttpMethod.DELETE,
                                "/routes/{name}",
                                "deleteRoute",
                                "Removes a route policy, and its file if it holds nothing else. Honours If-Match."),
                        null,
                        ReloadView.class,
                        List.of(
                                ApiProblem.Code.NOT_FOUND,
                                ApiProblem.Code.FILES_DIFFER,
                                ApiProblem.Code.READ_ONLY,
                                ApiProblem.Code.NOT_EDITABLE,
                                ApiProblem.Code.PRECONDITION_FAILED,
                                ApiProblem.Code.INVALID_CONFIGURATION),
                        AdminRole.WRITE,
                        this::delete));
    }

    static ApiProblem notFound(String name) {
        return new ApiProblem(
                ApiProblem.Code.NOT_FOUND, "no route policy is named '" + name + "'; GET /routes lists them all");
    }

    private Generation current() {
        return Objects.requireNonNull(generations.current());
    }

    private Future<ApiAnswer> show(ApiRequest request) {
        String name = request.parameter("name");
        Generation now = current();
        Map<String, JsonNode> schemas = schemas(now);
        return work.run(() -> OffLoop.call(vertx, () -> find(now.snapshot().texts(), name)))
                .map(found -> {
                    WrittenRoutes.Written written = found.orElseThrow(() -> notFound(name));
                    return ApiAnswer.of(
                            new RouteView.Detail(brief(now, name), masked(written.definition(), schemas)),
                            hashes.etag(written.definition().toString()));
                });
    }

    private static Optional<WrittenRoutes.Written> find(ConfTexts texts, String name) {
        return new WrittenRoutes(texts).find(name);
    }

    private static RouteView brief(Generation generation, String name) {
        List<RouteConfig> routes = generation.config().routes();
        for (int i = 0; i < routes.size(); i++) {
            if (routes.get(i).routeName().equals(name)) {
                return RouteView.of(generation, i);
            }
        }
        throw notFound(name);
    }

    private Future<ApiAnswer> put(ApiRequest request) {
        String name = request.parameter("name");
        ObjectNode definition = named(request.json(), name);
        if (SecretMask.isIn(definition)) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_BODY,
                    "'" + SecretMask.MASK
                            + "' replaces a value that is not shown: write the value itself, or a reference such as"
                            + " ${file:PATH}");
        }
        return work.run(() -> changes.make(request.guard(LossGuard.ROUTES), running -> {
                    WrittenRoutes routes = new WrittenRoutes(running);
                    var written = routes.find(name).orElse(null);
                    request.checkPreconditions(
                            written == null
                                    ? null
                                    : hashes.etag(written.definition().toString()));
                    return List.of(
                            written == null ? routes.add(name, definition) : routes.replace(written, definition));
                }))
                .map(result -> {
                    ApiAnswer answer = ManagementApi.inForce(result);
                    return new ApiAnswer(answer.status(), answer.body(), hashes.etag(definition.toString()));
                });
    }

    private static ObjectNode named(ObjectNode body, String name) {
        String key = body.has("route_name_regex") ? "route_name_regex" : "route_name";
        JsonNode written = body.path(key);
        if (!written.isMissingNode() && !written.asString("").equals(name)) {
            throw new ApiProblem(
                    ApiProblem.Code.INVALID_CONFIGURATION,
                    "'" + key + "' must be the name in the path, '" + name + "'");
        }
        ObjectNode definition = JsonNodeFactory.instance.objectNode();
        definition.put(key, name);
        definition.setAll(body);
        return definition;
    }

    private Future<ApiAnswer> delete(ApiRequest request) {
        String name = request.parameter("name");
        Generation before = current();
        // No loss guard, since the caller names the route.
        return work.run(() -> changes.make(LossGuard.NONE, running -> {
                    WrittenRoutes routes = new WrittenRoutes(running);
                    var written = routes.find(name).orElseThrow(() -> notFound(name));
                    request.checkPreconditions(hashes.etag(written.definition().toString()));
                    return List.of(routes.remove(written));
                }))
                .map(result -> {
                    List<Problem> opened = openedBy(before, name);
                    opened.forEach(warning -> LOG.atWarn().log("{}", warning.message()));
                    return ManagementApi.inForce(result.with(opened));
                });
    }

    /**
     * Returns warnings about requests that pass without policies after the removal of a route. The change is only
     * reported, not refused, because the caller named the route.
     */
    private List<Problem> openedBy(Generation before, String name) {
        return before.config().routes().stream()
                .filter(route -> route.routeName().equals(name) && !route.isWithoutPolicies())
                .filter(route -> RouteLosses.opens(current().config(), route))
                .map(route -> Problem.warning(
                        route.location(),
                        "route '" + name + "' was removed, and its requests now pass without policies, by a prefix in"
                                + " policy_kernel.open_routes"))
                .toList();
    }

    /**
     * Returns the parameter schemas of policies, by policy name, as declared by the workers that own the policies. The
     * schemas determine which parameters are secret.
     */
    static Map<String, JsonNode> schemas(Generation generation) {
        Map<String, JsonNode> schemas = new HashMap<>();
        generation
                .modes()
                .declarations()
                .owners()
                .forEach((name, owner) -> schemas.put(name, owner.policy().paramsSchema()));
        return schemas;
    }

    /** Returns a definition without secrets. If a policy has no owner, all of its parameters are hidden. */
    private static ObjectNode masked(ObjectNode definition, Map<String, JsonNode> schemas) {
        ObjectNode copy = definition.deepCopy();
        for (String flow : FLOWS) {
            for (JsonNode entry : copy.path(flow).path("policy_chain")) {
                JsonNode params = entry.path("params");
                if (entry instanceof ObjectNode object && params.isObject()) {
                    JsonNode schema = schemas.get(entry.path("policy").asString(""));
                    object.set(
                            "params",
                            schema == null
                                    ? JsonNodeFactory.instance.stringNode(SecretMask.MASK)
                                    : SecretMask.mask(schema, params));
                }
            }
        }
        return copy;
    }
}
