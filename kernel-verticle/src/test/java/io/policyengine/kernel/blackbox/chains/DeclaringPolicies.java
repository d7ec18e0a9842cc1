package io.policyengine.kernel.blackbox.chains;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Leniency.Occasion;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Policies that do what they declare, each in two workers. Requests steer them: a header names the entries that get
 * credentials, and others name those that fail, are overloaded, are without their store, skip, answer or drop.
 */
final class DeclaringPolicies {
    static final String CREDENTIALS = "x-credentials";
    static final String IDENTITY = "x-who";
    static final String STAMP = "x-ran-";
    static final String HIT = "x-hit";
    static final String MASK = "mask";

    /** Headers that name entries: of the fault, or of what they do. */
    static final List<String> FAULTS = List.of("x-fail", "x-over", "x-away", "x-skip", "x-answer", "x-drop");

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private DeclaringPolicies() {}

    /** A policy with the facts that an entry of it has. */
    record Declared(Policy behaviour, EntryFacts facts) {}

    /** What a policy does with a request. */
    interface Step {
        Future<RequestOutcome> on(String name, RequestContext request);
    }

    static String workerOf(String policy) {
        return policy.endsWith("A") ? "one" : "two";
    }

    static Map<String, Declared> all() {
        Map<String, Declared> all = new HashMap<>();
        for (String worker : List.of("A", "B")) {
            add(all, "auth" + worker, facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS), authenticating(false));
            add(
                    all,
                    "keys" + worker,
                    facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS, Fact.HAS_DEPENDENCY),
                    authenticating(false));
            add(
                    all,
                    "optional" + worker,
                    facts(Fact.PROVIDES_IDENTITY, Fact.HAS_DEPENDENCY).passing(Occasion.NO_CREDENTIALS, "/required"),
                    authenticating(true));
            add(
                    all,
                    "strip" + worker,
                    facts(Fact.PROVIDES_IDENTITY, Fact.DENIES_ANONYMOUS)
                            .with(HeaderUse.Action.REMOVES, List.of("x-beta")),
                    (name, request) -> is(request.request(), CREDENTIALS, name)
                            ? RequestOutcome.proceed(List.of(
                                    new SetMetadata(Identity.ID, JSON.stringNode(name)),
                                    new SetHeader(IDENTITY, name),
                                    new RemoveHeader("x-beta")))
                            : denied());
            add(
                    all,
                    "roles" + worker,
                    facts(Fact.REQUIRES_IDENTITY, Fact.RESTRICTS_ACCESS),
                    (name, request) -> Identity.id(request.metadata()) == null ? denied() : passed(name));
            add(all, "rule" + worker, facts(Fact.RESTRICTS_ACCESS, Fact.HAS_DEPENDENCY), (name, _) -> passed(name));
            add(
                    all,
                    "limit" + worker,
                    facts(Fact.LIMITS_USE, Fact.HAS_DEPENDENCY).passing(Occasion.DEPENDENCY_AWAY, "/on_store_failure"),
                    (name, request) ->
                            is(request.request(), "x-away", name) ? RequestOutcome.unchanged() : passed(name));
            add(all, "change" + worker, facts(Fact.CHANGES_REQUEST), (_, request) -> changing(request));
            add(all, "memory" + worker, facts(Fact.ANSWERS_FROM_MEMORY), DeclaringPolicies::answering);
            add(all, "mock" + worker, facts(Fact.ALWAYS_ANSWERS), (_, _) -> denied());
            add(all, "skip" + worker, facts(Fact.SKIPS_REMAINING), DeclaringPolicies::skipping);
            add(all, "foreign" + worker, EntryFacts.of(Set.of(Fact.MAY_DENY)), DeclaringPolicies::foreign);
            add(all, MASK + worker, facts(Fact.MASKS_CONTENT, Fact.HAS_DEPENDENCY), (name, _) -> passed(name));
        }
        return Map.copyOf(all);
    }

    static EntryFacts facts(Fact... facts) {
        return EntryFacts.of(Set.of(facts)).with(Fact.DECLARES_ALL_EFFECTS);
    }

    private static void add(Map<String, Declared> all, String name, EntryFacts facts, Step step) {
        all.put(name, new Declared(steered(name, facts, step), facts));
    }

    /** Returns a policy that does this, and fails as requests say, if these facts admit it. */
    static Policy steered(String name, EntryFacts facts, Step step) {
        return new Steered(name, step, facts.has(Fact.HAS_DEPENDENCY) || !facts.has(Fact.DECLARES_ALL_EFFECTS));
    }

    private record Steered(String name, Step step, boolean mayFail) implements Policy {
        @Override
        public Future<RequestOutcome> onRequest(RequestContext request) {
            PolicyException fault = fault(request.request());
            return fault == null ? step.on(name, request) : Future.failedFuture(fault);
        }

        @Override
        public Future<ResponseOutcome> onResponse(ResponseContext response) {
            PolicyException fault = fault(response.originalRequest());
            return fault == null
                    ? ResponseOutcome.proceed(List.of(new SetHeader(STAMP + name, "1")))
                    : Future.failedFuture(fault);
        }

        private @Nullable PolicyException fault(RequestView request) {
            if (mayFail && is(request, "x-fail", name)) {
                return new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "its server is away");
            }
            return is(request, "x-over", name) ? new PolicyException(ErrorCode.OVERLOADED, "too much") : null;
        }
    }

    static Step authenticating(boolean isOptional) {
        return (name, request) -> {
            if (is(request.request(), CREDENTIALS, name)) {
                return RequestOutcome.proceed(
                        List.of(new SetMetadata(Identity.ID, JSON.stringNode(name)), new SetHeader(IDENTITY, name)));
            }
            return isOptional ? RequestOutcome.unchanged() : denied();
        };
    }

    static Future<RequestOutcome> changing(RequestContext request) {
        return RequestOutcome.proceed(List.of(
                request.request().headers().get("x-beta") == null
                        ? new SetHeader("x-beta", "1")
                        : new RemoveHeader("x-beta")));
    }

    static Future<RequestOutcome> answering(String name, RequestContext request) {
        return is(request.request(), "x-answer", name)
                ? RequestOutcome.respond(new ImmediateResponse(
                        299, HeaderMap.of(HIT, stamps(request.request())), Buffer.buffer(), "hit"))
                : RequestOutcome.unchanged();
    }

    static Future<RequestOutcome> skipping(String name, RequestContext request) {
        return is(request.request(), "x-skip", name)
                ? Future.succeededFuture(new RequestOutcome.SkipRemaining(List.of(), null))
                : RequestOutcome.unchanged();
    }

    /** Does what it does not declare: it removes the identity, skips the rest, or both. */
    static Future<RequestOutcome> foreign(String name, RequestContext request) {
        List<RequestInstruction> instructions = new ArrayList<>(List.of(new SetHeader(STAMP + name, "1")));
        if (is(request.request(), "x-drop", name)) {
            instructions.add(new SetMetadata(Identity.ID, JSON.nullNode()));
            instructions.add(new RemoveHeader(IDENTITY));
        }
        return is(request.request(), "x-skip", name)
                ? Future.succeededFuture(new RequestOutcome.SkipRemaining(instructions, null))
                : RequestOutcome.proceed(instructions);
    }

    static Future<RequestOutcome> passed(String name) {
        return RequestOutcome.proceed(List.of(new SetHeader(STAMP + name, "1")));
    }

    static Future<RequestOutcome> denied() {
        return RequestOutcome.respond(new ImmediateResponse(401, HeaderMap.empty(), Buffer.buffer(), "denied"));
    }

    /** The names of the entries that have left a stamp, and {@link #IDENTITY} if there is one. */
    static String stamps(RequestView request) {
        StringBuilder stamps = new StringBuilder("none");
        request.headers().forEach((header, _) -> {
            if (header.startsWith(STAMP)) {
                stamps.append(',').append(header.substring(STAMP.length()));
            } else if (header.equals(IDENTITY)) {
                stamps.append(',').append(IDENTITY);
            }
        });
        return stamps.toString();
    }

    static boolean is(RequestView request, String header, String name) {
        String names = request.headers().get(header);
        return names != null && List.of(names.split(",", -1)).contains(name);
    }
}
