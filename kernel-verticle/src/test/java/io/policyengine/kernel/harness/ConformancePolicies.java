package io.policyengine.kernel.harness;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.testkit.worker.ScriptedWorker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.StringNode;

/** Policies with which the engine behaves as the cases of the conformance suite need it. */
public final class ConformancePolicies {
    /** What the kernel is configured with, with time for a busy machine. */
    public static final String SETTINGS = """
            workers: [ { name: w, timeout_ms: 4000 } ]
            limits: { phase_timeout_ms: 5000 }
            envoy:
              message_timeout_ms: 10000
              mutation_rules: { allow_all_routing: true }
              receiving_namespaces: [ conformance ]
              trailers: send
            """;

    /** The same, of a kernel that asks Envoy for more time. */
    public static final String PATIENT_SETTINGS = """
            workers: [ { name: w, timeout_ms: 4000 } ]
            limits: { phase_timeout_ms: 4500 }
            envoy: { message_timeout_ms: 100, max_message_timeout_ms: 5000 }
            """;

    private final ScriptedWorker worker;
    private final StringBuilder routes = new StringBuilder("route_policies:\n");

    private ConformancePolicies(ScriptedWorker worker) {
        this.worker = worker;
    }

    /** Gives the worker its policies; the result are the routes. */
    public static String install(ScriptedWorker worker) {
        ConformancePolicies policies = new ConformancePolicies(worker);
        policies.headers();
        policies.trailers();
        policies.denials();
        policies.wholeBodies();
        policies.chunks();
        policies.late();
        return policies.routes.toString();
    }

    private void headers() {
        route("conformance-echo", "[]", "[]");
        both("set-headers", BodyNeed.NONE, policy(changes("request"), changes("response")));
        request("rewrite-path", Policies.request(new SetPath("/rewritten")), ", reroute: true");
        request("rewrite-authority", Policies.request(new SetAuthority("rewritten.example")), "");
        request(
                "replace-request",
                Policies.request(new SetMethod("POST"), new SetBody(Buffer.buffer("replaced"), null)),
                "");
        response("replace-response", Policies.response(new SetBody(Buffer.buffer("replaced"), null)));
        request("metadata", Policies.request(new SetMetadata("user", StringNode.valueOf("bob"))), "");
        RequestInstruction[] many = new RequestInstruction[101];
        for (int i = 0; i < many.length; i++) {
            many[i] = new SetHeader("x-" + i, "1");
        }
        request("many-headers", Policies.request(many), "");
    }

    private void trailers() {
        worker.with(
                "set-trailers",
                Policies.onTrailers(_ -> TrailersOutcome.proceed(List.of(new SetHeader("x-conformance", "response")))),
                Fact.READS_TRAILERS);
        route("conformance-set-trailers", "[]", "[ { policy: set-trailers } ]");
    }

    private void denials() {
        request("deny", Policies.onRequest(_ -> denied("denied")), "");
        request(
                "deny-binary",
                Policies.onRequest(_ -> RequestOutcome.respond(new ImmediateResponse(
                        403,
                        HeaderMap.empty(),
                        Buffer.buffer(new byte[] {0, (byte) 0xFF, (byte) 0x80, 10}),
                        "policy_denied"))),
                "");
        response(
                "deny-response", Policies.response(new SetStatusCode(502), new SetBody(Buffer.buffer("denied"), null)));
        request("hang", Policies.silent(), ", timeout_ms: 500");
    }

