package io.policyengine.testkit.envoy;

import io.policyengine.testkit.envoy.model.FilterConfig;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** A simulator in front of a scripted server, for each test again. */
abstract class SimFixture {
    final Vertx vertx = Vertx.vertx();
    private final List<TestProcessor> processors = new ArrayList<>();
    private final List<EnvoySim> sims = new ArrayList<>();

    @AfterEach
    void tearDown() {
        sims.forEach(sim -> Await.result(sim.shutdown()));
        processors.forEach(TestProcessor::close);
        Await.result(vertx.close());
    }

    TestProcessor processor(TestProcessor.Script script) {
        return processor(script, SocketAddress.inetSocketAddress(0, "127.0.0.1"));
    }

    TestProcessor processor(TestProcessor.Script script, SocketAddress local) {
        TestProcessor processor = new TestProcessor(vertx, script, local);
        processors.add(processor);
        return processor;
    }

    EnvoySim sim(EnvoySim.Builder builder) {
        EnvoySim sim = builder.build();
        sims.add(sim);
        return sim;
    }

    EnvoySim sim(FilterConfig config, TestProcessor.Script script) {
        return sim(EnvoySim.builder(vertx).target(processor(script).address()).filter(config));
    }

    /** One exchange, bodies coming after the answer to the headers. */
    SimResult run(FilterConfig config, TestProcessor.Script script, SimRequest request, Upstream upstream) {
        return Await.result(sim(config, script).exchange(request, upstream));
    }

    /** Answers everything fittingly and changes nothing. */
    static TestProcessor.Script agreeing() {
        return (message, out) -> out.answer(Answers.fitting(message));
    }
}
