package io.policyengine.it.simulation;

import io.policyengine.it.simulation.judge.Answers;
import io.policyengine.it.simulation.judge.SimulatedExchange;
import io.policyengine.it.simulation.world.Chance;
import io.policyengine.it.simulation.world.Request;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RunningExchange;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.Upstream;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The exchanges of a seed: what clients do, and the upstream. */
final class Traffic {
    private static final long PATIENCE = Duration.ofMillis(60).toNanos();
    private static final long SLOWEST_RESPONSE = Duration.ofMillis(20).toNanos();

    private final Agenda agenda;
    private final Chance chance;
    private final long[] beginnings;
    private final @Nullable SimulatedExchange[] exchanges;
    /** One in so many clients hangs up. */
    private final int hangUps;

    private final boolean withTrailers;
    private int ended;

    /**
     * The exchanges of a seed, spread over a time or coming all at once.
     *
     * @param withTrailers whether messages have trailers
     */
    Traffic(Agenda agenda, Chance chance, long span, boolean withTrailers) {
        this.withTrailers = withTrailers;
        this.agenda = agenda;
        this.chance = chance;
        RandomGenerator random = chance.of("exchanges");
        this.hangUps = random.nextInt(8) == 0 ? 2 : 12;
        this.beginnings = new long[random.nextInt(3, 9)];
        this.exchanges = new SimulatedExchange[beginnings.length];
        long window = random.nextInt(3) == 0 ? span / 40 : span;
        long begin = random.nextLong(span - window + 1);
        for (int i = 0; i < beginnings.length; i++) {
            beginnings[i] = begin + random.nextLong(window);
        }
    }

    /** When exchanges begin. */
    long[] beginnings() {
        return beginnings.clone();
    }

    /**
     * Lets them begin, each in its time.
     *
     * @param other for half of them; unless it is the same, one that ignores mode overrides
     */
    void through(EnvoySim envoy, EnvoySim other) {
        RandomGenerator random = chance.of("envoys");
        for (int i = 0; i < beginnings.length; i++) {
            Request request = new Request(i);
            EnvoySim chosen = random.nextBoolean() ? envoy : other;
            boolean ignored = !chosen.equals(envoy);
            agenda.after(beginnings[i], () -> begin(chosen, ignored, request));
        }
    }

    private void begin(EnvoySim envoy, boolean ignored, Request request) {
        RandomGenerator random = chance.of("exchange " + request.number());
        SimulatedExchange exchange = new SimulatedExchange(request, agenda.now(), ignored);
        exchanges[request.number()] = exchange;
        agenda.note(() -> exchange + " begins");
        RunningExchange running = envoy.start(
                withTrailers ? request.messageWithTrailers() : request.message(), upstream(exchange, random));
        if (random.nextInt(hangUps) == 0) {
            agenda.after(random.nextLong(PATIENCE), () -> {
                agenda.note(() -> exchange + " hangs up");
                exchange.hangUp();
                running.hangUp();
            });
        }
        running.result().onSuccess(result -> {
            exchange.end(result, agenda.now());
            ended++;
            agenda.note(() -> exchange + " ends: " + result.status() + " "
                    + result.response().headers() + " " + result.response().bodyText() + " " + result.streamEnd());
        });
    }

    private Upstream upstream(SimulatedExchange exchange, RandomGenerator random) {
        long delay = random.nextLong(SLOWEST_RESPONSE) * (random.nextInt(4) == 0 ? 10 : 1);
        int chunks = random.nextInt(4);
        return request -> {
            agenda.note(() -> exchange + " reaches the upstream: " + request.headers());
            Promise<SimResponse> response = Promise.promise();
            agenda.after(
                    delay,
                    () -> response.complete(
                            withTrailers ? Answers.ofUpstreamWithTrailers(chunks) : Answers.ofUpstream(chunks)));
            return response.future();
        };
    }

    /** Whether all are over. */
    boolean isOver() {
        return ended == beginnings.length;
    }

    /** An exchange that has begun. */
    SimulatedExchange exchange(int number) {
        return Objects.requireNonNull(exchanges[number]);
    }

    /** All that have begun. */
    List<SimulatedExchange> exchanges() {
        List<SimulatedExchange> begun = new ArrayList<>();
        for (SimulatedExchange exchange : exchanges) {
            if (exchange != null) {
                begun.add(exchange);
            }
        }
        return begun;
    }
}
