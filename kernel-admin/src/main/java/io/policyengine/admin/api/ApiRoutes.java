package io.policyengine.admin.api;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.policyengine.admin.access.AdminTokens;
import io.policyengine.admin.access.AuditLog;
import io.policyengine.admin.access.Caller;
import io.policyengine.admin.page.AdminPage;
import io.policyengine.admin.page.MethodNotAllowed;
import io.policyengine.core.admin.AdminRoutes;
import io.policyengine.core.admin.AnswerBody;
import io.policyengine.core.async.DirectoryAccess;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.async.UnansweredException;
import io.policyengine.core.capacity.CapacityReservation;
import io.policyengine.core.config.editing.NotEditableException;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.vertx.Contexts;
import io.policyengine.kernel.metrics.KernelMeters;
import io.policyengine.kernel.reload.ConfChangeException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The management API over HTTP. Requests are received on the admin server's event loop; operations run on the kernel's.
 */
public final class ApiRoutes implements AdminRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ApiRoutes.class);
    private static final long LOOK_PERIOD_MS = 1000;

    private static final String CALLER = "caller";

    private final ManagementApi api;
    private final AdminTokens tokens;
    private final ApiAccess access;
    private final Context kernel;
    private final AuditLog audit;
    private final KernelMeters meters;
    private final FileDownload download = new FileDownload();
    private final ApiBodies bodies = new ApiBodies();
    private Runnable endLooks = () -> {};

    /**
     * Creates the routes of a kernel's API.
     *
     * @param kernel the kernel's event loop
     */
    public ApiRoutes(ManagementApi api, Context kernel, AdminTokens tokens, AuditLog audit, KernelMeters meters) {
        this.api = api;
        this.tokens = tokens;
        this.access = new ApiAccess(tokens);
        this.kernel = kernel;
        this.audit = audit;
        this.meters = meters;
        for (ApiProblem.Code code : List.of(ApiProblem.Code.UNAUTHENTICATED, ApiProblem.Code.FORBIDDEN)) {
            meters.adminRefusals(code.text());
        }
    }

    @Override
    public String description() {
        return "/openapi.json, " + AdminPage.PATH;
    }

    @Override
    public Future<Handler<HttpServerRequest>> open(Vertx vertx, Handler<HttpServerRequest> notHere) {
        Router router = Router.router(vertx);
        mount(vertx, router);
        router.errorHandler(404, context -> notHere.handle(context.request()));
        // Routes do not see an invalid percent-encoding, and Vert.x would log it with a stack trace.
        router.errorHandler(400, context -> fail(context, malformed()));
        return AdminPage.open(vertx)
                .onSuccess(page -> page.mount(router))
                .compose(_ -> readTokens(vertx))
                .map(_ -> request -> {
                    if (!refusesMalformed(request)) {
                        router.handle(request);
                    }
                });
    }

    @Override
    public void close() {
        endLooks.run();
    }

    /** Reads the token files at once, and again whenever they change. */
    private Future<?> readTokens(Vertx vertx) {
        DirectoryAccess files =
                new DirectoryAccess(vertx, "policy-engine-tokens", "a file of a token of the management API");
        AtomicBoolean looking = new AtomicBoolean();
        long looks = vertx.setPeriodic(LOOK_PERIOD_MS, _ -> {
            if (looking.compareAndSet(false, true)) {
                look(files).onComplete(_ -> looking.set(false));
            }
        });
        endLooks = () -> {
            vertx.cancelTimer(looks);
            files.close();
        };
        return look(files);
    }

    /**
     * Checks the token files. A file on a disk that does not respond does not delay the start; its token is invalid
     * until the file is read.
     */
    private Future<?> look(DirectoryAccess files) {
        return files.run(_ -> {
                    tokens.lookBlocking();
                    return tokens;
                })
                .recover(failure -> {
                    if (failure instanceof UnansweredException) {
                        tokens.unanswered(String.valueOf(failure.getMessage()));
                        return Future.succeededFuture(tokens);
                    }
                    return Future.failedFuture(failure);
                });
    }

    private void mount(Vertx vertx, Router router) {
        List<ApiOperation> endpoints = api.endpoints();
        for (ApiOperation endpoint : endpoints) {
            router.routeWithRegex(endpoint.method(), endpoint.pattern())
                    .handler(context -> admit(endpoint, context))
                    .handler(context -> serve(vertx, endpoint, context))
                    .failureHandler(context -> fail(context, failureOf(context)));
        }
        Map<String, List<HttpMethod>> methods = new LinkedHashMap<>();
        endpoints.forEach(endpoint -> methods.computeIfAbsent(endpoint.pattern(), _ -> new ArrayList<>())
                .add(endpoint.method()));
        methods.forEach((pattern, allowed) ->
                router.routeWithRegex(pattern).handler(context -> MethodNotAllowed.fail(context, allowed)));
        router.errorHandler(
                MethodNotAllowed.STATUS,
                context -> fail(
                        context,
                        new ApiProblem(
                                ApiProblem.Code.METHOD_NOT_ALLOWED,
                                "this path does not support "
                                        + context.request().method() + ": GET /openapi.json lists all operations")));
    }

    /**
     * Refuses a malformed request, because Vert.x would log it in full. Returns whether the request was malformed.
     */
    private boolean refusesMalformed(HttpServerRequest request) {
        ApiProblem problem = malformation(request);
        if (problem != null) {
            send(request.response(), problem.status(), ApiProblem.MEDIA_TYPE, problem.json());
        }
        return problem != null;
    }

    private static @Nullable ApiProblem malformation(HttpServerRequest request) {
        boolean namesOneHost = ApiAccess.hostOf(request) != null
                && request.headers().getAll(HttpHeaderNames.HOST).size() <= 1;
        if (!ApiAccess.isLocal(request) && !namesOneHost) {
            return new ApiProblem(
                    ApiProblem.Code.MALFORMED, "the field Host, or :authority, must be one host, with or without port");
        }
        if (request.path() == null || !request.path().startsWith("/")) {
            return new ApiProblem(ApiProblem.Code.MALFORMED, "the path must begin with a slash");
        }
        try {
            request.params();
            return null;
        } catch (IllegalArgumentException malformed) {
            return new ApiProblem(ApiProblem.Code.MALFORMED, "the query is not percent-encoded correctly");
        }
    }

    private static ApiProblem malformed() {
        return new ApiProblem(ApiProblem.Code.MALFORMED, "the request cannot be understood");
    }

    private static Throwable failureOf(RoutingContext context) {
        if (context.statusCode() == ApiProblem.Code.MALFORMED.status) {
            return malformed();
        }
        return Objects.requireNonNullElseGet(
                context.failure(), () -> new IllegalStateException("status " + context.statusCode()));
    }

    private void admit(ApiOperation endpoint, RoutingContext context) {
        try {
            context.put(CALLER, access.admit(context.request(), endpoint.role()));
        } catch (ApiProblem refused) {
            meters.adminRefusals(refused.code().text()).increment();
            if (endpoint.isChange()) {
                Caller caller = refused instanceof ApiAccess.ForbiddenRole known
                        ? known.caller()
                        : Caller.anonymous(ApiAccess.peer(context.request()));
                audit.write(
                        change(endpoint, context, caller, Buffer.buffer()),
                        new AuditLog.Result(refused.status(), refused.code().text(), null, null));
            }
            fail(context, refused);
            return;
        }
        context.next();
    }

    private static AuditLog.Change change(ApiOperation endpoint, RoutingContext context, Caller caller, Buffer body) {
        return new AuditLog.Change(
                caller,
                endpoint.id(),
                context.request().method().name(),
                String.valueOf(context.request().path()),
                AuditedQuery.of(context.request()),
                AuditedBody.of(endpoint, body));
    }

    private void serve(Vertx vertx, ApiOperation endpoint, RoutingContext context) {
        try {
            KnownParameters.check(endpoint, context.request().query());
        } catch (ApiProblem refused) {
            auditRefusal(endpoint, context, refused);
            fail(context, refused);
            return;
        }
        CapacityReservation reserved = bodies.reservation();
        ApiBody.read(vertx, context.request(), endpoint.longestBody(), reserved)
                .onSuccess(body -> serve(vertx, endpoint, context, body).onComplete(_ -> reserved.close()))
                .onFailure(failure -> {
                    reserved.close();
                    if (failure instanceof ApiProblem refused) {
                        auditRefusal(endpoint, context, refused);
                    }
                    fail(context, failure);
                });
    }

    private void auditRefusal(ApiOperation endpoint, RoutingContext context, ApiProblem refused) {
        if (endpoint.isChange()) {
            audit.write(
                    change(endpoint, context, Objects.requireNonNull(context.get(CALLER)), Buffer.buffer()),
                    new AuditLog.Result(refused.status(), refused.code().text(), null, null));
        }
    }

    private Future<ApiAnswer> serve(Vertx vertx, ApiOperation endpoint, RoutingContext context, Buffer body) {
        Map<String, String> path = context.pathParams();
        ApiRequest request = new ApiRequest(
                Map.copyOf(path),
                context.request().getHeader(HttpHeaderNames.IF_MATCH),
                context.request().getHeader(HttpHeaderNames.IF_NONE_MATCH),
                queryOf(endpoint, context.request()),
                body);
        Promise<ApiAnswer> answer = Contexts.promise(vertx.getOrCreateContext());
        AuditLog.Change change = change(endpoint, context, Objects.requireNonNull(context.get(CALLER)), body);
        kernel.runOnContext(_ -> {
            String before = api.hash();
            handle(endpoint, request)
                    .onComplete(done -> {
                        if (endpoint.isChange()) {
                            audit.write(change, result(done, before, api.hash()));
                        }
                    })
                    .onComplete(answer);
        });
        answer.future()
                .compose(given -> send(vertx, context.request(), given))
                .onFailure(failure -> fail(context, failure));
        return answer.future();
    }

    /** Sends a response. The text is created off the event loop, because it may be long. */
    private Future<?> send(Vertx vertx, HttpServerRequest request, ApiAnswer given) {
        if (given.file() != null) {
            return download.send(vertx, request, given.file());
        }
        return OffLoop.call(vertx, () -> Buffer.buffer(given.body().toPrettyString() + "\n"))
                .compose(text -> {
                    HttpServerResponse response = request.response();
                    if (given.etag() != null) {
                        response.putHeader(HttpHeaderNames.ETAG, given.etag());
                    }
                    begin(response, given.status(), "application/json");
                    return AnswerBody.send(request, text);
                });
    }

    private static Map<String, String> queryOf(ApiOperation endpoint, HttpServerRequest request) {
        Map<String, String> query = new HashMap<>();
        for (QueryParameter parameter : endpoint.query()) {
            String value = request.getParam(parameter.name());
            if (value != null) {
                query.put(parameter.name(), value);
            }
        }
        return query;
    }

    private static AuditLog.Result result(AsyncResult<ApiAnswer> done, String before, String after) {
        if (done.succeeded()) {
            ApiAnswer given = done.result();
            return new AuditLog.Result(
                    given.status(), given.body().path("status").asString("success"), before, after);
        }
        ApiProblem problem = problem(done.cause());
        return problem == null
                ? new AuditLog.Result(500, ApiProblem.Code.INTERNAL.text(), before, after)
                : new AuditLog.Result(problem.status(), problem.code().text(), before, after);
    }

    private static Future<ApiAnswer> handle(ApiOperation endpoint, ApiRequest request) {
        try {
            endpoint.checkQuery(request);
            return endpoint.handler().handle(request);
        } catch (RuntimeException refused) {
            return Future.failedFuture(refused);
        }
    }

    /** Returns the refusal for a failure, or null if the failure is a fault of the engine. */
    private static @Nullable ApiProblem problem(Throwable failure) {
        return switch (failure) {
            case ApiProblem refused -> refused;
            case ConfChangeException refused -> ApiProblem.of(refused);
            case UnansweredException refused ->
                new ApiProblem(ApiProblem.Code.UNANSWERED, String.valueOf(refused.getMessage()));
            case NotEditableException refused ->
                new ApiProblem(ApiProblem.Code.NOT_EDITABLE, String.valueOf(refused.getMessage()));
            case ConfigException invalid -> ApiProblem.of(ReportedProblems.of(invalid.problems()));
            default -> null;
        };
    }

    private static void fail(RoutingContext context, Throwable failure) {
        if (failure instanceof HttpClosedException) {
            return; // the caller has gone before its request was whole
        }
        ApiProblem problem = problem(failure);
        if (problem == null) {
            LOG.error(
                    "{} {} of the management API failed, and was answered with 500",
                    context.request().method(),
                    context.request().path(),
                    failure);
            problem = new ApiProblem(ApiProblem.Code.INTERNAL, "the engine failed; its log shows why");
        }
        if (problem.status() == 401) {
            context.response().putHeader(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        send(context.response(), problem.status(), ApiProblem.MEDIA_TYPE, problem.json());
    }

    private static void send(HttpServerResponse response, int status, String mediaType, ObjectNode body) {
        begin(response, status, mediaType);
        response.end(body.toPrettyString() + "\n");
    }

    private static void begin(HttpServerResponse response, int status, String mediaType) {
        response.setStatusCode(status)
                .putHeader(HttpHeaderNames.CONTENT_TYPE, mediaType)
                .putHeader(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .putHeader("x-content-type-options", "nosniff");
    }
}
