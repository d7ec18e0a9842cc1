package io.policyengine.kernel.admin.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.policyengine.core.config.ConfigException;
import io.policyengine.core.config.NotEditableException;
import io.policyengine.kernel.reload.ConfChangeException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Serves the management API over HTTP: on the admin server's event loop, while its operations run on the kernel's. */
public final class ApiRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ApiRoutes.class);
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    private final ManagementApi api;
    private final ApiAccess access;
    private final Context kernel;

    /**
     * The API of a kernel.
     *
     * @param kernel the kernel's event loop
     * @param token what callers must show; null: none is configured
     */
    public ApiRoutes(ManagementApi api, Context kernel, @Nullable String token) {
        this.api = api;
        this.access = new ApiAccess(token);
        this.kernel = kernel;
    }

    /** What answers requests to the API; any other request is passed on. */
    public void mount(Vertx vertx, Router router) {
        BodyHandler bodies = BodyHandler.create(false).setBodyLimit(MOST_BYTES);
        for (Endpoint endpoint : api.endpoints()) {
            router.routeWithRegex(endpoint.method(), endpoint.pattern())
                    .handler((SecurityPolicyHandler) this::admit)
                    .handler(bodies)
                    .handler(context -> serve(vertx, endpoint, context))
                    .failureHandler(context -> fail(context, failureOf(context)));
        }
        router.errorHandler(
                405,
                context -> fail(
                        context,
                        new ApiProblem(
                                ApiProblem.Code.METHOD_NOT_ALLOWED,
                                "this path has no " + context.request().method()
                                        + ": GET /openapi.json tells what there is")));
    }

    private void admit(RoutingContext context) {
        access.check(context.request());
        context.next();
    }

    private void serve(Vertx vertx, Endpoint endpoint, RoutingContext context) {
        Map<String, String> path = context.pathParams();
        Buffer body = context.body().buffer();
        ApiRequest request = new ApiRequest(
                Map.copyOf(path),
                context.request().getHeader(HttpHeaderNames.IF_MATCH),
                context.request().getHeader(HttpHeaderNames.IF_NONE_MATCH),
                context.request().getParam(ApiRequest.ALLOW_LOSS),
                body == null ? Buffer.buffer() : body);
        Promise<ApiAnswer> answer = ((ContextInternal) vertx.getOrCreateContext()).promise();
        kernel.runOnContext(_ -> handle(endpoint, request).onComplete(answer));
        answer.future()
                .onSuccess(given -> {
                    if (given.etag() != null) {
                        context.response().putHeader(HttpHeaderNames.ETAG, given.etag());
                    }
                    send(context.response(), given.status(), "application/json", given.body());
                })
                .onFailure(failure -> fail(context, failure));
    }

    private static Future<ApiAnswer> handle(Endpoint endpoint, ApiRequest request) {
        try {
            return endpoint.handler().handle(request);
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    private static Throwable failureOf(RoutingContext context) {
        return context.failure() == null && context.statusCode() == 413
                ? new ApiProblem(ApiProblem.Code.TOO_LARGE, "the body is longer than " + MOST_BYTES + " bytes")
                : Objects.requireNonNullElseGet(
                        context.failure(), () -> new IllegalStateException("status " + context.statusCode()));
    }

    private static void fail(RoutingContext context, Throwable failure) {
        ApiProblem problem = switch (failure) {
            case ApiProblem refused -> refused;
            case ConfChangeException refused -> ApiProblem.of(refused);
            case NotEditableException refused ->
                new ApiProblem(ApiProblem.Code.NOT_EDITABLE, String.valueOf(refused.getMessage()));
            case ConfigException invalid ->
                new ApiProblem(
                        ApiProblem.Code.INVALID_CONFIGURATION,
                        invalid.problems().stream().map(Object::toString).collect(Collectors.joining("\n")),
                        invalid.problems());
            default -> {
                LOG.error(
                        "{} {} failed",
                        context.request().method(),
                        context.request().path(),
                        failure);
                yield new ApiProblem(ApiProblem.Code.INTERNAL, "the engine failed; its log tells why");
            }
        };
        if (problem.status() == 401) {
            context.response().putHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        send(context.response(), problem.status(), ApiProblem.MEDIA_TYPE, problem.json());
    }

    private static void send(HttpServerResponse response, int status, String mediaType, ObjectNode body) {
        response.setStatusCode(status)
                .putHeader(HttpHeaderNames.CONTENT_TYPE, mediaType)
                .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .end(body.toPrettyString() + "\n");
    }
}