    private void wholeBodies() {
        both("whole-echo", BodyNeed.BUFFERED, policy(_ -> List.of(), _ -> List.of()));
        both("upper-whole", BodyNeed.BUFFERED, changing(Policies::upper));
        both("empty-body", BodyNeed.BUFFERED, changing(_ -> Buffer.buffer()));
        both("deny-body", BodyNeed.BUFFERED, new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                return holds(context.request().body(), "forbidden")
                        ? denied("denied")
                        : RequestOutcome.proceed(List.of());
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext context) {
                return ResponseOutcome.proceed(
                        holds(context.response().body(), "forbidden")
                                ? List.of(new SetStatusCode(403), new SetBody(Buffer.buffer("denied"), null))
                                : List.of());
            }
        });
    }

    private void chunks() {
        both("chunks-echo", BodyNeed.STREAMING, filtering(_ -> ChunkOutcome.PASS));
        both("upper-chunks", BodyNeed.STREAMING, filtering(chunk -> new ChunkOutcome.Replace(Policies.upper(chunk))));
        both(
                "drop-chunks",
                BodyNeed.STREAMING,
                filtering(chunk -> holds(chunk, "secret") ? ChunkOutcome.DROP : ChunkOutcome.PASS));
        both(
                "end-chunks",
                BodyNeed.STREAMING,
                filtering(chunk -> holds(chunk, "stop") ? new ChunkOutcome.End(Buffer.buffer()) : ChunkOutcome.PASS));
        requestChunks(
                "fail-chunk",
                chunk -> holds(chunk, "fail")
                        ? Future.failedFuture(new PolicyException(ErrorCode.POLICY_ERROR, "it broke"))
                        : Future.succeededFuture(ChunkOutcome.PASS));
        requestChunks(
                "deny-chunk",
                chunk -> holds(chunk, "forbidden")
                        ? RequestChunkOutcome.respond(denial("denied"))
                        : Future.succeededFuture(ChunkOutcome.PASS));
    }

    /** Policies that decide in a later turn of the event loop. */
    private void late() {
        request("slow", Policies.onRequest(_ -> later(600, new RequestOutcome.Proceed(List.of(), null))), "");
        both("late", BodyNeed.NONE, lateOnHeaders());
        both("whole-late", BodyNeed.BUFFERED, lateOnHeaders());
        both(
                "chunks-late",
                BodyNeed.STREAMING,
                Policies.filtering(() -> (chunk, _) -> later(new ChunkOutcome.Replace(Policies.upper(chunk)))));
    }

    private static Policy lateOnHeaders() {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                return later(new RequestOutcome.Proceed(List.of(), null));
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext context) {
                return later(new ResponseOutcome.Proceed(List.of(), null));
            }
        };
    }

    private static <T> Future<T> later(T outcome) {
        return later(1, outcome);
    }

    private static <T> Future<T> later(long millis, T outcome) {
        Promise<T> promise = Promise.promise();
        Objects.requireNonNull(Vertx.currentContext()).owner().setTimer(millis, _ -> promise.complete(outcome));
        return promise.future();
    }

    private void requestChunks(String behaviour, Function<Buffer, Future<RequestChunkOutcome>> filter) {
        worker.with(behaviour, BodyNeed.STREAMING, new Policy() {
            @Override
            public ChunkFilter<? extends RequestChunkOutcome> requestChunks(RequestContext context) {
                return (ChunkFilter<RequestChunkOutcome>) (chunk, _) -> filter.apply(chunk);
            }
        });
        route("conformance-" + behaviour, "[ { policy: " + behaviour + " } ]", "[]");
    }

    private static Policy filtering(Function<Buffer, ChunkOutcome> filter) {
        return Policies.filtering(() -> (chunk, _) -> Future.succeededFuture(filter.apply(chunk)));
    }

    private static Policy changing(UnaryOperator<Buffer> change) {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                return RequestOutcome.proceed(
                        List.of(new SetBody(changed(context.request().body()), null)));
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext context) {
                return ResponseOutcome.proceed(
                        List.of(new SetBody(changed(context.response().body()), null)));
            }

            private Buffer changed(@Nullable Buffer body) {
                return change.apply(Objects.requireNonNull(body, "a policy that reads the body has one"));
            }
        };
    }

    private static Policy policy(
            Function<RequestContext, List<RequestInstruction>> request,
            Function<ResponseContext, List<ResponseInstruction>> response) {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext context) {
                return RequestOutcome.proceed(request.apply(context));
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext context) {
                return ResponseOutcome.proceed(response.apply(context));
            }
        };
    }

    private static <C, I> Function<C, List<I>> changes(String direction) {
        List<Object> instructions = List.of(
                new SetHeader("x-conformance", direction),
                new AppendHeader("x-added", "two"),
                new RemoveHeader("x-removed"));
        @SuppressWarnings("unchecked") // each of them is of both directions
        List<I> typed = (List<I>) new ArrayList<>(instructions);
        return _ -> typed;
    }

    private static boolean holds(@Nullable Buffer body, String word) {
        return body != null && body.toString().contains(word);
    }

    private static Future<RequestOutcome> denied(String body) {
        return RequestOutcome.respond(denial(body));
    }

    private static ImmediateResponse denial(String body) {
        return new ImmediateResponse(
                403,
                HeaderMap.of("content-type", "text/plain", "x-conformance", "denied"),
                Buffer.buffer(body),
                "policy_denied");
    }

    private void both(String behaviour, BodyNeed need, Policy policy) {
        worker.with(behaviour, need, policy);
        String chain = "[ { policy: " + behaviour + " } ]";
        route("conformance-" + behaviour, chain, chain);
    }

    private void request(String behaviour, Policy policy, String settings) {
        worker.with(behaviour, policy);
        route("conformance-" + behaviour, "[ { policy: " + behaviour + settings + " } ]", "[]");
    }

    private void response(String behaviour, Policy policy) {
        worker.with(behaviour, policy);
        route("conformance-" + behaviour, "[]", "[ { policy: " + behaviour + " } ]");
    }

    private void route(String name, String request, String response) {
        routes.append("  - route_name: ")
                .append(name)
                .append("\n    request_flow: { policy_chain: ")
                .append(request)
                .append(" }\n    response_flow: { policy_chain: ")
                .append(response)
                .append(" }\n");
    }
}
