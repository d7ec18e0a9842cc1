package io.policyengine.it.simulation;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.it.simulation.judge.Answers;
import io.policyengine.it.simulation.judge.Ledger;
import io.policyengine.it.simulation.judge.PolicyRun;
import io.policyengine.it.simulation.judge.SimulatedExchange;
import io.policyengine.it.simulation.judge.TrailersCalled;
import io.policyengine.it.simulation.world.Behaviour;
import io.policyengine.it.simulation.world.Chance;
import io.policyengine.it.simulation.world.Configuration;
import io.policyengine.it.simulation.world.Entry;
import io.policyengine.it.simulation.world.Request;
import io.policyengine.it.simulation.world.Stamp;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What policies do when they are called, which is written down. */
final class Actors implements PolicyCalls {
    /** Nanoseconds; half of the calls are answered at once. */
    private static final long SLOWEST_ON_TRAILERS = Duration.ofMillis(5).toNanos();

    private final Agenda agenda;
    private final Chance chance;
    private final List<Configuration> configurations;
    private final IntFunction<SimulatedExchange> exchanges;
    private final Map<String, Ledger> ledgers = new LinkedHashMap<>();

    /**
     * Actors of a seed.
     *
     * @param exchanges by the number of the request
     */
    Actors(Agenda agenda, Chance chance, List<Configuration> configurations, IntFunction<SimulatedExchange> exchanges) {
        this.agenda = agenda;
        this.chance = chance;
        this.configurations = configurations;
        this.exchanges = exchanges;
    }

    /** The ledger of a process that begins in the place of a replica. */
    Ledger ledger(String process, String replica) {
        Ledger ledger = new Ledger(replica);
        ledgers.put(process, ledger);
        return ledger;
    }

    @Override
    public Future<RequestOutcome> onRequest(String process, Stamp stamp, RequestContext context) {
        Request request = Request.of(context.request().headers());
        Buffer body = context.request().body();
        if (body != null) {
            exchangeOf(request).sawBody(body.toString());
        }
        return act(process, stamp, context, request, behaviour(request, stamp));
    }

    @Override
    public Future<RequestOutcome> onCountedRequest(
            String process, Stamp stamp, RequestContext context, boolean permitted) {
        Request request = Request.of(context.request().headers());
        ledgerOf(process).began(exchangeOf(request), context.call().exchangeId(), entryOf(stamp), permitted);
        return act(process, stamp, context, request, permitted ? behaviour(request, stamp) : Behaviour.DENIES);
    }

    private Future<RequestOutcome> act(
            String process, Stamp stamp, RequestContext context, Request request, Behaviour behaviour) {
        String trail = context.request().headers().get(Stamp.REQUEST_TRAIL);
        return act(process, stamp, request, trail, behaviour, kind -> requestOutcome(kind, stamp, trail));
    }

    @Override
    public Future<ResponseOutcome> onResponse(String process, Stamp stamp, ResponseContext context) {
        Request request = Request.of(context.originalRequest().headers());
        String trail = context.response().headers().get(Stamp.RESPONSE_TRAIL);
        return act(
                process, stamp, request, trail, behaviour(request, stamp), kind -> responseOutcome(kind, stamp, trail));
    }

    @Override
    public Future<TrailersOutcome> onTrailers(String process, Stamp stamp, TrailersContext context) {
        Request request = Request.of(context.originalRequest().headers());
        String trail = context.trailers().get(Stamp.TRAILERS_TRAIL);
        String replica = ledgerOf(process).replica();
        exchangeOf(request).ranOnTrailers(new TrailersCalled(stamp, Stamp.trail(trail), replica));
        agenda.note(() -> exchangeOf(request) + ": " + stamp + " in " + replica + " sees trailers with " + trail);
        Future<TrailersOutcome> stamped = Future.succeededFuture(
                new TrailersOutcome(List.of(new SetHeader(Stamp.TRAILERS_TRAIL, stamp.after(trail)))));
        long delay = chance.of(request.number() + " trailers " + stamp).nextLong(2 * SLOWEST_ON_TRAILERS)
                - SLOWEST_ON_TRAILERS;
        if (delay <= 0) {
            return stamped;
        }
        Promise<TrailersOutcome> later = Promise.promise();
        agenda.after(delay, () -> stamped.onComplete(later));
        return later.future();
    }

