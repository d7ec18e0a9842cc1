package io.policyengine.e2e.attack;

import io.policyengine.e2e.attack.GoodClient.Sample;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Upstream;

/**
 * The same attacks on an Envoy that has no engine, beside the attacked one: the same program and the same configuration but for the
 * filter that asks the engine. Attackers, Envoys, upstreams and engine share the processors of one machine, and Envoy itself has one
 * thread in these tests, so that a large attack slows every client of it, whether there is an engine or not. What a good client has to
 * wait for here is that part of it.
 */
final class Control implements AutoCloseable {
    private final Upstream goodUpstream = Upstream.start();
    private final EnvoyProcess envoy;
    private final GoodClient good;
    private final Target attacked;

    /** Starts that Envoy, with a good client of its own that does not send yet. */
    Control(Target attacked) {
        this.attacked = attacked;
        envoy = startEnvoy(attacked.stack());
        good = GoodClient.withoutEngine(envoy.port());
        good.pause();
    }

    private EnvoyProcess startEnvoy(AttackStack stack) {
        try {
            return stack.startEnvoyWithoutEngine(goodUpstream.port());
        } catch (RuntimeException | Error failure) {
            goodUpstream.close();
            throw failure;
        }
    }

    /**
     * Makes an attack on it, while the attacked Envoy's good client sends nothing.
     *
     * @param warmUp requests before it, which do not count
     */
    Sample make(Attack attack, int warmUp) throws Exception {
        attacked.good().pause();
        good.resume();
        try {
            good.awaitMore(warmUp);
            good.take();
            attack.assault().on(attacked.at(envoy, good));
            return good.take();
        } finally {
            attacked.sockets().closeWaves();
            good.pause();
            Eventually.isTrue(
                    "Envoy without an engine is at rest", () -> envoy.stat("http.ingress.downstream_rq_active") == 0);
            good.take();
            attacked.good().resume();
        }
    }

    @Override
    public void close() {
        good.close();
        envoy.close();
        goodUpstream.close();
    }
}
