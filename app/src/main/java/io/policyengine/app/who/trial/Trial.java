package io.policyengine.app.who.trial;

import com.google.protobuf.ByteString;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Cause;
import io.policyengine.core.who.Guarantee;
import io.policyengine.core.who.Opening;
import io.policyengine.core.who.RouteAnswer;
import io.policyengine.core.who.Way;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.SimResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tries the openings of routes, which let messages bypass policies. For each way past a policy, a witness request runs
 * through the real chains, in which stand-ins replace the policies.
 */
public final class Trial {
    private static final String UNKNOWN_CODING = "x-unknown";
    private static final int OK = 200;

    /**
     * Maximum number of alternatives that are tried instead of a way past a policy for which no witness request is
     * found.
     */
    private static final int MAX_ALTERNATIVES = 8;

    private final Overrides overrides;
    private final IdentityHashMap<RouteAnswer, LintRoute> routes = new IdentityHashMap<>();
    private final IdentityHashMap<Way, Tried> tried = new IdentityHashMap<>();

    /** The results of trying a way past a policy. */
    public enum Verdict {
        /** The witness request bypasses the policy as stated. */
        CONFIRMED,
        /** The witness request does not bypass the policy as stated. This is a fault of the tool. */
        REFUTED,
        /** No witness request was found, for example because a condition reads a value that a policy changes. */
        NO_WITNESS
    }

    /**
     * The result of trying a way past a policy.
     *
     * @param witness the request in one line; null without a witness
     */
    public record Tried(Verdict verdict, @Nullable String witness) {}

    public Trial(Overrides overrides) {
        this.overrides = overrides;
    }

    /** Adds a route. Of several routes with equal chains, only one is tried. */
    public void add(LintRoute route, RouteAnswer answer) {
        if (!answer.openings().isEmpty()) {
            routes.putIfAbsent(answer, route);
        }
    }

    /** Tries all ways past policies of the routes that were added. */
    public Trial runBlocking() {
        List<TrialRoute> named = new ArrayList<>();
        List<RouteAnswer> answers = new ArrayList<>();
        routes.forEach((answer, route) -> {
            named.add(new TrialRoute("t" + named.size(), route));
            answers.add(answer);
        });
        if (named.isEmpty()) {
            return this;
        }
        try (TrialEngine engine = TrialEngine.startBlocking(named, overrides)) {
            for (int i = 0; i < named.size(); i++) {
                TrialRoute route = named.get(i);
                RouteAnswer answer = answers.get(i);
                for (Opening opening : answer.openings()) {
                    opening.ways().forEach(way -> tried.put(way, tryBlocking(engine, route, answer, opening, way)));
                }
            }
        }
        return this;
    }

    /** Returns the result of trying a way past a policy of a route that was added. */
    public Tried of(Way way) {
        return Objects.requireNonNull(tried.get(way), "a way that was not tried");
    }

    /** Returns the number of ways past policies with the given result. */
    public long count(Verdict verdict) {
        return tried.values().stream().filter(one -> one.verdict() == verdict).count();
    }

    /**
     * Tries a way past a policy on a route that the engine serves. If no witness request is found, a witness of an
     * alternative with the same circumstances but other conditions may confirm the way.
     */
    static Tried tryBlocking(TrialEngine engine, TrialRoute route, RouteAnswer answer, Opening opening, Way way) {
        return Stream.concat(
                        Stream.of(way),
                        opening.further().stream()
                                .filter(other -> other.causes().equals(way.causes()))
                                .limit(MAX_ALTERNATIVES))
                .flatMap(one -> arrivals(route, answer, opening, one))
                .distinct()
                .map(one -> tryBlocking(engine, route, opening, one))
                .filter(one -> one.verdict() != Verdict.NO_WITNESS)
                .findFirst()
                .orElse(new Tried(Verdict.NO_WITNESS, null));
    }

    /** Returns the ways to try. For a response, this includes each way in which its request may reach the upstream. */
    private static Stream<Way> arrivals(TrialRoute route, RouteAnswer answer, Opening opening, Way way) {
        if (opening.reach() != Opening.Reach.CLIENT) {
            return Stream.of(way);
        }
        return way.conditions().isEmpty()
                ? Stream.concat(
                        Stream.of(way),
                        Stream.of(true, false).flatMap(identified -> arrivals(route, answer, way, identified)))
                : arrivals(route, answer, way, way.conditions().getFirst().identified());
    }

    private static Stream<Way> arrivals(TrialRoute route, RouteAnswer answer, Way way, boolean identified) {
        Stream<Way> arrivals = identified
                ? answer.identities().stream()
                        .filter(entry -> entry != RouteAnswer.ANYONE)
                        .map(entry -> identified(route, entry))
                : answer.openings().stream()
                        .filter(opening ->
                                opening.guarantee() == Guarantee.IDENTITY && opening.reach() == Opening.Reach.UPSTREAM)
                        .flatMap(opening -> opening.ways().stream());
        return arrivals.map(arrival -> new Way(
                Stream.concat(arrival.causes().stream(), way.causes().stream())
                        .sorted()
                        .toList(),
                Stream.concat(arrival.conditions().stream(), way.conditions().stream())
                        .toList()));
    }