    @Override
    public void onEnd(String process, Stamp stamp, ExchangeEnd end) {
        agenda.note(() -> stamp + " in " + process + " is told " + end);
        ledgerOf(process).ended(stamp, end);
    }

    private Behaviour behaviour(Request request, Stamp stamp) {
        return Behaviour.draw(chance.of(request.number() + " " + stamp), stamp.phase() == Phase.REQUEST);
    }

    private <O> Future<O> act(
            String process,
            Stamp stamp,
            Request request,
            @Nullable String trail,
            Behaviour behaviour,
            Function<Behaviour.Kind, O> outcome) {
        String replica = ledgerOf(process).replica();
        PolicyRun run = new PolicyRun(stamp, Stamp.trail(trail), behaviour, replica, agenda.now());
        exchangeOf(request).ran(run);
        agenda.note(() -> exchangeOf(request) + ": " + run);
        if (behaviour.after().isZero()) {
            return outcome(behaviour, outcome);
        }
        Promise<O> later = Promise.promise();
        agenda.after(behaviour.after().toNanos(), () -> {
            try {
                outcome(behaviour, outcome).onComplete(later);
            } catch (IllegalStateException thrown) {
                later.fail(thrown);
            }
        });
        return later.future();
    }

    private SimulatedExchange exchangeOf(Request request) {
        return exchanges.apply(request.number());
    }

    private Ledger ledgerOf(String process) {
        return Objects.requireNonNull(ledgers.get(process));
    }

    private Entry entryOf(Stamp stamp) {
        return configurations
                .get(stamp.version() - 1)
                .chain(stamp.phase())
                .entries()
                .get(stamp.index());
    }

    private static <O> Future<O> outcome(Behaviour behaviour, Function<Behaviour.Kind, O> outcome) {
        return switch (behaviour.kind()) {
            case PROCEED, SKIP, DENY, ILLEGAL -> Future.succeededFuture(outcome.apply(behaviour.kind()));
            case THROW -> throw new IllegalStateException("the policy throws");
            case FAIL ->
                Future.failedFuture(
                        new PolicyException(ErrorCode.DEPENDENCY_UNAVAILABLE, "the policy's dependency fails"));
            case NEVER -> Promise.<O>promise().future();
        };
    }

    private static RequestOutcome requestOutcome(Behaviour.Kind kind, Stamp stamp, @Nullable String trail) {
        List<RequestInstruction> stamped = List.of(new SetHeader(Stamp.REQUEST_TRAIL, stamp.after(trail)));
        return switch (kind) {
            case SKIP -> new RequestOutcome.SkipRemaining(stamped, null);
            case DENY -> new RequestOutcome.Respond(Answers.denial(stamp), List.of());
            case ILLEGAL ->
                new RequestOutcome.Proceed(List.of(stamped.getFirst(), new SetHeader("content-length", "1")), null);
            case PROCEED, THROW, FAIL, NEVER -> new RequestOutcome.Proceed(stamped, null);
        };
    }

    private static ResponseOutcome responseOutcome(Behaviour.Kind kind, Stamp stamp, @Nullable String trail) {
        List<ResponseInstruction> stamped = List.of(new SetHeader(Stamp.RESPONSE_TRAIL, stamp.after(trail)));
        return switch (kind) {
            case SKIP -> new ResponseOutcome.SkipRemaining(stamped, null);
            case ILLEGAL ->
                new ResponseOutcome.Proceed(List.of(stamped.getFirst(), new SetHeader("content-length", "1")), null);
            case PROCEED, DENY, THROW, FAIL, NEVER -> new ResponseOutcome.Proceed(stamped, null);
        };
    }
}
