package io.policyengine.it.protocol;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.params.Default;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The policies of the recorded conversations. A change of what they answer would make the recordings untrue. */
final class RecordedPolicies {
    private RecordedPolicies() {}

    /** Parameters of all of them. */
    record Params(@Default("\"\"") String value) {}

    static List<PolicyFactory<?>> all(Seen waiting) {
        return List.of(
                new Factory("stamp", BodyNeed.NONE, RecordedPolicies::stamp),
                new Factory("deny", BodyNeed.NONE, _ -> request(RecordedPolicies::deny)),
                new Factory(
                        "skip",
                        BodyNeed.NONE,
                        _ -> request(
                                _ -> Future.succeededFuture(new RequestOutcome.SkipRemaining(List.of(), "enough")))),
                new Factory(
                        "fail",
                        BodyNeed.NONE,
                        _ -> request(_ -> Future.failedFuture(
                                new PolicyException(ErrorCode.POLICY_TIMEOUT, "as it was told to")))),
                new Factory("wait", BodyNeed.NONE, _ -> request(request -> await(request, waiting))),
                new Factory("measure", BodyNeed.BUFFERED, _ -> request(RecordedPolicies::measure)),
                new Factory("upper", BodyNeed.BUFFERED_OR_STREAMING, _ -> new UpperCase()));
    }

    private static Policy request(Function<RequestContext, Future<RequestOutcome>> onRequest) {
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                return onRequest.apply(request);
            }
        };
    }

    /** Appends its value to the field {@code x-stamp}, and on requests to the metadata; makes the status of responses 201. */
    private static Policy stamp(Params params) {
        if (params.value().isEmpty()) {
            throw new InvalidParamsException("/value", "must not be empty");
        }
        return new Policy() {
            @Override
            public Future<RequestOutcome> onRequest(RequestContext request) {
                String before = stamps(request.metadata());
                return RequestOutcome.proceed(List.of(
                        new AppendHeader("x-stamp", params.value()),
                        new SetMetadata("stamps", JsonNodeFactory.instance.stringNode(before + params.value()))));
            }

            @Override
            public Future<ResponseOutcome> onResponse(ResponseContext response) {
                return ResponseOutcome.proceed(List.of(
                        new SetStatusCode(201),
                        new AppendHeader("x-stamp", params.value() + stamps(response.metadata()))));
            }
        };
    }

    private static Future<RequestOutcome> measure(RequestContext request) {
        Buffer body = request.request().body();
        return RequestOutcome.proceed(
                List.of(new AppendHeader("x-length", Integer.toString(body == null ? 0 : body.length()))));
    }

    private static Future<RequestOutcome> await(RequestContext request, Seen waiting) {
        waiting.calls().incrementAndGet();
        request.call().cancellation().onCancel(waiting.cancels()::incrementAndGet);
        return Promise.<RequestOutcome>promise().future();
    }

    private static String stamps(Metadata metadata) {
        JsonNode stamps = metadata.get("stamps");
        return stamps == null ? "" : stamps.asString();
    }

    private static Future<RequestOutcome> deny(RequestContext request) {
        return RequestOutcome.respond(new ImmediateResponse(
                401,
                HeaderMap.of("www-authenticate", "Bearer"),
                Buffer.buffer("{\"error\":\"no\"}"),
                DenialReason.AUTHENTICATION_FAILED.code()));
    }

    /** Writes bodies in capitals, whole or in chunks. */
    private static final class UpperCase implements Policy {
        @Override
        public Future<RequestOutcome> onRequest(RequestContext request) {
            Buffer body = request.request().body();
            return body == null
                    ? RequestOutcome.unchanged()
                    : RequestOutcome.proceed(List.of(new SetBody(upper(body), null)));
        }

        @Override
        public ChunkFilter<ChunkOutcome> requestChunks(RequestContext request) {
            return (chunk, _) -> Future.succeededFuture(new ChunkOutcome.Replace(upper(chunk)));
        }

        private static Buffer upper(Buffer text) {
            return Buffer.buffer(text.toString().toUpperCase(Locale.ROOT));
        }
    }

    private record Factory(String name, BodyNeed need, Function<Params, Policy> make) implements PolicyFactory<Params> {
        @Override
        public PolicyDescriptor descriptor() {
            return new PolicyDescriptor(
                    name,
                    "1.0.0",
                    "A policy for tests.",
                    Set.of(Phase.REQUEST, Phase.RESPONSE),
                    need,
                    need,
                    Set.of(Fact.MAY_DENY),
                    EndAccuracy.NONE);
        }

        @Override
        public Policy create(Params params, PolicyEnvironment environment) {
            return make.apply(params);
        }
    }
}