    /** Returns the way of requests whose identity an entry of the request flow has provided. */
    private static Way identified(TrialRoute route, int entry) {
        boolean isConditional = route.flow(Phase.REQUEST).get(entry).config().when() != null;
        return new Way(
                List.of(),
                isConditional
                        ? List.of(new Way.Condition(Phase.REQUEST, entry, true, RouteAnswer.ANYONE, true))
                        : List.of());
    }

    private static Tried tryBlocking(TrialEngine engine, TrialRoute route, Opening opening, Way way) {
        Witness witness = Witness.of(route, opening.reach(), way);
        if (witness == null) {
            return new Tried(Verdict.NO_WITNESS, null);
        }
        String told = witness.request().toString();
        boolean isOverload = way.causes().stream().anyMatch(cause -> cause.kind() == Cause.Kind.OVERLOADED);
        boolean isCertain = witness.isCertain();
        for (boolean byCall : isOverload ? List.of(false, true) : List.of(false)) {
            SimResult result = engine.exchangeBlocking(
                    route, request(route, witness.request(), way), response(way), with(route, way, byCall));
            if (isAsStated(route, opening, result)) {
                return new Tried(Verdict.CONFIRMED, told);
            }
            isCertain &= isTest(opening, way, result);
        }
        return isCertain ? new Tried(Verdict.REFUTED, told) : new Tried(Verdict.NO_WITNESS, null);
    }

    /**
     * Returns whether an unexpected result refutes a way past a policy. For a response, the way does not state how the
     * request reaches the upstream. So only a request that arrived refutes it, and only if the way has no conditions.
     */
    private static boolean isTest(Opening opening, Way way, SimResult result) {
        return opening.reach() != Opening.Reach.CLIENT
                || (result.upstream() != null && way.conditions().isEmpty());
    }

    private static SimRequest request(TrialRoute route, WitnessRequest witness, Way way) {
        SimRequest request = SimRequest.get(witness.target()).withMethod(witness.method());
        for (Map.Entry<String, String> header : witness.headers().entrySet()) {
            request = request.withHeader(header.getKey(), header.getValue());
        }
        boolean isRead = route.flow(Phase.REQUEST).stream().anyMatch(entry -> entry.bodyNeed() != BodyNeed.NONE);
        if (isRead) {
            request = request.withBody(List.of(ByteString.copyFromUtf8("body"))).withContentLength();
        }
        return has(way, Phase.REQUEST, Cause.Kind.ENCODED)
                ? request.withHeader("content-encoding", UNKNOWN_CODING)
                : request;
    }

    private static SimResponse response(Way way) {
        SimResponse response = SimResponse.of(OK, "body");
        return has(way, Phase.RESPONSE, Cause.Kind.ENCODED)
                ? response.withHeader("content-encoding", UNKNOWN_CODING)
                : response;
    }

    private static boolean has(Way way, Phase phase, Cause.Kind kind) {
        return way.causes().stream().anyMatch(cause -> cause.phase() == phase && cause.kind() == kind);
    }

    /**
     * Returns the circumstances of a way past a policy; {@code byCall} means that whole calls are refused because of
     * overload.
     */
    private static TrialCase with(TrialRoute route, Way way, boolean byCall) {
        TrialCase with = TrialCase.empty();
        for (Cause cause : way.causes()) {
            String name = route.standIn(cause.phase(), cause.entry());
            switch (cause.kind()) {
                case NO_CREDENTIALS -> with.withoutCredentials().add(name);
                case WORKER_AWAY -> with.awayCalls().add(name);
                case DEPENDENCY_AWAY -> (cause.setting().equals("on_failure") ? with.away() : with.lenient()).add(name);
                case OVERLOADED -> (byCall ? with.overloadedCalls() : with.overloaded()).add(name);
                case TOO_LARGE, COSTS_NOTHING -> with.lenient().add(name);
                case SKIPS_REMAINING -> with.skipping().add(name);
                case UNDECLARED -> with.dropping().add(name);
                case FROM_MEMORY -> with.answering().add(name);
                case OFF, SHADOW, CONDITION_FALSE, ENCODED, REROUTED, UNDECIDED -> {}
            }
        }
        return with;
    }

    private static boolean isAsStated(TrialRoute route, Opening opening, SimResult result) {
        Set<String> fields = fields(opening.reach(), result);
        if (fields == null) {
            return false;
        }
        return opening.guarantee() == Guarantee.IDENTITY
                ? !fields.contains(StandIn.IDENTITY)
                : opening.guards().stream()
                        .noneMatch(
                                place -> fields.contains(StandIn.STAMP + route.standIn(place.phase(), place.entry())));
    }

    /** Returns the names of the fields that a message had at its destination, or null if it did not arrive there. */
    private static @Nullable Set<String> fields(Opening.Reach reach, SimResult result) {
        SimRequest upstream = result.upstream();
        String hit = result.response().header(StandIn.HIT);
        return switch (reach) {
            case UPSTREAM -> upstream == null ? null : names(upstream.headers());
            case CLIENT ->
                upstream == null || result.status() != OK
                        ? null
                        : names(result.response().headers());
            case FROM_MEMORY -> hit == null ? null : Set.of(hit.split(",", -1));
        };
    }

    private static Set<String> names(HeaderMap headers) {
        Set<String> names = new HashSet<>();
        headers.forEach((name, _) -> names.add(name));
        return names;
    }
}
