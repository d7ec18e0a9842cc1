package io.policyengine.it.engine;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.params.Default;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.Question;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.work.Lane;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Policies that behave in all the ways that a policy can. */
public final class TestPolicies {
    public static final AtomicInteger CANCELLED = new AtomicInteger();
    public static final AtomicInteger CLOSED = new AtomicInteger();

    /** The beginning of the names of policies that declare all their effects, and no dependency. */
    private static final String ALONE = "alone";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private TestPolicies() {}

    /** Parameters of all of them. */
    public record Params(
            @Default("\"x-test\"") String name,
            @Default("\"\"") String value,
            @Default("0") int size) {}

    public static List<PolicyFactory<?>> all() {
        return List.of(
                request("setHeader", (params, _) -> _ -> proceed(new SetHeader(params.name(), params.value()))),
                request(
                        "later",
                        (params, environment) -> _ -> environment
                                .after(Duration.ofMillis(5))
                                .map(_ -> new RequestOutcome.Proceed(
                                        List.of(new SetHeader("x-later", params.value())), null))),
                request(
                        "offLoop",
                        (_, environment) -> context -> environment.offLoop(
                                context.call(),
                                new Work(Lane.SHORT, 1_000),
                                _ -> new RequestOutcome.Proceed(List.of(new SetHeader("x-off", "1")), "worked"))),
                request("never", (_, _) -> TestPolicies::never),
                request("touchy", (_, _) -> context -> {
                    context.call().cancellation().onCancel(() -> {
                        throw new IllegalStateException("it cannot bear to be cancelled");
                    });
                    return never(context);
                }),
                request("throwing", (_, _) -> _ -> {
                    throw new IllegalStateException("secret");
                }),
                request("breaking", (_, _) -> _ -> {
                    throw new ServiceConfigurationError("secret");
                }),
                request(
                        "failing",
                        (_, _) -> _ -> Future.failedFuture(new PolicyException(ErrorCode.POLICY_ERROR, "secret"))),
                request(
                        "cutOff",
                        (_, _) -> _ ->
                                Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "secret"))),
                request(ALONE + "Late", (_, _) -> TestPolicies::never),
                request(
                        ALONE + "CutOff",
                        (_, _) -> _ ->
                                Future.failedFuture(new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "secret"))),
                request(
                        "overloaded",
                        (_, _) -> _ -> Future.failedFuture(new PolicyException(ErrorCode.OVERLOADED, "too many"))),
                request("denying", (_, _) -> TestPolicies::deny),
                request("denyingOddly", (params, _) -> _ -> respondOddly(403, params.value())),
                request("answeringOddly", (params, _) -> _ -> respondOddly(200, params.value())),
                request(
                        "skipping",
                        (_, _) -> _ -> Future.succeededFuture(
                                new RequestOutcome.SkipRemaining(List.of(new SetHeader("x-skip", "1")), "enough"))),
                request("remember", (params, _) -> context -> remember(params, context)),
                request("illegal", (_, _) -> _ -> proceed(new SetHeader("content-length", "1"))),
                request(
                        "rewrite",
                        (_, _) -> _ -> proceed(
                                new SetPath("/new\u00ff"),
                                new SetQueryParam("q", "ä b"),
                                new SetMethod("PUT"),
                                new SetAuthority("other.example"))),
                request("leave", (_, _) -> _ -> proceed(new SetResponseHeader("x-left", "\u00e4"))),
                request("show", (_, _) -> TestPolicies::show),
                request("count", TestPolicies::counting),
                request("picky", (params, _) -> {
                    if (params.size() < -1) {
                        throw new ServiceConfigurationError("secret");
                    }
                    if (params.size() < 0) {
                        throw new InvalidParamsException("/size", "must not be negative");
                    }
                    return _ -> RequestOutcome.unchanged();
                }),
                new Bodies(),
                new Answers(),
                new SentBodies(),
                new Namespaces(),
                new EndPolicies(),
                new ChunkPolicies("chunks", BodyNeed.BUFFERED_OR_STREAMING),
                new ChunkPolicies("chunksOnly", BodyNeed.STREAMING));
    }

    private static Future<RequestOutcome> proceed(RequestInstruction... instructions) {
        return RequestOutcome.proceed(List.of(instructions));
    }

    private static Future<RequestOutcome> never(RequestContext context) {
        context.call().cancellation().onCancel(CANCELLED::incrementAndGet);
        return Promise.<RequestOutcome>promise().future();
    }

    private static Future<RequestOutcome> deny(RequestContext context) {
        ImmediateResponse response = new ImmediateResponse(
                401,
                HeaderMap.of("www-authenticate", "Bearer", "x-octets", "\u00e4\u0080"),
                Buffer.buffer("{\"error\":\"no\"}"),
                DenialReason.AUTHENTICATION_FAILED.code());
        return Future.succeededFuture(
                new RequestOutcome.Respond(response, List.of(new SetMetadata("denied", JSON.booleanNode(true)))));
    }

    /** Answers with a response, or with changes of metadata, of which something cannot be sent or kept. */
    private static Future<RequestOutcome> respondOddly(int usual, String how) {
        HeaderMap.Builder headers = HeaderMap.builder(200).append("x-good", "1");
        int status = usual;
        String body = "{\"error\":\"no\"}";
        List<RequestInstruction> instructions = List.of();
        switch (how) {
            case "line feed" -> headers.append("x-reflected", "a\nb");
            case "framing" -> headers.append("content-length", "3");
            case "envoy" -> headers.append("x-envoy-upstream-service-time", "3");
            case "many" -> IntStream.range(0, 150).forEach(i -> headers.append("x-" + i, "1"));
            case "large field" -> headers.append("x-large", "x".repeat(70_000));
            case "status" -> status = 600;
            case "no status" -> status = 0;
            case "body" -> body = "x".repeat(2_000_000);
            case "metadata" -> instructions = List.of(new SetMetadata("k", JSON.stringNode("x".repeat(100_000))));
            case "instruction" ->
                instructions = List.of(new SetHeader("content-length", "1"), new SetMetadata("", JSON.nullNode()));
            default -> throw new IllegalArgumentException(how);
        }
        return Future.succeededFuture(new RequestOutcome.Respond(
                new ImmediateResponse(status, headers.build(), Buffer.buffer(body), "odd"), instructions));
    }

    private static Future<RequestOutcome> remember(Params params, RequestContext context) {
        String before = String.valueOf(context.metadata().get(params.name()));
        return proceed(
                new SetMetadata(params.name(), JSON.stringNode(params.value() + "x".repeat(params.size()))),
                new SetHeader("x-before", before));
    }

    /** Tells in headers what the policy was shown. */
    private static Future<RequestOutcome> show(RequestContext context) {
        var request = context.request();
        List<RequestInstruction> shown = new ArrayList<>();
        shown.add(new SetHeader("x-target", request.method() + " " + request.authority() + request.rawPath()));
        shown.add(new SetHeader("x-path", request.path()));
        shown.add(new SetHeader("x-headers", request.headers().getAll("x-test").toString()));
        shown.add(new SetHeader("x-client", request.clientAddress() + " " + request.attributes()));
        shown.add(new SetHeader("x-body", String.valueOf(request.body())));
        shown.add(new SetHeader("x-request", context.call().requestId() + " " + request.absent()));
        return RequestOutcome.proceed(shown);
    }

    private static Function<RequestContext, Future<RequestOutcome>> counting(
            Params params, PolicyEnvironment environment) {
        AtomicInteger count = environment.state("count", params.value(), AtomicInteger::new);
        return _ -> proceed(new SetHeader("x-count", Integer.toString(count.incrementAndGet())));
    }

    /** A policy of this name for requests. */
    public static PolicyFactory<Params> request(
            String name, BiFunction<Params, PolicyEnvironment, Function<RequestContext, Future<RequestOutcome>>> make) {
        return new Requests(name, make);
    }

    private record Requests(
            String name, BiFunction<Params, PolicyEnvironment, Function<RequestContext, Future<RequestOutcome>>> make)
            implements PolicyFactory<Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                    name, "1.0.0", "A policy for tests.", Set.of(Phase.REQUEST), Set.of(Fact.MAY_DENY));
        }

        @Override
        public EntryFacts facts(Params params, Phase phase) {
            EntryFacts declared = EntryFacts.of(descriptor().facts());
            if (name.startsWith(ALONE)) {
                return declared.with(Fact.DECLARES_ALL_EFFECTS);
            }
            return name.equals("setHeader")
                    ? declared.with(HeaderUse.Action.IDENTITY, List.of(params.name()))
                    : declared;
        }

        @Override
        public Policy create(Params params, PolicyEnvironment environment) {
            Function<RequestContext, Future<RequestOutcome>> policy = make.apply(params, environment);
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext request) {
                    return policy.apply(request);
                }

                @Override
                public Future<@Nullable JsonNode> ask(Question question) {
                    return switch (question.about()) {
                        case "value" ->
                            Future.succeededFuture(
                                    JsonNodeFactory.instance.stringNode(params.value() + question.parameter("after")));
                        case "trouble" -> throw new IllegalStateException("secret");
                        default -> Future.succeededFuture();
                    };
                }

                @Override
                public @Nullable String unhealthyBecause() {
                    return params.value().equals("ill") ? "it is ill" : null;
                }

                @Override
                public void close() {
                    CLOSED.incrementAndGet();
                }
            };
        }
    }

    /** Puts a body into upper case; needs it only if its size parameter says so. */
    private static final class Bodies implements PolicyFactory<Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return new PolicyDescriptor(
                    "upperCase",
                    "2.1.0",
                    "Puts bodies into upper case.",
                    Set.of(Phase.REQUEST),
                    BodyNeed.BUFFERED_OR_STREAMING,
                    BodyNeed.NONE,
                    Set.of(),
                    EndAccuracy.STREAM);
        }

        @Override
        public BodyNeed bodyNeed(Params params, Phase phase) {
            return params.size() == 0 ? BodyNeed.NONE : BodyNeed.BUFFERED;
        }

        @Override
        public Policy create(Params params, PolicyEnvironment environment) {
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext context) {
                    Buffer body = context.request().body();
                    String text = body == null ? "none" : body.toString().toUpperCase(Locale.ROOT);
                    return proceed(new SetBody(Buffer.buffer(text), "text/plain"));
                }
            };
        }
    }

    /** Tells the client, in a header, which body the request was sent upstream with; looks at it unless its value is "blind". */
    private static final class SentBodies implements PolicyFactory<Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                            "sentBody", "1.0.0", "Tells what was sent.", Set.of(Phase.RESPONSE), Set.of())
                    .withRequestBodyKept();
        }

        @Override
        public boolean keepsRequestBody(Params params) {
            return !params.value().equals("blind");
        }

        @Override
        public Policy create(Params params, PolicyEnvironment environment) {
            return new Policy() {
                @Override
                public Future<ResponseOutcome> onResponse(ResponseContext context) {
                    String body = String.valueOf(context.request().body());
                    String sent = body.length() > 1000 ? "#" + body.hashCode() : "<" + body + ">";
                    return ResponseOutcome.proceed(List.of(new SetHeader(params.name(), sent)));
                }
            };
        }
    }

    /**
     * Tells in a header which fields it sees of a namespace of Envoy's metadata, and which body; it needs the body only where the namespace
     * did not come. The namespace is its value.
     */
    private static final class Namespaces implements PolicyFactory<Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return new PolicyDescriptor(
                    "namespace",
                    "1.0.0",
                    "Tells what Envoy knows.",
                    Set.of(Phase.values()),
                    BodyNeed.BUFFERED,
                    BodyNeed.BUFFERED,
                    Set.of(),
                    EndAccuracy.NONE);
        }

        @Override
        public EntryFacts facts(Params params, Phase phase) {
            return EntryFacts.bodyUnlessMetadata(phase, params.value());
        }

        @Override
        public Policy create(Params params, PolicyEnvironment environment) {
            return new Policy() {
                @Override
                public Future<RequestOutcome> onRequest(RequestContext context) {
                    return proceed(seen(context.envoy(), context.request().body()));
                }

                @Override
                public Future<ResponseOutcome> onResponse(ResponseContext context) {
                    return ResponseOutcome.proceed(
                            List.of(seen(context.envoy(), context.response().body())));
                }

                private SetHeader seen(EnvoyMetadata metadata, @Nullable Buffer body) {
                    return new SetHeader(
                            params.name(),
                            new TreeMap<>(metadata.fields(params.value())) + " of " + metadata + " " + body);
                }
            };
        }
    }

    /** Changes answers. */
    private static final class Answers implements PolicyFactory<Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return PolicyDescriptor.headersOnly(
                    "answer", "1.0.0", "Changes answers.", Set.of(Phase.RESPONSE), Set.of(Fact.ON_DENIAL));
        }

        @Override
        public Policy create(Params params, PolicyEnvironment environment) {
            return new Policy() {
                @Override
                public Future<ResponseOutcome> onResponse(ResponseContext context) {
                    List<ResponseInstruction> changes = List.of(
                            new SetStatusCode(context.response().status() + 1),
                            new SetHeader(
                                    "x-saw",
                                    context.request().path() + " "
                                            + context.originalRequest().path() + " "
                                            + context.metadata().values() + " "
                                            + context.response().headers()),
                            new SetBody(Buffer.buffer(params.value()), null));
                    return params.size() == 0
                            ? ResponseOutcome.proceed(changes)
                            : Future.succeededFuture(new ResponseOutcome.SkipRemaining(changes, null));
                }
            };
        }
    }
}
